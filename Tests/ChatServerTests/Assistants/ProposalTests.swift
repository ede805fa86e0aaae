import ChatProtocol
import Testing

@testable import ChatServer

/// Mode propose: nothing is said to a visitor without an operator.
@Suite struct ProposalTests {
  private struct Posted: Decodable {
    let assistant_message: Message?
    let handoff_triggered: Bool?
  }

  private struct Approved: Decodable {
    let proposal: Proposal
    let message: Message
  }

  private struct Bench: Sendable {
    let server: TestServer
    let dialog: DialogID
    let token: String

    static func run(
      answers: any AnswerEngine = ScriptedAnswers(), _ body: @Sendable @escaping (Bench) async throws -> Void
    ) async throws {
      try await TestServer.run(answers: answers) { server in
        var settings = AssistantSettings()
        settings.mode = .propose
        try await server.store.configureAssistant(id: server.assistant.id, settings)
        try await body(
          Bench(
            server: server, dialog: try await server.openDialog(), token: try await server.accessToken(server.ann)))
      }
    }

    /// A visitor's message, and the AI's turn about it.
    func visit(_ text: String) async throws -> Posted {
      try await server.call(
        .POST, "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("guest"))", json: #"{"text":"\#(text)"}"#
      ).decode()
    }

    func open(_ token: String? = nil) async throws -> [Proposal] {
      try await server.call(.GET, "/api/dialogs/\(dialog)/proposals", token: token ?? self.token).decode()
    }

    func decide(
      _ verb: String, _ id: Int, json: String? = nil, token: String? = nil
    ) async throws -> TestServer.Answer {
      try await server.call(
        .POST, "/api/dialogs/\(dialog)/proposals/\(id)/\(verb)", json: json, token: token ?? self.token)
    }

    var history: [Message] {
      get async throws { try await server.store.messages(dialogID: dialog) }
    }
  }

  @Test func onlyOperatorsSeeIt() async throws {
    try await Bench.run { bench in
      let visitor = try await TestSocket.open(bench.server, guest: "guest", dialog: bench.dialog)
      let ann = try await TestSocket.open(bench.server, operator: bench.server.ann, dialog: bench.dialog)
      let posted = try await bench.visit("hello")
      #expect(posted.assistant_message == nil && posted.handoff_triggered == nil)
      let message = try await ann.nextMessage()
      guard case .proposal(let proposal) = try await ann.nextEvent() else {
        Issue.record("no proposal")
        return
      }
      #expect(proposal.text == "echo: hello" && proposal.state == .open && proposal.messageID == message.id)
      #expect(try await bench.open() == [proposal])
      #expect(try await bench.history.count == 1)
      let approved: Approved = try await bench.decide("approve", proposal.id).decode()
      #expect(approved.message.sender == .assistant && approved.message.text == "echo: hello")
      #expect(approved.proposal.state == .approved && approved.proposal.decidedBy == bench.server.ann.id)
      // The first thing that the visitor hears.
      #expect(try await visitor.nextMessage() == approved.message)
      #expect(try await ann.nextMessage() == approved.message)
      #expect(try await ann.nextEvent() == .proposal(approved.proposal))
      #expect(try await bench.open().isEmpty)
    }
  }

