import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("Answers given in advance")
struct GivenAnswersTests {
  private let macro = Macro(
    name: "refund", title: "Refund", note: "",
    parameters: [
      Macro.Parameter("order", question: "Order number"),
      Macro.Parameter("why", standard: "twice", choices: ["twice", "late"]),
    ],
    steps: [Command(.reply, ["Hello {visitor}, order {?order} ({?why}), {?x=y}"])], isShared: false)

  private func facts(visitor: String? = nil) -> MacroFacts {
    MacroFacts(
      dialogID: 1, values: TemplateText.Values(visitor: visitor), holder: .me, myID: 7,
      clock: Clock(now: Console.start, monotonic: .zero), canned: [], capabilities: .partOne)
  }

  @Test(arguments: [
    ([], [:]), (["order=7781"], ["order": "7781"]), (["order="], ["order": ""]),
    (["order=a=b", "why=late"], ["order": "a=b", "why": "late"]), (["x=y=z"], ["x=y": "z"]),
    // For a visitor who has given no name.
    (["visitor=dear visitor"], ["visitor": "dear visitor"]),
  ])
  func reading(_ words: [String], _ values: [String: String]) throws {
    #expect(try GivenAnswers(words, to: macro.subject(facts())).values == values)
    // A known name is no mistake: the same line of a script is for all visitors.
    #expect(throws: Never.self) { try GivenAnswers(["visitor=friend"], to: macro.subject(facts(visitor: "Ana"))) }
  }

  /// What is said names the piece that cannot be.
  @Test(arguments: [
    (["order"], "\"order\" is no answer: NAME=VALUE is"), (["=7"], "\"=7\" is no answer: NAME=VALUE is"),
    (["ordre=7"], "the macro refund does not ask for \"ordre\": did you mean order?"),
    (["colour=7"], "the macro refund does not ask for \"colour\": it asks for order, why, visitor, x=y"),
    (["order=1", "order=2"], "\"order\" is answered twice"), (["date=1"], "the macro refund does not ask for \"date\""),
  ])
  func mistakes(_ words: [String], _ reason: String) {
    let error = #expect(throws: CommandError.self) { try GivenAnswers(words, to: macro.subject(facts())) }
    #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "")")
  }

  @Test func aLineHasQuotes() throws {
    let subject = macro.subject(facts())
    #expect(
      try GivenAnswers(line: "  \"order=a b\" why='late'", to: subject).values == ["order": "a b", "why": "late"])
    let error = #expect(throws: CommandError.self) { try GivenAnswers(line: "order=\"a b", to: subject) }
    #expect(error?.description == "a quote is not closed in the answers: order=\"a b")
  }

  @Test(arguments: [
    (["order=1", "x=y=2"], "order=1 why=twice x=y=2"),
    (["x=y=2"], "!\"order\" has no answer: order=VALUE is missing: Order number"),
    (["order=1"], "!\"x=y\" has no answer: x=y=VALUE is missing"), (["order= ", "x=y=2"], "!order is missing"),
    (["order=1", "why=no", "x=y=2"], "!why is one of twice, late"),
  ])
  func completing(_ words: [String], _ outcome: String) throws {
    let facts = facts(visitor: "Ana")
    let given = try GivenAnswers(words, to: macro.subject(facts))
    do throws(CommandError) {
      let all = try given.completed(for: macro.questions(facts))
      #expect(all.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " ") == outcome)
    } catch {
      #expect("!" + error.description == outcome)
    }
  }

  @Test func aCannedReplyAsksAsWell() throws {
    let reply = CannedReply(name: "hi", title: "Hi", text: "Hello {visitor}, {?order}")
    #expect(try GivenAnswers(["order=7"], to: reply.subject).values == ["order": "7"])
    let error = #expect(throws: CommandError.self) { try GivenAnswers(["ordr=7"], to: reply.subject) }
    #expect(error?.description == "the canned reply hi does not ask for \"ordr\": did you mean order?")
    let plain = CannedReply(name: "bye", title: "Bye", text: "Good bye")
    let none = #expect(throws: CommandError.self) { try GivenAnswers(["a=1"], to: plain.subject) }
    #expect(none?.description == "the canned reply bye does not ask for \"a\": it asks for nothing")
  }
}
