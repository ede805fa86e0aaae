import Synchronization
import Testing

@testable import ChatServer

@Suite struct DialogQueueTests {
  @Test func workOfOneDialogRunsInOrderAndNeverAtOnce() async throws {
    let queue = DialogQueue()
    let log = Mutex<[Int]>([])
    let running = Mutex(0)
    let tasks = (0..<200).map { number in
      queue.enqueue(7) {
        #expect(
          running.withLock {
            $0 += 1; return $0
          } == 1)
        await Task.yield()
        log.withLock { $0.append(number) }
        running.withLock { $0 -= 1 }
      }
    }
    for task in tasks { try await task.value }
    #expect(log.withLock { $0 } == Array(0..<200))
    #expect(queue.busyDialogs == 0)
  }

  @Test func sharedWorkRunsBesideSharedWorkOnly() async throws {
    let queue = DialogQueue()
    let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    let log = Mutex<[String]>([])
    let first = queue.enqueue(7, .shared) { for await _ in gate {} }
    try await queue.run(7, .shared) { log.withLock { $0.append("beside") } }
    let alone = queue.enqueue(7) { log.withLock { $0.append("alone") } }
    let behind = queue.enqueue(7, .shared) { log.withLock { $0.append("behind") } }
    #expect(log.withLock { $0 } == ["beside"])
    opener.finish()
    for task in [first, alone, behind] { try await task.value }
    #expect(log.withLock { $0 } == ["beside", "alone", "behind"])
    #expect(queue.busyDialogs == 0)
  }

  @Test func sharedWorkInItsCallersTaskKeepsItsPlace() async throws {
    let queue = DialogQueue()
    let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    let log = Mutex<[String]>([])
    try await queue.runShared(7) { log.withLock { $0.append("at once") } }
    #expect(queue.busyDialogs == 0)
    let alone = queue.enqueue(7) {
      for await _ in gate {}
      log.withLock { $0.append("alone") }
    }
    // It waits its turn in a task of its own: a cancelled caller neither jumps the line nor leaves the work undone.
    let caller = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await queue.runShared(7) { log.withLock { $0.append("behind") } }
    }
    opener.finish()
    try await alone.value
    try await caller.value
    await #expect(throws: CancellationError.self) {
      try await queue.runShared(7) { throw CancellationError() }
    }
    #expect(log.withLock { $0 } == ["at once", "alone", "behind"])
    #expect(queue.busyDialogs == 0)
  }

  @Test func dialogsDoNotWaitForEachOther() async throws {
    let queue = DialogQueue()
    let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    let blocked = queue.enqueue(1) { for await _ in gate {} }
    try await queue.run(2) {}
    #expect(queue.busyDialogs == 1)
    opener.finish()
    try await blocked.value
    #expect(queue.busyDialogs == 0)
  }

  @Test func cancellationOfTheCallerDoesNotReachTheWork() async throws {
    let queue = DialogQueue()
    let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    let caller = Task {
      try await queue.run(1) {
        for await _ in gate {}
        return Task.isCancelled
      }
    }
    caller.cancel()
    opener.finish()
    #expect(try await caller.value == false)
  }

  @Test func anErrorStopsNothingButItsOwnWork() async throws {
    struct Failure: Error {}
    let queue = DialogQueue()
    let failing = queue.enqueue(1) { throw Failure() }
    let following = queue.enqueue(1) { 42 }
    await #expect(throws: Failure.self) { try await failing.value }
    #expect(try await following.value == 42)
  }

  @Test func settleAllWaitsForEverything() async {
    let queue = DialogQueue()
    let done = Mutex(0)
    for dialogID in 0..<20 {
      queue.enqueue(dialogID % 5) {
        await Task.yield()
        done.withLock { $0 += 1 }
      }
    }
    await queue.settleAll()
    #expect(done.withLock { $0 } == 20)
    #expect(queue.busyDialogs == 0)
  }
}
