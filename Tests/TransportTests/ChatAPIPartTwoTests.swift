import ChatProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import Transport

@Suite("The operator's HTTP client: part 2")
struct ChatAPIPartTwoTests {
  /// Runs a test against a server that answers everything alike.
  private func with(
    _ body: String, status: Int = 200, _ test: (ChatAPI, ScriptedHTTPServer) async throws -> Void
  ) async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let server = try await ScriptedHTTPServer(group: group) { _ in .answer(status: status, body: body) }
    let api = ChatAPI(
      server: try ServerAddress(server.url), tokens: AccountTokens(accessToken: "A", refreshToken: nil), group: group)
    do {
      try await test(api, server)
    } catch {
      await api.shutDown()
      throw error
    }
    await api.shutDown()
    try await server.stop()
  }

  static let verbs: [(ChatAPI.HandoffVerb, String, String)] = [
    (.takeover, "takeover", "{}"),
    (.forceTakeover(reason: "Ann is ill"), "takeover", #"{"force":true,"reason":"Ann is ill"}"#),
    (.transfer(to: 7, note: "Polish"), "transfer", #"{"note":"Polish","to":7}"#),
    (.transfer(to: 7, note: nil), "transfer", #"{"to":7}"#),
    (.requeue(reason: "billing"), "requeue", #"{"reason":"billing"}"#),
    (.requeue(reason: nil), "requeue", "{}"),
    (.release, "release", "{}"),
    (.cancel, "cancel", "{}"),
  ]

  @Test("each hand-off verb says what its route takes, and nothing else", arguments: verbs)
  func handoff(verb: ChatAPI.HandoffVerb, route: String, body: String) async throws {
    try await with(#"{"status":"active","assigned_manager":{"id":7,"name":"Ann"}}"#) { api, server in
      let status = try await api.handoff(verb, in: 4)
      #expect(status.assignedManager == Manager(id: 7, name: "Ann"))
      let request = try #require(server.requests.first)
      #expect(request.method == .POST && request.uri == "/api/dialogs/4/handoff/" + route)
      #expect(Self.fields(of: request.body) == Self.fields(of: body))
    }
  }

  @Test("a request has an id of its own each time, and says what it was told")
  func request() async throws {
    try await with(#"{"status":"requested","queue_position":"2"}"#) { api, server in
      for _ in 0..<2 {
        let status = try await api.handoff(.request(reason: "rude", lastUserText: "a \"human\"!"), in: 4)
        #expect(status.queuePosition == 2)
      }
      #expect(server.requests[0].body.contains(#""last_user_text":"a \"human\"!""#))
      #expect(server.requests[0].body.contains(#""reason":"rude""#))
      #expect(server.requests[0].body != server.requests[1].body)
    }
  }

  @Test("who has taken it, or has too many, is told in the server's words")
  func conflict() async throws {
    let detail = "The operator has 1 dialog already, the most one may have"
    try await with(#"{"detail":"\#(detail)"}"#, status: 409) { api, _ in
      await #expect(throws: APIFailure.conflict(ErrorDetail(detail))) { try await api.handoff(.takeover, in: 4) }
      await #expect(throws: APIFailure.conflict(ErrorDetail(detail))) { try await api.approve(1, in: 4) }
      await #expect(throws: APIFailure.conflict(ErrorDetail(detail))) { try await api.reject(1, in: 4) }
    }
  }

  @Test("the audit log, with what a later server may add or leave out")
  func log() async throws {
    let body = """
      [{"id":1,"dialog_id":4,"at":"2025-01-15T10:30:00Z","action":"forced_takeover","reason":"ill",
        "actor":{"kind":"operator","id":2,"name":"Omar"},"from":{"id":7},"to":{"id":2,"name":"Omar"},
        "old_status":"active","new_status":"active"},
       {"broken":1},
       {"id":"2","action":"sung","actor":null,"at":"yesterday","old_status":"dancing"}]
      """
    try await with(body) { api, server in
      let log = try await api.handoffLog(of: 4, after: 9, limit: 50)
      #expect(server.requests.map(\.uri) == ["/api/dialogs/4/handoff/log?after=9&limit=50"])
      #expect(log.map(\.id) == [1, 2])
      #expect(log[0].actor == .init(kind: "operator", id: 2, name: "Omar"))
      #expect(log[0].from == Manager(id: 7, name: nil) && log[0].to?.name == "Omar" && log[0].reason == "ill")
      #expect(log[1].at == nil && log[1].actor == nil && log[1].oldStatus == .other("dancing"))
    }
  }

  @Test("the team, with those of whom little is known")
  func team() async throws {
    let body = """
      [{"id":1,"name":"Ann","role":"admin","status":"away","dialogs":3,"capacity":3},{"id":2,"status":"on the moon"},
       {"name":"nobody"}]
      """
    try await with(body) { api, server in
      let team = try await api.team()
      #expect(server.requests.map(\.uri) == ["/api/operator/team"])
      #expect(team.map(\.id) == [1, 2])
      #expect(team[0].status == .away && team[0].isFull)
      #expect(team[1].status == .offline && !team[1].isFull && team[1].manager == Manager(id: 2, name: nil))
    }
  }

  @Test("proposals are listed, approved as they are or in other words, and rejected")
  func proposals() async throws {
    let proposal = #"{"id":5,"dialog_id":4,"message_id":9,"text":"Hello","state":"approved"}"#
    try await with(#"[\#(proposal),{"id":6}]"#) { api, _ in
      let list = try await api.proposals(in: 4)
      #expect(list.map(\.id) == [5])
    }
    try await with(#"{"proposal":\#(proposal),"message":{"id":10,"sender":"assistant","text":"Hello"}}"#) {
      api, server in
      let approved = try await api.approve(5, in: 4)
      #expect(approved.message.id == 10 && approved.proposal.state == .approved)
      _ = try await api.approve(5, in: 4, text: "Hi")
      #expect(server.requests.map(\.body) == ["{}", #"{"text":"Hi"}"#])
      #expect(server.requests.allSatisfy { $0.uri == "/api/dialogs/4/proposals/5/approve" && $0.method == .POST })
    }
    try await with(proposal) { api, server in
      try await api.reject(5, in: 4, reason: "wrong price")
      #expect(server.requests.map(\.uri) == ["/api/dialogs/4/proposals/5/reject"])
      #expect(server.requests[0].body == #"{"reason":"wrong price"}"#)
    }
  }

  @Test("a search's matches are within its snippet, whatever the server says")
  func search() async throws {
    let body = #"""
      {"items":[{"dialog_id":4,"message_id":9,"sender":"user","kind":"message","timestamp":"2025-01-15T10:30:00Z",
        "name":"Ana","snippet":"né refund","matches":[[3,9],[2,4],[5,3],[-1,2],[8,10],[1],"x"]},
       {"message_id":1}],"dialogs":[{"dialog_id":7,"name":"Refund Co"},{}],"next_before":9}
      """#
    try await with(body) { api, server in
      let found = try await api.search("re fund&", before: 12, limit: 50)
      #expect(server.requests.map(\.uri) == ["/api/search?q=re%20fund%26&limit=50&before=12"])
      #expect(found.items.map(\.messageID) == [9])
      #expect(found.items[0].matches == [3..<9])
      #expect(found.dialogs == [FoundDialog(dialogID: 7, name: "Refund Co")] && found.nextBefore == 9)
    }
  }

  @Test("lists, pages, receipts, presence and briefs are asked for as the routes have it")
  func paths() async throws {
    try await with(#"{"items":[],"dialog_id":4,"last_read":9,"status":"away"}"#) { api, server in
      let selection = DialogSelection(search: "Ana B", states: [.requested, .active], channel: "web", assistantID: 3)
      _ = try await api.dialogs(page: 2, limit: 50, all: true, selection)
      _ = try await api.dialogs(page: 1, limit: 50, all: false, DialogSelection())
      _ = try await api.page(of: 4, before: 100, limit: 50)
      _ = try await api.page(of: 4, before: nil, limit: 50)
      let read = try await api.markRead(4, through: 9)
      #expect(read.lastRead == 9)
      try await api.heartbeat(status: .away)
      _ = try await api.handoffStatus(of: 4)
      await #expect(throws: APIFailure.self) { try await api.brief(of: 4) }
      #expect(
        server.requests.map(\.uri) == [
          "/api/dialogs?page=2&limit=50&all=true&search=Ana%20B&status=requested%2Cactive&channel=web&assistant_id=3",
          "/api/dialogs?page=1&limit=50", "/api/dialogs/4/messages?before=100&limit=50",
          "/api/dialogs/4/messages?limit=50", "/api/dialogs/4/read", "/api/operator/heartbeat",
          "/api/dialogs/4/handoff/status", "/api/dialogs/4/handoff/brief",
        ])
      #expect(server.requests[4].body == #"{"message_id":9}"#)
      #expect(server.requests[5].body == #"{"status":"away"}"#)
    }
  }

  @Test("a send says its kind and its precondition only where they say something")
  func send() async throws {
    try await with(#"{"id":12,"sender":"manager","text":"hi","timestamp":"2026-01-02T03:04:05Z"}"#) { api, server in
      _ = try await api.send("hi", to: 4, clientID: "c")
      _ = try await api.send("hi", to: 4, clientID: "c", ifLastID: 11)
      _ = try await api.send("hi", to: 4, clientID: "c", kind: .note)
      let plain: Set<Substring> = [#""sender":"manager""#, #""text":"hi""#, #""client_id":"c""#]
      #expect(
        server.requests.map { Self.fields(of: $0.body) } == [
          plain, plain.union([#""if_last_id":11"#]), plain.union([#""kind":"note""#]),
        ])
    }
  }

  @Test("a send that others were faster than brings what they wrote")
  func superseded() async throws {
    let body = """
      {"detail":"Somebody else wrote","newer":[{"id":12,"sender":"user","text":"wait","timestamp":null},{"no":"id"}]}
      """
    try await with(body, status: 409) { api, _ in
      let newer = Message(id: 12, sender: .user, text: "wait", timestamp: nil)
      await #expect(throws: APIFailure.superseded(by: [newer])) {
        try await api.send("hi", to: 4, clientID: "c", ifLastID: 11)
      }
    }
    try await with(#"{"detail":"taken"}"#, status: 409) { api, _ in
      await #expect(throws: APIFailure.conflict(ErrorDetail("taken"))) { try await api.handoff(.takeover, in: 4) }
    }
  }

  /// The fields of a flat object, in any order.
  private static func fields(of body: String) -> Set<Substring> {
    Set(body.dropFirst().dropLast().split(separator: ","))
  }
}
