import ChatProtocol
import Testing

@testable import ConsoleModel

/// What is told outside of the screen, when: tables of events.
@Suite("Notifier")
struct NotifierTests {
  /// Noon.
  private static let noon = 720

  private static func told(_ actions: [Notifier.Action]) -> [String] {
    actions.map { action in
      switch action {
      case .announce(let announcement): announcement.text
      case .wake(let moment): "wake at \(moment.components.seconds)"
      }
    }
  }

  @Test("the words are fixed: an id or a number is all that is filled in")
  func words() {
    let texts = Announcement.Kind.allCases.flatMap { kind in
      [1, 3].map { Announcement(kind: kind, dialogID: 4821, count: $0, rings: true, pops: true).text }
    }
    #expect(
      texts == [
        "#4821 has a new message", "3 dialogs have new messages", "the AI proposes an answer in #4821",
        "the AI proposes an answer in 3 dialogs", "#4821 is back", "3 dialogs are back",
        "#4821 has waited for too long",
        "3 dialogs have waited for too long", "#4821 asks for a human", "3 dialogs ask for a human",
        "you are mentioned in #4821", "you are mentioned in 3 dialogs",
      ])
  }

  @Test("what is before the operator's eyes is not told")
  func inView() {
    var notifier = Notifier()
    for kind in Announcement.Kind.allCases {
      #expect(notifier.handle(.happened(kind, 1, isInView: true), at: .zero, minute: Self.noon).isEmpty)
    }
  }

  struct Step: Sendable, CustomTestStringConvertible {
    var at: Int
    var event: Notifier.Event
    var expected: [String]
    var testDescription: String { "\(at) s: \(event)" }
  }

  @Test("bursts become one announcement, and what is more urgent does not wait")
  func bursts() {
    var notifier = Notifier()
    let steps: [Step] = [
      Step(at: 0, event: .happened(.message, 1, isInView: false), expected: ["#1 has a new message"]),
      Step(at: 1, event: .happened(.message, 2, isInView: false), expected: ["wake at 3"]),
      Step(at: 1, event: .happened(.message, 3, isInView: false), expected: []),
      Step(at: 2, event: .happened(.waiting, 4, isInView: false), expected: ["#4 asks for a human"]),
      Step(at: 3, event: .woke, expected: ["wake at 5"]),
      Step(at: 3, event: .happened(.waiting, 5, isInView: false), expected: []),
      Step(at: 4, event: .happened(.waiting, 6, isInView: false), expected: []),
      Step(at: 4, event: .happened(.waiting, 6, isInView: false), expected: []),
      Step(at: 5, event: .woke, expected: ["2 dialogs ask for a human"]),
      Step(at: 6, event: .happened(.mention, 7, isInView: false), expected: ["you are mentioned in #7"]),
      Step(at: 6, event: .happened(.waiting, 8, isInView: false), expected: ["wake at 9"]),
      Step(at: 7, event: .seen(8), expected: []),
      Step(at: 9, event: .woke, expected: []),
      Step(at: 20, event: .happened(.breach, 4, isInView: false), expected: ["#4 has waited for too long"]),
    ]
    for step in steps {
      #expect(
        Self.told(notifier.handle(step.event, at: .seconds(step.at), minute: Self.noon)) == step.expected,
        "\(step.testDescription)")
    }
  }

  @Test("a visitor who writes line after line is told once, until somebody has looked")
  func chattyVisitor() {
    var notifier = Notifier()
    var count = 0
    for second in stride(from: 0, through: 59, by: 2) {
      count += notifier.handle(.happened(.message, 1, isInView: false), at: .seconds(second), minute: Self.noon).count
    }
    #expect(count == 1)
    _ = notifier.handle(.seen(1), at: .seconds(60), minute: Self.noon)
    let after = notifier.handle(.happened(.message, 1, isInView: false), at: .seconds(61), minute: Self.noon)
    #expect(Self.told(after) == ["#1 has a new message"])
  }

  @Test(
    "in the quiet hours nothing is told, also over midnight",
    arguments: [
      (540, 1020, [(539, 1), (540, 0), (1019, 0), (1020, 1)]),
      (1320, 420, [(1319, 1), (1320, 0), (0, 0), (419, 0), (420, 1)]),
      (300, 300, [(300, 1)]),
    ])
  func quietHours(start: Int, end: Int, cases: [(Int, Int)]) {
    for (minute, expected) in cases {
      var settings = Notifier.Settings()
      settings.quiet = Notifier.QuietHours(start: start, end: end)
      var notifier = Notifier(settings: settings)
      let actions = notifier.handle(.happened(.mention, 1, isInView: false), at: .zero, minute: minute)
      #expect(actions.count == expected, "\(minute)")
    }
  }

  @Test("bell and notice have thresholds of their own")
  func thresholds() {
    var settings = Notifier.Settings()
    settings.bell = .waiting
    settings.popup = .mention
    for (kind, expected) in [
      (Announcement.Kind.message, nil), (.breach, nil), (.waiting, (true, false)), (.mention, (true, true)),
    ] as [(Announcement.Kind, (Bool, Bool)?)] {
      var notifier = Notifier(settings: settings)
      let actions = notifier.handle(.happened(kind, 1, isInView: false), at: .zero, minute: Self.noon)
      let told = actions.compactMap { action -> (Bool, Bool)? in
        if case .announce(let announcement) = action { (announcement.rings, announcement.pops) } else { nil }
      }
      #expect(told.first?.0 == expected?.0 && told.first?.1 == expected?.1)
    }
  }
}

