import Testing

@testable import WebSocket

/// RFC 6455, section 4.2: the server's requirements.
@Suite("RFC 6455 section 4.2, server handshake") struct ServerHandshakeTests {
  static let sound: [(String, String)] = [
    ("Host", "server.example.com"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Version", "13"),
  ]

  /// The sound request, with one field changed, taken out or added.
  static func request(
    _ line: String = "GET /chat?x=1 HTTP/1.1", without name: String? = nil, adding extra: [(String, String)] = []
  ) -> [UInt8] {
    let fields = sound.filter { $0.0 != name } + extra
    return Array((line + "\r\n" + fields.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n").utf8)
  }

  private func receive(_ bytes: [UInt8], limit: Int = 16 * 1024) throws(HTTPRefusal) -> UpgradeRequest? {
    var handshake = ServerHandshake(maximumHeadSize: limit)
    var offset = 0
    return try handshake.receive(bytes.span.bytes, from: &offset)
  }

  @Test("4.2.2: the example of section 1.3") func example() throws {
    let offer = ("Sec-WebSocket-Protocol", "chat, superchat")
    let request = try #require(try receive(Self.request(adding: [offer])))
    #expect(request.target == "/chat?x=1")
    #expect(request.subprotocols == ["chat", "superchat"])
    #expect(
      String(decoding: request.acceptance(subprotocol: "chat", fields: HeaderFields([("X", "1")])), as: UTF8.self)
        == """
        HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\nX: 1\r\n\r\n
        """)
  }

  @Test("The request may be cut anywhere; frames behind it are left") func everySplit() throws {
    let bytes = Self.request() + [0x81, 0x80]
    for split in 0..<bytes.count {
      var handshake = ServerHandshake()
      var offset = 0
      if let early = try handshake.receive(Array(bytes[..<split]).span.bytes, from: &offset) {
        #expect(early.target == "/chat?x=1")
        #expect(bytes.count - offset == 2)
        continue
      }
      offset = 0
      let rest = Array(bytes[split...])
      let request = try handshake.receive(rest.span.bytes, from: &offset)
      #expect(request?.target == "/chat?x=1")
      #expect(Array(rest[offset...]) == [0x81, 0x80])
    }
  }

  @Test(
    "Tokens in any case, lists and lines",
    arguments: [
      [("Upgrade", "WebSocket")], [("Upgrade", "h2c, WEBSOCKET")], [("upgrade", "h2c"), ("UPGRADE", "websocket")],
    ])
  func upgradeTokens(fields: [(String, String)]) throws {
    #expect(try receive(Self.request(without: "Upgrade", adding: fields)) != nil)
    let connection = [("connection", "keep-alive, upgrade")]
    #expect(try receive(Self.request(without: "Connection", adding: connection)) != nil)
  }

  struct Refusal: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let status: Int
  }

  private static func raw(_ name: String, _ text: String, _ status: Int) -> Refusal {
    Refusal(testDescription: name, bytes: Array(text.utf8), status: status)
  }

  private static func line(_ line: String, _ status: Int) -> Refusal {
    Refusal(testDescription: line, bytes: request(line), status: status)
  }

  private static func fields(_ name: String, without: String?, _ extra: [(String, String)], _ status: Int) -> Refusal {
    Refusal(testDescription: name, bytes: request(without: without, adding: extra), status: status)
  }

  static let refusals: [Refusal] = [
    line("POST / HTTP/1.1", 405), line("GET / HTTP/1.0", 400), line("GET / HTTP/2.0", 400), line("GET /", 400),
    line("GET * HTTP/1.1", 400), line("GET server.example.com:80 HTTP/1.1", 400), line("GET ?x HTTP/1.1", 400),
    line("GET /a#b HTTP/1.1", 400), line("GET http://other.example.com/ HTTP/1.1", 400),
    line("GET http://me@server.example.com/ HTTP/1.1", 400), line("GET ftp://server.example.com/ HTTP/1.1", 400),
    line("CONNECT server.example.com:80 HTTP/1.1", 405), line("GET / HTTP/1.1 ", 400), line("GET\t/ HTTP/1.1", 400),
    line("GET / HTTP/1.1\0", 400), line("G\u{E9}T / HTTP/1.1", 400), line("GET  / HTTP/1.1", 400),
    line("GET / x HTTP/1.1", 400), line("", 400), line("GET /é HTTP/1.1", 400),
    fields("no Host", without: "Host", [], 400),
    fields("two Hosts", without: nil, [("Host", "other")], 400),
    fields("two Hosts, alike", without: nil, [("Host", "server.example.com")], 400),
    fields("empty Host", without: "Host", [("Host", "")], 400),
    fields("list of Hosts", without: "Host", [("Host", "a, b")], 400),
    fields("Host with a user", without: "Host", [("Host", "me@a")], 400),
    fields("Host with a path", without: "Host", [("Host", "a/b")], 400),
    fields("no Upgrade", without: "Upgrade", [], 426),
    fields("Upgrade to something else", without: "Upgrade", [("Upgrade", "websockets")], 426),
    fields("no Connection", without: "Connection", [("Connection", "keep-alive")], 426),
    fields("no version", without: "Sec-WebSocket-Version", [], 426),
    fields("version 8", without: "Sec-WebSocket-Version", [("Sec-WebSocket-Version", "8")], 426),
    fields("two versions", without: nil, [("Sec-WebSocket-Version", "13")], 426),
    fields(
      "version list", without: "Sec-WebSocket-Version", [("Sec-WebSocket-Version", "13, 8")], 426),
    fields("version in other digits", without: "Sec-WebSocket-Version", [("Sec-WebSocket-Version", "١٣")], 426),
    fields("no key", without: "Sec-WebSocket-Key", [], 400),
    fields("key of 15 bytes", without: "Sec-WebSocket-Key", [("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAA")], 400),
    fields(
      "key that is no base64", without: "Sec-WebSocket-Key", [("Sec-WebSocket-Key", "*GhlIHNhbXBsZSBub25jZQ==")], 400),
    fields(
      "key of 17 bytes", without: "Sec-WebSocket-Key", [("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAAA=")], 400),
    fields(
      "key with a space", without: "Sec-WebSocket-Key", [("Sec-WebSocket-Key", "dGhlIHNhbXBs ZSBub25jZQ==")], 400),
    fields(
      "key with junk behind", without: "Sec-WebSocket-Key", [("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==, x")], 400),
    fields(
      "key of the other alphabet", without: "Sec-WebSocket-Key", [("Sec-WebSocket-Key", "dGhlIHN_bXBsZSBub25jZQ==")],
      400),
    fields("empty key", without: "Sec-WebSocket-Key", [("Sec-WebSocket-Key", "")], 400),
    fields("two keys", without: nil, [("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")], 400),
    fields("body", without: nil, [("Content-Length", "5")], 400),
    fields("two lengths of a body", without: nil, [("Content-Length", "0"), ("Content-Length", "5")], 400),
    fields("length of a body as a list", without: nil, [("Content-Length", "0, 5")], 400),
    fields("length of a body with a sign", without: nil, [("Content-Length", "+0")], 400),
    fields("both framings of a body", without: nil, [("Content-Length", "0"), ("Transfer-Encoding", "chunked")], 400),
    fields("body in another coding", without: nil, [("Transfer-Encoding", "identity")], 400),
    fields("chunked body", without: nil, [("Transfer-Encoding", "chunked")], 400),
    fields("subprotocol that is no token", without: nil, [("Sec-WebSocket-Protocol", "a b")], 400),
    raw("folded line", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400),
    raw("folded first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    raw("folded line, by a tab", "GET / HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n", 400),
    raw("folded last line", "GET / HTTP/1.1\r\nHost: a\r\n \r\n\r\n", 400),
    raw("tab before the colon", "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n", 400),
    raw("CR twice", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400),
    raw("bare LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
    raw("NUL in a name", "GET / HTTP/1.1\r\nHo\0st: a\r\n\r\n", 400),
    raw("DEL", "GET / HTTP/1.1\r\nHost: a\u{7F}\r\n\r\n", 400),
    raw("escape", "GET / HTTP/1.1\r\nX: \u{1B}[2J\r\n\r\n", 400),
    raw("name outside ASCII", "GET / HTTP/1.1\r\nH\u{F6}st: a\r\n\r\n", 400),
    raw("empty first line", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    raw("HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 405),
    raw("bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400),
    raw("bare CR", "GET / HTTP/1.1\r\nHost: a\rUpgrade: b\r\n\r\n", 400),
    raw("NUL", "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n", 400),
    raw("space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    raw("no colon", "GET / HTTP/1.1\r\nHost\r\n\r\n", 400),
    raw("no name", "GET / HTTP/1.1\r\n: a\r\n\r\n", 400),
    raw("TLS", "\u{16}\u{3}\u{1}", 400),
  ]

  @Test("What is refused, and how", arguments: refusals) func refused(refusal: Refusal) throws {
    let thrown = #expect(throws: HTTPRefusal.self) { _ = try receive(refusal.bytes) }
    #expect(thrown?.status == refusal.status)
    let text = String(decoding: try #require(thrown).serialized(), as: UTF8.self)
    #expect(text.hasPrefix("HTTP/1.1 \(refusal.status) "))
    #expect(text.contains("\r\nConnection: close\r\n"))
  }

  @Test("Refused alike, wherever the reads end", arguments: refusals) func refusedAnywhere(refusal: Refusal) throws {
    for split in 0...refusal.bytes.count {
      var handshake = ServerHandshake()
      let thrown = #expect(throws: HTTPRefusal.self) {
        for part in [refusal.bytes[..<split], refusal.bytes[split...]] {
          var offset = 0
          _ = try handshake.receive(Array(part).span.bytes, from: &offset)
        }
      }
      #expect(thrown?.status == refusal.status, "split at \(split)")
    }
  }

  @Test(
    "4.2.1: the target as a proxy writes it is the same target",
    arguments: [
      ("http://server.example.com/chat?x=1", "/chat?x=1"), ("HTTP://SERVER.example.com/", "/"),
      ("https://server.example.com", "/"), ("http://server.example.com?x", "/?x"), ("//a/b", "//a/b"), ("/%00", "/%00"),
    ])
  func target(target: String, path: String) throws {
    #expect(try receive(Self.request("GET \(target) HTTP/1.1"))?.target == path)
  }

  @Test("White space around a value is not part of it; bytes outside ASCII stay in theirs") func values() throws {
    let lines = [("Sec-WebSocket-Version", " \t13\t "), ("X-Name", "caf\u{E9}"), ("Content-Length", "0")]
    let request = try #require(try receive(Self.request(without: "Sec-WebSocket-Version", adding: lines)))
    #expect(request.fields.first("sec-websocket-version") == "13")
    #expect(request.fields.first("x-name") == "caf\u{E9}")
  }

  @Test("4.4: the version that is spoken is told") func version() throws {
    let bytes = Self.request(without: "Sec-WebSocket-Version", adding: [("Sec-WebSocket-Version", "25")])
    let refusal = #expect(throws: HTTPRefusal.self) { _ = try receive(bytes) }
    #expect(refusal?.fields.first("Sec-WebSocket-Version") == "13")
  }

  @Test("An endless head is refused at the limit") func endless() throws {
    let refusal = #expect(throws: HTTPRefusal.self) {
      _ = try receive(Array("GET / HTTP/1.1\r\nX: ".utf8) + Array(repeating: 0x61, count: 2000), limit: 1000)
    }
    #expect(refusal?.status == 431)
    #expect(try receive(Array("GET / HTTP/1.1\r\nX: ".utf8) + Array(repeating: 0x61, count: 900), limit: 1000) == nil)
  }

  @Test("An answer cannot be split by what a caller puts into its headers") func responseSplitting() throws {
    let evil = HeaderFields([("X", "a\r\nSet-Cookie: b"), ("Y Z", "c"), ("Connection", "keep-alive")])
    let request = try #require(try receive(Self.request()))
    let accepted = String(decoding: request.acceptance(subprotocol: "not\r\noffered", fields: evil), as: UTF8.self)
    let refused = String(decoding: HTTPRefusal(status: 403, fields: evil).serialized(), as: UTF8.self)
    for response in [accepted, refused] {
      #expect(!response.contains("Set-Cookie") && !response.contains("Y Z") && !response.contains("offered"))
    }
    #expect(!refused.contains("keep-alive"))
  }
}
