public import ChatProtocol
import GRDB

/// Who has read.
public enum Reader: Sendable, Hashable {
  /// The visitor of the dialog.
  case visitor
  /// An operator.
  case `operator`(User)
}

/// What a reader's word came to.
public struct ReadReceipt: Sendable, Hashable {
  /// Up to where the reader has read the dialog now; 0 for nothing.
  public var lastRead: MessageID
  /// Whether that is further than before.
  public var isNews: Bool
  /// Up to where operators have read what the visitor can see, if that is further than before.
  public var newsToVisitor: MessageID?
}

extension ChatStore {
  /// Writes down up to where a dialog was read. It never goes back, and never beyond what there is to read.
  ///
  /// - Throws: `StoreError.unknownDialog`.
  public func markRead(
    dialogID: DialogID, through messageID: MessageID, by reader: Reader
  ) async throws -> ReadReceipt {
    try await write { database in
      guard
        let row = try Row.fetchOne(
          database.cachedStatement(sql: "SELECT visitor_last_read, operator_last_read FROM dialog WHERE id = ?"),
          arguments: [dialogID])
      else { throw StoreError.unknownDialog(dialogID) }
      let visible = try lastMessage(database, dialogID, through: messageID, includesNotes: false)
      switch reader {
      case .visitor:
        let old: MessageID = row["visitor_last_read"]
        guard visible > old else { return ReadReceipt(lastRead: old, isNews: false) }
        try database.execute(
          sql: "UPDATE dialog SET visitor_last_read = ? WHERE id = ?", arguments: [visible, dialogID])
        return ReadReceipt(lastRead: visible, isNews: true)
      case .operator(let user):
        let old = try lastRead(database, dialogID, user.id)
        let new = try lastMessage(database, dialogID, through: messageID, includesNotes: true)
        guard new > old else { return ReadReceipt(lastRead: old, isNews: false) }
        try database.execute(
          sql: """
            INSERT INTO operator_read (dialog_id, user_id, message_id) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET message_id = excluded.message_id
            """, arguments: [dialogID, user.id, new])
        var receipt = ReadReceipt(lastRead: new, isNews: true)
        // By a note's id a visitor would know of the note.
        if visible > row["operator_last_read"] {
          try database.execute(
            sql: "UPDATE dialog SET operator_last_read = ? WHERE id = ?", arguments: [visible, dialogID])
          receipt.newsToVisitor = visible
        }
        return receipt
      }
    }
  }

  /// Up to where an account has read each of these dialogs; a dialog that it has not read is left out.
  public func lastReads(userID: UserID, dialogIDs: [DialogID]) async throws -> [DialogID: MessageID] {
    guard !dialogIDs.isEmpty else { return [:] }
    return try await read { database in
      let marks = dialogIDs.map { _ in "?" }.joined(separator: ", ")
      let rows = try Row.fetchAll(
        database,
        sql: "SELECT dialog_id, message_id FROM operator_read WHERE user_id = ? AND dialog_id IN (\(marks))",
        arguments: [userID] + StatementArguments(dialogIDs))
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["dialog_id"], $0["message_id"]) })
    }
  }
}

/// The last message of a dialog up to an id; 0 if there is none.
private func lastMessage(
  _ database: Database, _ dialogID: DialogID, through messageID: MessageID, includesNotes: Bool
) throws -> MessageID {
  let kinds = includesNotes ? "" : "AND kind = 'message'"
  let statement = try database.cachedStatement(
    sql: "SELECT id FROM message WHERE dialog_id = ? AND id <= ? \(kinds) ORDER BY id DESC LIMIT 1")
  return try MessageID.fetchOne(statement, arguments: [dialogID, messageID]) ?? 0
}

private func lastRead(_ database: Database, _ dialogID: DialogID, _ userID: UserID) throws -> MessageID {
  try MessageID.fetchOne(
    database.cachedStatement(sql: "SELECT message_id FROM operator_read WHERE dialog_id = ? AND user_id = ?"),
    arguments: [dialogID, userID]) ?? 0
}