/// The console around the notifier.
@Suite("Notices")
struct NoticeScenarioTests {
  private func titles(_ effects: [Effect]) -> [String] {
    effects.compactMap { if case .setTitle(let title) = $0 { title } else { nil } }
  }

  @Test("the title counts, changes at most once a second, and ends with what holds")
  func title() {
    var console = Console.loaded((1...9).map { .make($0) })
    #expect(titles(console.takeEffects()).isEmpty, "the empty title is set with the list")
    for id in 1...9 {
      console.state.handoffChanged(.requested, of: id, manager: nil)
      console.send(.key(.unknown))
    }
    #expect(titles(console.takeEffects()).isEmpty)
    console.advance(by: .seconds(2))
    #expect(titles(console.takeEffects()) == ["9 waiting - chatai"])
    console.state.handoffChanged(.requested, of: 1, manager: nil)
    console.advance(by: .seconds(2))
    #expect(titles(console.takeEffects()).isEmpty)
  }

  @Test("a visitor who has waited for too long is told once")
  func breach() {
    var console = Console.loaded([.waiting(1, minutes: 1), .waiting(2, minutes: 30)])
    console.advance(by: .seconds(239))
    #expect(!console.takeEffects().contains(.bell))
    console.advance(by: .seconds(2))
    let told = console.takeEffects().compactMap { if case .announce(let told) = $0 { told.text } else { nil } }
    #expect(told == ["#1 has waited for too long"])
    console.advance(by: .seconds(600))
    #expect(!console.takeEffects().contains(.bell))
  }

  @Test(
    "a note that names me is a mention; one that names somebody else, or is mine, is none",
    arguments: [
      ("look @Maria please", 8, true), ("@maria@shop.example: yours?", 8, true), ("@mariana, yours?", 8, false),
      ("@maria", 7, false), ("maria", 8, false), ("ask@maria", 8, false), ("@omar and @maria.", 8, true),
    ])
  func mention(text: String, author: UserID, expected: Bool) {
    let console = Console.loaded()
    let note = Message(
      id: 1, sender: .manager, text: text, timestamp: nil, author: Manager(id: author, name: nil), kind: .note)
    #expect(console.state.mentionsMe(note) == expected)
    var message = note
    message.kind = .message
    #expect(!console.state.mentionsMe(message))
  }
}
