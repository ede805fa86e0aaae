import GRDB
import Synchronization

/// Brings the write-ahead log into the database beside the writes: a commit that does it itself, as SQLite has it by
/// default, keeps everybody waiting who wants to write meanwhile.
///
/// A passive checkpoint waits for nobody and nobody waits for it, but the log begins anew only if it got to its end.
/// Where writes never pause it would grow, so a log that is too long is brought in while writers wait.
final class Checkpointer: Sendable {
  /// How many commits there are between two checkpoints; one has about a dozen pages.
  private static let commits = 250
  /// The longest log, in pages of 4 KiB.
  private static let longestLog = 16_384

  private struct State {
    var commits = 0
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
      state.commits += 1
      guard state.commits >= Self.commits, !state.isRunning else { return false }
      state = State(commits: 0, isRunning: true)
      return true
    }
    guard isDue else { return }
    queue.asyncWriteWithoutTransaction { database in
      // What stands in the way, such as a long backup, will be gone the next time.
      if let pages = try? database.checkpoint(.passive).walFrameCount, pages > Self.longestLog {
        _ = try? database.checkpoint(.restart)
      }
      self.state.withLock { $0.isRunning = false }
    }
  }

  /// Waits for a checkpoint that is under way.
  func close() throws { try queue.close() }
}
