import ChatProtocol
import GRDB

extension ChatStore {
  /// Writes down that a wait has been reported, so that no start of the server reports it again.
  ///
  /// - Returns: whether that is news; false also for a dialog that is gone.
  func markOverdue(dialogID: DialogID, since: Timestamp) async throws -> Bool {
    try await write { database in
      try database.execute(
        sql: "UPDATE dialog SET handoff_overdue_since = ?1 WHERE id = ?2 AND handoff_overdue_since IS NOT ?1",
        arguments: [since.milliseconds, dialogID])
      return database.changesCount > 0
    }
  }

  /// Every visitor's wait for a human that is under way, as `OverdueWatch` counts them, and whether it was reported.
  func openWaits() async throws -> [(dialogID: DialogID, wait: OverdueWatch.Wait, isReported: Bool)] {
    try await read { database in
      // An active dialog waits since its takeover until an operator writes, and then since what the visitor wrote next.
      let sql = """
        SELECT id, handoff_status, handoff_overdue_since, CASE
          WHEN handoff_status = 'requested' THEN coalesce(handoff_returned_at, handoff_requested_at)
          WHEN answer IS NULL THEN handoff_started_at
          ELSE (SELECT created_at FROM message WHERE dialog_id = waiting.id AND message.id > answer AND sender = 'user'
            ORDER BY message.id LIMIT 1)
          END AS since
        FROM (SELECT dialog.*, (SELECT max(message.id) FROM message WHERE dialog_id = dialog.id AND sender = 'manager'
            AND kind = 'message' AND created_at >= handoff_started_at) AS answer
          FROM dialog WHERE handoff_status IN ('requested', 'active')) AS waiting
        ORDER BY id
        """
      return try Row.fetchAll(database, sql: sql).compactMap { row in
        guard let since = row.timestamp("since") else { return nil }
        let kind: OverdueKind = HandoffState(wireName: row["handoff_status"]) == .active ? .answer : .takeover
        return (row["id"], .init(kind: kind, since: since), row.timestamp("handoff_overdue_since") == since)
      }
    }
  }
}
