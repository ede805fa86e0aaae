import Synchronization
import Testing

@testable import ChatServer

@Suite struct WaitingLineTests {
  @Test func servesInOrderAndTurnsAwayWhoFindsItFull() {
    var line = WaitingLine(limits: .init(served: 2, waiting: 1))
    #expect(line.handle(.enter(1)) == [.serve(1)])
    #expect(line.handle(.enter(2)) == [.serve(2)])
    #expect(line.handle(.enter(3)) == [])
    #expect(line.handle(.enter(4)) == [.turnAway(4)])
    #expect(line.handle(.leave(4)) == [])
    #expect(line.handle(.leave(1)) == [.serve(3)])
    #expect(line.handle(.leave(1)) == [])
    #expect(line.counts == (2, 0))
  }

  @Test func whoGetsTiredGivesItsPlaceUp() {
    var line = WaitingLine(limits: .init(served: 1, waiting: 2))
    #expect(line.handle(.enter(1)) == [.serve(1)])
    #expect(line.handle(.enter(2)) == [])
    #expect(line.handle(.enter(3)) == [])
    #expect(line.handle(.leave(2)) == [])
    #expect(line.handle(.leave(1)) == [.serve(3)])
    #expect(line.handle(.leave(3)) == [])
    #expect(line.counts == (0, 0))
  }

  @Test func nothingWaitsWhereNothingMay() {
    var line = WaitingLine(limits: .init(served: 1, waiting: 0))
    #expect(line.handle(.enter(1)) == [.serve(1)])
    #expect(line.handle(.enter(2)) == [.turnAway(2)])
  }

  /// Counts who is inside.
  private final class Room: Sendable {
    private let inside = Mutex(0)

    func enter() -> Int {
      inside.withLock { inside in
        inside += 1
        return inside
      }
    }

    func leave() { inside.withLock { $0 -= 1 } }
  }

  @Test func theGateNeverLetsMoreThrough() async throws {
    let gate = ModelGate(limits: .init(served: 3, waiting: 100))
    let room = Room()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<60 {
        group.addTask {
          try await gate.pass {
            #expect(room.enter() <= 3)
            await Task.yield()
            room.leave()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(gate.counts == (0, 0))
  }

  @Test func whoIsCancelledLeavesTheLine() async throws {
    let gate = ModelGate(limits: .init(served: 1, waiting: 1))
    let (open, opener) = AsyncStream.makeStream(of: Never.self)
    let (entered, enter) = AsyncStream.makeStream(of: Void.self)
    let first = Task {
      try await gate.pass {
        enter.finish()
        for await _ in open {}
      }
    }
    for await _ in entered {}
    let second = Task<Void, any Error> { try await gate.pass {} }
    while gate.counts.waiting == 0 { await Task.yield() }
    await #expect(throws: ModelFailure.busy) { try await gate.pass {} as Void }
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    #expect(gate.counts == (1, 0))
    opener.finish()
    try await first.value
    #expect(gate.counts == (0, 0))
    let third = Task<Void, any Error> {
      withUnsafeCurrentTask { $0?.cancel() }
      try await gate.pass { () -> Void in Issue.record("it was cancelled before it came") }
    }
    await #expect(throws: CancellationError.self) { try await third.value }
    #expect(gate.counts == (0, 0))
  }
}
