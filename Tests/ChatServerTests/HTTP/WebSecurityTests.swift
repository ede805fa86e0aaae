import Testing

@testable import ChatServer

/// What a browser is told, and which pages may call.
@Suite struct WebSecurityTests {
  @Test func everyAnswerTellsBrowsersWhatNotToDo() async throws {
    try await TestServer.run { server in
      let token = try await server.accessToken(server.ann)
      for path in ["/api/me", "/api/nothing", "/health", "/api/dialogs/1"] {
        let answer = try await server.call(.GET, path, token: token)
        #expect(answer.headers["x-content-type-options"] == "nosniff", "\(path)")
        #expect(answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'")
        #expect(answer.headers["referrer-policy"] == "no-referrer")
        #expect(answer.headers["access-control-allow-origin"] == nil)
      }
    }
  }

  @Test func listedOriginsMayCall() async throws {
    let listed = try #require(WebOrigin("https://panel.example.com"))
    try await TestServer.run(configure: { $0.corsOrigins = [listed] }) { server in
      let token = try await server.accessToken(server.ann)
      let table: [(origin: String, isAllowed: Bool)] = [
        ("https://panel.example.com", true), ("https://panel.example.com.evil.example", false),
        ("http://panel.example.com", false), ("https://panel.example.com:444", false), ("null", false),
        ("https://evil.example", false), ("https://panel.example.com, https://evil.example", false),
      ]
      for (origin, isAllowed) in table {
        let answer = try await server.call(.GET, "/api/me", token: token, headers: ["Origin": origin])
        #expect(answer.status == 200)
        #expect(answer.headers["access-control-allow-origin"] == (isAllowed ? origin : nil), "\(origin)")
        #expect(answer.headers["access-control-allow-credentials"] == nil)
        #expect(answer.headers["vary"] == "Origin")
        let preflight = try await server.call(
          .OPTIONS, "/api/me",
          headers: ["Origin": origin, "Access-Control-Request-Method": "GET"])
        #expect(preflight.status == (isAllowed ? 204 : 403), "\(origin)")
        #expect(preflight.headers["access-control-allow-headers"] == (isAllowed ? "authorization, content-type" : nil))
      }
      // An error is for the listed page to read, too.
      let refused = try await server.call(.GET, "/api/me", headers: ["Origin": listed.description])
      #expect(refused.status == 401 && refused.headers["access-control-allow-origin"] == listed.description)
    }
  }

  @Test func aSitesPagesMayCallWithItsToken() async throws {
    try await TestServer.run(siteDomains: ["shop.example.com"]) { server in
      let dialogs = "/api/site/dialogs?\(server.siteQuery("guest"))"
      for (origin, isAllowed) in [("https://www.shop.example.com", true), ("https://evil.example", false)] {
        let answer = try await server.call(.GET, dialogs, headers: ["Origin": origin])
        #expect(answer.status == (isAllowed ? 200 : 403))
        #expect(answer.headers["access-control-allow-origin"] == (isAllowed ? origin : nil))
      }
      // The token opens its own routes only.
      let other = try await server.call(
        .GET, "/api/dialogs?\(server.siteQuery("guest"))", headers: ["Origin": "https://www.shop.example.com"])
      #expect(other.headers["access-control-allow-origin"] == nil)
      let stranger = try await server.call(
        .GET, "/api/site/dialogs?site_token=nonsense&guest_id=g", headers: ["Origin": "https://www.shop.example.com"])
      #expect(stranger.status == 401 && stranger.headers["access-control-allow-origin"] == nil)
    }
  }

  @Test(arguments: [
    ("https://a.example", "https://a.example"), ("HTTPS://A.Example:443", "https://a.example"),
    ("http://a.example:80/", "http://a.example"), ("http://[::1]:8080", "http://[::1]:8080"),
    ("https://a.example/path", nil), ("https://a.example?q", nil), ("a.example", nil), ("ftp://a.example", nil),
    ("null", nil), ("", nil), ("https://", nil), ("https://u@a.example", nil),
  ])
  func origins(text: String, expected: String?) { #expect(WebOrigin(text)?.description == expected) }
}
