public import ChatProtocol
import GRDB

/// A message that is to be stored.
public struct NewMessage: Sendable, Hashable {
  /// The dialog it is written in.
  public var dialogID: DialogID
  /// Who wrote it: one of the four senders of the contract.
  public var sender: Sender
  /// The operator's account, for a `manager` message.
  public var authorID: UserID?
  /// What was written, raw.
  public var text: String
  /// The author's own id for it. A second message of the same dialog, sender and client id is not stored.
  public var clientID: String?
  /// When it was written.
  public var timestamp: Timestamp

  /// Makes a message.
  public init(
    dialogID: DialogID, sender: Sender, authorID: UserID? = nil, text: String, clientID: String? = nil,
    timestamp: Timestamp
  ) {
    self.dialogID = dialogID
    self.sender = sender
    self.authorID = authorID
    self.text = text
    self.clientID = clientID
    self.timestamp = timestamp
  }

  /// The longest text, in characters.
  public static let longestText = 10_000
  /// The longest client id, in bytes of UTF-8; a UUID has 36.
  public static let longestClientID = 128

  /// Checks what a stranger can choose.
  ///
  /// The length counts Unicode scalars: what a person calls a character can be of any size.
  func check() throws(StoreError) {
    switch sender {
    case .user, .assistant, .manager, .system: break
    case .other: throw .invalid(field: "sender", reason: "must be user, assistant, manager or system")
    }
    guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
      throw .invalid(field: "text", reason: "must not be empty")
    }
    // The byte count first: it is known at once, and no text of more bytes than four a scalar can pass.
    guard text.utf8.count <= 4 * NewMessage.longestText, text.unicodeScalars.count <= NewMessage.longestText else {
      throw .invalid(field: "text", reason: "must not be longer than \(NewMessage.longestText) characters")
    }
    if let clientID, clientID.isEmpty || clientID.utf8.count > NewMessage.longestClientID {
      throw .invalid(field: "client_id", reason: "must have 1 to \(NewMessage.longestClientID) bytes")
    }
  }
}

/// What became of a `NewMessage`.
public struct Appended: Sendable, Hashable {
  /// The stored message: the first one, if this was a repeat.
  public var message: Message
  /// Whether it was a repeat, so that nothing was stored and nothing is to be pushed.
  public var isDuplicate: Bool
  /// The dialog with this message in it.
  public var dialog: Dialog
}

/// A part of a dialog's history.
public enum HistoryRange: Sendable, Hashable {
  /// All of it.
  case all
  /// The newest ones, at most `limit`.
  case latest(limit: Int)
  /// The first ones behind an id, at most `limit`: what a client missed.
  case after(MessageID, limit: Int)
  /// The last ones before an id, at most `limit`: a page further back.
  case before(MessageID, limit: Int)
}

extension ChatStore {
  /// Stores a message, once: a repeat of its client id by the same sender in the same dialog answers with the first.
  ///
  /// Ids rise strictly over the whole server. The dialog's last message is updated in the same transaction.
  ///
  /// - Throws: `StoreError.invalid` for a text that is blank or too long, `.unknownDialog`.
  public func append(_ message: NewMessage) async throws -> Appended {
    try message.check()
    return try await write { try message.insert($0) }
  }

  /// A dialog's messages in ascending order. A dialog that does not exist has none.
  public func messages(dialogID: DialogID, _ range: HistoryRange = .all) async throws -> [Message] {
    try await read { database in
      let columns = "SELECT id, sender, text, client_id, created_at FROM message WHERE dialog_id = ?"
      switch range {
      case .all:
        return try Message.fetch(database, columns + " ORDER BY id", [dialogID])
      case .latest(let limit):
        return try Message.fetch(database, columns + " ORDER BY id DESC LIMIT ?", [dialogID, max(limit, 0)]).reversed()
      case .after(let id, let limit):
        return try Message.fetch(database, columns + " AND id > ? ORDER BY id LIMIT ?", [dialogID, id, max(limit, 0)])
      case .before(let id, let limit):
        return try Message.fetch(
          database, columns + " AND id < ? ORDER BY id DESC LIMIT ?", [dialogID, id, max(limit, 0)]
        ).reversed()
      }
    }
  }
}

extension NewMessage {
  /// Stores the message in the transaction that is under way.
  fileprivate func insert(_ database: Database) throws -> Appended {
    guard let sender = sender.wireName else { throw StoreError.invalid(field: "sender", reason: "is missing") }
    if let clientID,
      let first = try Message.fetch(
        database,
        """
        SELECT id, sender, text, client_id, created_at FROM message
        WHERE dialog_id = ? AND sender = ? AND client_id = ?
        """, [dialogID, sender, TypedText(clientID)]
      ).first
    {
      return Appended(message: first, isDuplicate: true, dialog: try Dialog.require(database, id: dialogID))
    }
    // First, for it tells whether there is such a dialog.
    let dialog = try Dialog.update(
      database, id: dialogID, "last_message_at = ?, last_message_text = ?",
      [timestamp.milliseconds, TypedText(text.preview)])
    try database.cachedStatement(
      sql: """
        INSERT INTO message (dialog_id, sender, author_id, text, client_id, created_at) VALUES (?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [dialogID, sender, authorID, TypedText(text), TypedText(clientID), timestamp.milliseconds])
    return Appended(
      message: Message(
        id: MessageID(database.lastInsertedRowID), sender: self.sender, text: text, timestamp: timestamp,
        clientID: clientID),
      isDuplicate: false, dialog: dialog)
  }
}

extension Message {
  fileprivate static func fetch(
    _ database: Database, _ sql: String, _ arguments: StatementArguments
  ) throws -> [Message] {
    try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments).map { row in
      Message(
        id: row["id"], sender: Sender(wireName: row["sender"]), text: row.text("text") ?? "",
        timestamp: row.timestamp("created_at"), clientID: row.text("client_id"))
    }
  }
}

extension String {
  /// The beginning of a message for a list of dialogs: a list of a hundred must not carry a hundred whole messages.
  var preview: String {
    let limit = 400
    guard utf8.count > limit else { return self }
    let scalars = unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
      end != scalars.endIndex
    else { return self }
    // The cut may fall inside a character; then that character goes.
    let cut = String(scalars[..<end])
    return end.samePosition(in: self) != nil || cut.count < 2 ? cut : String(cut.dropLast())
  }
}
