public import ChatProtocol
import GRDB

/// A widget's AI, which answers for an account.
public struct Assistant: Sendable, Hashable, Identifiable {
  /// The id that the widget's `assistant_id` names.
  public var id: Int
  /// The account whose dialogs it opens.
  public var ownerID: UserID
  /// Its name; raw text.
  public var name: String
}

extension ChatStore {
  /// Adds an assistant to an account.
  ///
  /// - Throws: `StoreError.invalid` for an empty name, `.unknownUser`.
  public func addAssistant(name: String, ownerID: UserID, at now: Timestamp) async throws -> Assistant {
    guard name.contains(where: { !$0.isWhitespace }), name.utf8.count <= 1000 else {
      throw StoreError.invalid(field: "name", reason: "must have 1 to 1000 bytes and not be blank")
    }
    return try await write { database in
      guard try User.fetch(database, id: ownerID) != nil else { throw StoreError.unknownUser }
      try database.execute(
        sql: "INSERT INTO assistant (owner_id, name, created_at) VALUES (?, ?, ?)",
        arguments: [ownerID, TypedText(name), now.milliseconds])
      return Assistant(id: Int(database.lastInsertedRowID), ownerID: ownerID, name: name)
    }
  }

  /// An assistant by its id.
  public func assistant(id: Int) async throws -> Assistant? {
    try await read { database in
      try Row.fetchOne(
        database.cachedStatement(sql: "SELECT id, owner_id, name FROM assistant WHERE id = ?"), arguments: [id]
      )
      .map { Assistant(id: $0["id"], ownerID: $0["owner_id"], name: $0.text("name") ?? "") }
    }
  }
}
