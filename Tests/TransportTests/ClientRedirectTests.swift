import Testing
import WebSocket

@testable import Transport

@Suite("Redirects") struct RedirectPolicyTests {
  private func step(
    _ status: Int, _ locations: String..., path: [String] = ["ws://a.test/x/y?q"], limit: Int = 5
  ) throws -> RedirectPolicy.Step {
    let refusal = HTTPRefusal(status: status, fields: HeaderFields(locations.map { ("location", $0) }))
    return RedirectPolicy(limit: limit).step(refusal, path: try path.map { try WebSocketURL($0) })
  }

  @Test("Only these statuses redirect", arguments: [200, 300, 301, 302, 303, 304, 305, 307, 308, 401, 503])
  func statuses(status: Int) throws {
    let follows = [301, 302, 303, 307, 308].contains(status)
    #expect(try step(status, "/z") == (follows ? .follow(try WebSocketURL("ws://a.test/z")) : .deliver))
    #expect(try step(status, "/z", limit: 0) == .deliver)
  }

  @Test(
    "Where a Location leads (RFC 3986, section 5.4, and the schemes of WebSockets)",
    arguments: [
      ("ws://b.test/", "ws://b.test/"), ("WSS://b.test", "wss://b.test/"),
      ("http://b.test:81/p", "ws://b.test:81/p"), ("https://b.test/p?q#f", "wss://b.test/p?q"),
      ("//b.test/p", "ws://b.test/p"), ("/p?q", "ws://a.test/p?q"), ("z", "ws://a.test/x/z"),
      ("?r", "ws://a.test/x/y?r"), ("z?a=http://c.test/", "ws://a.test/x/z?a=http://c.test/"),
      ("../z", "ws://a.test/z"), ("../../../z", "ws://a.test/z"), ("./z/.", "ws://a.test/x/z/"),
      ("/a/b/../c/./d", "ws://a.test/a/c/d"), ("..", "ws://a.test/"), ("/a//b", "ws://a.test/a//b"),
      ("/a?b/../c", "ws://a.test/a?b/../c"),
    ])
  func locations(location: String, target: String) throws {
    #expect(try step(302, location) == .follow(try WebSocketURL(target)))
  }

  @Test(
    "Locations that are none",
    arguments: ["ftp://b.test/", "javascript:alert(1)", "ws://u:p@b.test/", "ws://", "/a b", "/ü", "http://b.test:0/"])
  func noLocations(location: String) throws {
    #expect(try step(302, location) == .fail(.location(location)))
  }

  @Test("None and two are no Location either") func count() throws {
    #expect(try step(302) == .fail(.location("")))
    #expect(try step(302, "/a", "/b") == .fail(.location("/a, /b")))
  }

  @Test("To encryption, never from it; in no circle; not for ever") func bounds() throws {
    let secure = ["wss://a.test/"]
    #expect(try step(301, "ws://a.test/", path: secure) == .fail(.insecure(try WebSocketURL("ws://a.test/"))))
    #expect(try step(301, "http://b.test/", path: secure) == .fail(.insecure(try WebSocketURL("ws://b.test/"))))
    #expect(try step(301, "wss://a.test/") == .follow(try WebSocketURL("wss://a.test/")))
    let path = ["ws://a.test/1", "ws://a.test/2"]
    #expect(try step(301, "/1", path: path) == .fail(.loop(try WebSocketURL("ws://a.test/1"))))
    #expect(try step(301, "/3", path: path, limit: 2) == .follow(try WebSocketURL("ws://a.test/3")))
    #expect(try step(301, "/3", path: path, limit: 1) == .fail(.tooMany(limit: 1)))
  }

  @Test(
    "Credentials stay with their origin",
    arguments: [
      ("ws://a.test/other", true), ("ws://A.test:80/", true), ("ws://a.test:81/", false), ("wss://a.test/", false),
      ("ws://b.a.test/", false),
    ])
  func credentials(target: String, isKept: Bool) throws {
    let fields = HeaderFields([("authorization", "Bearer t"), ("Cookie", "c=1"), ("Origin", "http://o.test")])
    let kept = RedirectPolicy.fields(fields, from: try WebSocketURL("ws://a.test/"), to: try WebSocketURL(target))
    #expect(kept == (isKept ? fields : HeaderFields([("Origin", "http://o.test")])))
  }
}

extension LoopbackTests {
  @Suite("Redirects on sockets") struct ClientRedirectTests {
    /// Refuses every path but `/end`, each with where to go instead.
    private func server(_ locations: [String: String], seen: Log<String> = Log()) async throws -> TestServer {
      try await TestServer { request in
        seen.add(request.target + " " + (request.fields.first("Authorization") ?? "-"))
        guard let location = locations[request.target] else {
          return .accept(UpgradeAcceptance { _ in { _ in } })
        }
        return .refuse(HTTPRefusal(status: 307, fields: HeaderFields([("Location", location)])))
      }
    }

    @Test("Followed, over several hops, with the credentials for the same origin only") func followed() async throws {
      let seen = Log<String>()
      let second = try await server([:], seen: seen)
      let first = try await server(
        ["/1": "2", "/2": "http://127.0.0.1:\(second.port)/end"], seen: seen)
      let client = try TestClient("ws://127.0.0.1:\(first.port)/1") { $0.fields.append("Authorization", "Bearer t") }
      #expect(await client.opened() == "")
      #expect(await seen.next() == "/1 Bearer t")
      #expect(await seen.next() == "/2 Bearer t")
      #expect(await seen.next() == "/end -")
      client.handle.close()
      #expect(await client.closed()?.isClean == true)
      try await first.close()
      try await second.close()
    }

    @Test("A circle is an error; with no redirects allowed the answer is the caller's") func notFollowed() async throws
    {
      let server = try await server(["/1": "/2", "/2": "/1"])
      let circling = try TestClient("ws://127.0.0.1:\(server.port)/1")
      guard case .redirect(.loop) = await circling.failed() else {
        Issue.record("not failed")
        return
      }
      let refused = try TestClient("ws://127.0.0.1:\(server.port)/1") { $0.redirects = RedirectPolicy(limit: 0) }
      #expect(await refused.refused()?.status == 307)
      try await server.close()
    }
  }
}
