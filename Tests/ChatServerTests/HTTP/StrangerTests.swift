import ChatProtocol
import Testing

@testable import ChatServer

/// The routes from the attacker's side. They are taken from the router itself: a new one is under these tests, too.
@Suite struct StrangerTests {
  /// Routes of operators: all that are not open to visitors or to everybody.
  private func operatorRoutes(_ server: TestServer) -> [ChatApplication.Route] {
    let open: Set = ["/api/login", "/api/refresh-token", "/api/capabilities"]
    return server.routes.filter { route in
      route.path.hasPrefix("/api/") && !open.contains(route.path)
        && !["/api/widget", "/api/site/"].contains { route.path.hasPrefix($0) }
    }
  }

  /// A body that has a good value for every field there is.
  private static let body = """
    {"text":"x","sender":"manager","kind":"note","message_id":1,"request_id":"6F9619FF-8B86-D011-B42D-00CF4FC964FF",
    "reason":"r","force":true,"to":1,"status":"online","grace_seconds":0}
    """

  private func call(
    _ server: TestServer, _ route: ChatApplication.Route, id: String, token: String?
  ) async throws -> TestServer.Answer {
    let method = try #require(TestServer.Method(rawValue: route.method))
    let path = route.path.split(separator: "/").map { $0 == "{id}" ? id : $0.hasPrefix("{") ? "1" : String($0) }
    return try await server.call(
      method, "/" + path.joined(separator: "/"), json: method == .GET ? nil : Self.body, token: token)
  }

  @Test func nothingOpensWithoutAGoodAccessToken() async throws {
    try await TestServer.run { server in
      let good = try await server.accessToken(server.admin)
      let parts = good.split(separator: ".")
      let tokens: [String?] = [
        nil, "nonsense",
        // Another server's key; a token that is good for something else; one that has run out.
        try await TokenService(secret: TokenSecret()).issue(.access, for: server.admin, at: .now()),
        try await server.tokens.issue(.refresh, for: server.admin, at: .now()),
        try await server.accessToken(server.admin, at: .now().advanced(by: .seconds(-3601))),
        // {"alg":"none","typ":"JWT"}, with and without the signature of a good one.
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.\(parts[1]).",
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.\(parts[1]).\(parts[2])",
        // A good token's signature under other claims.
        "\(parts[0]).eyJzdWIiOiIxIiwidHlwZSI6ImFjY2VzcyIsImV4cCI6OTk5OTk5OTk5OX0.\(parts[2])",
        server.siteToken.token,
      ]
      let routes = operatorRoutes(server)
      #expect(routes.count >= 15)
      for route in routes {
        for token in tokens {
          #expect(try await call(server, route, id: "1", token: token).status == 401, "\(route)")
        }
      }
    }
  }

  @Test func anothersDialogLooksLikeNone() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog(guest: "guest")
      let ann = try await server.accessToken(server.ann)
      _ = try await server.call(.POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"a secret"}"#, token: ann)
      let before = try await server.store.messages(dialogID: dialog)
      let bob = try await server.accessToken(server.bob)
      let routes = operatorRoutes(server).filter { $0.path.contains("{id}") }
      #expect(routes.count >= 8)
      for route in routes {
        let (theirs, none) = (
          try await call(server, route, id: "\(dialog)", token: bob),
          try await call(server, route, id: "999999", token: bob)
        )
        #expect(theirs.status == 404, "\(route) \(theirs.text)")
        #expect(theirs.status == none.status && theirs.text == none.text, "\(route)")
      }
      #expect(try await server.store.messages(dialogID: dialog) == before)
      #expect(try await server.store.handoffStatus(dialogID: dialog).status == .none)
    }
  }

  @Test func anotherGuestsDialogLooksLikeNone() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog(guest: "guest")
      let site = try await server.call(.POST, "/api/site/dialogs?\(server.siteQuery("guest"))")
      let siteDialog = try site.decode(TestServer.Identified.self).id
      let entrances = [
        ("/api/widget", server.widgetQuery("thief"), dialog), ("/api/site", server.siteQuery("thief"), siteDialog),
        // The right guest's name at the wrong door.
        ("/api/site", server.siteQuery("guest"), dialog), ("/api/widget", server.widgetQuery("guest"), siteDialog),
      ]
      for (prefix, query, id) in entrances {
        let routes = server.routes.filter { $0.path.hasPrefix(prefix) && $0.path.contains("{id}") }
        #expect(routes.count >= 2)
        for route in routes {
          let answers = try await [id, 999_999].asyncMap { id in
            let method = try #require(TestServer.Method(rawValue: route.method))
            return try await server.call(
              method, route.path.replacing("{id}", with: "\(id)") + "?" + query,
              json: method == .GET ? nil : Self.body)
          }
          #expect(answers[0].status == 404, "\(route)")
          #expect(answers[0].text == answers[1].text)
        }
      }
      #expect(try await server.store.messages(dialogID: dialog).isEmpty)
    }
  }

  @Test func aVisitorCannotPoseAsAnybodyElse() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog(guest: "guest")
      let ann = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      let messages = "/api/widget/dialogs/\(dialog)/messages?wait=0&\(server.widgetQuery("guest"))"
      for sender in ["manager", "assistant", "system"] {
        let answer = try await server.call(
          .POST, messages, json: #"{"sender":"\#(sender)","text":"silence","author":{"id":1,"name":"Ann"}}"#)
        #expect(answer.status == 200)
        #expect(try await ann.nextMessage().sender == .user)
      }
      #expect(try await server.store.messages(dialogID: dialog).allSatisfy { $0.sender == .user })
      // Nor does an operator: the route says who writes.
      let token = try await server.accessToken(server.ann)
      let posted = try await server.call(
        .POST, "/api/dialogs/\(dialog)/messages", json: #"{"sender":"user","text":"x"}"#, token: token)
      #expect(try posted.decode(Message.self).sender == .manager)
    }
  }

  @Test func pathsThatLeadElsewhere() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let token = try await server.accessToken(server.bob)
      for path in [
        "/api/dialogs/\(dialog)%2F..%2F\(dialog)", "/api/dialogs/+\(dialog)", "/api/dialogs/0x1", "/api/dialogs/-1",
        "/api/dialogs/99999999999999999999", "/api/dialogs/%00", "/api/dialogs/..%2fme",
        "/api/%2e%2e/api/dialogs/\(dialog)",
        "/api/dialogs/\(dialog);admin",
        "/api/dialogs/\u{661}".utf8.reduce(into: "") {
          $0 += $1 < 128 ? String(UnicodeScalar($1)) : "%\(String($1, radix: 16))"
        },
      ] {
        let answer = try await server.call(.GET, path, token: token)
        #expect(answer.status == 404, "\(path)")
      }
    }
  }
}

extension Sequence {
  fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async throws -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await transform(element)) }
    return values
  }
}
