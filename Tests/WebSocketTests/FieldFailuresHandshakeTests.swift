// zlib's header brings `timespec` too, and it depends on the order of compiling where the compiler finds it first.
import CZlib
import Glibc
import Testing

@testable import WebSocket

/// Rows about the opening handshake.
extension FieldFailures {
  private func client() throws -> ClientHandshake {
    var generator = CountingGenerator()
    return try ClientHandshake(.init(authority: "example.com", target: "/"), using: &generator)
  }

  /// A sound 101 to that client's request.
  private func acceptance(of client: ClientHandshake) throws -> [UInt8] {
    var server = ServerHandshake()
    var offset = 0
    let request = try #require(try server.receive(client.requestBytes.span.bytes, from: &offset))
    return request.acceptance()
  }

  @Test("11. Frames behind the 101 go to the connection, wherever the read is cut") func behindTheAnswer() throws {
    // vapor/websocket-kit #19, zaphoyd/websocketpp #32, netty #2173 and #786: the first frame was lost.
    let sound = try client()
    let stream = try acceptance(of: sound) + frame(1, [0x68, 0x69], masked: false)
    for cut in 0...stream.count {
      var handshake = sound
      var end: WebSocketConnection?
      var events: [Event] = []
      for read in [stream[..<cut], stream[cut...]].map(Array.init) {
        var offset = 0
        if end == nil, try handshake.receive(read.span.bytes, from: &offset) != nil { end = connection(.client) }
        events += end?.feed(Array(read[offset...])) ?? []
      }
      #expect(events == [text("hi")], "cut at \(cut)")
    }
  }

  @Test("11. Frames behind the request go to the connection, wherever the read is cut") func behindTheRequest() throws {
    // The same threads, the server's side: a client that is sure of its server does not wait for the 101.
    let stream = try client().requestBytes + frame(1, [0x68, 0x69])
    for cut in 0...stream.count {
      var handshake = ServerHandshake()
      var end: WebSocketConnection?
      var events: [Event] = []
      for read in [stream[..<cut], stream[cut...]].map(Array.init) {
        var offset = 0
        if end == nil, try handshake.receive(read.span.bytes, from: &offset) != nil { end = connection(.server) }
        events += end?.feed(Array(read[offset...])) ?? []
      }
      #expect(events == [text("hi")], "cut at \(cut)")
    }
  }

  static let spellings: [[(String, String)]] = [
    [("Upgrade", "WebSocket"), ("Connection", "keep-alive, Upgrade")],
    [("upgrade", "WEBSOCKET"), ("connection", "UPGRADE , keep-alive")],
    [("UPGRADE", "h2c,websocket"), ("CONNECTION", "\tupgrade\t")],
    [("Upgrade", "h2c"), ("upgrade", "websocket"), ("Connection", "keep-alive"), ("connection", ", upgrade,")],
  ]

