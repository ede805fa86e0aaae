import Testing

@testable import WebSocket

/// RFC 6455, section 4.1: the client's requirements.
@Suite("RFC 6455 section 4.1, client handshake") struct ClientHandshakeTests {
  private func handshake(
    target: String = "/chat", fields: [(String, String)] = [], subprotocols: [String] = []
  ) throws(HandshakeError) -> ClientHandshake {
    var generator = CountingGenerator()
    return try ClientHandshake(
      .init(
        authority: "example.com:8080", target: target, fields: HeaderFields(fields), subprotocols: subprotocols),
      using: &generator)
  }

  private func accept(of handshake: ClientHandshake) throws -> String {
    var server = ServerHandshake()
    var offset = 0
    let request = try #require(try server.receive(handshake.requestBytes.span.bytes, from: &offset))
    return HandshakeKey.accept(try #require(request.fields.first("Sec-WebSocket-Key")))
  }

  private func answer(
    _ handshake: inout ClientHandshake, _ text: String
  ) throws(HandshakeError) -> (outcome: ClientHandshake.Outcome?, rest: [UInt8]) {
    let bytes = Array(text.utf8)
    var offset = 0
    let outcome = try handshake.receive(bytes.span.bytes, from: &offset)
    return (outcome, Array(bytes[offset...]))
  }

  @Test("4.1: the request") func request() throws {
    let handshake = try handshake(fields: [("Authorization", "Bearer x")], subprotocols: ["v2", "v1"])
    let text = String(decoding: handshake.requestBytes, as: UTF8.self)
    #expect(text.hasPrefix("GET /chat HTTP/1.1\r\nHost: example.com:8080\r\n"))
    #expect(text.hasSuffix("\r\n\r\n"))
    #expect(text.contains("\r\nAuthorization: Bearer x\r\n"))
    #expect(text.contains("\r\nSec-WebSocket-Protocol: v2, v1\r\n"))
  }

  @Test("Both ends of this module agree; frames behind the 101 are left") func bothEnds() throws {
    let client = try handshake(subprotocols: ["a", "b"])
    var server = ServerHandshake()
    var offset = 0
    let request = try #require(try server.receive(client.requestBytes.span.bytes, from: &offset))
    let response = request.acceptance(subprotocol: "b") + [0x81, 0x00]
    for split in 0...response.count {
      var client = client
      offset = 0
      let first = Array(response[..<split])
      var outcome = try client.receive(first.span.bytes, from: &offset)
      var rest = Array(first[offset...])
      if outcome == nil {
        let second = Array(response[split...])
        offset = 0
        outcome = try client.receive(second.span.bytes, from: &offset)
        rest = Array(second[offset...])
      } else {
        rest += response[split...]
      }
      guard case .accepted(subprotocol: "b", _, _) = outcome else {
        Issue.record("split at \(split): \(String(describing: outcome))")
        continue
      }
      #expect(rest == [0x81, 0x00])
    }
    #expect(throws: HandshakeError.truncated) { _ = try client.receiveEnd() }
  }

  @Test(
    "A 101 that proves nothing is refused",
    arguments: [
      ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n", HandshakeError.wrongAccept),
      ("Upgrade: websocket\r\nConnection: Upgrade\r\n", .wrongAccept),
      (
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: *\r\nsec-websocket-accept: *\r\n",
        .wrongAccept
      ),
      ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: *, *\r\n", .wrongAccept),
      ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \"*\"\r\n", .wrongAccept),
      ("Upgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: *\r\n", .notUpgraded),
      ("Upgrade: websocket/13\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: *\r\n", .notUpgraded),
      ("Upgrade: websocket\r\nConnection: close\r\nSec-WebSocket-Accept: *\r\n", .notUpgraded),
      ("Upgrade: websocket\r\nConnection: Upgraded\r\nSec-WebSocket-Accept: *\r\n", .notUpgraded),
      ("Upgrade: web socket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: *\r\n", .notUpgraded),
      (
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: *\r\n"
          + "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: a\r\n",
        .unexpectedSubprotocol("a, a")
      ),
      ("Upgrade: websocket\r\nSec-WebSocket-Accept: *\r\n", .notUpgraded),
      ("Connection: Upgrade\r\nSec-WebSocket-Accept: *\r\n", .notUpgraded),
      (
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: *\r\nSec-WebSocket-Protocol: c\r\n",
        .unexpectedSubprotocol("c")
      ),
      (
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: *\r\nSec-WebSocket-Extensions: x; y=1\r\n",
        .unexpectedExtension("x")
      ),
    ])
  func badAcceptance(fields: String, error: HandshakeError) throws {
    var client = try handshake(subprotocols: ["a"])
    let accept = try accept(of: client)
    let text =
      "HTTP/1.1 101 X\r\n" + fields.split(separator: "*", omittingEmptySubsequences: false).joined(separator: accept)
    #expect(throws: error) { _ = try answer(&client, text + "\r\n") }
  }

  @Test("A proof that only looks like ours is none: case, look-alikes", arguments: ["case", "Kelvin"])
  func almostTheProof(how: String) throws {
    var generator = CountingGenerator()
    var found = false
    // Until a proof has a K, which Swift takes for equal to the Kelvin sign.
    for _ in 0..<100 where !found {
      var client = try ClientHandshake(.init(authority: "a", target: "/"), using: &generator)
      let accept = try accept(of: client)
      let other =
        how == "case"
        ? String(accept.map { $0.isUppercase ? Character($0.lowercased()) : Character($0.uppercased()) })
        : String(accept.map { $0 == "K" ? "\u{212A}" : $0 })
      guard Array(other.utf8) != Array(accept.utf8) else { continue }
      found = true
      let text =
        "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \(other)\r\n\r\n"
      #expect(throws: HandshakeError.wrongAccept) { _ = try answer(&client, text) }
    }
    #expect(found)
  }

