import CZlib
import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

/// The widget's files over real HTTP: what is served, how it is labelled, and that nothing else is.
@Suite struct WidgetRouteTests {
  @Test func everyFileHasItsTypeAndIsNotGuessedAt() async throws {
    try await TestServer.run { server in
      for name in WidgetFiles.assets {
        let answer = try await server.call(.GET, "/widget/\(name)")
        #expect(answer.status == 200, "\(name)")
        let type = name.hasSuffix(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8"
        #expect(answer.headers["content-type"] == type, "\(name)")
        #expect(answer.headers["x-content-type-options"] == "nosniff", "\(name)")
        #expect(answer.headers["referrer-policy"] == "same-origin", "\(name)")
        #expect(answer.headers["cross-origin-resource-policy"] == "cross-origin", "\(name)")
        #expect(!answer.body.isEmpty, "\(name)")
      }
      for page in [
        "/widget/demo", "/widget/frame?\(server.widgetQuery("g"))", "/widget/frame?\(server.siteQuery("g"))",
      ] {
        let answer = try await server.call(.GET, page)
        #expect(answer.status == 200, "\(page)")
        #expect(answer.headers["content-type"] == "text/html; charset=utf-8", "\(page)")
        #expect(answer.headers["x-content-type-options"] == "nosniff", "\(page)")
        #expect(answer.headers["x-frame-options"] == nil, "\(page)")
      }
    }
  }

  @Test func aCopyThatIsStillGoodIsNotSentAgain() async throws {
    try await TestServer.run { server in
      for name in WidgetFiles.assets {
        let first = try await server.call(.GET, "/widget/\(name)")
        let tag = try #require(first.headers["etag"])
        #expect(first.headers["cache-control"] == "no-cache")
        for held in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
          let again = try await server.call(.GET, "/widget/\(name)", headers: ["If-None-Match": held])
          #expect(again.status == 304, "\(held)")
          #expect(again.body.isEmpty)
          #expect(again.headers["etag"] == tag)
        }
        for held in ["\"other\"", "nonsense", tag.replacing("\"", with: "")] {
          let again = try await server.call(.GET, "/widget/\(name)", headers: ["If-None-Match": held])
          #expect(again.status == 200, "\(held)")
        }
      }
    }
  }