  @Test func anEditedOneIsTheOperatorsOwn() async throws {
    try await Bench.run { bench in
      _ = try await bench.visit("hello")
      let id = try #require(try await bench.open().first).id
      for text in [" ", String(repeating: "x", count: 10_001)] {
        #expect(try await bench.decide("approve", id, json: #"{"text":"\#(text)"}"#).status == 422)
      }
      let approved: Approved = try await bench.decide("approve", id, json: #"{"text":"better"}"#).decode()
      #expect(approved.message.sender == .manager && approved.message.text == "better")
      #expect(approved.message.author?.id == bench.server.ann.id)
      #expect(approved.proposal.state == .edited)
      // The same words are no edit.
      _ = try await bench.visit("again")
      let second = try #require(try await bench.open().first)
      let same: Approved = try await bench.decide("approve", second.id, json: #"{"text":"\#(second.text)"}"#).decode()
      #expect(same.message.sender == .assistant && same.proposal.state == .approved)
    }
  }

  @Test func aRejectedOneIsKeptWithItsReason() async throws {
    try await Bench.run { bench in
      _ = try await bench.visit("hello")
      let id = try #require(try await bench.open().first).id
      let rejected: Proposal = try await bench.decide("reject", id, json: #"{"reason":"wrong"}"#).decode()
      #expect(rejected.state == .rejected && rejected.reason == "wrong")
      #expect(try await bench.open().isEmpty)
      let late = try await bench.decide("approve", id)
      #expect(late.status == 409 && late.detail == "The proposal was already rejected")
      #expect(try await bench.history.count == 1)
    }
  }

  @Test func aNewerMessageMakesItStale() async throws {
    try await Bench.run { bench in
      let ann = try await TestSocket.open(bench.server, operator: bench.server.ann, dialog: bench.dialog)
      _ = try await bench.visit("one")
      let first = try #require(try await bench.open().first)
      _ = try await bench.visit("two")
      // Nobody has answered the first either.
      let second = try #require(try await bench.open().first)
      #expect(try await bench.open() == [second] && second.text == "echo: one\ntwo")
      let late = try await bench.decide("approve", first.id)
      #expect(late.status == 409 && late.detail == "The proposal is stale: the conversation has gone on")
      #expect(try await ann.nextMessage().text == "one")
      #expect(try await ann.nextEvent() == .proposal(first))
      #expect(try await ann.nextMessage().text == "two")
      var stale = first
      stale.state = .stale
      #expect(try await ann.nextEvent() == .proposal(stale))
      #expect(try await ann.nextEvent() == .proposal(second))
    }
  }

  @Test func aTakeoverMakesItStale() async throws {
    try await Bench.run { bench in
      _ = try await bench.visit("one")
      let proposal = try #require(try await bench.open().first)
      let request = #"{"request_id":"7d4b3f0e-2f0b-4f6e-9c51-0d6b6f0b8a01"}"#
      #expect(
        try await bench.server.call(
          .POST, "/api/dialogs/\(bench.dialog)/handoff/request", json: request, token: bench.token
        ).status == 200)
      #expect(try await bench.open().isEmpty)
      #expect(try await bench.decide("approve", proposal.id).status == 409)
      #expect(try await bench.decide("reject", proposal.id).status == 409)
      // For ever: not only as long as the operator is there.
      for verb in ["takeover", "release"] {
        _ = try await bench.server.call(
          .POST, "/api/dialogs/\(bench.dialog)/handoff/\(verb)", json: "{}", token: bench.token)
      }
      #expect(try await bench.decide("approve", proposal.id).status == 409)
      #expect(try await bench.history.count == 1)
    }
  }

  /// The visitor's message is stored, and the AI thinks about it: the old proposal must not slip through.
  @Test func itIsStaleBeforeTheNextOneIsThere() async throws {
    let answers = HesitantAnswers()
    try await Bench.run(answers: answers) { bench in
      async let first = bench.visit("one")
      var questions = answers.questions.makeAsyncIterator()
      _ = await questions.next()
      answers.speak(.answer("1"))
      _ = try await first
      let proposal = try #require(try await bench.open().first)
      async let second = bench.visit("two")
      _ = await questions.next()
      #expect(try await bench.open().isEmpty)
      #expect(try await bench.decide("approve", proposal.id).status == 409)
      answers.speak(.silence)
      _ = try await second
    }
  }

  @Test func exactlyOneOfManyApprovalsWins() async throws {
    try await Bench.run { bench in
      _ = try await bench.visit("hello")
      let id = try #require(try await bench.open().first).id
      let admin = try await bench.server.accessToken(bench.server.admin)
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<20 {
          group.addTask {
            let json = number.isMultiple(of: 3) ? #"{"text":"mine \#(number)"}"# : nil
            let token = number.isMultiple(of: 2) ? admin : bench.token
            return try await bench.decide(number == 19 ? "reject" : "approve", id, json: json, token: token).status
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(statuses.sorted() == [200] + Array(repeating: 409, count: 19))
      #expect(try await bench.history.count <= 2)
    }
  }

  @Test func strangersLearnNothing() async throws {
    try await Bench.run { bench in
      _ = try await bench.visit("hello")
      let id = try #require(try await bench.open().first).id
      let bob = try await bench.server.accessToken(bench.server.bob)
      for path in ["proposals", "handoff/brief"] {
        let answer = try await bench.server.call(.GET, "/api/dialogs/\(bench.dialog)/\(path)", token: bob)
        #expect(answer.status == 404 && answer.detail == "Dialog not found")
        #expect(try await bench.server.call(.GET, "/api/dialogs/\(bench.dialog)/\(path)").status == 401)
      }
      for verb in ["approve", "reject"] {
        #expect(try await bench.decide(verb, id, token: bob).detail == "Dialog not found")
        #expect(try await bench.decide(verb, id + 1).detail == "Proposal not found")
        // By the path of another dialog that the operator may see.
        let other = try await bench.server.openDialog(guest: "other")
        let answer = try await bench.server.call(
          .POST, "/api/dialogs/\(other)/proposals/\(id)/\(verb)", token: bench.token)
        #expect(answer.status == 404 && answer.detail == "Proposal not found")
      }
      let visitors = try await bench.server.call(
        .GET, "/api/widget/dialogs/\(bench.dialog)/messages?\(bench.server.widgetQuery("guest"))")
      #expect(try visitors.decode([Message].self).map(\.text) == ["hello"])
      #expect(try await bench.open().count == 1)
    }
  }

  @Test func whoAsksForAPersonGetsOne() async throws {
    try await Bench.run { bench async throws in
      #expect(try await bench.visit("person").handoff_triggered == true)
      #expect(try await bench.open().isEmpty)
    }
  }
}
