import ChatProtocol
import Testing

@testable import ChatServer

@Suite struct HandoffMachineTests {
  private static let ann = HandoffActor.operator(1, isAdmin: false)
  private static let bob = HandoffActor.operator(2, isAdmin: false)
  private static let admin = HandoffActor.operator(3, isAdmin: true)

  private static let force = HandoffCommand.forceTakeOver(reason: "she is ill")

  private static func request(_ id: String) -> HandoffCommand {
    .request(requestID: id, reason: "why", lastUserText: "help")
  }

  /// A machine that was led to a state, the last request being `r1` and the operator Ann.
  private func machine(_ state: HandoffState) throws -> HandoffMachine {
    let path: [(HandoffCommand, HandoffActor)] =
      switch state {
      case .requested: [(Self.request("r1"), .visitor)]
      case .active: [(Self.request("r1"), .visitor), (.takeOver, Self.ann)]
      case .released: [(Self.request("r1"), .visitor), (.takeOver, Self.ann), (.release, Self.ann)]
      case .cancelled: [(Self.request("r1"), .visitor), (.cancel, .visitor)]
      case .none, .other: []
      }
    var machine = HandoffMachine()
    for (step, (command, actor)) in path.enumerated() {
      let isChanged = try machine.handle(command, by: actor, at: Timestamp(milliseconds: Int64(step)))
      #expect(isChanged)
    }
    #expect(machine.state == state)
    return machine
  }

  /// What a command leads to.
  enum Result: Equatable, Sendable {
    case changed(HandoffState)
    case repeated
    case refused(HandoffConflict)
  }

