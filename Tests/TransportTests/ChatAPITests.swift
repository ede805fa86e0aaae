import ChatProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

@testable import Transport

@Suite("The operator's HTTP client")
struct ChatAPITests {
  private let group = MultiThreadedEventLoopGroup.singleton
  private static let tokens = AccountTokens(accessToken: "SECRET-A", refreshToken: "SECRET-R")

  /// Runs a test against a scripted server.
  private func with(
    tokens: AccountTokens? = tokens, onTokens: @escaping @Sendable (AccountTokens) -> Void = { _ in },
    reply: @escaping @Sendable (ScriptedHTTPServer.Request) -> ScriptedHTTPServer.Reply,
    _ body: (ChatAPI, ScriptedHTTPServer) async throws -> Void
  ) async throws {
    let server = try await ScriptedHTTPServer(group: group, reply: reply)
    let api = ChatAPI(server: try ServerAddress(server.url), tokens: tokens, group: group, onTokens: onTokens)
    do {
      try await body(api, server)
    } catch {
      await api.shutDown()
      throw error
    }
    await api.shutDown()
    try await server.stop()
  }

  // MARK: Failures

  static let failures: [(Int, String, APIFailure)] = [
    (403, #"{"detail":"no"}"#, .forbidden(ErrorDetail("no"))),
    (404, #"{"detail":"gone"}"#, .notFound(ErrorDetail("gone"))),
    (409, #"{"detail":"taken"}"#, .conflict(ErrorDetail("taken"))),
    (422, #"{"detail":[{"loc":["body","text"],"msg":"long"}]}"#, .invalid(ErrorDetail("long", field: "text"))),
    (400, "", .invalid(ErrorDetail("HTTP 400"))),
    (413, "", .invalid(ErrorDetail("HTTP 413"))),
    (429, "", .tooManyRequests(retryAfter: nil)),
    (500, #"{"error":"boom"}"#, .server(status: 500, ErrorDetail("boom"))),
    (502, "<html>Bad Gateway</html>", .server(status: 502, ErrorDetail("HTTP 502"))),
    (301, "", .malformed("HTTP 301")),
    (200, "<html>login</html>", .malformed("its body is not what was asked for")),
    (200, "", .malformed("its body is not what was asked for")),
    (204, "", .malformed("its body is not what was asked for")),
  ]

  @Test("a status is a failure with a name", arguments: failures)
  func status(status: Int, body: String, failure: APIFailure) async throws {
    try await with(reply: { _ in .answer(status: status, body: body) }) { api, _ in
      await #expect(throws: failure) { try await api.send("hello", to: 4, clientID: "c") }
    }
  }

  @Test("Retry-After in seconds", arguments: [("7", 7), ("0", 0), ("-3", 0)])
  func retryAfter(value: String, seconds: Int) async throws {
    try await with(reply: { _ in .answer(status: 429, body: "", headers: [("Retry-After", value)]) }) { api, _ in
      await #expect(throws: APIFailure.tooManyRequests(retryAfter: .seconds(seconds))) { try await api.queue() }
    }
  }

  @Test("calls that follow each other share a connection")
  func connections() async throws {
    try await with(reply: { _ in .answer(status: 200, body: "[]") }) { api, server in
      for _ in 0..<3 { _ = try await api.queue() }
      #expect(server.requests.count == 3)
      #expect(Set(server.requests.map(\.peer)).count == 1)
    }
  }

  @Test("nobody there: the request never left")
  func unreachable() async throws {
    let server = try await ScriptedHTTPServer(group: group) { _ in .silence }
    let address = try ServerAddress(server.url)
    try await server.stop()
    let api = ChatAPI(server: address, tokens: Self.tokens, group: group)
    await #expect(throws: APIFailure.unreachable("connection refused")) { try await api.me() }
    await api.shutDown()
  }

  @Test("hung up on: the request may have been carried out")
  func hungUp() async throws {
    try await with(reply: { _ in .hangUp }) { api, _ in
      let failure = await #expect(throws: APIFailure.self) { try await api.send("hello", to: 4, clientID: nil) }
      #expect(failure?.mayHaveTakenEffect == true)
    }
  }

  @Test("an answer that never comes, or never ends, or is too large")
  func bounds() async throws {
    let server = try await ScriptedHTTPServer(group: group) { request in
      request.uri == "/silence" ? .silence : .answer(status: 200, body: String(repeating: "x", count: 3 << 20))
    }
    let exchange = HTTPExchange(server: try ServerAddress(server.url), on: group.any())
    await #expect(throws: APIFailure.noAnswer("it took too long")) {
      try await exchange.perform(.init(path: "/silence", timeout: .milliseconds(50)), bearer: nil)
    }
    await #expect(throws: APIFailure.malformed("it is larger than 1 MiB")) {
      try await exchange.perform(.init(path: "/large", limit: 1 << 20), bearer: nil)
    }
    await exchange.shutDown()
    try await server.stop()
  }

  // MARK: Tokens

  @Test("the login is a form, and its tokens are kept")
  func login() async throws {
    let kept = Mutex<[String]>([])
    try await with(
      tokens: nil, onTokens: { tokens in kept.withLock { $0.append(tokens.accessToken) } },
      reply: { _ in .answer(status: 200, body: #"{"access_token":"N","refresh_token":"R","token_type":"bearer"}"#) }
    ) { api, server in
      await #expect(throws: APIFailure.unauthorized) { try await api.me() }
      try await api.logIn(email: "a+b@c.de", password: "p&q=r %é")
      #expect(server.requests.map(\.uri) == ["/api/login"])
      #expect(server.requests.first?.contentType == "application/x-www-form-urlencoded")
      #expect(server.requests.first?.body == "username=a%2Bb%40c.de&password=p%26q%3Dr%20%25%C3%A9")
      #expect(api.accessToken == "N")
      #expect(kept.withLock { $0 } == ["N"])
    }
  }

  @Test("a token that has run out is renewed once, for all who met it, and the calls are repeated")
  func refresh() async throws {
    try await with(reply: { request in
      if request.uri == "/api/refresh-token" { return .answer(status: 200, body: #"{"access_token":"NEW"}"#) }
      guard request.authorization == "Bearer NEW" else { return .answer(status: 401, body: "{}") }
      return .answer(status: 200, body: "[]")
    }) { api, server in
      try await withThrowingTaskGroup(of: Void.self) { calls in
        for _ in 0..<20 { calls.addTask { _ = try await api.queue() } }
        try await calls.waitForAll()
      }
      #expect(server.requests.count { $0.uri == "/api/refresh-token" } == 1)
      #expect(server.requests.first { $0.uri == "/api/refresh-token" }?.body == #"{"refresh_token":"SECRET-R"}"#)
      // The old refresh token stays good where the answer has none.
      try await api.refreshToken(replacing: "NEW")
      #expect(server.requests.count { $0.uri == "/api/refresh-token" } == 2)
      try await api.refreshToken(replacing: "SECRET-A")
      #expect(server.requests.count { $0.uri == "/api/refresh-token" } == 2, "there is a newer one already")
    }
  }

  @Test("a refresh that is refused is the end of the session", arguments: [400, 401, 403, 404, 422])
  func refreshRefused(status: Int) async throws {
    try await with(reply: { .answer(status: $0.uri == "/api/refresh-token" ? status : 401, body: "{}") }) { api, _ in
      await #expect(throws: APIFailure.unauthorized) { try await api.me() }
    }
  }

  @Test("a refresh that fails for now is no end")
  func refreshFails() async throws {
    try await with(reply: { .answer(status: $0.uri == "/api/refresh-token" ? 503 : 401, body: "{}") }) { api, _ in
      await #expect(throws: APIFailure.server(status: 503, ErrorDetail("HTTP 503"))) { try await api.me() }
    }
  }

  @Test("a server that refuses the new token too is asked once")
  func newTokenRefused() async throws {
    try await with(reply: { request in
      request.uri == "/api/refresh-token"
        ? .answer(status: 200, body: #"{"access_token":"NEW"}"#) : .answer(status: 401, body: "{}")
    }) { api, server in
      await #expect(throws: APIFailure.unauthorized) { try await api.me() }
      #expect(server.requests.count == 3)
    }
  }

  @Test("no failure shows a token")
  func secrecy() async throws {
    for (status, body, _) in Self.failures {
      try await with(reply: { _ in .answer(status: status, body: body) }) { api, _ in
        do {
          _ = try await api.send("hello", to: 4, clientID: nil)
          Issue.record("it did not fail")
        } catch {
          #expect(!"\(error) \(String(reflecting: error))".contains("SECRET"))
        }
      }
    }
  }

  // MARK: Calls

  @Test(
    "a server without capabilities has part 1",
    arguments: [
      (404, "{}"), (405, ""), (403, "{}"), (200, "<html></html>"), (200, "[]"),
    ])
  func partOne(status: Int, body: String) async throws {
    try await with(reply: { _ in .answer(status: status, body: body) }) { api, _ in
      let capabilities = try await api.capabilities()
      #expect(capabilities == .partOne)
    }
  }

  @Test("a server that fails may have any")
  func capabilitiesFail() async throws {
    try await with(reply: { _ in .answer(status: 500, body: "") }) { api, _ in
      await #expect(throws: APIFailure.self) { try await api.capabilities() }
    }
  }

  @Test(
    "a message goes out with its id where there is one, and comes back bare or wrapped",
    arguments: [
      #"{"id":9,"sender":"manager","text":"hello"}"#, #"{"message":{"id":9,"sender":"manager","text":"hello"}}"#,
      #"{"id":9,"sender":"manager","text":"hello","duplicate":true}"#,
    ])
  func send(body: String) async throws {
    try await with(reply: { _ in .answer(status: 200, body: body) }) { api, server in
      let named = try await api.send("hello", to: 4, clientID: "c")
      let nameless = try await api.send("hello", to: 4, clientID: nil)
      #expect(named.id == 9)
      #expect(nameless.text == "hello")
      #expect(server.requests.map(\.uri) == ["/api/dialogs/4/messages", "/api/dialogs/4/messages"])
      #expect(server.requests[0].body.contains(#""client_id":"c""#))
      #expect(!server.requests[1].body.contains("client_id"))
      #expect(
        server.requests.allSatisfy { $0.authorization == "Bearer SECRET-A" && $0.body.contains(#""sender":"manager""#) }
      )
    }
  }

  @Test("a history is whole without an id, and page by page with one")
  func history() async throws {
    try await with(reply: { request in
      guard let after = request.uri.split(separator: "=").dropFirst().first.flatMap({ Int($0.prefix { $0 != "&" }) })
      else { return .answer(status: 200, body: #"[{"id":1},{"broken":1},{"id":2}]"#) }
      let ids = (after + 1)..<min(after + 1001, 2501)
      return .answer(status: 200, body: "[" + ids.map { #"{"id":\#($0)}"# }.joined(separator: ",") + "]")
    }) { api, server in
      let whole = try await api.messages(in: 4)
      let newer = try await api.messages(in: 4, after: 7)
      #expect(whole.map(\.id) == [1, 2])
      #expect(newer.map(\.id) == Array(8...2500))
      #expect(
        server.requests.map(\.uri) == [
          "/api/dialogs/4/messages", "/api/dialogs/4/messages?after=7&limit=1000",
          "/api/dialogs/4/messages?after=1007&limit=1000", "/api/dialogs/4/messages?after=2007&limit=1000",
        ])
    }
  }

  @Test("a server that answers every page with the same one does not hold us")
  func endlessPages() async throws {
    let page = "[" + (1...1000).map { #"{"id":\#($0)}"# }.joined(separator: ",") + "]"
    try await with(reply: { _ in .answer(status: 200, body: page) }) { api, server in
      _ = try await api.messages(in: 4, after: 0)
      #expect(server.requests.count == 2)
    }
  }

  @Test("hand-off verbs, lists, heartbeat")
  func verbs() async throws {
    try await with(reply: { request in
      if request.uri.contains("handoff") { return .answer(status: 200, body: #"{"status":"active"}"#) }
      if request.uri.hasPrefix("/api/dialogs?") {
        return .answer(status: 200, body: #"{"items":[{"id":1}],"total":1}"#)
      }
      return .answer(status: 200, body: #"{"items":[{"dialog_id":3,"id":3}]}"#)
    }) { api, server in
      for verb in [ChatAPI.HandoffVerb.request(reason: "why"), .takeover, .release, .cancel] {
        let answer = try await api.handoff(verb, in: 4)
        #expect(answer.status == .active)
      }
      let queue = try await api.queue()
      let mine = try await api.myDialogs()
      let everybodys = try await api.dialogs(page: 2, limit: 50, all: true)
      let own = try await api.dialogs(page: 1, limit: 50, all: false)
      #expect(queue.map(\.dialogID) == [3])
      #expect(mine.map(\.id) == [3])
      #expect(everybodys.items.map(\.id) == [1])
      #expect(own.total == 1)
      try await api.heartbeat()
      #expect(
        server.requests.map(\.uri) == [
          "/api/dialogs/4/handoff/request", "/api/dialogs/4/handoff/takeover", "/api/dialogs/4/handoff/release",
          "/api/dialogs/4/handoff/cancel", "/api/operator/queue", "/api/operator/my-dialogs",
          "/api/dialogs?page=2&limit=50&all=true", "/api/dialogs?page=1&limit=50", "/api/operator/heartbeat",
        ])
      #expect(server.requests[0].body.contains(#""reason":"why""#))
      #expect(server.requests[1].body == "{}")
    }
  }
}

@Suite("A server's address")
struct ServerAddressTests {
  static let good: [(String, String, String)] = [
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "ws://127.0.0.1:8080/ws/dialogs/4?token=t"),
    ("https://chat.example.com", "https://chat.example.com", "wss://chat.example.com:443/ws/dialogs/4?token=t"),
    ("HTTPS://chat.example.com:443/", "https://chat.example.com", "wss://chat.example.com:443/ws/dialogs/4?token=t"),
    ("http://[::1]:9/chat//", "http://[::1]:9/chat", "ws://[::1]:9/chat/ws/dialogs/4?token=t"),
  ]

  @Test(arguments: good)
  func parses(text: String, url: String, socket: String) throws {
    let address = try ServerAddress(text)
    #expect(address.url == url)
    #expect(try address.operatorSocket(dialogID: 4, token: "t") == WebSocketURL(socket))
  }

  @Test(arguments: [
    "", "chat.example.com", "ftp://x", "ws://x", "http://", "http:///x", "http://user:pw@x", "http://x:0",
    "http://x:99999",
    "http://x y", "http://x/?q=1", "http://x/\u{1B}[31m", "https://é.example",
  ])
  func refuses(text: String) {
    #expect(throws: ServerAddress.ParseError.self) { try ServerAddress(text) }
  }

  @Test("a token cannot get out of its place in the URL")
  func tokenIsEncoded() throws {
    let url = try ServerAddress("http://x").operatorSocket(dialogID: 4, token: "a b&c=#\u{1B}é/")
    #expect(url.target == "/ws/dialogs/4?token=a%20b%26c%3D%23%1B%C3%A9%2F")
  }
}
