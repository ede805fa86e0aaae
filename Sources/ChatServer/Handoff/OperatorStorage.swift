import ChatProtocol
import GRDB

/// An operator as its colleagues see it: one line of `GET /api/operator/team`.
struct TeamMember: Sendable, Hashable {
  let user: User
  /// How many dialogs it has.
  let dialogs: Int
}

extension ChatStore {
  /// An account's colleagues, itself included: those who may see a dialog that it may see, and are not disabled. That
  /// is everybody to an admin; to an operator, itself and the admins.
  func team(of user: User) async throws -> [TeamMember] {
    try await read { database in
      let condition = user.role == .admin ? "1" : "role = 'admin' OR id = \(user.id)"
      let sql = """
        SELECT id, (SELECT count(*) FROM dialog WHERE assigned_manager_id = user.id) AS dialogs
        FROM user WHERE (\(condition)) AND disabled_at IS NULL ORDER BY id
        """
      return try Row.fetchAll(database, sql: sql).compactMap { row in
        try User.fetch(database, id: row["id"]).map { TeamMember(user: $0, dialogs: row["dialogs"]) }
      }
    }
  }

  /// Every dialog that an operator has, and who.
  func heldDialogs() async throws -> [(dialogID: DialogID, holder: UserID)] {
    try await read { database in
      try Row.fetchAll(
        database, sql: "SELECT id, assigned_manager_id FROM dialog WHERE assigned_manager_id IS NOT NULL ORDER BY id"
      ).map { ($0["id"], $0["assigned_manager_id"]) }
    }
  }

  /// How long visitors of a dialog's account waited for an operator lately, the latest first, and the operators who may
  /// take that dialog.
  func recentWaits(
    inAccountOf dialogID: DialogID, since: Timestamp, limit: Int
  ) async throws -> (waits: [Duration], operators: [UserID]) {
    try await read { database in
      let waits = try Int64.fetchAll(
        database,
        sql: """
          SELECT waited FROM handoff_log JOIN dialog ON dialog.id = dialog_id
          WHERE waited IS NOT NULL AND created_at >= ?
            AND dialog.user_id = (SELECT user_id FROM dialog WHERE id = ?)
          ORDER BY created_at DESC LIMIT ?
          """,
        arguments: [since.milliseconds, dialogID, limit])
      let operators = try UserID.fetchAll(
        database,
        sql: """
          SELECT id FROM user
          WHERE (role = 'admin' OR id = (SELECT user_id FROM dialog WHERE id = ?)) AND disabled_at IS NULL
          """,
        arguments: [dialogID])
      return (waits.map { .milliseconds($0) }, operators)
    }
  }
}
