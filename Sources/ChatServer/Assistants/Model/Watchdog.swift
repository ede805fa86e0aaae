import NIOCore
import NIOPosix
import Synchronization

/// Ends work that takes longer than it may. The time is moved as often as wanted; nothing wakes before it is over.
final class Watchdog: Sendable {
  private let end: NIODeadline
  private let loop: any EventLoop
  private let timer = Mutex<Scheduled<Void>?>(nil)
  private let expiry: AsyncStream<Never>
  private let expire: AsyncStream<Never>.Continuation

  private init(end: NIODeadline) {
    self.end = end
    loop = MultiThreadedEventLoopGroup.singleton.any()
    (expiry, expire) = AsyncStream.makeStream()
    allow(nil)
  }

  /// From now on the work may take so long, or as long as it may take in all, if that is shorter.
  ///
  /// - Parameter time: nil for as long as it may take in all.
  func allow(_ time: Duration?) {
    let deadline = time.map { min(.now() + TimeAmount($0), end) } ?? end
    timer.withLock { timer in
      timer?.cancel()
      timer = loop.scheduleTask(deadline: deadline) { [expire] in expire.finish() }
    }
  }

  /// Runs work that may take so long in all; it is cancelled when its time is over.
  ///
  /// - Throws: `ModelFailure.tooSlow`, `CancellationError`, or what the work throws.
  static func guarding<Value: Sendable>(
    within time: Duration, _ work: @escaping @Sendable (Watchdog) async throws -> Value
  ) async throws -> Value {
    let watchdog = Watchdog(end: .now() + TimeAmount(time))
    defer { watchdog.timer.withLock { $0?.cancel() } }
    return try await withThrowingTaskGroup(of: Value.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await work(watchdog) }
      group.addTask {
        for await _ in watchdog.expiry {}
        try Task.checkCancellation()
        throw ModelFailure.tooSlow
      }
      guard let value = try await group.next() else { throw CancellationError() }
      return value
    }
  }
}
