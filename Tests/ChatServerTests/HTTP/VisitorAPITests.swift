import ChatProtocol
import Testing

@testable import ChatServer

/// The widget and site routes of part 1 over real HTTP.
@Suite struct VisitorAPITests {
  /// The answer to a visitor's message.
  private struct Posted: Decodable {
    let user_message: Message
    let assistant_message: Message?
    let handoff_triggered: Bool?
    let handoff_status: HandoffState?
    let duplicate: Bool?
  }

  private static func post(
    _ server: TestServer, _ dialog: DialogID, _ json: String, query: String = ""
  ) async throws -> Posted {
    try await server.call(
      .POST, "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("guest"))\(query)", json: json
    ).decode()
  }

  @Test(arguments: ["widget", "site"]) func openListWriteAndRead(_ entrance: String) async throws {
    try await TestServer.run { server in
      let query = entrance == "widget" ? server.widgetQuery("a%20guest%2B1") : server.siteQuery("a+guest%2B1")
      let path = "/api/\(entrance)/dialogs"
      let opened = try await server.call(.POST, "\(path)?\(query)", json: #"{"name":"Eve"}"#)
      let id = try opened.decode(TestServer.Identified.self).id
      // The same one again, as long as it is open; without a body, too.
      #expect(try await server.call(.POST, "\(path)?\(query)").decode(TestServer.Identified.self).id == id)
      let dialog = try #require(try await server.store.dialog(id: id, visibleTo: .everything))
      #expect(dialog.guestID == "a guest+1")
      #expect(dialog.name == "Eve")
      let posted: Posted = try await server.call(.POST, "\(path)/\(id)/messages?\(query)", json: #"{"text":"hi"}"#)
        .decode()
      #expect(posted.assistant_message?.text == "echo: hi")
      let history = try await server.call(.GET, "\(path)/\(id)/messages?\(query)").decode([Message].self)
      #expect(history.map(\.sender) == [.user, .assistant])
      let list = try await server.call(.GET, "\(path)?\(query)").decode([Dialog].self)
      #expect(list.map(\.id) == [id])
      #expect(list.first?.guestID == nil)
      #expect(list.first?.userID == nil)
    }
  }

  @Test func aVisitorIsAlwaysTheUser() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      for sender in [#""manager""#, #""assistant""#, #""system""#, "null", "7"] {
        let posted = try await Self.post(server, dialog, #"{"sender":\#(sender),"text":"I am the boss"}"#)
        #expect(posted.user_message.sender == .user)
      }
    }
  }

  @Test func aGuestReachesItsOwnDialogsOnly() async throws {
    try await TestServer.run { server in
      let others = try await server.openDialog(guest: "others")
      let queries = [server.widgetQuery("mine"), server.widgetQuery("OTHERS"), server.widgetQuery("others%00")]
      for query in queries {
        for id in [others, 4711] {
          let path = "/api/widget/dialogs/\(id)/messages?\(query)"
          #expect(try await server.call(.GET, path).status == 404)
          #expect(try await server.call(.POST, path, json: #"{"text":"x"}"#).status == 404)
        }
      }
      // A site's guest of the same name is another one.
      #expect(
        try await server.call(.GET, "/api/site/dialogs/\(others)/messages?\(server.siteQuery("others"))").status == 404)
      #expect(try await server.store.messages(dialogID: others).isEmpty)
    }
  }

  @Test func refusals() async throws {
    try await TestServer.run(siteDomains: ["shop.example.com"]) { server in
      let assistant = server.assistant.id
      let token = server.siteToken.token
      let table: [(path: String, origin: String?, status: Int)] = [
        ("/api/widget/dialogs", nil, 422),
        ("/api/widget/dialogs?assistant_id=\(assistant)", nil, 422),
        ("/api/widget/dialogs?assistant_id=\(assistant)&guest_id=", nil, 422),
        ("/api/widget/dialogs?assistant_id=\(assistant)&guest_id=\(String(repeating: "g", count: 300))", nil, 422),
        ("/api/widget/dialogs?assistant_id=999&guest_id=g", nil, 404),
        ("/api/site/dialogs?guest_id=g", nil, 422),
        ("/api/site/dialogs?site_token=nonsense&guest_id=g", nil, 401),
        ("/api/site/dialogs?site_token=\(token)&guest_id=g", nil, 403),
        ("/api/site/dialogs?site_token=\(token)&guest_id=g", "https://shop.example.com.evil.example", 403),
        ("/api/site/dialogs?site_token=\(token)&guest_id=g", "https://shop.example.com", 200),
      ]
      for (path, origin, status) in table {
        let answer = try await server.call(.POST, path, headers: origin.map { ["Origin": $0] } ?? [:])
        #expect(answer.status == status, "\(path) \(origin ?? "")")
      }
    }
  }

  @Test func theAIFallsSilentWithTheHandoff() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let token = try await server.accessToken(server.ann)
      #expect(try await Self.post(server, dialog, #"{"text":"one"}"#).assistant_message?.text == "echo: one")
      #expect(try await Self.post(server, dialog, #"{"text":"silence"}"#).assistant_message == nil)
      let asked = try await Self.post(server, dialog, #"{"text":"person"}"#)
      #expect(asked.handoff_triggered == true)
      #expect(asked.handoff_status == .requested)
      #expect(asked.assistant_message == nil)
      for verb in ["takeover", "release"] {
        let waiting = try await Self.post(server, dialog, #"{"text":"hello?"}"#)
        #expect(waiting.assistant_message == nil)
        #expect(waiting.handoff_triggered == nil)
        #expect(
          try await server.call(.POST, "/api/dialogs/\(dialog)/handoff/\(verb)", json: "{}", token: token).status == 200
        )
      }
      #expect(try await Self.post(server, dialog, #"{"text":"two"}"#).assistant_message?.text == "echo: two")
    }
  }

  @Test func aRepeatAnswersWithTheFirstResult() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      for text in ["hello", "person"] {
        let json = #"{"text":"\#(text)","client_id":"c-\#(text)"}"#
        let first = try await Self.post(server, dialog, json)
        let second = try await Self.post(server, dialog, json)
        #expect(first.duplicate == nil)
        #expect(second.duplicate == true)
        #expect(first.user_message == second.user_message)
        #expect(first.assistant_message == second.assistant_message)
        #expect(first.handoff_triggered == second.handoff_triggered)
      }
      #expect(try await server.store.messages(dialogID: dialog).map(\.text) == ["hello", "echo: hello", "person"])
    }
  }

  @Test func waitZeroDoesNotWaitForTheAI() async throws {
    let answers = HesitantAnswers()
    try await TestServer.run(answers: answers) { server in
      let dialog = try await server.openDialog()
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let posted = try await Self.post(server, dialog, #"{"text":"hello"}"#, query: "&wait=0")
      #expect(posted.assistant_message == nil)
      for await _ in answers.questions { break }
      answers.speak(.answer("well"))
      #expect(try await visitor.nextMessage().text == "well")
    }
  }

  @Test func aFloodOfMessagesIsRefused() async throws {
    try await TestServer.run(configure: { $0.limits.messagesPerMinute = 3 }) { server in
      let dialog = try await server.openDialog()
      for _ in 0..<3 { _ = try await Self.post(server, dialog, #"{"text":"x"}"#) }
      let path = "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("guest"))"
      let refused = try await server.call(.POST, path, json: #"{"text":"x"}"#)
      #expect(refused.status == 429)
      #expect((1...20).contains(try #require(refused.headers["retry-after"].flatMap(Int.init))))
    }
  }
}