  @Test(arguments: [
    (HandoffState.none, request("r2"), HandoffActor.visitor, Result.changed(.requested)),
    (.none, request("r2"), .assistant, .changed(.requested)),
    (.none, request("r2"), ann, .changed(.requested)),
    (.none, .takeOver, ann, .refused(.wrongState(.none))),
    (.none, .release, ann, .refused(.wrongState(.none))),
    (.none, .cancel, .visitor, .refused(.wrongState(.none))),
    (.none, force, ann, .refused(.wrongState(.none))),
    (.none, .transfer(to: 2, note: nil), ann, .refused(.wrongState(.none))),
    (.none, .requeue(reason: nil), ann, .refused(.wrongState(.none))),
    (.none, .expireLease(of: 1), .server, .repeated),

    (.requested, request("r1"), .visitor, .repeated),
    (.requested, request("r2"), .visitor, .refused(.wrongState(.requested))),
    (.requested, .takeOver, ann, .changed(.active)),
    (.requested, .takeOver, .visitor, .refused(.notAnOperator)),
    (.requested, .takeOver, .assistant, .refused(.notAnOperator)),
    (.requested, .release, ann, .refused(.wrongState(.requested))),
    (.requested, .cancel, .visitor, .changed(.cancelled)),
    (.requested, .cancel, bob, .changed(.cancelled)),
    (.requested, force, ann, .changed(.active)),
    (.requested, force, .visitor, .refused(.notAnOperator)),
    (.requested, .transfer(to: 2, note: nil), admin, .refused(.wrongState(.requested))),
    (.requested, .requeue(reason: nil), ann, .refused(.wrongState(.requested))),
    (.requested, .expireLease(of: 1), .server, .repeated),

    (.active, request("r1"), .visitor, .repeated),
    (.active, request("r2"), .assistant, .refused(.wrongState(.active))),
    (.active, .takeOver, ann, .repeated),
    (.active, .takeOver, bob, .refused(.heldByAnother(1))),
    (.active, .takeOver, admin, .refused(.heldByAnother(1))),
    (.active, .takeOver, .visitor, .refused(.notAnOperator)),
    (.active, .release, ann, .changed(.released)),
    (.active, .release, bob, .refused(.heldByAnother(1))),
    (.active, .release, admin, .changed(.released)),
    (.active, .release, .visitor, .refused(.notAnOperator)),
    (.active, .cancel, .visitor, .refused(.wrongState(.active))),
    (.active, force, bob, .changed(.active)),
    (.active, force, ann, .repeated),
    (.active, force, .assistant, .refused(.notAnOperator)),
    (.active, .transfer(to: 2, note: nil), ann, .changed(.active)),
    (.active, .transfer(to: 2, note: nil), admin, .changed(.active)),
    (.active, .transfer(to: 2, note: nil), bob, .refused(.heldByAnother(1))),
    (.active, .transfer(to: 1, note: nil), bob, .repeated),
    (.active, .transfer(to: 1, note: nil), .visitor, .refused(.notAnOperator)),
    (.active, .requeue(reason: nil), ann, .changed(.requested)),
    (.active, .requeue(reason: nil), admin, .changed(.requested)),
    (.active, .requeue(reason: nil), bob, .refused(.heldByAnother(1))),
    (.active, .requeue(reason: nil), .visitor, .refused(.notAnOperator)),
    (.active, .expireLease(of: 1), .server, .changed(.requested)),
    (.active, .expireLease(of: 2), .server, .repeated),

    (.released, request("r1"), .visitor, .repeated),
    (.released, request("r2"), .visitor, .changed(.requested)),
    (.released, .takeOver, ann, .refused(.wrongState(.released))),
    (.released, .release, ann, .refused(.wrongState(.released))),
    (.released, .cancel, .visitor, .refused(.wrongState(.released))),
    (.released, force, ann, .refused(.wrongState(.released))),
    (.released, .requeue(reason: nil), ann, .refused(.wrongState(.released))),
    (.released, .expireLease(of: 1), .server, .repeated),

    (.cancelled, request("r1"), .visitor, .repeated),
    (.cancelled, request("r2"), .visitor, .changed(.requested)),
    (.cancelled, .takeOver, ann, .refused(.wrongState(.cancelled))),
    (.cancelled, .release, ann, .refused(.wrongState(.cancelled))),
    (.cancelled, .cancel, .visitor, .refused(.wrongState(.cancelled))),
    (.cancelled, force, ann, .refused(.wrongState(.cancelled))),
  ])
  func followsTheContract(state: HandoffState, command: HandoffCommand, actor: HandoffActor, expected: Result) throws {
    var machine = try machine(state)
    let before = machine
    let result: Result
    do {
      result =
        try machine.handle(command, by: actor, at: Timestamp(milliseconds: 99)) ? .changed(machine.state) : .repeated
    } catch {
      result = .refused(error)
    }
    #expect(result == expected)
    if case .changed = result {} else { #expect(machine == before) }
    #expect((machine.state == .active) == (machine.managerID != nil))
  }

  @Test func theTimesTellTheStory() throws {
    var machine = try machine(.released)
    #expect(machine.requestedAt == Timestamp(milliseconds: 0))
    #expect(machine.startedAt == Timestamp(milliseconds: 1))
    #expect(machine.resolvedAt == Timestamp(milliseconds: 2))
    let isChanged = try machine.handle(
      .request(requestID: "r2", reason: nil, lastUserText: nil), by: .visitor, at: Timestamp(milliseconds: 3))
    #expect(isChanged)
    #expect(machine.requestedAt == Timestamp(milliseconds: 3))
    #expect(machine.startedAt == nil && machine.resolvedAt == nil && machine.reason == nil)
  }

  @Test func itChangesHandsAndComesBackInOneWait() throws {
    func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
    var machine = try machine(.active)
    _ = try machine.handle(.transfer(to: 2, note: nil), by: Self.ann, at: time(5))
    #expect(machine.managerID == 2 && machine.startedAt == time(1) && machine.queuedAt == nil)
    _ = try machine.handle(Self.force, by: Self.admin, at: time(6))
    #expect(machine.managerID == 3 && machine.startedAt == time(1))
    _ = try machine.handle(.requeue(reason: "needs billing"), by: Self.admin, at: time(7))
    #expect(machine.requestedAt == time(0) && machine.queuedAt == time(7) && machine.startedAt == nil)
    #expect(machine.reason == "needs billing" && machine.lastUserText == "help")
    // The request that was answered stays answered.
    let isChanged = try machine.handle(Self.request("r1"), by: .visitor, at: time(8))
    #expect(!isChanged)
    _ = try machine.handle(.takeOver, by: Self.bob, at: time(9))
    #expect(machine.startedAt == time(9) && machine.returnedAt == nil)
    _ = try machine.handle(.expireLease(of: 2), by: .server, at: time(10))
    #expect(machine.queuedAt == time(10) && machine.reason == "needs billing")
  }

  @Test(arguments: [
    (HandoffState.none, true), (.requested, false), (.active, false), (.released, true), (.cancelled, true),
  ])
  func theAssistantIsSilentWhileAHumanIsWaitedForOrThere(state: HandoffState, speaks: Bool) {
    #expect(AssistantPolicy.mayAnswer(handoff: state, isSwitchedOn: true) == speaks)
    #expect(!AssistantPolicy.mayAnswer(handoff: state, isSwitchedOn: false))
  }
}
