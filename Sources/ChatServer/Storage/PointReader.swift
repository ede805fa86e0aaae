import GRDB

/// Reads a few rows by their ids, on the caller's own thread: who asks, whether it may, whose dialog it is.
///
/// Every request asks that first. Through the pool it would change threads twice for each, which costs many times the
/// look at a page that is in memory anyway. The connection is for such reads alone, so none of them waits for a long
/// one; a writer is never waited for in WAL mode.
final class PointReader: Sendable {
  private let queue: DatabaseQueue

  /// - Parameter configuration: the database's; it is opened for reading only.
  init(path: String, configuration: Configuration) throws {
    var configuration = configuration
    configuration.readonly = true
    configuration.label = "PointReader"
    queue = try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Runs a body of one statement, or of several that need not see the same snapshot.
  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try queue.unsafeRead(body)
  }

  func close() throws { try queue.close() }
}
