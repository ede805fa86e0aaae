import Testing

@testable import WebSocket

/// RFC 7692, section 7.2.1: what is sent, and that the peer's inflater stays in step with it.
@Suite("RFC 7692, sending") struct DeflateSendingTests {
  private typealias Wishes = PermessageDeflate.Configuration

  /// Sends a message and takes what goes out: one frame, with its first byte as it is on the wire.
  private func send(_ message: [UInt8], _ end: inout WebSocketConnection) throws -> (
    first: UInt8, payload: [UInt8], bytes: [UInt8]
  ) {
    try end.send(message)
    let bytes = end.takeOutput()
    let frames = PlainFrame.parse(bytes)
    #expect(frames.count == 1 && frames[0].fin)
    return (bytes[0], frames[0].payload, bytes)
  }

  @Test(
    "A message goes out in one frame with RSV1, without its tail",
    arguments: [WebSocketConnection.Role.client, .server])
  func frames(role: WebSocketConnection.Role) throws {
    var end = deflatingConnection(role)
    let message = Array((0..<20).map(record).joined().utf8)
    let sent = try send(message, &end)
    #expect(sent.first == 0xC2)
    #expect(sent.payload.count < message.count / 3)
    #expect(sent.payload.suffix(4) != [0, 0, 0xFF, 0xFF])
    var peer = deflatingConnection(role == .client ? .server : .client)
    #expect(peer.feed(sent.bytes) == [.binary(message)])
    try end.send(TextMessage(record(1)))
    let text = end.takeOutput()
    #expect(text[0] == 0xC1)
    #expect(peer.feed(text) == [WebSocketTests.text(record(1))])
  }

  /// Each of the parameters on both sides, and what they must lead to.
  static let agreements: [(client: PermessageDeflate.Configuration, server: PermessageDeflate.Configuration)] = {
    var all: [(PermessageDeflate.Configuration, PermessageDeflate.Configuration)] = []
    for bits in [9, 12, 15] {
      for (own, peer) in [(true, true), (true, false), (false, true), (false, false)] {
        var client = PermessageDeflate.Configuration()
        (client.windowBits, client.peerWindowBits) = (bits, bits)
        (client.keepsContext, client.peerKeepsContext) = (own, peer)
        all.append((client, PermessageDeflate.Configuration()))
        all.append((PermessageDeflate.Configuration(), client))
      }
    }
    return all
  }()

  @Test("Both ways, every size, every parameter", arguments: agreements)
  func bothWays(client: PermessageDeflate.Configuration, server: PermessageDeflate.Configuration) throws {
    var one = deflatingConnection(.client, client: client, server: server)
    var other = deflatingConnection(.server, client: client, server: server)
    for size in [0, 64, 65, 20_000, 1, 126, 127, 4096, 63, 125, 500] {
      // Text that repeats, noise, and both in turn: what is thrown away must not be missed.
      let texts = Array((0..<(size / 40 + 1)).map(record).joined().utf8.prefix(size))
      for message in [texts, noise(size), texts] {
        try one.send(message)
        #expect(other.feed(one.takeOutput()) == [.binary(message)])
        try other.send(message)
        #expect(one.feed(other.takeOutput()) == [.binary(message)])
      }
    }
  }

  @Test("7.1.1: with context takeover a message seen before costs next to nothing; without, the same each time")
  func takeover() throws {
    let message = Array(record(7).utf8)
    var keeping = deflatingConnection(.server)
    let sizes = try (0..<3).map { _ in try send(message, &keeping).payload.count }
    #expect(sizes[1] < sizes[0] / 3 && sizes[2] <= sizes[1])
    var configuration = Wishes()
    configuration.keepsContext = false
    var forgetting = deflatingConnection(.server, server: configuration)
    let payloads = try (0..<3).map { _ in try send(message, &forgetting).payload }
    #expect(payloads[0] == payloads[1] && payloads[1] == payloads[2])
    #expect(payloads[0].count == sizes[0])
  }

  @Test("No message is longer for being compressed") func neverLonger() throws {
    var end = deflatingConnection(.server)
    for size in [0, 1, 10, 63, 64, 100, 1000, 100_000] {
      let message = noise(size)
      let sent = try send(message, &end)
      #expect(sent.first == 0x82)
      #expect(sent.payload == message)
    }
    // Under the least size the compressor is not asked at all.
    let small = [UInt8](repeating: 0x61, count: 63)
    #expect(try send(small, &end).first == 0x82)
    #expect(try send(small + [0x61], &end).first == 0xC2)
    var configuration = Wishes()
    configuration.minimumSize = 1
    var eager = deflatingConnection(.server, server: configuration)
    #expect(try send(Array(small.prefix(12)), &eager).first == 0xC2)
    #expect(try send([0x61], &eager).first == 0x82)
    #expect(try send([], &eager).first == 0x82)
  }

  @Test("On request every message is compressed, the empty ones and noise too") func everyMessage() throws {
    var configuration = Wishes()
    configuration.minimumSize = 0
    configuration.prefersShorter = false
    for keeps in [true, false] {
      configuration.keepsContext = keeps
      var end = deflatingConnection(.server, server: configuration)
      var peer = deflatingConnection(.client, server: configuration)
      for size in [0, 0, 1, 16, 125, 126, 1000, 0, 65_500, 65_536, 300_000] {
        let sent = try send(noise(size), &end)
        #expect(sent.first == 0xC2)
        #expect(peer.feed(sent.bytes) == [.binary(noise(size))])
      }
    }
  }

  @Test("7.1.2: no more of the window is used than was agreed") func ownWindow() throws {
    // A reference over 600 bytes is out of reach of 9 bits: the second half does not shrink.
    let message = noise(600) + noise(600)
    var server = Wishes()
    server.windowBits = 9
    var narrow = deflatingConnection(.server, server: server)
    var wide = deflatingConnection(.server)
    #expect(try send(message, &narrow).first == 0x82)
    #expect(try send(message, &wide).payload.count < 700)
  }

  @Test("Nothing is compressed without an agreement, and nothing compressed is taken") func noAgreement() throws {
    var end = connection(.server)
    try end.send(TextMessage(record(1) + record(1)))
    #expect(end.takeOutput()[0] == 0x81)
    _ = end.feed(frame(1, compressedHello, rsv: 4))
    #expect(end.violation == .unexpectedReservedBits)
  }

  @Test("Several messages before one drain keep their order and their frames") func joined() throws {
    var end = deflatingConnection(.client)
    let messages = (0..<50).map { number in number.isMultiple(of: 3) ? noise(200) : Array(record(number).utf8) }
    for message in messages {
      try end.send(message)
      try end.sendPing()
    }
    var peer = deflatingConnection(.server)
    let events = peer.feed(end.takeOutput()).filter { if case .ping = $0 { false } else { true } }
    #expect(events == messages.map { .binary($0) })
  }

  @Test("A value that has agreed on compression can go to another task, with its state") func sendable() async throws {
    var end = deflatingConnection(.server)
    _ = try send(Array(record(1).utf8), &end)
    #expect(end.feed(frame(1, compressedHello, rsv: 4)) == [text("Hello")])
    let moved = Task { [end = consume end] in end.isOpen }
    #expect(await moved.value)
  }
}
