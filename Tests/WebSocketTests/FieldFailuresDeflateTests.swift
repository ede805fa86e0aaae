import Testing

@testable import WebSocket

/// Rows about permessage-deflate.
extension FieldFailures {
  /// What a server with the defaults agrees to when it is offered this.
  private func agreement(to offer: String) throws -> (deflate: PermessageDeflate?, answer: String?) {
    var handshake = ServerHandshake()
    var offset = 0
    let bytes = ServerHandshakeTests.request(adding: [("Sec-WebSocket-Extensions", offer)])
    let request = try #require(try handshake.receive(bytes.span.bytes, from: &offset))
    let deflate = PermessageDeflate.accept(request.extensions)
    let response = String(decoding: request.acceptance(deflate: deflate), as: UTF8.self).split(separator: "\r\n")
    let name = "Sec-WebSocket-Extensions: "
    return (deflate, response.first { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) })
  }

  /// A server's end of a connection that compresses.
  private func compressing(limit: Int = 1 << 20) throws -> WebSocketConnection {
    var configuration = WebSocketConnection.Configuration()
    configuration.maximumMessageSize = limit
    return WebSocketConnection(
      role: .server, configuration: configuration,
      deflate: try agreement(to: "permessage-deflate; client_max_window_bits").deflate, now: .zero)
  }

  /// "Hello" in one block (RFC 7692, section 7.2.3.1).
  private var hello: [UInt8] { [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00] }

  @Test("18. A decompression bomb is stopped while it is inflated, with 1009") func bomb() throws {
    // zaphoyd/websocketpp #1191, websockets/ws #1720, tornado PR #2391: the limit was on the bytes of the wire.
    var bomber = WebSocketConnection(
      role: .client, deflate: try agreement(to: "permessage-deflate").deflate, now: .zero)
    try bomber.send([UInt8](repeating: 0, count: 1 << 26))
    let wire = bomber.takeOutput()
    #expect(wire.count < 1 << 20, "on the wire it is within the limit")
    var server = try compressing()
    var taken = 0
    while taken < wire.count, server.isOpen {
      #expect(server.feed(Array(wire[taken..<min(taken + 512, wire.count)])).isEmpty)
      taken += 512
    }
    #expect(taken < wire.count / 16, "no more is inflated than the limit needs")
    #expect(try CloseFrame(payload: PlainFrame.parse(server.takeOutput())[0].payload).code == .messageTooBig)
    #expect(ending(server.transportEnded())?.cause == .violation(.messageTooBig(limit: 1 << 20)))
  }

  @Test("18. A bomb in blocks that inflate to nothing is stopped too") func emptyBlocks() throws {
    // The other way round the same limit: endless work for a message that never grows.
    var server = try compressing(limit: 1000)
    let emptyBlocks: [UInt8] = (0..<200).flatMap { _ in [0x00, 0x00, 0x00, 0xFF, 0xFF] }
    _ = server.feed(frame(2, emptyBlocks, fin: false, rsv: 4))
    for _ in 0..<3 where server.isOpen { _ = server.feed(frame(0, emptyBlocks, fin: false)) }
    #expect(ending(server.transportEnded())?.cause == .violation(.messageTooBig(limit: 1000)))
  }

  @Test("19. Windows are small by default, made when first used, and freed with the Close frames") func contexts()
    throws
  {
    // websockets/ws #1202, #1617, #804: 300 KB a connection, kept by connections long closed.
    let offer = "permessage-deflate; client_max_window_bits"
    #expect(
      try agreement(to: offer).answer == "permessage-deflate; server_max_window_bits=12; client_max_window_bits=12")
    for peerCloses in [true, false] {
      var server = try compressing()
      #expect(server.deflater == nil && !server.message.holdsInflater)
      #expect(server.feed(frame(1, hello, rsv: 4)) == [text("Hello")])
      try server.send(Array(repeating: 1, count: 1000))
      #expect(server.deflater != nil && server.message.holdsInflater)
      if !peerCloses { try server.close(now: .zero) }
      _ = server.feed(close(1000))
      #expect(server.deflater == nil && !server.message.holdsInflater)
    }
  }

  @Test(
    "20. With compression agreed, RSV1 on a continuation or a control frame is still 1002", arguments: [0, 8, 9, 10])
  func rsv1Elsewhere(opcode: UInt8) throws {
    // python-websockets/websockets #1720: RSV1 on a continuation was accepted.
    var server = try compressing()
    if opcode == 0 { _ = server.feed(frame(1, hello, fin: false, rsv: 4)) }
    #expect(server.feed(frame(opcode, rsv: 4)).isEmpty)
    #expect(ending(server.transportEnded())?.cause == .violation(.unexpectedReservedBits))
  }

  @Test(
    "21. A window of 8 bits is never agreed to for compressing",
    arguments: [
      ("permessage-deflate; server_max_window_bits=8", nil),
      (
        "permessage-deflate; server_max_window_bits=8, permessage-deflate; server_max_window_bits=9",
        "permessage-deflate; server_max_window_bits=9"
      ),
      // A client that may use 8 bits is not held to them: its zlib could not keep the promise.
      ("permessage-deflate; client_max_window_bits=8", "permessage-deflate; server_max_window_bits=12"),
    ] as [(String, String?)])
  func eightBits(offer: String, answer: String?) throws {
    // oven-sh/bun PR #38632: agreed to, and then zlib used 9 bits, which the peer could not inflate.
    #expect(try agreement(to: offer).answer == answer)
  }

  @Test(
    "21. A client that is told to use 8 bits refuses; one whose server uses them inflates", arguments: [true, false])
  func eightBitsAnswered(isForClient: Bool) throws {
    // The same at the other end.
    var random = CountingGenerator()
    var handshake = try ClientHandshake(
      .init(authority: "x", target: "/", deflate: PermessageDeflate.Configuration()), using: &random)
    var server = ServerHandshake()
    var offset = 0
    let request = try #require(try server.receive(handshake.requestBytes.span.bytes, from: &offset))
    let parameters = isForClient ? "client_max_window_bits=8; server_max_window_bits=12" : "server_max_window_bits=8"
    let answer = request.acceptance(
      fields: HeaderFields([("Sec-WebSocket-Extensions", "permessage-deflate; " + parameters)]))
    offset = 0
    if isForClient {
      #expect(throws: HandshakeError.invalidDeflate(.unsupportedWindow)) {
        _ = try handshake.receive(answer.span.bytes, from: &offset)
      }
    } else {
      guard case .accepted(_, let deflate?, _) = try handshake.receive(answer.span.bytes, from: &offset) else {
        Issue.record("not accepted")
        return
      }
      var client = WebSocketConnection(role: .client, deflate: deflate, now: .zero)
      #expect(client.feed(frame(1, hello, rsv: 4, masked: false)) == [text("Hello")])
    }
  }

  @Test("Also: blocks with BFINAL inflate, and so does the message behind them") func finalBlocks() throws {
    // RFC 7692, section 7.2.3.4: a sender may end its stream; inflaters that stop there read no further message.
    let final: [UInt8] = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
    for payload in [final + [0x00], final, final + hello] {
      for size in [100, 1] {
        var server = try compressing()
        let twice = payload.count > 8 ? "HelloHello" : "Hello"
        #expect(server.feed(frame(1, payload, rsv: 4), inReadsOf: size) == [text(twice)])
        // The second message of section 7.2.3.2, which refers to the first.
        #expect(server.feed(frame(1, [0xF2, 0x00, 0x11, 0x00, 0x00], rsv: 4)) == [text("Hello")])
      }
    }
  }
}
