public import ChatProtocol
import GRDB

/// What a purge removed, or would remove.
public struct PurgeReport: Sendable, Hashable {
  /// How many dialogs.
  public var dialogs = 0
  /// How many messages in them.
  public var messages = 0
}

extension ChatStore {
  /// Removes the dialogs that nobody wrote in since a time, with all that belongs to them; never one that waits for an
  /// operator or has one.
  ///
  /// It goes in small transactions of whole dialogs, so that nobody else waits long for the writer; if it is cut off,
  /// the next one goes on. What was removed is overwritten in the database's file.
  ///
  /// - Parameter isRehearsal: true only counts.
  public func purge(idleSince cutoff: Timestamp, isRehearsal: Bool = false) async throws -> PurgeReport {
    var report = PurgeReport()
    var last = 0
    while true {
      let batch = try await read { [last] in try PurgeBatch.next($0, behind: last, idleSince: cutoff) }
      guard let end = batch.dialogs.last else { break }
      last = end
      let removed =
        isRehearsal ? batch : try await write { try batch.remove($0, idleSince: cutoff) }
      report.dialogs += removed.dialogs.count
      report.messages += removed.messages
      try Task.checkCancellation()
    }
    if !isRehearsal, report.dialogs > 0 { try await eraseRemains() }
    return report
  }

  /// Removes what deleted rows leave outside of the tables: their words in the indices, until those are merged, and
  /// themselves in the write-ahead log. The merge goes in steps, too (sqlite.org/fts5.html, section 6.9).
  private func eraseRemains() async throws {
    for index in ["message_search", "dialog_search"] {
      var pages = -200
      var isDone = false
      while !isDone {
        isDone = try await write { [pages] database in
          let before = database.totalChangesCount
          try database.execute(sql: "INSERT INTO \(index) (\(index), rank) VALUES ('merge', ?)", arguments: [pages])
          return database.totalChangesCount - before < 2
        }
        pages = 200
      }
    }
    try await checkpoint()
  }
}

/// Dialogs that are removed in one transaction.
private struct PurgeBatch: Sendable {
  var dialogs: [DialogID] = []
  var messages = 0

  /// The most dialogs and, unless one dialog alone has more, the most messages.
  private static let largest = (dialogs: 50, messages: 2000)

  private static let isIdle = """
    coalesce(last_message_at, started_at) < ? AND handoff_status NOT IN ('requested', 'active')
    """

  static func next(_ database: Database, behind id: DialogID, idleSince cutoff: Timestamp) throws -> PurgeBatch {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT id, (SELECT count(*) FROM message WHERE dialog_id = dialog.id) AS messages FROM dialog
        WHERE id > ? AND \(isIdle) ORDER BY id LIMIT \(largest.dialogs)
        """, arguments: [id, cutoff.milliseconds])
    var batch = PurgeBatch()
    for row in rows {
      let messages: Int = row["messages"]
      guard batch.dialogs.isEmpty || batch.messages + messages <= largest.messages else { break }
      batch.dialogs.append(row["id"])
      batch.messages += messages
    }
    return batch
  }

  /// Removes those that are still idle, and says which.
  func remove(_ database: Database, idleSince cutoff: Timestamp) throws -> PurgeBatch {
    var removed = PurgeBatch()
    let tables = try database.dialogTables()
    for id in dialogs {
      let isIdle = try Bool.fetchOne(
        database, sql: "SELECT \(Self.isIdle) FROM dialog WHERE id = ?", arguments: [cutoff.milliseconds, id])
      guard isIdle == true else { continue }
      for table in tables {
        try database.execute(sql: "DELETE FROM \(table) WHERE dialog_id = ?", arguments: [id])
        if table == "message" { removed.messages += database.changesCount }
      }
      try database.execute(sql: "DELETE FROM dialog WHERE id = ?", arguments: [id])
      removed.dialogs.append(id)
    }
    return removed
  }
}

extension Database {
  /// The tables whose rows belong to a dialog: all that have a `dialog_id`. Read from the database itself, so that a
  /// table that is added later is not forgotten. One that refers to another comes before it.
  func dialogTables() throws -> [String] {
    var tables = try String.fetchAll(
      self,
      sql: """
        SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
          AND EXISTS (SELECT 1 FROM pragma_table_info(sqlite_master.name) AS field WHERE field.name = 'dialog_id')
        """)
    var ordered: [String] = []
    while !tables.isEmpty {
      let referred = try Set(
        tables.flatMap { table in
          try String.fetchAll(
            self, sql: "SELECT \"table\" FROM pragma_foreign_key_list(?) WHERE \"table\" <> ?",
            arguments: [table, table])
        })
      let free = tables.filter { !referred.contains($0) }
      // Tables that refer to one another in a circle have no order; their constraints must allow for it.
      ordered += free.isEmpty ? tables : free
      tables = free.isEmpty ? [] : tables.filter(referred.contains)
    }
    return ordered
  }
}