  @Test("22. Names and tokens in any case, as lists, over several lines", arguments: spellings)
  func tokens(fields: [(String, String)]) throws {
    // tarasko/picows #115, gorilla/websocket PR #604: `Upgrade: WebSocket`, `Connection: keep-alive, Upgrade`.
    let lines = fields.map { "\($0.0): \($0.1)\r\n" }.joined()
    let request =
      "GET / HTTP/1.1\r\nhost: x\r\n\(lines)sec-websocket-KEY: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      + "SEC-WEBSOCKET-VERSION: 13\r\n\r\n"
    var server = ServerHandshake()
    var offset = 0
    #expect(try server.receive(Array(request.utf8).span.bytes, from: &offset) != nil)

    var handshake = try client()
    let proof = try #require(
      String(decoding: acceptance(of: handshake), as: UTF8.self).split(separator: "\r\n")
        .first { $0.hasPrefix("Sec-WebSocket-Accept: ") })
    let answer = "HTTP/1.1 101 Fine\r\n\(lines)SEC-websocket-ACCEPT\(proof.drop { $0 != ":" })\r\n\r\n"
    offset = 0
    guard case .accepted = try handshake.receive(Array(answer.utf8).span.bytes, from: &offset) else {
      Issue.record("not accepted")
      return
    }
  }

  @Test("22. A token is the whole of it: websockets is not websocket") func wholeTokens() {
    // The fault of who mends the case with a search for a part of the line.
    let fields = HeaderFields([("Upgrade", "websockets, xwebsocket, web socket"), ("Connection", "no-upgrade")])
    #expect(!UpgradeRequest.isAsked(by: fields))
    #expect(!fields.list("Connection", contains: "upgrade"))
  }

  @Test(
    "23. An endless head is refused at its limit, at both ends, and read no further",
    arguments: ["X-One-Of-Many: value\r\n", "a long value, ", "\t"])
  func endlessHead(part: String) throws {
    // snapview/tungstenite-rs #376 (CVE-2023-43669): minutes of CPU; ws CVE-2024-37890: a crash by many fields.
    let parts = Array(repeating: Array(part.utf8), count: 100_000)
    var server = ServerHandshake()
    var taken = 0
    let refusal = #expect(throws: HTTPRefusal.self) {
      for read in [Array("GET / HTTP/1.1\r\nX: ".utf8)] + parts {
        var offset = 0
        defer { taken += offset }
        _ = try server.receive(read.span.bytes, from: &offset)
      }
    }
    #expect(refusal?.status == 431)
    #expect(taken <= 16 * 1024 + 1)

    var handshake = try client()
    taken = 0
    #expect(throws: HandshakeError.self) {
      for read in [Array("HTTP/1.1 101 Fine\r\nX: ".utf8)] + parts {
        var offset = 0
        defer { taken += offset }
        _ = try handshake.receive(read.span.bytes, from: &offset)
      }
    }
    #expect(taken <= ClientHandshake.maximumHeadSize + 1)
  }

  @Test("23. A head that trickles in costs in proportion to its length") func linearHead() throws {
    // The same, and ws CVE-2021-32640: each read began at the head's start again, or a pattern went back and forth.
    func cost(of count: Int) throws -> Duration {
      let head = Array(("GET / HTTP/1.1\r\nConnection: " + String(repeating: "b , c", count: count)).utf8)
      var server = ServerHandshake(maximumHeadSize: .max)
      let start = threadTime()
      for byte in head {
        var offset = 0
        _ = try server.receive([byte].span.bytes, from: &offset)
      }
      return threadTime() - start
    }
    _ = try cost(of: 800)
    // Sixteen times the head: 16 times the work, 256 times if it were read anew for each byte.
    #expect(try cost(of: 12_800) < cost(of: 800) * 64)
  }

  @Test(
    "24. A refusal is typed: status, headers, Retry-After and body",
    arguments: [429, 502, 503], ["Content-Length: 4\r\n\r\nbusy", "\r\nbusy"])
  func refusals(status: Int, rest: String) throws {
    // python-websockets/websockets #1633, #1480, #414: gateways' 502 and 503 came as one error with a text.
    var handshake = try client()
    let answer = Array("HTTP/1.1 \(status) No\r\nretry-after: 7\r\nServer: nginx\r\n\(rest)".utf8)
    var offset = 0
    let outcome = try handshake.receive(answer.span.bytes, from: &offset) ?? handshake.receiveEnd()
    let expected = HTTPRefusal(
      status: status,
      fields: HeaderFields(
        [("retry-after", "7"), ("Server", "nginx")] + (rest.hasPrefix("C") ? [("Content-Length", "4")] : [])),
      body: Array("busy".utf8))
    #expect(outcome == .refused(expected))
    #expect(expected.retryAfter == .seconds(7))
  }
}

/// The CPU time of this thread, which other tests at work beside it do not lengthen.
private func threadTime() -> Duration {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
