import Glibc
import Synchronization
import Terminal
import Testing

@Suite("Event loop", .serialized)
struct EventLoopTests {
  @TerminalActor
  private final class Log {
    var lines: [String] = []
  }

  private final class Result: Sendable {
    let lines = Mutex<[String]>([])
  }

  @Test("Jobs run in order on the loop's thread, timers by deadline, and the turn's end after each")
  func order() async throws {
    let result = Result()
    let status = try await onThread {
      try TerminalActor.run { loop in
        let log = Log()
        loop.afterTurn = { if log.lines.last != "turn" { log.lines.append("turn") } }
        loop.after(.zero) { log.lines.append("timer 1") }
        let cancelled = loop.after(.zero) { log.lines.append("never") }
        loop.after(.zero) { log.lines.append("timer 2") }
        loop.cancel(cancelled)
        for number in 1...3 {
          Task { @TerminalActor in
            TerminalActor.shared.preconditionIsolated()
            log.lines.append("job \(number)")
          }
        }
        loop.after(.milliseconds(1)) {
          Task { @TerminalActor in
            result.lines.withLock { $0 = log.lines }
            loop.stop(status: 5)
          }
        }
      }
    }
    #expect(status == 5)
    #expect(result.lines.withLock { $0 } == ["job 1", "job 2", "job 3", "turn", "timer 1", "timer 2", "turn"])
  }

  @Test("Jobs of other threads wake it")
  func wakeup() async throws {
    let status = try await onThread {
      try TerminalActor.run { loop in
        Task.detached {
          var sum = 0
          for number in 1...1_000 { sum += await double(number) }
          await stop(loop, status: sum == 1_001_000 ? 7 : 1)
        }
      }
    }
    #expect(status == 7)
  }

  @Test("What start throws comes out, and nothing runs")
  func failure() async {
    struct Failure: Error {}
    await #expect(throws: Failure.self) {
      try await onThread { try TerminalActor.run { _ in throw Failure() } }
    }
  }
}

@TerminalActor private func double(_ number: Int) -> Int { 2 * number }

@TerminalActor private func stop(_ loop: EventLoop, status: Int32) { loop.stop(status: status) }

/// Runs a body that blocks on a thread of its own, so that the pool keeps all of its threads.
private func onThread(_ body: @escaping @Sendable () throws -> Int32) async throws -> Int32 {
  final class Work: Sendable {
    let body: @Sendable () throws -> Int32
    let done: CheckedContinuation<Int32, any Error>
    init(_ body: @escaping @Sendable () throws -> Int32, _ done: CheckedContinuation<Int32, any Error>) {
      self.body = body
      self.done = done
    }
  }
  return try await withCheckedThrowingContinuation { done in
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body, done))
    let failure = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        work.done.resume(with: Swift.Result(catching: work.body))
        return nil
      }, work.toOpaque())
    precondition(failure == 0)
    pthread_detach(thread)
  }
}
