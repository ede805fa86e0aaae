import ChatProtocol
import Testing

@testable import ChatServer

/// Presence and leases by tables of events: presence is missed after 60 s, a lease is lost after 120 s.
@Suite struct OperatorRegistryTests {
  typealias Event = OperatorRegistry.Event
  typealias Action = OperatorRegistry.Action

  /// What happens at a second, and what follows from it.
  struct Step: Sendable {
    let at: Int
    let event: Event
    let actions: [Action]

    init(_ at: Int, _ event: Event, _ actions: [Action] = []) {
      (self.at, self.event, self.actions) = (at, event, actions)
    }
  }

  struct Story: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let steps: [Step]
    /// How many operators are remembered at the end.
    var tracked = 0
  }

  private static func alarm(_ seconds: Int) -> Action { .setAlarm(after: .seconds(seconds)) }

  static let presence = [
    Story(
      testDescription: "a request makes it online for a while",
      steps: [
        Step(0, .requestSeen(1), [.statusChanged(1, .online), alarm(60)]),
        Step(50, .requestSeen(1)),
        Step(60, .alarm, [alarm(50)]),
        Step(110, .alarm, [.statusChanged(1, .offline)]),
      ]),
    Story(
      testDescription: "a socket keeps it online without another word, and its end counts as a sign of life",
      steps: [
        Step(0, .socketOpened(1), [.statusChanged(1, .online)]),
        Step(500, .alarm),
        Step(1000, .socketClosed(1), [alarm(60)]),
        Step(1059, .alarm, [alarm(1)]),
        Step(1060, .alarm, [.statusChanged(1, .offline)]),
      ]),
    Story(
      testDescription: "one of two sockets is enough",
      steps: [
        Step(0, .socketOpened(1), [.statusChanged(1, .online)]), Step(1, .socketOpened(1)), Step(2, .socketClosed(1)),
        Step(500, .alarm), Step(501, .socketClosed(1), [alarm(60)]),
        Step(561, .alarm, [.statusChanged(1, .offline)]),
      ]),
    Story(
      testDescription: "its own word counts while it is there, and is forgotten when it goes",
      steps: [
        Step(0, .said(.away, 1), [.statusChanged(1, .away), alarm(60)]),
        Step(10, .requestSeen(1)),
        Step(20, .said(.offline, 1), [.statusChanged(1, .offline)]),
        Step(30, .requestSeen(1)),
        Step(60, .alarm, [alarm(30)]),
        // Not told again: it was offline by its word.
        Step(90, .alarm),
        Step(100, .requestSeen(1), [.statusChanged(1, .online), alarm(60)]),
        Step(110, .said(.online, 1)),
        Step(170, .alarm, [.statusChanged(1, .offline)]),
      ]),
    Story(
      testDescription: "an earlier deadline moves the alarm, a later one does not",
      steps: [
        Step(0, .held(7, by: 1), [alarm(120)]),
        Step(10, .requestSeen(2), [.statusChanged(2, .online), alarm(60)]),
        Step(20, .requestSeen(3), [.statusChanged(3, .online)]),
        Step(70, .alarm, [.statusChanged(2, .offline), alarm(10)]),
        Step(80, .alarm, [.statusChanged(3, .offline), alarm(40)]),
      ], tracked: 1),
  ]

  static let leases = [
    Story(
      testDescription: "requests renew it, silence ends it",
      steps: [
        Step(0, .requestSeen(1), [.statusChanged(1, .online), alarm(60)]),
        Step(1, .held(4, by: 1)), Step(30, .held(5, by: 1)),
        Step(59, .requestSeen(1)),
        Step(60, .alarm, [alarm(59)]),
        Step(119, .alarm, [.statusChanged(1, .offline), alarm(60)]),
        Step(178, .alarm, [alarm(1)]),
        Step(179, .alarm, [.leasesExpired(1, [4, 5])]),
        Step(300, .alarm),
      ]),
    Story(
      testDescription: "a socket holds it for ever",
      steps: [
        Step(0, .socketOpened(1), [.statusChanged(1, .online)]), Step(1, .held(4, by: 1)),
        Step(100_000, .alarm), Step(100_001, .socketClosed(1), [alarm(60)]),
        Step(100_061, .alarm, [.statusChanged(1, .offline), alarm(60)]),
        // Back in time.
        Step(100_120, .socketOpened(1), [.statusChanged(1, .online)]),
        Step(100_121, .alarm), Step(200_000, .alarm),
      ], tracked: 1),
    Story(
      testDescription: "its word does not end it: what it says is a sign of life",
      steps: [
        Step(0, .held(4, by: 1), [alarm(120)]),
        Step(100, .said(.offline, 1)),
        Step(120, .alarm, [alarm(40)]),
        Step(160, .alarm, [alarm(60)]),
        Step(220, .alarm, [.leasesExpired(1, [4])]),
      ]),
    Story(
      testDescription: "after a start each dialog gets a whole grace period",
      steps: [
        Step(0, .held(4, by: 1), [alarm(120)]), Step(0, .held(5, by: 2)), Step(1, .held(6, by: 2)),
        Step(119, .requestSeen(2), [.statusChanged(2, .online)]),
        Step(120, .alarm, [.leasesExpired(1, [4]), alarm(59)]),
        Step(179, .alarm, [.statusChanged(2, .offline), alarm(60)]),
        Step(239, .alarm, [.leasesExpired(2, [5, 6])]),
      ]),
    Story(
      testDescription: "what is passed on to an absent operator gets a grace period of its own",
      steps: [
        Step(0, .held(4, by: 1), [alarm(120)]), Step(100, .held(5, by: 1)),
        // The same again does not begin it anew.
        Step(110, .held(4, by: 1)),
        Step(120, .alarm, [.leasesExpired(1, [4]), alarm(100)]),
        Step(220, .alarm, [.leasesExpired(1, [5])]),
      ]),
    Story(
      testDescription: "what was given back or taken by another is nobody's to lose",
      steps: [
        Step(0, .held(4, by: 1), [alarm(120)]), Step(1, .held(5, by: 1)), Step(2, .held(6, by: 1)),
        Step(3, .held(4, by: nil)), Step(4, .held(5, by: 2)), Step(5, .held(9, by: nil)),
        Step(122, .alarm, [.leasesExpired(1, [6]), alarm(2)]),
        Step(124, .alarm, [.leasesExpired(2, [5])]),
      ]),
  ]

  @Test(arguments: presence + leases) func followsTheStory(_ story: Story) {
    var registry = OperatorRegistry()
    for step in story.steps {
      #expect(registry.handle(step.event, at: .seconds(step.at)) == step.actions, "at \(step.at): \(step.event)")
    }
    #expect(registry.trackedOperators == story.tracked)
  }

  @Test func aBusyOperatorSetsNoAlarms() {
    var registry = OperatorRegistry()
    var alarms = 0
    for tenth in 0..<6000 {
      alarms += registry.handle(.requestSeen(tenth % 50), at: .milliseconds(tenth * 100)).count {
        if case .setAlarm = $0 { true } else { false }
      }
    }
    #expect(alarms == 1)
  }
}
