import ChatProtocol
import FoundationEssentials
import GRDB

extension ChatStore {
  /// Keeps a brief with its request; a second one for the same request changes nothing.
  func addBrief(_ brief: HandoffBrief) async throws {
    let json = try WireJSON.encoder().encode(brief)
    try await write { database in
      try database.execute(
        sql: """
          INSERT OR IGNORE INTO handoff_brief (dialog_id, request_id, brief, created_at)
          VALUES (?, ?, seal(?, 'handoff_brief.brief', ?), ?)
          """,
        arguments: [brief.dialogID, TypedText(brief.requestID), json, brief.dialogID, brief.requestedAt.milliseconds])
    }
  }

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
