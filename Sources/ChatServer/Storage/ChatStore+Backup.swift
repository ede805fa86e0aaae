import Foundation
import GRDB

extension ChatStore {
  /// Copies a data directory's database as it is at one moment, beside a server that runs on it and goes on writing.
  ///
  /// The copy is a database of its own, without the room that deleted rows have left behind. It is on disk, mode 0600,
  /// when this returns, and not there at all if it throws.
  ///
  /// - Throws: `PathError` if there is no database, or the copy's file is there already or cannot be written.
  public static func backUp(_ directory: DataDirectory, to path: String) async throws {
    let source = directory.path(of: databaseFile)
    guard FileManager.default.fileExists(atPath: source) else { throw PathError(path: source, reason: "is not there") }
    let lock = try DataDirectoryLock(directory, .shared)
    defer { lock.release() }
    // VACUUM INTO fills a file that is there, if it is empty: so nobody else's eyes are on it for a moment.
    try PrivateFile.create(at: path).close()
    do {
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(10)
      let queue = try DatabaseQueue(path: source, configuration: configuration)
      try await queue.vacuum(into: path)
      try queue.close()
      try PrivateFile.synchronize(path)
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      guard let error = error as? DatabaseError else { throw error }
      throw PathError(path: path, reason: "cannot be written: \(error.message ?? "SQLite error \(error.resultCode)")")
    }
  }
}
