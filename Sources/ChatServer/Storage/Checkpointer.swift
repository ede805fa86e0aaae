import GRDB
import Synchronization

/// Brings the write-ahead log into the database beside the writes: a commit that does it itself, as SQLite has it by
/// default, keeps everybody waiting who wants to write meanwhile.
///
/// A passive checkpoint waits for nobody and nobody waits for it, but the log begins anew only if it got to its end.
/// Where writes never pause it would grow, so a log that is too long is brought in while writers wait. When one is due
/// `CheckpointPace` says.
final class Checkpointer: Sendable {
  /// The longest log, in pages of 4 KiB: 128 MB.
  private static let longestLog = 4 * CheckpointPace.rightLength

  private struct State {
    var pace = CheckpointPace()
    var isRunning = false
  }

  private let queue: DatabaseQueue
  private let state = Mutex(State())

  /// - Parameter configuration: the database's; the connection is for checkpoints alone.
  init(path: String, configuration: Configuration) throws {
    var configuration = configuration
    configuration.label = "Checkpointer"
    queue = try DatabaseQueue(path: path, configuration: configuration)
  }

  /// To be called after each commit.
  func committed() {
    let isDue = state.withLock { state in
      guard state.pace.committed(), !state.isRunning else { return false }
      state.pace.begin()
      state.isRunning = true
      return true
    }
    guard isDue else { return }
    queue.asyncWriteWithoutTransaction { database in
      // What stands in the way, such as a long backup, will be gone the next time.
      let length = try? database.checkpoint(.passive).walFrameCount
      if let length, length > Self.longestLog { _ = try? database.checkpoint(.restart) }
      self.state.withLock { state in
        if let length { state.pace.ended(length: length) }
        state.isRunning = false
      }
    }
  }

  /// Waits for a checkpoint that is under way.
  func close() throws { try queue.close() }
}
