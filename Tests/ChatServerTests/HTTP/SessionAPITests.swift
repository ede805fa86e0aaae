import ChatProtocol
import Testing

@testable import ChatServer

/// Logins over their routes: refreshing, logging out, and what becomes of open sockets.
@Suite struct SessionAPITests {
  private func logIn(_ server: TestServer, _ name: String = "ann") async throws -> AccountTokens {
    try await server.call(
      .POST, "/api/login", json: #"{"username":"\#(name)@example.com","password":"correct horse"}"#
    ).decode()
  }

  private func refresh(_ server: TestServer, _ token: String?) async throws -> TestServer.Answer {
    try await server.call(
      .POST, "/api/refresh-token", json: #"{"refresh_token":"\#(try #require(token))"}"#)
  }

  @Test func refreshingRotates() async throws {
    try await TestServer.run { server in
      let first = try await logIn(server)
      let second: AccountTokens = try await refresh(server, first.refreshToken).decode()
      #expect(second.refreshToken != nil && second.refreshToken != first.refreshToken)
      #expect(second.accessToken != first.accessToken)
      // The answer got lost, or two programs share the token: the same one again.
      let again: AccountTokens = try await refresh(server, first.refreshToken).decode()
      let third: AccountTokens = try await refresh(server, again.refreshToken).decode()
      #expect(try await server.call(.GET, "/api/me", token: third.accessToken).status == 200)
      // A token that was stolen long ago: the login ends for the thief and for the owner.
      let stolen = try await refresh(server, first.refreshToken)
      #expect(stolen.status == 401)
      #expect(try await refresh(server, third.refreshToken).status == 401)
      for tokens in [first, second, third] {
        #expect(try await server.call(.GET, "/api/me", token: tokens.accessToken).status == 401)
      }
      #expect(server.logs.all.contains { $0.hasPrefix("warning a refresh token was used twice") })
      // Another login of the same account is not touched.
      let other = try await logIn(server)
      #expect(try await server.call(.GET, "/api/me", token: other.accessToken).status == 200)
    }
  }

  @Test func loggingOutRevokesAndEndsTheSockets() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let (leaving, staying) = (try await logIn(server), try await logIn(server))
      let gone = try TestSocket(server, "/ws/dialogs/\(dialog)?token=\(leaving.accessToken)")
      let here = try TestSocket(server, "/ws/dialogs/\(dialog)?token=\(staying.accessToken)")
      for socket in [gone, here] { #expect(try await socket.next() == .opened) }
      #expect(try await server.call(.POST, "/api/logout", token: leaving.accessToken).status == 204)
      #expect(try await gone.closeCode() == 4001)
      #expect(try await server.call(.GET, "/api/me", token: leaving.accessToken).status == 401)
      #expect(try await refresh(server, leaving.refreshToken).status == 401)
      let late = try TestSocket(server, "/ws/dialogs/\(dialog)?token=\(leaving.accessToken)")
      #expect(try await late.closeCode() == 4001)
      _ = try await server.call(
        .POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"hi"}"#, token: staying.accessToken)
      #expect(try await here.nextMessage().text == "hi")
      #expect(try await server.call(.POST, "/api/logout").status == 401)
    }
  }

