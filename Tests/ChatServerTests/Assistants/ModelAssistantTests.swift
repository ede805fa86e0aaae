import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

/// An assistant that asks a model, in a whole server.
@Suite struct ModelAssistantTests {
  private struct Posted: Decodable {
    let user_message: Message
    let assistant_message: Message?
    let handoff_triggered: Bool?
  }

  /// A server whose assistant asks the fake model.
  private func run(
    _ model: FakeModelServer, mode: AssistantSettings.Mode = .auto,
    configure: (inout ServerConfiguration) -> Void = { _ in },
    _ body: @Sendable @escaping (TestServer) async throws -> Void
  ) async throws {
    let baseURL = model.baseURL
    try await TestServer.run(configure: configure) { server in
      var settings = AssistantSettings()
      settings.mode = mode
      settings.responder = .openAI
      settings.baseURL = baseURL
      settings.model = "m"
      try await server.store.configureAssistant(id: server.assistant.id, settings)
      try await body(server)
    }
  }

  private func post(
    _ text: String, to server: TestServer, _ dialog: DialogID, guest: String = "guest", wait: Bool = true
  ) async throws -> Posted {
    let answer = try await server.call(
      .POST, "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery(guest))\(wait ? "" : "&wait=0")",
      json: #"{"text":"\#(text)"}"#)
    #expect(answer.status == 200, "\(answer.text)")
    return try answer.decode()
  }

  private func handoff(_ verb: String, _ server: TestServer, _ dialog: DialogID) async throws {
    let body = verb == "request" ? #"{"request_id":"7d4b3f0e-2f0b-4f6e-9c51-0d6b6f0b8a01"}"# : "{}"
    let answer = try await server.call(
      .POST, "/api/dialogs/\(dialog)/handoff/\(verb)", json: body, token: try await server.accessToken(server.ann))
    #expect(answer.status == 200, "\(answer.text)")
  }

  @Test func answersWithTheWholeConversation() async throws {
    try await FakeModelServer.run(FakeModelServer.answer("Hello, you"), FakeModelServer.answer("Seven days")) { model in
      try await run(model) { server in
        let dialog = try await server.openDialog()
        let first = try await post("hello", to: server, dialog)
        #expect(first.assistant_message?.text == "Hello, you")
        #expect(first.assistant_message?.sender == .assistant)
        let token = try await server.accessToken(server.ann)
        for (kind, text) in [("note", "a difficult one"), ("message", "I am here, too")] {
          let body = #"{"text":"\#(text)","kind":"\#(kind)"}"#
          _ = try await server.call(.POST, "/api/dialogs/\(dialog)/messages", json: body, token: token)
        }
        #expect(try await post("how long", to: server, dialog).assistant_message?.text == "Seven days")
        #expect(
          model.asked.last?.turns == [
            "user: hello", "assistant: Hello, you", "assistant: I am here, too", "user: how long",
          ])
      }
    }
  }

  @Test func offIsSilent() async throws {
    try await FakeModelServer.run(FakeModelServer.answer("never")) { model in
      try await run(model, mode: .off) { server in
        let dialog = try await server.openDialog()
        let posted = try await post("hello", to: server, dialog)
        #expect(posted.assistant_message == nil && posted.handoff_triggered == nil)
        #expect(model.asked.isEmpty)
      }
    }
  }

  /// The time for the first byte is short only where it is to run out.
  @Test(arguments: [
    ([FakeModelServer.Step.head(500), .end], 60, "The assistant could not answer: it failed with the status 500"),
    ([.stall], 1, "The assistant could not answer: it took too long"),
    ([.head(200), .done], 60, "The assistant could not answer: it said nothing"),
    (FakeModelServer.answer("[[handoff]]"), 60, "The assistant asks for a person"),
  ]) func aModelThatFailsHandsOver(_ script: [FakeModelServer.Step], seconds: Int, _ reason: String) async throws {
    try await FakeModelServer.run(script) { model in
      try await run(model) {
        $0.models.attempts = 1
        $0.models.firstByte = .seconds(seconds)
      } _: { server in
        let dialog = try await server.openDialog()
        let posted = try await post("hello", to: server, dialog)
        #expect(posted.handoff_triggered == true && posted.assistant_message == nil)
        let status = try await server.store.handoffStatus(dialogID: dialog)
        #expect(status.status == .requested && status.reason == reason)
        // And is not asked again before a human has been there.
        _ = try await post("are you there?", to: server, dialog)
        #expect(model.asked.count == 1)
        #expect(try await server.store.messages(dialogID: dialog).allSatisfy { $0.sender == .user })
      }
    }
  }

  @Test func whoAsksForAPersonGetsOne() async throws {
    try await FakeModelServer.run(FakeModelServer.answer("I can do that myself")) { model in
      try await run(model) { server in
        let dialog = try await server.openDialog()
        #expect(try await post("I want to talk to a human", to: server, dialog).handoff_triggered == true)
        #expect(model.asked.isEmpty)
      }
    }
  }

