import CZlib
import Testing

@testable import WebSocket

/// RFC 7692, sections 6 and 7.2.2: what is made of the frames of compressed messages.
@Suite("RFC 7692, receiving") struct DeflateReceivingTests {
  private typealias Wishes = PermessageDeflate.Configuration

  /// A compressed message in one frame.
  private func compressed(_ payload: [UInt8], opcode: UInt8 = 1) -> [UInt8] { frame(opcode, payload, rsv: 4) }

  // MARK: The RFC's own examples

  static let examples: [(name: String, bytes: [UInt8], messages: [String])] = [
    ("7.2.3.1 one block", frame(1, compressedHello, rsv: 4), ["Hello"]),
    (
      "7.2.3.1 in two fragments",
      frame(1, Array(compressedHello[..<3]), fin: false, rsv: 4) + frame(0, Array(compressedHello[3...])), ["Hello"]
    ),
    (
      "7.2.3.2 shared window",
      frame(1, compressedHello, rsv: 4) + frame(1, [0xF2, 0x00, 0x11, 0x00, 0x00], rsv: 4), ["Hello", "Hello"]
    ),
    (
      "7.2.3.3 block without compression",
      frame(1, [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00], rsv: 4), ["Hello"]
    ),
    ("7.2.3.4 final block", frame(1, [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00], rsv: 4), ["Hello"]),
    (
      "7.2.3.5 two blocks in one message",
      frame(1, [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00], rsv: 4), ["Hello"]
    ),
    ("7.2.3.6 empty fragment at the end", frame(1, [0x00], rsv: 4), [""]),
    (
      "a ping between fragments",
      frame(1, Array(compressedHello[..<3]), fin: false, rsv: 4) + frame(9) + frame(0, Array(compressedHello[3...])),
      ["Hello"]
    ),
    (
      "empty fragments",
      frame(1, fin: false, rsv: 4) + frame(0, fin: false) + frame(0, compressedHello, fin: false) + frame(0), ["Hello"]
    ),
    ("no payload at all", frame(1, rsv: 4) + frame(1, compressedHello, rsv: 4), ["", "Hello"]),
    (
      "a plain message between",
      frame(1, compressedHello, rsv: 4) + frame(1, Array("plain".utf8))
        + frame(1, [0xF2, 0x00, 0x11, 0x00, 0x00], rsv: 4), ["Hello", "plain", "Hello"]
    ),
  ]

  @Test("The RFC's examples, cut anywhere", arguments: examples)
  func example(name: String, bytes: [UInt8], messages: [String]) {
    for split in 0...bytes.count {
      var server = deflatingConnection(.server)
      let events = server.feed(Array(bytes[..<split])) + server.feed(Array(bytes[split...]))
      #expect(events.filter { $0 != .ping([]) } == messages.map { text($0) }, "cut at \(split)")
    }
    var server = deflatingConnection(.server)
    #expect(server.feed(bytes, inReadsOf: 1).filter { $0 != .ping([]) } == messages.map { text($0) })
  }

