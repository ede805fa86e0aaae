import Testing

@testable import WebSocket

/// What a peer may not do, and the code the connection is failed with.
@Suite("RFC 6455, violations") struct ViolationTests {
  struct Fault: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let role: WebSocketConnection.Role
    let bytes: [UInt8]
    let violation: ProtocolViolation

    init(
      _ name: String, _ bytes: [UInt8], _ violation: ProtocolViolation,
      at role: WebSocketConnection.Role = .server
    ) {
      (testDescription, self.role, self.bytes, self.violation) = (name, role, bytes, violation)
    }
  }

  static let faults = framing + opcodes + codes

  private static let framing: [Fault] = [
    Fault("5.1 unmasked from a client", frame(1, [0x61], masked: false), .unmaskedFrame),
    Fault("5.1 masked from a server", frame(1, [0x61]), .maskedFrame, at: .client),
    Fault("5.2 RSV1", frame(1, rsv: 4), .unexpectedReservedBits),
    Fault("5.2 RSV2", frame(2, rsv: 2), .unexpectedReservedBits),
    Fault("5.2 RSV3", frame(9, rsv: 1), .unexpectedReservedBits),
    Fault("5.2 length of 2^63", frame(2, length: 1 << 63, lengthBytes: 8), .lengthOutOfRange),
    Fault("5.2 length of 2^64-1", frame(2, length: .max, lengthBytes: 8), .lengthOutOfRange),
    Fault("5.2 125 in 16 bits", frame(2, Array(repeating: 0, count: 125), lengthBytes: 2), .nonMinimalLength),
    Fault("5.2 0 in 64 bits", frame(2, lengthBytes: 8), .nonMinimalLength),
    Fault("5.2 65535 in 64 bits", frame(2, length: 65535, lengthBytes: 8), .nonMinimalLength),
    Fault("5.4 continuation of nothing", frame(0, [0x61]), .unexpectedContinuation),
    Fault("5.4 continuation after the end", frame(1, [0x61]) + frame(0), .unexpectedContinuation),
    Fault("5.4 text in a message", frame(1, [0x61], fin: false) + frame(1), .interruptedMessage),
    Fault("5.4 binary in a message", frame(1, [0x61], fin: false) + frame(2), .interruptedMessage),
    Fault("5.5 ping in fragments", frame(9, fin: false), .fragmentedControlFrame),
    Fault("5.5 close in fragments", frame(8, fin: false), .fragmentedControlFrame),
    Fault("5.5 ping of 126", frame(9, Array(repeating: 0, count: 126)), .oversizedControlFrame),
    Fault("5.5 close of 126", frame(8, Array(repeating: 0, count: 126)), .oversizedControlFrame),
    Fault("5.5.1 close of one byte", frame(8, [3]), .truncatedCloseCode),
    Fault("5.5.1 reason not UTF-8", WebSocketTests.close(1000, [0xC3, 0x28]), .invalidUTF8),
    Fault("5.5.1 reason cut in a character", WebSocketTests.close(1000, [0xE2, 0x82]), .invalidUTF8),
    Fault("8.1 text not UTF-8", frame(1, [0xFF]), .invalidUTF8),
    Fault("8.1 text cut in a character", frame(1, [0xE2, 0x82]), .invalidUTF8),
    Fault("10.4 message limit", frame(2, Array(repeating: 0, count: 101)), .messageTooBig(limit: 100)),
    Fault(
      "10.4 message limit over fragments",
      frame(2, Array(repeating: 0, count: 60), fin: false) + frame(0, Array(repeating: 0, count: 41)),
      .messageTooBig(limit: 100)),
    Fault("10.4 length of 2^63-1", frame(2, length: 1 << 63 - 1, lengthBytes: 8), .messageTooBig(limit: 100)),
  ]

  private static let opcodes = ([3, 4, 5, 6, 7, 11, 12, 13, 14, 15] as [UInt8]).map { opcode in
    Fault("5.2 opcode \(opcode)", frame(opcode), .reservedOpcode(opcode))
  }

  private static let codes = ([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535] as [UInt16]).map { code in
    Fault("7.4 code \(code)", WebSocketTests.close(code), .invalidCloseCode(CloseCode(rawValue: code)))
  }

  @Test("Each fault fails the connection, whole and byte by byte", arguments: faults)
  func fault(fault: Fault) throws {
    for size in [fault.bytes.count, 1] {
      var end = connection(fault.role, limit: 100)
      _ = end.feed(fault.bytes, inReadsOf: size)
      #expect(end.violation == fault.violation)
      #expect(end.directive == .closeOutput)
      let frames = PlainFrame.parse(end.takeOutput())
      let close = try #require(frames.last)
      #expect(close.opcode == 8)
      #expect(close.masked == (fault.role == .client))
      #expect(try CloseFrame(payload: close.payload).code == fault.violation.closeCode)
      // Whatever follows is neither read nor answered.
      #expect(end.feed(frame(1, [0x61]) + frame(9) + self.close()).isEmpty)
      #expect(end.takeOutput().isEmpty)
      #expect(throws: WebSocketConnection.SendError.notOpen) { try end.send(TextMessage("late")) }
      guard case .ended(let ending) = end.transportEnded() else {
        Issue.record("no ending")
        return
      }
      #expect(ending.cause == .violation(fault.violation))
      #expect(ending.code == .abnormal)
      #expect(end.transportEnded() == nil)
    }
  }

  private func close() -> [UInt8] { WebSocketTests.close(1000) }

  @Test("5.2: RSV1 is for the first frame of a message even where an extension uses it")
  func reservedBitOfAnExtension() throws {
    for opcode in UInt8(0)...15 {
      var decoder = FrameHeaderDecoder(expectsMask: true)
      decoder.extensionBits = .rsv1
      let bytes = frame(opcode, rsv: 4)
      let header = try? bytes.withUnsafeBytes { bytes in
        var offset = 0
        return try decoder.decode(bytes, &offset)
      }
      #expect((header?.reserved == .rsv1) == (opcode == 1 || opcode == 2))
    }
  }

  @Test("A frame over the frame's own limit") func frameLimit() {
    var server = connection(.server, frameLimit: 10)
    #expect(server.feed(frame(2, Array(repeating: 0, count: 10))).count == 1)
    _ = server.feed(frame(2, Array(repeating: 0, count: 11)))
    #expect(server.violation == .frameTooBig(limit: 10))
  }

  @Test("A message of exactly the limit passes") func exactLimit() {
    var server = connection(.server, limit: 100)
    let half = Array(repeating: UInt8(1), count: 50)
    #expect(server.feed(frame(2, half, fin: false) + frame(0, half)) == [.binary(half + half)])
  }

  @Test("A refused length is refused at the header, before its bytes come") func earlyRefusal() {
    var server = connection(.server, limit: 1000)
    _ = server.feed(Array(frame(2, length: 1 << 40, lengthBytes: 8).prefix(14)))
    #expect(server.violation == .messageTooBig(limit: 1000))
  }

  @Test("Messages before the fault in the same read are delivered") func messagesBeforeFault() {
    var server = connection(.server)
    #expect(server.feed(frame(1, [0x61]) + frame(3)) == [text("a")])
    #expect(server.violation == .reservedOpcode(3))
  }

  @Test("Random bytes neither trap nor hang", arguments: [WebSocketConnection.Role.client, .server])
  func noise(role: WebSocketConnection.Role) {
    var generator = CountingGenerator()
    for _ in 0..<2000 {
      var end = connection(role, limit: 4096)
      let bytes = (0..<Int.random(in: 1...200, using: &generator)).map { _ in
        UInt8.random(in: .min ... .max, using: &generator)
      }
      // A sound first byte lets more of the noise through to what lies behind it.
      _ = end.feed([0x82, role == .server ? 0x84 : 0x04] + bytes, inReadsOf: 7)
      _ = end.takeOutput()
    }
  }
}
