import Foundation

/// A SQLite database as files: its own, and those that SQLite may have left beside it.
struct DatabaseFiles {
  /// The database's own file.
  let path: String

  /// What the names of those end with that hold content which is not in the database's file yet.
  private static let logs = ["-wal", "-journal"]
  private static let companions = logs + ["-shm"]

  private func paths(_ endings: [String]) -> [(ending: String, path: String)] {
    endings.map { ($0, path + $0) }.filter { FileManager.default.fileExists(atPath: $0.1) }
  }

  var exist: Bool { FileManager.default.fileExists(atPath: path) }

  /// Copies its content into new files of mode 0600.
  func copy(to other: DatabaseFiles) throws(PathError) {
    try PrivateFile.copy(path, to: other.path)
    for (ending, path) in paths(Self.logs) { try PrivateFile.copy(path, to: other.path + ending) }
  }

  /// Gives the database's own file a second name.
  func link(to other: DatabaseFiles) throws(PathError) {
    try link([""], to: other)
  }

  /// Gives the logs second names, as far as they are there.
  func linkLogs(to other: DatabaseFiles) throws(PathError) {
    try link(Self.logs, to: other)
  }

  private func link(_ endings: [String], to other: DatabaseFiles) throws(PathError) {
    for (ending, path) in paths(endings) where Glibc.link(path, other.path + ending) != 0 {
      throw PathError(path: other.path + ending, reason: systemReason())
    }
    try PrivateFile.synchronizeFolder(of: path)
  }

  /// Takes this name from those beside the database, which would spoil another database in its place.
  func removeCompanions() throws(PathError) {
    for (_, path) in paths(Self.companions) where unlink(path) != 0 {
      throw PathError(path: path, reason: systemReason())
    }
    try PrivateFile.synchronizeFolder(of: path)
  }

  /// Removes all of them as far as they are there.
  func remove() {
    for ending in [""] + Self.companions { unlink(path + ending) }
  }
}