  @Test func theFrameMayBeShownOnTheTokensDomainsOnly() async throws {
    try await TestServer.run(siteDomains: ["shop.example.com", "example.org"]) { server in
      let site = try await server.call(.GET, "/widget/frame?\(server.siteQuery("g"))")
      #expect(
        Self.directive("frame-ancestors", site) == """
          'self' http://shop.example.com:* http://*.shop.example.com:* http://example.org:* http://*.example.org:*
          """)
      let widget = try await server.call(.GET, "/widget/frame?\(server.widgetQuery("g"))")
      #expect(Self.directive("frame-ancestors", widget) == "*")
    }
    try await TestServer.run { server in
      let open = try await server.call(.GET, "/widget/frame?\(server.siteQuery("g"))")
      #expect(Self.directive("frame-ancestors", open) == "*")
    }
  }

  @Test func thePolicyLetsNothingInButTheServersOwn() async throws {
    try await TestServer.run { server in
      let answer = try await server.call(.GET, "/widget/frame?\(server.widgetQuery("g"))")
      #expect(Self.directive("default-src", answer) == "'none'")
      #expect(Self.directive("script-src", answer) == "'self'")
      #expect(Self.directive("style-src", answer) == "'self'")
      #expect(Self.directive("img-src", answer) == "'self'")
      #expect(Self.directive("base-uri", answer) == "'none'")
      #expect(Self.directive("form-action", answer) == "'none'")
      #expect(Self.directive("trusted-types", answer) == "'none'")
      let host = "\(server.address.host):\(server.address.port)"
      #expect(Self.directive("connect-src", answer) == "'self' ws://\(host) wss://\(host)")
      for page in ["/widget/demo", "/widget/frame?\(server.siteQuery("g"))"] {
        let policy = try #require(try await server.call(.GET, page).headers["content-security-policy"])
        #expect(!policy.contains("unsafe") && !policy.contains("data:") && !policy.contains("blob:"), "\(page)")
      }
    }
  }

  @Test(arguments: [
    "evil.example; script-src *", "a b", "a'b", "*", "[::1]:80", "a:b", "a/b", "", "a,b", "ü.example", "a:1234567",
  ]) func aStrangeHostIsNotInThePolicy(_ host: String) {
    let policy = FramePolicy.frame(.all, host: host)
    #expect(policy.contains("; connect-src 'self'; frame-ancestors *;"))
  }

  @Test func unknownAndMissingLookAlike() async throws {
    try await TestServer.run { server in
      let expired = try await server.store.addSiteToken(
        ownerID: server.ann.id, expiresAt: .now().advanced(by: .seconds(-1)), at: .now())
      let strangers = [
        "?site_token=\(expired.token)",
        "", "?assistant_id=", "?assistant_id=999", "?assistant_id=x", "?site_token=", "?site_token=nonsense",
        "?assistant_id=\(server.assistant.id)&site_token=nonsense",
      ]
      for query in strangers {
        let answer = try await server.call(.GET, "/widget/frame\(query)")
        #expect(answer.status == 404, "\(query)")
        #expect(answer.detail == "Not Found")
      }
    }
  }

  /// Written byte by byte: a client would tidy the paths up.
  @Test func noPathLeadsAnywhereElse() async throws {
    try await TestServer.run { server in
      let paths = [
        "/widget/", "/widget", "/widget/frame.html", "/widget/../health/x", "/widget/../Package.swift",
        "/widget/../../Package.swift", "/widget/%2e%2e/Package.swift", "/widget/..%2fPackage.swift",
        "/widget/%2e%2e%2f%2e%2e%2fPackage.swift", "/widget/..%5cPackage.swift", "/widget/....//Package.swift",
        "/widget/%252e%252e/Package.swift", "/widget/%00", "/widget/frame.js%00.html", "/widget/frame.js%00",
        "/widget/frame.js/", "/widget/frame.js/..", "/widget//etc/passwd", "/widget/./../knowledge/orders.md",
        "/widget/%2e/%2e%2e/knowledge/orders.md", "/widget/FRAME.JS", "/widget/.", "/widget/~root", "/widget/*",
        "/widget/frame.js;x", "/widget/%c0%ae%c0%ae/Package.swift", "/widget/knowledge", "/knowledge/orders.md",
      ]
      for path in paths {
        let socket = try await RawSocket.connect(to: server.address.port)
        try await socket.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let answer = String(decoding: await socket.read(), as: UTF8.self)
        // One slash at the end or twice in the middle is no other file.
        let isSame = path == "/widget/frame.js/"
        #expect(answer.hasPrefix("HTTP/1.1 404") || answer.hasPrefix("HTTP/1.1 400") || isSame, "\(path): \(answer)")
        #expect(!answer.contains("swift-tools-version") && !answer.contains("root:"), "\(path)")
      }
    }
  }

  /// What a visitor's browser loads, as the server sends it.
  @Test func itIsUnderTwentyKilobytesCompressed() async throws {
    try await TestServer.run { server in
      let names = WidgetFiles.assets.filter { !$0.hasPrefix("demo") } + ["frame?\(server.widgetQuery("g"))"]
      var sum = 0
      for name in names {
        sum += Self.deflatedCount(try await server.call(.GET, "/widget/\(name)").body)
      }
      #expect(sum < 20_000, "\(sum) bytes")
      // A test that measured nothing would pass as well.
      #expect(sum > 5000)
    }
  }

  @Test func commentsStayAtHomeAndScriptsStayWhole() async throws {
    try await TestServer.run { server in
      let script = try await server.call(.GET, "/widget/link.js").text
      #expect(!script.contains("/**") && !script.contains("  // "))
      #expect(script.hasPrefix("export class Link {") && script.hasSuffix("}"))
      #expect(try await server.call(.GET, "/widget/format.js").text.contains("https?:\\/\\/"))
    }
  }

  @Test func aMissingFileIsNamed() throws {
    let folder = try TemporaryDirectory()
    let error = #expect(throws: PathError.self) { _ = try WidgetFiles(resources: folder.url) }
    #expect(error?.description.contains("widget/loader.js") == true)
  }

  /// The words of the button are words that ask for a person, in each language.
  @Test func theButtonAsksForAPerson() throws {
    let url = URL(filePath: #filePath).appending(path: "../../../../Resources/widget/texts.js").standardized
    let texts = try String(contentsOf: url, encoding: .utf8)
    let requests = texts.matches(of: /personRequest: '([^']+)'/).map { String($0.1) }
    #expect(requests.count == 2)
    for request in requests { #expect(PersonRequestDetector().asksForPerson(request), "\(request)") }
  }

  // MARK: Helpers

  private static func directive(_ name: String, _ answer: TestServer.Answer) -> String? {
    let directives = answer.headers["content-security-policy"]?.split(separator: ";") ?? []
    return directives.map { $0.trimmingCharacters(in: .whitespaces) }
      .first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count + 1)) }
  }

  /// With zlib's best compression, and a gzip member's 18 bytes around it (RFC 1952).
  private static func deflatedCount(_ bytes: [UInt8]) -> Int {
    var count = compressBound(uLong(bytes.count))
    var output = [UInt8](repeating: 0, count: Int(count))
    #expect(compress2(&output, &count, bytes, uLong(bytes.count), 9) == Z_OK)
    // Six of them are zlib's own frame (RFC 1950).
    return Int(count) - 6 + 18
  }
}