  @Test("Case and lists in the 101 do not matter; interim answers are passed over") func lenientAcceptance() throws {
    var client = try handshake()
    let accept = try accept(of: client)
    let text =
      "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 101\r\nUPGRADE: WebSocket\r\n"
      + "connection: keep-alive\r\nConnection: UPGRADE\r\nsec-websocket-accept:\(accept)\r\n\r\n"
    guard case .accepted(subprotocol: nil, _, _) = try answer(&client, text).outcome else {
      Issue.record("not accepted")
      return
    }
  }

  @Test(
    "A refusal comes with status, headers and body, in every framing",
    arguments: [
      "Content-Length: 9\r\n\r\nslow down",
      "Transfer-Encoding: chunked\r\n\r\n4\r\nslow\r\n5;x=y\r\n down\r\n0\r\n\r\n",
      "\r\nslow down",
    ])
  func refusal(rest: String) throws {
    let bytes = Array("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\n\(rest)".utf8)
    for size in [bytes.count, 1, 3] {
      var client = try handshake()
      var outcome: ClientHandshake.Outcome?
      for start in stride(from: 0, to: bytes.count, by: size) where outcome == nil {
        var offset = 0
        outcome = try client.receive(Array(bytes[start..<min(start + size, bytes.count)]).span.bytes, from: &offset)
      }
      guard case .refused(let refusal) = try outcome ?? client.receiveEnd() else {
        Issue.record("not refused")
        return
      }
      #expect(refusal.status == 429)
      #expect(refusal.retryAfter == .seconds(30))
      #expect(refusal.body == Array("slow down".utf8))
    }
  }

  @Test("A refusal's endless body is cut") func endlessBody() throws {
    for head in ["Content-Length: 9999999999\r\n\r\n", "\r\n", "Transfer-Encoding: chunked\r\n\r\nFFFFFF\r\n"] {
      var client = try handshake()
      let body = String(repeating: "a", count: 100_000)
      let outcome = try answer(&client, "HTTP/1.1 503 No\r\n" + head + body).outcome
      guard case .refused(let refusal) = outcome else {
        Issue.record("not refused")
        return
      }
      #expect(refusal.body.count == ClientHandshake.maximumRefusalBody)
    }
  }

  @Test(
    "What is no HTTP/1.1",
    arguments: [
      "HTTP/2 101 X\r\n\r\n", "SSH-2.0-OpenSSH_9\r\n\r\n", "HTTP/1.1 1010 X\r\n\r\n", "HTTP/1.0 101 X\r\n\r\n",
      "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 099 X\r\n\r\n", "HTTP/1.1 +10 X\r\n\r\n", "HTTP/1.1\r\n\r\n",
      "HTTP/1.1 101 X\nUpgrade: websocket\n\n", "HTTP/1.1 101 X\r\nA: b\r\n c\r\n\r\n", "\u{15}\u{3}\u{3}\0",
    ])
  func notHTTP(text: String) throws {
    var client = try handshake()
    let error = #expect(throws: HandshakeError.self) { _ = try answer(&client, text) }
    guard case .malformedHead = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("An endless head and endless interim answers are refused") func endless() throws {
    var client = try handshake()
    #expect(throws: HandshakeError.headTooBig(limit: ClientHandshake.maximumHeadSize)) {
      _ = try answer(&client, "HTTP/1.1 101 X\r\nA: " + String(repeating: "a", count: 70_000))
    }
    client = try handshake()
    #expect(throws: HandshakeError.malformedHead("interim answers without end")) {
      _ = try answer(&client, String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 9))
    }
  }

  @Test(
    "A caller's header cannot break the request",
    arguments: [
      ("X", "a\r\nEvil: b"), ("X Y", "a"), ("", "a"), ("X", "a\0"), ("Sec-WebSocket-Key", "a"), ("host", "evil"),
      ("Content-Length", "5"),
    ])
  func ownHeaders(name: String, value: String) {
    #expect(throws: HandshakeError.invalidHeader(name)) { _ = try handshake(fields: [(name, value)]) }
  }

  @Test("A target cannot break the request", arguments: ["", "chat", "/a b", "/a\r\nX: y", "/é"])
  func target(target: String) {
    #expect(throws: HandshakeError.invalidTarget(target)) { _ = try handshake(target: target) }
  }

  @Test(
    "RFC 9110 section 10.2.3: Retry-After",
    arguments: [
      ("30", 30), ("0", 0), ("999999999", 86_400), ("99999999999999999999", 86_400), ("-1", nil), ("+1", nil),
      ("1.5", nil), ("", nil), ("Fri, 31 Dec", nil), ("Fri, 31 Dec 1999 23:59:59 GMT", 29),
      ("Friday, 31-Dec-99 23:59:59 GMT", 29), ("Fri Dec 31 23:59:00 1999", 0),
      ("Sat, 01 Jan 2005 00:00:00 GMT", 86_400),
    ] as [(String, Int?)])
  func retryAfter(value: String, seconds: Int?) {
    let date = ("Date", "Fri, 31 Dec 1999 23:59:30 GMT")
    let refusal = HTTPRefusal(status: 503, fields: HeaderFields([date, ("retry-after", value)]))
    #expect(refusal.retryAfter == seconds.map { .seconds($0) })
  }

  @Test("A date alone tells no time to wait") func retryAfterWithoutDate() {
    let fields = HeaderFields([("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT")])
    #expect(HTTPRefusal(status: 503, fields: fields).retryAfter == nil)
  }
}
