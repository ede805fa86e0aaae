import ChatProtocol
import Testing

@testable import ConsoleModel

/// A macro's file.
func macroFile(_ text: String, name: String = "m") -> TextFile {
  TextFile(.macro, name: name, path: "\(name).toml", content: Array(text.utf8))
}

@Suite("Macros as files")
struct MacroFileTests {
  @Test func reading() throws {
    let library = TextLibrary([
      macroFile(
        """
        title = "Refund"
        note = "money"
        steps = ["take-over", "reply Order {?order}, {?when}", "label {?l}", "snooze {?when}"]
        [parameters.when]
        question = "Until when"
        default = "tomorrow"
        choices = ["tomorrow", "mon 9:00"]
        [parameters.order]
        [parameters.unused]
        """)
    ])
    #expect(library.problems.isEmpty)
    let macro = try #require(library.macros.first)
    #expect(macro.title == "Refund")
    #expect(
      macro.steps == [
        Command(.takeOver), Command(.reply, ["Order {?order}, {?when}"]), Command(.label, ["{?l}"]),
        Command(.snooze, ["{?when}"]),
      ])
    #expect(macro.questions(facts()).map(\.name) == ["when", "order", "l"])
  }

  @Test(arguments: [
    ("steps = [\"reply Hi\"", "m.toml:1:20: "), ("", "m.toml: has no steps"), ("steps = []", "has no steps"),
    ("steps = [\"reply\"]", "m.toml:1:9: steps: step 1: reply needs TEXT in a macro"),
    ("steps = [\"reply x\", \"quit\"]", "step 2: quit is no step of a macro"),
    ("steps = [\"repyl x\"]", "step 1: \"repyl\" is no command: did you mean reply?"),
    ("steps = [\"priority top\"]", "step 1: \"top\" is no priority"),
    ("steps = [1]", "a step is a text in quotes, not a whole number"),
    ("step = [\"reply x\"]", "m.toml:1:1: step: there is no such setting: did you mean steps?"),
    ("steps = [\"reply x\"]\n[parameter.a]\n", "m.toml:2:"),
    ("title = 1\nsteps = [\"reply x\"]", "title: a text in quotes is expected"),
    (
      "steps = [\"reply {?a}\"]\n[parameters.a]\ndefault = \"x\"\nchoices = [\"y\"]",
      "its default is none of its values"
    ),
    ("steps = [\"label \\\"a\"]", "is not closed"),
  ])
  func mistakesAreNamed(_ text: String, _ problem: String) {
    let library = TextLibrary([macroFile(text), macroFile("steps = [\"release\"]", name: "good")])
    #expect(library.macros.map(\.name) == ["good"])
    #expect(library.problems.contains { $0.description.contains(problem) }, "\(library.problems)")
  }

  private func facts(
    _ holder: Holder = .me, canned: [CannedReply] = [], features: Set<String> = ["notes", "leases"],
    visitor: String? = "Ana"
  ) -> MacroFacts {
    MacroFacts(
      dialogID: 1, values: TemplateText.Values(visitor: visitor, operator: "Maria", dialog: "1"), holder: holder,
      team: [
        Colleague(id: 8, name: "Omar Haddad", status: .online, dialogs: 0, capacity: nil),
        Colleague(id: 9, name: "Ida", status: .online, dialogs: 0, capacity: nil),
      ],
      myID: 7, clock: Clock(now: Console.start, monotonic: .zero), canned: canned,
      capabilities: Capabilities(version: 2, features: features))
  }

  private func plan(_ steps: [String], _ facts: MacroFacts, answers: [String: String] = [:]) throws -> MacroPlan {
    try Macro(name: "m", title: "M", note: "", parameters: [], steps: steps.map { try Macro.step($0) }, isShared: false)
      .plan(answers, facts)
  }

  /// Each step with what it comes to, or why it cannot be done.
  @Test(arguments: [
    (["reply Hi {visitor}"], ["write to Ana:|Hi Ana"]), (["note x"], ["write a note to the operators:|x"]),
    (["label \"Foo Bar\""], ["put the label foo-bar on"]), (["label -vip"], ["take the label vip off"]),
    (["priority high"], ["give it high priority"]), (["priority normal"], ["give it normal priority"]),
    (["snooze soon"], ["!“soon” is no time to come: 15m, 17:00, tomorrow 9:00, fri"]), (["unread"], ["mark it unread"]),
    (
      ["release", "reply x"],
      ["give the dialog back to the AI", "!the dialog is not yours: a step take-over before it takes it"]
    ),
    (
      ["release", "take-over", "reply x"],
      ["give the dialog back to the AI", "take the dialog over", "write to Ana:|x"]
    ),
    (
      ["transfer omar look at it", "requeue"],
      ["pass the dialog on to Omar Haddad, with the note: look at it", "!the dialog is not yours"]
    ),
    (["transfer nobody"], ["!nobody is called nobody"]),
    (["requeue no time"], ["put the dialog back into the queue: no time"]),
    (["request"], ["!the AI does not have the dialog"]), (["canned nope"], ["!no canned reply is called \"nope\""]),
    (["canned hi"], ["write to Ana:|Hello Ana, 7781"]), (["reply   "], []),
  ])
  func planning(_ steps: [String], _ words: [String]) throws {
    guard !words.isEmpty else {
      #expect(throws: CommandError.self) { try Macro.step(steps[0]) }
      return
    }
    let facts = facts(canned: [CannedReply(name: "hi", title: "Hi", text: "Hello {visitor}, {?order}")])
    let planned = try plan(steps, facts, answers: ["order": "7781"]).steps.map { step in
      step.problem.map { "!" + $0 } ?? step.words + (step.text.map { "|" + $0 } ?? "")
    }
    #expect(planned == words)
  }

  /// What is filled in is text, whatever it looks like: no answer makes another command or another argument of a step.
  @Test func answersAreNotRead() throws {
    let steps = try plan(
      ["label {?l}", "reply {?t}"], facts(), answers: ["l": "a \"b\" -c", "t": "{operator} {?x} \"q"]
    )
    .steps
    #expect(steps.map(\.act) == [.mark(.label("a-\"b\"--c", isOn: true)), .send("{operator} {?x} \"q", .message)])
  }

  @Test func whatAnotherServerHasNotIsRefused() throws {
    let steps = try plan(["note x", "requeue"], facts(features: [])).steps
    #expect(steps.map(\.problem) == ["this server has no notes", "this server cannot do that"])
  }

  @Test func aSecretIsACaution() throws {
    let steps = try plan(["reply my card is 4111 1111 1111 1111"], facts()).steps
    #expect(steps[0].problem == nil)
    #expect(steps[0].caution?.contains("card number") == true)
  }

  @Test func aVisitorWithoutANameIsAskedFor() {
    let macro = Macro(
      name: "m", title: "M", note: "", parameters: [], steps: [Command(.reply, ["Hi {visitor}"])], isShared: false)
    #expect(macro.questions(facts(visitor: nil)).map(\.name) == ["visitor"])
    #expect(macro.plan(["visitor": "you"], facts(visitor: nil)).steps[0].text == "Hi you")
  }
}