  @Test func everybodySeesItType() async throws {
    try await FakeModelServer.run(FakeModelServer.answer("Hi"), [.head(500), .end]) { model in
      try await run(model) {
        $0.models.attempts = 1
      } _: { server in
        let dialog = try await server.openDialog()
        let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
        let ann = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
        _ = try await post("hello", to: server, dialog, wait: false)
        #expect(try await ann.nextMessage().text == "hello")
        for socket in [visitor, ann] {
          #expect(try await socket.nextEvent() == .typingStarted(by: .assistant))
          #expect(try await socket.nextEvent() == .typingStopped(by: .assistant))
          #expect(try await socket.nextMessage().text == "Hi")
        }
        // A failure ends it as well.
        _ = try await post("again", to: server, dialog, wait: false)
        #expect(try await visitor.nextEvent() == .typingStarted(by: .assistant))
        #expect(try await visitor.nextEvent() == .typingStopped(by: .assistant))
        #expect(try await visitor.nextEvent() == .handoff(.requested, dialogID: dialog, manager: nil))
      }
    }
  }

  @Test func whenAHumanIsAskedForTheRequestEndsAtOnce() async throws {
    try await FakeModelServer.run([.head(200), .piece("I think"), .stall]) { model in
      try await run(model) { server in
        let dialog = try await server.openDialog()
        let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
        async let posted = post("hello", to: server, dialog)
        var events = model.events.makeAsyncIterator()
        #expect(await events.next() == .asked)
        #expect(try await visitor.nextEvent() == .typingStarted(by: .assistant))
        try await handoff("request", server, dialog)
        #expect(await events.next() == .gone)
        #expect(try await posted.assistant_message == nil)
        #expect(try await visitor.nextEvent() == .typingStopped(by: .assistant))
        #expect(try await visitor.nextEvent() == .handoff(.requested, dialogID: dialog, manager: nil))
        try await handoff("takeover", server, dialog)
        #expect(try await server.store.messages(dialogID: dialog).map(\.text) == ["hello"])
      }
    }
  }

  @Test func aNewerMessageIsAnsweredWithTheOlderOne() async throws {
    try await FakeModelServer.run([.head(200), .piece("My"), .stall], FakeModelServer.answer("Both")) { model in
      try await run(model) { server in
        let dialog = try await server.openDialog()
        async let first = post("my order", to: server, dialog)
        var events = model.events.makeAsyncIterator()
        #expect(await events.next() == .asked)
        #expect(try await post("number 7", to: server, dialog).assistant_message?.text == "Both")
        #expect(try await first.assistant_message == nil)
        #expect(model.asked.last?.turns == ["user: my order", "user: number 7"])
        #expect(try await server.store.messages(dialogID: dialog).map(\.text) == ["my order", "number 7", "Both"])
      }
    }
  }

  /// The model would be waited for longer than the test may take.
  @Test(.timeLimit(.minutes(2))) func aStuckModelHoldsNobodyUp() async throws {
    try await FakeModelServer.run([.stall]) { model in
      try await run(model) {
        $0.models.concurrency = 1
        $0.models.firstByte = .seconds(3600)
        $0.models.deadline = .seconds(3600)
      } _: { server in
        let dialogs = [try await server.openDialog(guest: "a"), try await server.openDialog(guest: "b")]
        _ = try await post("hello", to: server, dialogs[0], guest: "a", wait: false)
        var events = model.events.makeAsyncIterator()
        #expect(await events.next() == .asked)
        // Another dialog of the same assistant, an operator here, and one of another assistant's.
        _ = try await post("hello", to: server, dialogs[1], guest: "b", wait: false)
        let token = try await server.accessToken(server.ann)
        let answer = try await server.call(
          .POST, "/api/dialogs/\(dialogs[0])/messages", json: #"{"text":"me"}"#, token: token)
        #expect(answer.status == 200)
        let site = try await server.call(.POST, "/api/site/dialogs?\(server.siteQuery("c"))")
        let other = try site.decode(TestServer.Identified.self).id
        let echo = try await server.call(
          .POST, "/api/site/dialogs/\(other)/messages?\(server.siteQuery("c"))", json: #"{"text":"x"}"#)
        #expect(try echo.decode(Posted.self).assistant_message?.text == "echo: x")
        // Somebody waits for an answer when the server ends.
        Task { try? await post("still there?", to: server, dialogs[0], guest: "a") }
        while let event = await events.next(), event != .gone {}
      }
    }
  }

  @Test func theKeyIsReadWhenItIsNeededAndNeverLogged() async throws {
    let folder = try TemporaryDirectory()
    let path = folder.path + "/key"
    try await FakeModelServer.run([.head(401), .end]) { model in
      try await run(model) { server in
        var settings = try #require(try await server.store.assistant(id: server.assistant.id)).settings
        settings.key = .file(path: path)
        try await server.store.configureAssistant(id: server.assistant.id, settings)
        let without = try await server.openDialog(guest: "a")
        #expect(try await post("hello", to: server, without, guest: "a").handoff_triggered == true)
        #expect(model.asked.isEmpty)
        try "s3cret-k3y\r\nsecond line".write(toFile: path, atomically: true, encoding: .utf8)
        let with = try await server.openDialog(guest: "b")
        _ = try await post("hello", to: server, with, guest: "b")
        #expect(model.asked.map(\.authorization) == ["Bearer s3cret-k3y"])
        #expect(server.logs.all.contains { $0.contains("a model gave no answer") })
        #expect(!server.logs.all.contains { $0.contains("s3cret") })
      }
    }
  }
}
