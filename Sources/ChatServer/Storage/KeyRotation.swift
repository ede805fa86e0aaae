import ChatProtocol
import Foundation
import GRDB

/// The columns of texts that are encrypted, all in tables with their dialog's id.
enum SealedColumns {
  /// By table: the column of the dialog's id, and those of the texts.
  static let all: [(table: String, dialogID: String, columns: [String])] = [
    ("message", "dialog_id", ["text"]),
    (
      "dialog", "id",
      ["last_message_text", "name", "first_name", "last_name", "handoff_reason", "handoff_last_user_text"]
    ),
    ("handoff_log", "dialog_id", ["reason"]),
    ("proposal", "dialog_id", ["text", "reason"]),
    ("handoff_brief", "dialog_id", ["brief"]),
  ]
}

extension ChatStore {
  /// How many rows are encrypted anew in one transaction.
  private static let rotationBatch = 500

  /// Writes every private text anew, with the current key or, without keys, as it is; then the other keys are not needed
  /// any more. What is done already is left alone, so that a rotation that was cut off goes on where it was.
  ///
  /// - Returns: how many rows were written.
  public func rotateKeys() async throws -> Int {
    var count = 0
    for (table, dialogID, columns) in SealedColumns.all {
      var last: Int64 = 0
      while let end = try await rotate(table, dialogID, columns, behind: last, &count) { last = end }
    }
    let current = cipher.keys?.current?.id
    try await write { database in
      // Nothing is left of the words that were looked up while texts were readable.
      if current != nil {
        for index in ["message_search", "dialog_search"] {
          try database.execute(sql: "INSERT INTO \(index) (\(index)) VALUES ('delete-all')")
        }
      }
      try database.execute(sql: "DELETE FROM storage_key WHERE id IS NOT ?", arguments: [current])
    }
    try await checkpoint()
    return count
  }

  /// - Returns: the id of the last row looked at, or nil at the table's end.
  private func rotate(
    _ table: String, _ dialogID: String, _ columns: [String], behind last: Int64, _ count: inout Int
  ) async throws -> Int64? {
    // What a text that is to stay begins with; nothing is to stay if its key goes and none comes.
    let prefix = cipher.keys?.current.map(TextCipher.prefix)
    let isDue = columns.map { column -> String in
      guard let prefix else { return "substr(\(column), 1, 1) = x'FF'" }
      return "substr(\(column), 1, \(prefix.count)) <> x'\(prefix.hex)'"
    }.joined(separator: " OR ")
    let assignments = columns.map { column -> String in
      let place = "'\(table).\(column)', \(dialogID)"
      return "\(column) = seal(unseal(\(column), \(place)), \(place))"
    }.joined(separator: ", ")
    let (end, changed) = try await write { database -> (Int64?, Int) in
      let ids = try Int64.fetchAll(
        database, sql: "SELECT id FROM \(table) WHERE id > ? ORDER BY id LIMIT \(Self.rotationBatch)",
        arguments: [last])
      guard let end = ids.last else { return (nil, 0) }
      try database.execute(
        sql: "UPDATE \(table) SET \(assignments) WHERE id > ? AND id <= ? AND (\(isDue))", arguments: [last, end])
      return (end, database.changesCount)
    }
    count += changed
    return end
  }

  /// Checks that every key that texts may be encrypted with is there, and notes the current one.
  func requireKeys(at path: String) async throws {
    let used = try await read { try Data.fetchAll($0, sql: "SELECT id FROM storage_key") }
    let known = Set(cipher.keys?.keys.map(\.id) ?? [])
    if let missing = used.first(where: { !known.contains($0) }) {
      guard let keys = cipher.keys else {
        throw PathError(
          path: path, reason: "is encrypted with the key \(missing.hex); give its file as storage.key_file")
      }
      throw PathError(
        path: keys.path, reason: "does not hold the key \(missing.hex), which \(path) is encrypted with")
    }
    guard let current = cipher.keys?.current?.id, !used.contains(current) else { return }
    try await write {
      try $0.execute(
        sql: "INSERT INTO storage_key (id, created_at) VALUES (?, ?)",
        arguments: [current, Timestamp.now().milliseconds])
    }
  }
}

extension Schema {
  /// The keys that texts may be encrypted with: a server that lacks one must not start.
  static let storageKeys = """
    CREATE TABLE storage_key (
      id BLOB NOT NULL PRIMARY KEY,
      created_at INTEGER NOT NULL
    ) STRICT;
    """
}