@Suite("The run of a macro")
struct MacroRunTests {
  private static let macro = Macro(
    name: "m", title: "M", note: "", parameters: [], steps: [Command(.release)], isShared: false)
  private static let plan = MacroPlan(
    steps: [.handoff(.release), .mark(.unread)].map {
      MacroPlan.Step(act: $0, words: "w", text: nil, problem: nil, caution: nil)
    })
  private static let impossible = MacroPlan(
    steps: [MacroPlan.Step(act: nil, words: "w", text: nil, problem: "p", caution: nil)])

  private func run(_ events: [MacroRun.Event], questions: [Macro.Parameter] = []) -> [MacroRun.Action] {
    var run = MacroRun(Self.macro, in: 1, questions: questions)
    _ = run.begin()
    return events.flatMap { run.handle($0) }
  }

  @Test(
    arguments: [
      ([.planned(plan)], [.review(plan)]),
      ([.planned(plan), .confirmed], [.review(plan), .perform(.handoff(.release))]),
      (
        [.planned(plan), .confirmed, .stepDone, .stepDone],
        [.review(plan), .perform(.handoff(.release)), .perform(.mark(.unread)), .report]
      ),
      // Nothing after a step that failed.
      (
        [.planned(plan), .confirmed, .stepFailed("x"), .stepDone, .confirmed],
        [.review(plan), .perform(.handoff(.release)), .report]
      ),
      // Nothing before the word, nothing twice, nothing of what cannot be done.
      ([.confirmed, .stepDone], []), ([.planned(plan), .stepDone], [.review(plan)]),
      ([.planned(plan), .confirmed, .confirmed], [.review(plan), .perform(.handoff(.release))]),
      ([.planned(impossible), .confirmed], [.review(impossible)]),
    ] as [([MacroRun.Event], [MacroRun.Action])])
  func running(_ events: [MacroRun.Event], _ actions: [MacroRun.Action]) {
    #expect(run(events) == actions)
  }

  @Test func asking() {
    let questions = [Macro.Parameter("a"), Macro.Parameter("b", choices: ["x", "y"])]
    var run = MacroRun(Self.macro, in: 1, questions: questions)
    #expect(run.begin() == [.ask(questions[0])])
    #expect(run.handle(.answered(" ")) == [.refuse("a is missing")])
    #expect(run.handle(.answered("1")) == [.ask(questions[1])])
    #expect(run.handle(.answered("z")) == [.refuse("b is one of x, y")])
    #expect(run.handle(.answered("x")) == [.plan])
    #expect(run.answers == ["a": "1", "b": "x"])
    var given = MacroRun(Self.macro, in: 1, questions: questions, answers: ["a": "1", "b": "z"])
    #expect(given.begin() == [.refuse("b is one of x, y"), .ask(questions[1])])
  }
}
