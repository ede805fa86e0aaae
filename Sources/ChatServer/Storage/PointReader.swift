import Foundation
import GRDB
import Synchronization

/// Reads a few rows by their ids, on the caller's own thread: who asks, whether it may, whose dialog it is.
///
/// Every request asks that first. Through the pool it would change threads twice for each, which costs many times the
/// look at a page that is in memory anyway. The connections are for such reads alone, so none of them waits for a long
/// one; a writer is never waited for in WAL mode. There is one for each thread that may ask at the same time: two on one
/// connection would put each other to sleep and wake each other, which costs more than what they came for.
final class PointReader: Sendable {
  private let queues: [DatabaseQueue]
  private let turn = Atomic(0)
  /// The most connections: each has a cache of its own.
  private static let mostConnections = 4

  /// - Parameter configuration: the database's; it is opened for reading only.
  init(path: String, configuration: Configuration) throws {
    var configuration = configuration
    configuration.readonly = true
    configuration.label = "PointReader"
    let count = min(max(ProcessInfo.processInfo.activeProcessorCount, 1), Self.mostConnections)
    queues = try (0..<count).map { _ in try DatabaseQueue(path: path, configuration: configuration) }
  }

  /// Runs a body of one statement, or of several that need not see the same snapshot.
  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue
    return try queues[Int(UInt(bitPattern: turn) % UInt(queues.count))].unsafeRead(body)
  }

  func close() throws {
    for queue in queues { try queue.close() }
  }
}
