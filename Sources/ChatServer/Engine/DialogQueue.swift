import ChatProtocol
import Synchronization

/// Runs each dialog's work in the order it was handed in, one piece at a time unless it is shared (`AccessLine`), and
/// that of different dialogs side by side.
///
/// The work runs in a task of its own: whoever handed it in may be cancelled, by an HTTP client that went away, and
/// the work is done to its end all the same. A dialog without work takes no memory.
final class DialogQueue: Sendable {
  private struct Line {
    var access = AccessLine()
    /// What opens the way for those who wait.
    var gates: [Int: AsyncStream<Never>.Continuation] = [:]
  }

  private let lines = Mutex<[DialogID: Line]>([:])

  /// The number of dialogs that have work.
  var busyDialogs: Int { lines.withLock(\.count) }

  /// Hands work in, and returns a task for its result; awaiting it is optional.
  @discardableResult
  func enqueue<Result: Sendable>(
    _ dialogID: DialogID, _ access: AccessLine.Access = .exclusive,
    _ work: @escaping @Sendable () async throws -> Result
  ) -> Task<Result, any Error> {
    task(dialogID, behind: enter(dialogID, access), work)
  }

  private func task<Result: Sendable>(
    _ dialogID: DialogID, behind way: AsyncStream<Never>?, _ work: @escaping @Sendable () async throws -> Result
  ) -> Task<Result, any Error> {
    Task {
      if let way { for await _ in way {} }
      defer { self.leave(dialogID) }
      return try await work()
    }
  }

  /// Hands work in and waits for its result, to the end, whatever happens to the caller.
  func run<Result: Sendable>(
    _ dialogID: DialogID, _ access: AccessLine.Access = .exclusive,
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await enqueue(dialogID, access, work).value
  }

  /// Does work that a cancelled caller cannot cut in two anyway, beside other shared work: in the caller's own task if
  /// nobody has to be waited for, which spares a task and two changes of threads.
  func runShared<Result: Sendable>(
    _ dialogID: DialogID, uncancellable work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    if let way = enter(dialogID, .shared) {
      return try await task(dialogID, behind: way, work).value
    }
    defer { leave(dialogID) }
    return try await work()
  }

  /// Waits for everything that has been handed in.
  func settleAll() async {
    for dialogID in lines.withLock({ Array($0.keys) }) { _ = await enqueue(dialogID) {}.result }
  }

  /// Takes a place in the line.
  ///
  /// - Returns: what ends when it is this work's turn; nil if that is now.
  private func enter(_ dialogID: DialogID, _ access: AccessLine.Access) -> AsyncStream<Never>? {
    lines.withLock { lines in
      guard let id = lines[dialogID, default: Line()].access.enter(access) else { return nil }
      let (way, gate) = AsyncStream.makeStream(of: Never.self)
      lines[dialogID]?.gates[id] = gate
      return way
    }
  }

  private func leave(_ dialogID: DialogID) {
    let gates = lines.withLock { lines in
      guard var line = lines[dialogID] else { return [AsyncStream<Never>.Continuation]() }
      let next = line.access.leave().compactMap { line.gates.removeValue(forKey: $0) }
      lines[dialogID] = line.access.isEmpty ? nil : line
      return next
    }
    for gate in gates { gate.finish() }
  }
}
