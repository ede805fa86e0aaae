import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("The operator's marks")
struct MarkBookTests {
  typealias Event = MarkBook.Event
  typealias Action = MarkBook.Action

  private static func at(_ minutes: Int) -> Timestamp { Console.start.advanced(by: .seconds(60 * minutes)) }

  /// What happens, minute by minute, and what follows from each.
  struct Story: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let steps: [(minute: Int, event: Event, actions: [Action])]
  }

  static let stories: [Story] = [
    Story(
      testDescription: "marked unread, and looked at",
      steps: [
        (0, .toggleUnread(1), [.changed(1)]), (1, .looked(1), [.changed(1)]), (2, .looked(1), []),
        (3, .toggleUnread(1), [.changed(1)]), (4, .toggleUnread(1), [.changed(1)]),
      ]),
    Story(
      testDescription: "set aside, and due",
      steps: [
        (0, .snooze(1, until: at(15)), [.changed(1)]), (14, .tick, []),
        (15, .tick, [.changed(1), .returned(1, .due(since: at(0)))]), (16, .tick, []),
        (16, .visitorWrote(1), []),
      ]),
    Story(
      testDescription: "set aside, and the visitor writes",
      steps: [
        (0, .snooze(1, until: at(15)), [.changed(1)]),
        (3, .visitorWrote(1), [.changed(1), .returned(1, .visitorWrote)]), (15, .tick, []),
      ]),
    Story(
      testDescription: "set aside, again, and taken back by hand",
      steps: [
        (0, .snooze(1, until: at(15)), [.changed(1)]), (1, .snooze(1, until: at(30)), [.changed(1)]), (15, .tick, []),
        (16, .wake(1), [.changed(1)]), (30, .tick, []),
      ]),
    Story(
      testDescription: "several are due in the order of their times, after a night",
      steps: [
        (0, .snooze(1, until: at(30)), [.changed(1)]), (0, .snooze(2, until: at(20)), [.changed(2)]),
        (0, .snooze(3, until: at(999)), [.changed(3)]),
        (
          600, .tick,
          [
            .changed(2), .returned(2, .due(since: at(0))), .changed(1), .returned(1, .due(since: at(0))),
          ]
        ),
      ]),
    Story(
      testDescription: "set aside until a time that has passed is not set aside",
      steps: [(10, .snooze(1, until: at(10)), []), (11, .tick, [])]),
    Story(
      testDescription: "set aside takes the unread mark away: it is dealt with for now",
      steps: [
        (0, .toggleUnread(1), [.changed(1)]), (0, .snooze(1, until: at(5)), [.changed(1)]), (1, .looked(1), []),
      ]),
    Story(
      testDescription: "priorities and labels",
      steps: [
        (0, .setPriority(1, .high), [.changed(1)]), (0, .setPriority(1, .high), []),
        (0, .setPriority(1, nil), [.changed(1)]), (0, .toggleLabel(1, "VIP"), [.changed(1)]),
        (0, .toggleLabel(1, " vip "), [.changed(1)]), (0, .toggleLabel(1, "  "), []),
      ]),
  ]

  @Test(arguments: stories)
  func story(_ story: Story) {
    var book = MarkBook()
    for (index, step) in story.steps.enumerated() {
      let actions = book.handle(step.event, at: Self.at(step.minute))
      #expect(actions == step.actions, "step \(index + 1) of: \(story.testDescription)")
    }
  }

  @Test func whatHasNoMarksIsForgotten() {
    var book = MarkBook([1: DialogMarks()])
    #expect(book.marks.isEmpty)
    for _ in 0..<2 { _ = book.handle(.toggleLabel(1, "vip"), at: Console.start) }
    #expect(book.marks.isEmpty)
    _ = book.handle(.setPriority(2, .low), at: Console.start)
    #expect(book.marks.keys.sorted() == [2])
  }

  @Test func theMostUsedLabelIsOfferedFirst() {
    var book = MarkBook()
    for (id, label) in [(1, "vip"), (2, "refund"), (3, "refund"), (4, "angry")] {
      _ = book.handle(.toggleLabel(id, label), at: Console.start)
    }
    #expect(book.labels == ["refund", "angry", "vip"])
  }

  @Test(arguments: [
    ("VIP", "vip"), ("very  important", "very-important"), ("--x", "x"), ("", nil), (" - ", nil),
    (String(repeating: "a", count: 99), String(repeating: "a", count: 24)), ("Größe", "größe"),
  ])
  func labels(_ typed: String, _ label: String?) {
    #expect(DialogMarks.label(typed) == label)
  }
}

@Suite("Times that are typed")
struct TypedTimeTests {
  /// Tuesday, 14 November 2023, 22:13:20 in Greenwich; two hours later where the operator is.
  private static let clock = Clock(now: Console.start, monotonic: .zero, zone: LocalZone(offset: 7200))

  @Test(arguments: [
    ("15m", "0:28"), ("1h", "1:13"), ("1h30m", "1:43"), ("2d", "Fri 0:13"), ("1w", "22 Nov 0:13"),
    ("in 1h", "1:13"), ("9:00", "9:00"), ("0:10", "Thu 0:10"), ("0:14", "0:14"), ("17.30", "17:30"), ("5pm", "17:00"),
    ("12am", "Thu 0:00"), ("12:30pm", "12:30"), ("tomorrow", "Thu 9:00"), ("tomorrow 17:00", "Thu 17:00"),
    ("fri", "Fri 9:00"), ("Friday at 14:00", "Fri 14:00"), ("wed", "22 Nov 9:00"), ("today 8:00", "8:00"),
  ])
  func understood(_ typed: String, _ words: String) {
    #expect(Self.clock.moment(typed: typed).map { Self.clock.shortText($0, .hours24) } == words)
  }

  @Test(arguments: [
    "", "x", "15", "m", "0m", "30s", "99999999999999999999h", "25:00", "9:60", "13pm", "9", "fr", "today 0:05",
    "tomorrow 25:00", "1h 30m 2s", "-5m", "1h-", "9:00:00", "900d",
  ])
  func notUnderstood(_ typed: String) {
    #expect(Self.clock.moment(typed: typed) == nil)
  }
}
