import ChatProtocol
import FoundationEssentials
import GRDB

extension ChatStore {
  /// The brief of a dialog's last request for a human, or nil if there was none.
  func brief(dialogID: DialogID) async throws -> HandoffBrief? {
    try await read { database in
      try Data.fetchOne(
        database,
        sql: """
          SELECT unseal(brief, 'handoff_brief.brief', dialog_id) FROM handoff_brief
          WHERE dialog_id = ? ORDER BY id DESC LIMIT 1
          """,
        arguments: [dialogID])
    }.map { try JSONDecoder().decode(HandoffBrief.self, from: $0) }
  }
}

extension HandoffBrief {
  /// The most messages that a brief is made from.
  private static let longestHistory = 50

  /// What a brief is made from: a dialog's newest messages in ascending order, without notes.
  static func history(of dialogID: DialogID, _ database: Database) throws -> [Message] {
    try Message.fetch(
      database, where: "message.dialog_id = ? AND message.kind = 'message' ORDER BY message.id DESC LIMIT ?",
      [dialogID, longestHistory]
    ).reversed()
  }

  /// Keeps it with its request, in the transaction that is under way.
  func insert(_ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO handoff_brief (dialog_id, request_id, brief, created_at)
        VALUES (?, ?, seal(?, 'handoff_brief.brief', ?), ?)
        """,
      arguments: [
        dialogID, TypedText(requestID), try WireJSON.encoder().encode(self), dialogID, requestedAt.milliseconds,
      ])
  }

  /// What a migration adds. The brief is JSON, for nothing looks into it.
  static let schema = """
    CREATE TABLE handoff_brief (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      dialog_id INTEGER NOT NULL REFERENCES dialog (id) ON DELETE CASCADE,
      request_id BLOB NOT NULL,
      brief BLOB NOT NULL,
      created_at INTEGER NOT NULL,
      UNIQUE (dialog_id, request_id)
    ) STRICT;
    """
}
