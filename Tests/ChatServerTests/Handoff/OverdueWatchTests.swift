import ChatProtocol
import Testing

@testable import ChatServer

/// Waits by tables of events: a takeover may take 120 s, an answer 300 s.
@Suite struct OverdueWatchTests {
  typealias Event = OverdueWatch.Event
  typealias Action = OverdueWatch.Action

  struct Step: Sendable {
    let at: Int64
    let event: Event
    let actions: [Action]

    init(_ at: Int64, _ event: Event, _ actions: [Action] = []) {
      (self.at, self.event, self.actions) = (at, event, actions)
    }
  }

  struct Story: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let steps: [Step]
  }

  private static func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }
  private static func alarm(_ seconds: Int64) -> Action { .setAlarm(after: .seconds(seconds)) }
  private static func overdue(_ id: DialogID, _ kind: OverdueKind, since: Int64) -> Action {
    .overdue(id, .init(kind: kind, since: time(since)))
  }

  static let stories = [
    Story(
      testDescription: "a wait is reported once",
      steps: [
        Step(0, .queued(4, since: time(0)), [alarm(120)]),
        Step(119, .alarm, [alarm(1)]),
        Step(120, .alarm, [overdue(4, .takeover, since: 0)]),
        Step(500, .alarm),
      ]),
    Story(
      testDescription: "takeover, first answer, next answer: each has its own time",
      steps: [
        Step(0, .queued(4, since: time(0)), [alarm(120)]),
        Step(100, .active(4, since: time(100))),
        Step(120, .alarm, [alarm(280)]),
        Step(200, .operatorWrote(4)),
        // Nobody waits when it changes hands.
        Step(210, .active(4, since: time(100))),
        Step(400, .alarm),
        Step(500, .visitorWrote(4, at: time(500)), [alarm(300)]),
        // The first unanswered message counts.
        Step(700, .visitorWrote(4, at: time(700))),
        // Another operator has it: the visitor waits as before.
        Step(710, .active(4, since: time(100))),
        Step(800, .alarm, [overdue(4, .answer, since: 500)]),
        Step(900, .visitorWrote(4, at: time(900))),
        Step(1000, .operatorWrote(4)),
        Step(1001, .visitorWrote(4, at: time(1001)), [alarm(300)]),
        Step(1301, .alarm, [overdue(4, .answer, since: 1001)]),
      ]),
    Story(
      testDescription: "what is over is not reported",
      steps: [
        Step(0, .queued(4, since: time(0)), [alarm(120)]), Step(1, .resolved(4)),
        Step(2, .queued(5, since: time(2))),
        // An operator's word does not end the wait for a takeover.
        Step(3, .operatorWrote(5)),
        Step(120, .alarm, [alarm(2)]), Step(122, .alarm, [overdue(5, .takeover, since: 2)]),
      ]),
    Story(
      testDescription: "back in the queue is a new wait",
      steps: [
        Step(0, .queued(4, since: time(0)), [alarm(120)]), Step(120, .alarm, [overdue(4, .takeover, since: 0)]),
        Step(130, .active(4, since: time(130)), [alarm(300)]),
        Step(140, .queued(4, since: time(140)), [alarm(120)]),
        Step(260, .alarm, [overdue(4, .takeover, since: 140)]),
      ]),
    Story(
      testDescription: "a start repeats nothing and forgets nothing",
      steps: [
        Step(1000, .restored(4, .init(kind: .takeover, since: time(0)), isReported: true)),
        Step(1000, .restored(5, .init(kind: .takeover, since: time(100)), isReported: false), [alarm(0)]),
        Step(1000, .restored(6, .init(kind: .answer, since: time(900)), isReported: false)),
        Step(1000, .alarm, [overdue(5, .takeover, since: 100), alarm(200)]),
        Step(1200, .alarm, [overdue(6, .answer, since: 900)]),
        Step(1300, .active(4, since: time(1300)), [alarm(300)]),
        Step(1600, .alarm, [overdue(4, .answer, since: 1300)]),
      ]),
    Story(
      testDescription: "a clock that is set back only delays",
      steps: [
        Step(1000, .queued(4, since: time(1000)), [alarm(120)]),
        Step(500, .alarm, [alarm(620)]), Step(1120, .alarm, [overdue(4, .takeover, since: 1000)]),
      ]),
  ]

  @Test(arguments: stories) func followsTheStory(_ story: Story) {
    var watch = OverdueWatch(thresholds: [.takeover: .seconds(120), .answer: .seconds(300)])
    for step in story.steps {
      #expect(watch.handle(step.event, at: Self.time(step.at)) == step.actions, "at \(step.at): \(step.event)")
    }
  }
}
