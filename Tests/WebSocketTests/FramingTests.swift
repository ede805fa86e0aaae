import Testing

@testable import WebSocket

/// RFC 6455, section 5: what is on the wire.
@Suite("RFC 6455 section 5, framing") struct FramingTests {
  @Test("5.7: the examples") func examples() {
    let unmasked: [UInt8] = [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]
    let masked: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
    let fragments: [UInt8] = [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F]
    let ping: [UInt8] = [0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]
    var client = connection(.client)
    var server = connection(.server)
    #expect(client.feed(unmasked) == [text("Hello")])
    #expect(server.feed(masked) == [text("Hello")])
    #expect(client.feed(fragments) == [text("Hello")])
    #expect(client.feed(ping) == [.ping(Array("Hello".utf8))])
    #expect(client.feed([0x82, 0x7E, 0x01, 0x00] + Array(repeating: 7, count: 256)).count == 1)
    let big: [UInt8] = [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0] + Array(repeating: 7, count: 65536)
    #expect(client.feed(big) == [.binary(Array(repeating: 7, count: 65536))])
  }

  @Test("5.2: every length and every form", arguments: [0, 1, 7, 8, 9, 125, 126, 127, 128, 1000, 65535, 65536, 70001])
  func sizes(size: Int) throws {
    let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var server = connection(.server)
    #expect(server.feed(frame(2, payload)) == [.binary(payload)])
    try server.send(payload)
    let sent = server.takeOutput()
    #expect(sent == frame(2, payload, masked: false))
    var client = connection(.client)
    #expect(client.feed(sent) == [.binary(payload)])
    try client.send(payload)
    let masked = client.takeOutput()
    #expect(PlainFrame.parse(masked) == [PlainFrame(fin: true, opcode: 2, masked: true, payload: payload)])
    #expect(server.feed(masked) == [.binary(payload)])
  }

  @Test("5.2: a read may end anywhere") func everySplit() {
    let stream =
      frame(1, Array("При".utf8), fin: false) + frame(9, [1, 2, 3]) + frame(0, Array("вет 👋".utf8))
      + frame(2, Array(repeating: 0xAB, count: 300)) + frame(10) + frame(1) + close(1000, Array("bye".utf8))
    let expected: [Event] = [
      .ping([1, 2, 3]), text("Привет 👋"), .binary(Array(repeating: 0xAB, count: 300)), .pong(roundTrip: nil),
      text(""), .closeReceived(CloseFrame(.normal, reason: "bye")),
    ]
    var whole = connection(.server)
    #expect(whole.feed(stream) == expected)
    let output = whole.takeOutput()
    for split in 0...stream.count {
      var server = connection(.server)
      let events = server.feed(Array(stream[..<split])) + server.feed(Array(stream[split...]))
      #expect(events == expected, "split at \(split)")
      #expect(server.takeOutput() == output, "split at \(split)")
    }
    for size in 1...20 {
      var server = connection(.server)
      #expect(server.feed(stream, inReadsOf: size) == expected, "reads of \(size)")
    }
  }

  @Test("5.3: masking at every offset and length") func masking() {
    let key = MaskingKey(rawValue: 0x37FA_213D)
    for count in 0...200 {
      for offset in 0...5 {
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ offset) }
        var masked = plain
        masked.withUnsafeMutableBytes { key.apply(to: $0, offset: offset) }
        #expect(masked == plain.enumerated().map { $1 ^ testKey[($0 + offset) % 4] })
        var copy = [UInt8](repeating: 0xEE, count: count + 1)
        copy.withUnsafeMutableBytes { copy in
          plain.withUnsafeBytes { key.copy($0, to: copy, offset: offset) }
        }
        #expect(copy == masked + [0xEE], "no byte more than there is")
      }
    }
  }

  @Test("5.3: each client frame has a key of its own") func freshKeys() throws {
    var client = connection(.client)
    try client.send(TextMessage("same"))
    try client.send(TextMessage("same"))
    try client.send(TextMessage("same"))
    let output = client.takeOutput()
    let keys = [Array(output[2..<6]), Array(output[12..<16]), Array(output[22..<26])]
    #expect(Set(keys).count == 3)
    #expect(PlainFrame.parse(output).map(\.payload) == Array(repeating: Array("same".utf8), count: 3))
  }

  @Test("5.4: fragments, with control frames between them") func fragmentation() {
    var server = connection(.server)
    let bytes =
      frame(1, Array("a".utf8), fin: false) + frame(9) + frame(0, [], fin: false) + frame(10, [9])
      + frame(0, Array("b".utf8), fin: false) + frame(0, Array("c".utf8))
    #expect(server.feed(bytes) == [.ping([]), .pong(roundTrip: nil), text("abc")])
    #expect(PlainFrame.parse(server.takeOutput()).map(\.opcode) == [10])
  }

  @Test("5.4: ten thousand empty fragments keep nothing") func emptyFragments() {
    var server = connection(.server, limit: 4)
    let fragments = (0..<10_000).flatMap { _ in frame(0, [], fin: false) }
    #expect(server.feed(frame(1, [0x61], fin: false) + fragments + frame(0, [0x62])) == [text("ab")])
  }

  @Test("5.5.2: a ping is answered with its payload") func pings() {
    for size in [0, 1, 125] {
      let payload = Array(repeating: UInt8(0xFE), count: size)
      var server = connection(.server)
      #expect(server.feed(frame(9, payload)) == [.ping(payload)])
      #expect(server.takeOutput() == frame(10, payload, masked: false))
    }
  }

  @Test("Answers to one read leave as one output, in order") func joinedOutput() throws {
    var server = connection(.server)
    for event in server.feed(frame(1, [0x61]) + frame(9, [1]) + frame(1, [0x62])) {
      if case .text(let message) = event { try server.send(message) }
    }
    #expect(PlainFrame.parse(server.takeOutput()).map(\.payload) == [[1], [0x61], [0x62]])
    #expect(server.takeOutput().isEmpty)
  }
}
