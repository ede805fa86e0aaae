public import ChatProtocol
import Foundation
import GRDB

extension ChatStore {
  /// Puts a copy of a backup in the place of a data directory's database. The one that was there is kept beside it.
  ///
  /// The copy is checked first, opened as a server opens it and brought up to date. It takes the database's place in
  /// one step: after a crash at any moment there is either the one or the other, and nothing of it is lost.
  ///
  /// - Parameter keys: what texts are encrypted with, in the backup as in the database.
  /// - Returns: the path of the database that was there, or nil if there was none.
  /// - Throws: `PathError` if a server or another command uses the directory, if the backup is no database of a
  ///   `chatai-server`, is damaged, is from a newer version or needs a key that is not there, and if a file cannot be
  ///   written. Then nothing has changed.
  public static func restore(
    _ backup: String, into directory: DataDirectory, keys: StorageKeys?, at now: Timestamp
  ) async throws -> String? {
    let lock = try DataDirectoryLock(directory, .exclusive)
    defer { lock.release() }
    let database = DatabaseFiles(path: directory.path(of: databaseFile))
    let copy = DatabaseFiles(path: database.path + ".new")
    // Of an attempt that was killed.
    copy.remove()
    do {
      try DatabaseFiles(path: backup).copy(to: copy)
      try await check(copy.path, of: backup, keys: keys)
      try PrivateFile.synchronize(copy.path)
      let kept = DatabaseFiles(path: database.path + ".replaced-" + "\(now)".replacing(":", with: "-"))
      let isReplacing = database.exist
      if isReplacing { try await keep(database, as: kept) }
      try database.removeCompanions()
      guard rename(copy.path, database.path) == 0 else {
        throw PathError(path: database.path, reason: systemReason())
      }
      try PrivateFile.synchronize(database.path)
      return isReplacing ? kept.path : nil
    } catch {
      copy.remove()
      throw error
    }
  }

  /// Makes sure that a server can run on a database, and leaves it whole in its one file.
  private static func check(_ copy: String, of backup: String, keys: StorageKeys?) async throws {
    do {
      let queue = try DatabaseQueue(path: copy)
      try await queue.write { database in
        guard try Schema.migrator.appliedIdentifiers(database).contains(Schema.migrations[0].name) else {
          throw PathError(path: backup, reason: "is not a database of chatai-server")
        }
        // One finding is enough: in a large file that is damaged all over there are very many.
        let finding = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)")
        guard finding == "ok" else {
          throw PathError(path: backup, reason: "is damaged: \(finding?.split(separator: "\n").last ?? "")")
        }
        guard try Row.fetchOne(database, sql: "PRAGMA foreign_key_check") == nil else {
          throw PathError(path: backup, reason: "is damaged: it has rows that refer to others that are missing")
        }
      }
      try queue.close()
    } catch let error as DatabaseError {
      throw PathError(
        path: backup,
        reason: error.resultCode == .SQLITE_NOTADB
          ? "is not a database" : "is damaged: \(error.message ?? "SQLite error \(error.resultCode)")")
    }
    try await open(copy, as: backup, keys: keys, lock: nil).close()
    try await foldLog(copy)
  }

  /// Gives a database a second name, under which all of it is found.
  private static func keep(_ database: DatabaseFiles, as kept: DatabaseFiles) async throws {
    // SQLite drops logs that it cannot make sense of.
    try database.linkLogs(to: kept)
    do {
      try await foldLog(database.path)
      // All is in the one file now. It has its second name only then: a log must never stand beside two names of it.
      try kept.removeCompanions()
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
      try kept.removeCompanions()
      throw PathError(path: database.path, reason: "another program is using it; stop it first")
    } catch is DatabaseError {
      // It is damaged, which may be why it is replaced. What stands beside it is kept with it.
    }
    try database.link(to: kept)
  }

  /// Brings a database's log into its file, and removes it.
  ///
  /// - Throws: `DatabaseError`; `SQLITE_BUSY` if somebody has the database open.
  private static func foldLog(_ path: String) async throws {
    let queue = try DatabaseQueue(path: path)
    try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
    try queue.close()
  }
}