  @Test("A client inflates what a server sends") func clientRole() {
    var client = deflatingConnection(.client)
    #expect(client.feed(frame(1, compressedHello, rsv: 4, masked: false)) == [text("Hello")])
    #expect(
      client.feed(frame(2, [0xF2, 0x00, 0x11, 0x00, 0x00], rsv: 4, masked: false)) == [.binary(Array("Hello".utf8))])
  }

  // MARK: Final blocks

  @Test("7.2.3.4: final blocks, inside a message, at its end, with context takeover and without")
  func finalBlocks() {
    let texts = (0..<20).map(record)
    for keeps in [true, false] {
      var configuration = Wishes()
      configuration.peerKeepsContext = keeps
      var server = deflatingConnection(.server, server: configuration)
      let peer = PlainDeflater()
      for text in texts {
        #expect(server.feed(compressed(peer.finalMessage(Array(text.utf8)))) == [WebSocketTests.text(text)])
      }
      // Without the empty block that should follow.
      for text in texts {
        let payload = Array(peer.finalMessage(Array(text.utf8)).dropLast())
        #expect(server.feed(compressed(payload)) == [WebSocketTests.text(text)])
      }
      // Several streams in one message.
      let streams = texts.reduce(into: [UInt8]()) { $0 += peer.finalMessage(Array($1.utf8)).dropLast() } + [0]
      #expect(server.feed(compressed(streams), inReadsOf: 7) == [WebSocketTests.text(texts.joined())])
      // And plain blocks once more.
      #expect(server.feed(compressed(peer.message(Array("after".utf8)))) == [text("after")])
    }
  }

  @Test("7.1.1: a window survives a final block when context is taken over") func windowBehindFinalBlock() {
    var server = deflatingConnection(.server)
    #expect(server.feed(compressed([0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00])) == [text("Hello")])
    #expect(server.feed(compressed([0xF2, 0x00, 0x11, 0x00, 0x00])) == [text("Hello")])
  }

  // MARK: Context takeover

  @Test("7.1.1: without context takeover a reference to the last message is corrupt") func noTakeover() {
    var configuration = Wishes()
    configuration.peerKeepsContext = false
    var server = deflatingConnection(.server, server: configuration)
    #expect(server.feed(compressed(compressedHello)) == [text("Hello")])
    #expect(server.feed(compressed([0xF2, 0x00, 0x11, 0x00, 0x00])).isEmpty)
    #expect(server.violation == .corruptCompressedData)
  }

  @Test("7.1.2: each window inflates what a compressor with that window makes", arguments: 9...15)
  func windows(bits: Int) {
    var configuration = Wishes()
    configuration.peerWindowBits = bits
    var server = deflatingConnection(.server, server: configuration)
    let peer = PlainDeflater(windowBits: bits)
    let message = Array((0..<3000).map(record).joined().utf8)
    for _ in 0..<3 { #expect(server.feed(compressed(peer.message(message), opcode: 2)) == [.binary(message)]) }
  }

  @Test("7.1.2: a reference beyond the agreed window is corrupt") func beyondTheWindow() {
    // The same noise at a distance that 15 bits reach and 9 do not.
    let message = noise(2000) + noise(2000)
    let payload = PlainDeflater(windowBits: 15).message(message)
    var wide = Wishes()
    wide.peerWindowBits = 15
    var server = deflatingConnection(.server, server: wide)
    #expect(server.feed(compressed(payload, opcode: 2)) == [.binary(message)])
    var narrow = Wishes()
    narrow.peerWindowBits = 9
    server = deflatingConnection(.server, server: narrow)
    _ = server.feed(compressed(PlainDeflater(windowBits: 9).message(noise(2000)), opcode: 2))
    // Within one call zlib has the whole output before it; byte by byte it has the window alone.
    _ = server.feed(compressed(payload, opcode: 2), inReadsOf: 1)
    #expect(server.violation == .corruptCompressedData)
  }

  // MARK: Faults

  static let faults: [(name: String, bytes: [UInt8], violation: ProtocolViolation)] = [
    ("reserved block type", frame(1, [0xFF, 0xFF], rsv: 4), .corruptCompressedData),
    (
      "stored length and its complement differ", frame(1, [0x00, 0x05, 0x00, 0x00, 0x00], rsv: 4),
      .corruptCompressedData
    ),
    ("reference before the beginning", frame(1, [0xF2, 0x00, 0x11, 0x00, 0x00], rsv: 4), .corruptCompressedData),
    ("cut in a stored block", frame(2, [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48], rsv: 4), .corruptCompressedData),
    ("cut in a block", frame(1, Array(compressedHello[..<4]), rsv: 4), .corruptCompressedData),
    ("half a tail of its own", frame(1, compressedHello + [0, 0xFF], rsv: 4), .corruptCompressedData),
    ("6.1 RSV1 on a continuation", frame(1, [], fin: false, rsv: 4) + frame(0, rsv: 4), .unexpectedReservedBits),
    ("6.1 RSV1 on a ping", frame(9, rsv: 4), .unexpectedReservedBits),
    ("6.1 RSV1 on a close", frame(8, rsv: 4), .unexpectedReservedBits),
    ("RSV2 beside RSV1", frame(1, compressedHello, rsv: 6), .unexpectedReservedBits),
    ("RSV3 beside RSV1", frame(1, compressedHello, rsv: 5), .unexpectedReservedBits),
    ("a new message inside", frame(1, compressedHello, fin: false, rsv: 4) + frame(1, rsv: 4), .interruptedMessage),
  ]

  @Test("Faults, whole and byte by byte", arguments: faults)
  func fault(name: String, bytes: [UInt8], violation: ProtocolViolation) throws {
    for size in [bytes.count, 1] {
      var server = deflatingConnection(.server)
      _ = server.feed(bytes, inReadsOf: size)
      #expect(server.violation == violation)
      #expect(violation.closeCode == .protocolError)
      let close = try #require(PlainFrame.parse(server.takeOutput()).last)
      #expect(try CloseFrame(payload: close.payload).code == .protocolError)
      #expect(server.feed(frame(1, compressedHello, rsv: 4)).isEmpty)
    }
  }

  @Test("Random payloads do no more than fail") func garbage() {
    var generator = CountingGenerator()
    for _ in 0..<2000 {
      var server = deflatingConnection(.server, limit: 4096)
      let count = Int.random(in: 1...64, using: &generator)
      let payload = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      let events = server.feed(compressed(payload, opcode: 2) + compressed(payload, opcode: 2))
      #expect(events.count < 2 || server.violation == nil)
    }
  }

  @Test("RFC 6455, 8.1: UTF-8 is checked on what is inflated, and fails at the bad byte") func invalidUTF8() {
    let payload = PlainDeflater().message(Array("gr\u{FC}n".utf8) + [0xFF] + Array(record(1).utf8))
    // A sync flush behind the bad byte, so that it is out before the message ends.
    let begun = PlainDeflater().run(Array("gr\u{FC}n".utf8) + [0xFF], Z_SYNC_FLUSH)
    var server = deflatingConnection(.server)
    _ = server.feed(compressed(payload))
    #expect(server.violation == .invalidUTF8)
    var early = deflatingConnection(.server)
    _ = early.feed(frame(1, begun, fin: false, rsv: 4))
    #expect(early.violation == .invalidUTF8)
    #expect(early.violation?.closeCode == .invalidPayload)
    // Text that ends within a character.
    var cut = deflatingConnection(.server)
    _ = cut.feed(compressed(PlainDeflater().message([0xE2, 0x82])))
    #expect(cut.violation == .invalidUTF8)
    // A character over two fragments, each its own block.
    var split = deflatingConnection(.server)
    let writer = PlainDeflater()
    let first = writer.run([0xE2, 0x82], Z_SYNC_FLUSH)
    #expect(split.feed(frame(1, first, fin: false, rsv: 4) + frame(0, writer.message([0xAC]))) == [text("\u{20AC}")])
    // Binary messages may hold anything.
    var binary = deflatingConnection(.server)
    #expect(binary.feed(compressed(payload, opcode: 2)).count == 1)
  }

  // MARK: Limits

  @Test("A message as long as the limit passes, one byte more does not", arguments: [100, 1000, 70_000])
  func limit(limit: Int) {
    let message = [UInt8](repeating: 0x61, count: limit)
    var server = deflatingConnection(.server, limit: limit)
    #expect(server.feed(compressed(PlainDeflater().message(message), opcode: 2)) == [.binary(message)])
    _ = server.feed(compressed(PlainDeflater().message(message + [0x61]), opcode: 2))
    #expect(server.violation == .messageTooBig(limit: limit))
    #expect(server.violation?.closeCode == .messageTooBig)
  }

  @Test("A limit of all that an Int can count") func noLimit() {
    var server = deflatingConnection(.server, limit: .max)
    #expect(server.feed(compressed(compressedHello)) == [text("Hello")])
  }

  @Test("A bomb fails while it is inflated, in one frame or in many") func bomb() {
    let payload = PlainDeflater().message([UInt8](repeating: 0, count: 64 << 20))
    #expect(payload.count < 70_000)
    let limit = 1 << 16
    var server = deflatingConnection(.server, limit: limit)
    _ = server.feed(compressed(payload, opcode: 2), inReadsOf: 1000)
    #expect(server.violation == .messageTooBig(limit: limit))

    // What is inflated by one step is bounded, however much there would be.
    var inflater = Inflater(Inflater.Settings(windowBits: 15, keepsContext: true))
    var bytes: [UInt8] = []
    payload.withUnsafeBytes { payload in
      var rest = payload
      let isDone = try? inflater?.inflate(&rest, into: &bytes, atMost: limit)
      #expect(isDone == false)
      #expect(rest.count > payload.count / 2)
    }
    #expect(bytes.count == limit)
    #expect(bytes.capacity < 2 * limit)
  }

  @Test("Blocks that inflate to nothing are bounded on the wire") func emptyBlocks() {
    var server = deflatingConnection(.server, limit: 10_000)
    let blocks = (0..<200).flatMap { _ in [0x00, 0x00, 0x00, 0xFF, 0xFF] as [UInt8] }
    _ = server.feed(frame(2, fin: false, rsv: 4))
    for number in 1...30 where server.violation == nil {
      _ = server.feed(frame(0, blocks, fin: false))
      #expect((server.violation == nil) == (number * blocks.count <= 20_000))
    }
    #expect(server.violation == .messageTooBig(limit: 10_000))
    // A frame is judged by its length, before its payload is there.
    var early = deflatingConnection(.server, limit: 10_000)
    _ = early.feed(frame(2, rsv: 4, length: 20_001))
    #expect(early.violation == .messageTooBig(limit: 10_000))
  }

  @Test("What no compressor shrinks still passes at the limit") func incompressible() {
    let message = noise(10_000)
    var server = deflatingConnection(.server, limit: 10_000)
    let payload = PlainDeflater().message(message)
    #expect(payload.count > message.count)
    #expect(server.feed(compressed(payload, opcode: 2)) == [.binary(message)])
  }
}
