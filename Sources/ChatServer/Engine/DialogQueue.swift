import ChatProtocol
import Synchronization

/// Runs work one piece at a time for each dialog, in the order it was handed in, and side by side for different ones.
///
/// The work runs in a task of its own: whoever handed it in may be cancelled, by an HTTP client that went away, and
/// the work is done to its end all the same. A dialog without work takes no memory.
final class DialogQueue: Sendable {
  private struct Line {
    /// Returns when all that was handed in so far is done.
    var settled: @Sendable () async -> Void
    /// How many pieces are waiting or running.
    var count: Int
  }

  private let lines = Mutex<[DialogID: Line]>([:])

  /// The number of dialogs that have work.
  var busyDialogs: Int { lines.withLock(\.count) }

  /// Hands work in, and returns a task for its result; awaiting it is optional.
  @discardableResult
  func enqueue<Result: Sendable>(
    _ dialogID: DialogID, _ work: @escaping @Sendable () async throws -> Result
  ) -> Task<Result, any Error> {
    lines.withLock { lines in
      let previous = lines[dialogID]
      let task = Task {
        await previous?.settled()
        defer { self.finish(dialogID) }
        return try await work()
      }
      lines[dialogID] = Line(settled: { _ = await task.result }, count: (previous?.count ?? 0) + 1)
      return task
    }
  }

  /// Hands work in and waits for its result, to the end, whatever happens to the caller.
  func run<Result: Sendable>(
    _ dialogID: DialogID, _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await enqueue(dialogID, work).value
  }

  /// Waits for what a dialog has under way.
  func settle(_ dialogID: DialogID) async {
    await lines.withLock { $0[dialogID] }?.settled()
  }

  /// Waits for everything that has been handed in.
  func settleAll() async {
    for line in lines.withLock({ Array($0.values) }) { await line.settled() }
  }

  private func finish(_ dialogID: DialogID) {
    lines.withLock { lines in
      guard var line = lines[dialogID] else { return }
      line.count -= 1
      lines[dialogID] = line.count == 0 ? nil : line
    }
  }
}