  @Test func aDisabledAccountIsOut() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let tokens = try await logIn(server)
      let loose = try await server.accessToken(server.ann)
      try await server.store.disable(user: server.ann.id, at: .now())
      let wrong = try await server.call(
        .POST, "/api/login", json: #"{"username":"ann@example.com","password":"wrong horse"}"#)
      let right = try await server.call(
        .POST, "/api/login", json: #"{"username":"ann@example.com","password":"correct horse"}"#)
      // Whoever has the password learns nothing from it either.
      #expect(right.status == 401 && right.body == wrong.body)
      #expect(try await refresh(server, tokens.refreshToken).status == 401)
      for token in [tokens.accessToken, loose] {
        #expect(try await server.call(.GET, "/api/dialogs", token: token).status == 401)
        for path in ["/ws/dialogs/\(dialog)", "/ws/operator"] {
          let code = try await TestSocket(server, "\(path)?token=\(token)").closeCode()
          #expect(code == (token == loose ? 4002 : 4001))
        }
      }
      // Its visitors go on.
      let posted = try await server.call(
        .POST, "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("guest"))", json: #"{"text":"hi"}"#)
      #expect(posted.status == 200 || posted.status == 201)
      #expect(try await server.call(.POST, "/api/site/dialogs?\(server.siteQuery("new"))").status < 300)
      try await server.store.enable(user: server.ann.id)
      #expect(try await server.call(.GET, "/api/me", token: try await logIn(server).accessToken).status == 200)
    }
  }

  @Test func aTokenWithoutALoginDoesNotRefresh() async throws {
    try await TestServer.run { server in
      let token = try await server.tokens.issue(.refresh, for: server.ann, at: .now())
      #expect(try await refresh(server, token).status == 401)
      // Nor does one that names somebody else's login.
      let session = try await server.store.beginSession(userID: server.bob.id, tokenID: "t", at: .now())
      let crossed = try await server.tokens.issue(
        .refresh, for: server.ann, sessionID: session.id, tokenID: "t", at: .now())
      #expect(try await refresh(server, crossed).status == 401)
      let access = try await server.tokens.issue(.access, for: server.ann, sessionID: session.id, at: .now())
      #expect(try await server.call(.GET, "/api/me", token: access).status == 401)
    }
  }

  // MARK: Site tokens

  @Test func aSiteTokenEndsAndItsSocketsWithIt() async throws {
    try await TestServer.run { server in
      let now = Timestamp.now()
      let short = try await server.store.addSiteToken(
        ownerID: server.ann.id, expiresAt: now.advanced(by: .seconds(3)), at: now)
      let query = "site_token=\(short.token)&guest_id=g"
      let opened = try await server.call(.POST, "/api/site/dialogs?\(query)")
      let dialog = try opened.decode(TestServer.Identified.self).id
      let socket = try TestSocket(server, "/ws/site/dialogs/\(dialog)?\(query)")
      #expect(try await socket.next() == .opened)
      #expect(try await socket.closeCode() == 4001)
      #expect(try await server.call(.GET, "/api/site/dialogs?\(query)").status == 401)
      #expect(try await TestSocket(server, "/ws/site/dialogs/\(dialog)?\(query)").closeCode() == 4002)
      // The guest's dialog is there under the account's other token.
      let other = try await server.call(.GET, "/api/site/dialogs/\(dialog)/messages?\(server.siteQuery("g"))")
      #expect(other.status == 200)
    }
  }

  /// What a site's page gets with a token.
  private func status(_ server: TestServer, _ site: String, _ headers: [String: String]) async throws -> Int {
    try await server.call(.GET, "/api/site/dialogs?site_token=\(site)&guest_id=g", headers: headers).status
  }

  @Test func rotatingASiteToken() async throws {
    try await TestServer.run(siteDomains: ["shop.example.com"]) { server in
      let token = try await server.accessToken(server.ann)
      let page = ["Origin": "https://shop.example.com"]
      struct Answer: Decodable { let site_token: String }
      let kept: Answer = try await server.call(
        .POST, "/api/site-token/rotate", json: #"{"grace_seconds":3600}"#, token: token
      ).decode()
      #expect(try await status(server, server.siteToken.token, page) == 200)
      #expect(try await status(server, kept.site_token, page) == 200)
      // The domains go with it.
      #expect(try await status(server, kept.site_token, ["Origin": "https://evil.example"]) == 403)
      let newest: Answer = try await server.call(.POST, "/api/site-token/rotate", token: token).decode()
      #expect(try await status(server, server.siteToken.token, page) == 401)
      #expect(try await status(server, kept.site_token, page) == 401)
      #expect(try await status(server, newest.site_token, page) == 200)
      #expect(
        try await server.call(.GET, "/api/site-token", token: token).decode(Answer.self).site_token
          == newest.site_token)
      for grace in ["-1", "31622401"] {
        #expect(
          try await server.call(
            .POST, "/api/site-token/rotate", json: #"{"grace_seconds":\#(grace)}"#, token: token
          ).status == 422)
      }
    }
  }
}
