import Testing

@testable import ChatServer

@Suite struct TurnMachineTests {
  @Test func oneMessageOneTurn() {
    var machine = TurnMachine()
    #expect(machine.handle(.message(1)) == [.start(1, from: 1)])
    #expect(machine.current == 1)
    #expect(machine.handle(.finished(1)) == [])
    #expect(machine.isIdle)
    #expect(machine.handle(.message(2)) == [.start(2, from: 2)])
  }

  @Test func aNewerMessageBeginsAnew() {
    var machine = TurnMachine()
    #expect(machine.handle(.message(1)) == [.start(1, from: 1)])
    #expect(machine.handle(.message(2)) == [.cancel(1), .start(2, from: 1)])
    // The first one ends when it ends.
    #expect(machine.handle(.finished(1)) == [])
    #expect(machine.current == 2)
    #expect(machine.handle(.finished(2)) == [])
    #expect(machine.isIdle)
  }

  @Test func afterSomeRestartsItIsLetFinish() {
    var machine = TurnMachine()
    #expect(machine.handle(.message(1)) == [.start(1, from: 1)])
    for message in 2...(1 + TurnMachine.mostRestarts) {
      #expect(machine.handle(.message(message)) == [.cancel(message - 1), .start(message, from: 1)])
    }
    #expect(machine.handle(.message(5)) == [])
    #expect(machine.handle(.message(6)) == [.settle(5)])
    #expect(machine.handle(.finished(4)) == [.start(6, from: 5)])
    // And the count begins anew.
    #expect(machine.handle(.message(7)) == [.cancel(6), .start(7, from: 5)])
  }

  @Test func anInterruptionEndsAll() {
    var machine = TurnMachine()
    #expect(machine.handle(.interrupted) == [])
    #expect(machine.handle(.message(1)) == [.start(1, from: 1)])
    #expect(machine.handle(.interrupted) == [.cancel(1)])
    #expect(machine.isIdle)
    for message in 1...4 { _ = machine.handle(.message(message)) }
    #expect(machine.handle(.message(5)) == [])
    #expect(machine.handle(.interrupted) == [.cancel(4), .settle(5)])
    #expect(machine.isIdle)
    #expect(machine.handle(.finished(4)) == [])
    #expect(machine.isIdle)
  }
}
