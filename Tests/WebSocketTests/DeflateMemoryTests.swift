import CZlib
import Testing

@testable import WebSocket

/// What compression costs in memory, and for how long.
@Suite("RFC 7692, memory") struct DeflateMemoryTests {
  /// Counts what zlib asks for and gives back.
  private final class Meter {
    var held = 0
    var peak = 0
    var allocations = 0
    var sizes: [UnsafeMutableRawPointer: Int] = [:]

    var memory: ZlibMemory {
      ZlibMemory(
        allocate: { context, items, size in
          guard let context else { return nil }
          let meter = Unmanaged<Meter>.fromOpaque(context).takeUnretainedValue()
          let count = Int(items) * Int(size)
          let block = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
          meter.sizes[block] = count
          meter.held += count
          meter.peak = max(meter.peak, meter.held)
          meter.allocations += 1
          return block
        },
        free: { context, block in
          guard let context, let block else { return }
          let meter = Unmanaged<Meter>.fromOpaque(context).takeUnretainedValue()
          meter.held -= meter.sizes.removeValue(forKey: block) ?? 0
          block.deallocate()
        },
        context: Unmanaged.passUnretained(self).toOpaque())
    }
  }

  /// zlib's memory for an end that has compressed and inflated messages of all sizes.
  private func use(_ agreed: PermessageDeflate, messages: [[UInt8]], payloads: [[UInt8]]) throws -> Meter {
    let meter = Meter()
    do {
      guard var deflater = Deflater(agreed.deflater, memory: meter.memory),
        var inflater = Inflater(agreed.inflater, memory: meter.memory)
      else { throw ProtocolViolation.outOfMemory }
      for message in messages {
        var output: [UInt8] = []
        _ = message.withUnsafeBytes { deflater.compress($0, into: &output) }
      }
      let allocations = meter.allocations
      for payload in payloads {
        inflater.begin()
        var output: [UInt8] = []
        for part in [payload, [0, 0, 0xFF, 0xFF]] {
          try part.withUnsafeBytes { part in
            var rest = part
            while try !inflater.inflate(&rest, into: &output, atMost: 1 << 20) {}
          }
        }
      }
      // The window of the inflater is made at its first use; else no message costs an allocation.
      #expect(meter.allocations <= allocations + 1)
    }
    #expect(meter.held == 0, "everything is given back")
    return meter
  }

  @Test("A used connection holds at most 50 KB with the defaults, at either end") func bound() throws {
    let messages =
      [64, 1000, 100_000].map { size in Array((0..<(size / 50 + 1)).map(record).joined().utf8) } + [noise(50_000)]
    let agreed = agreement()
    // Both ends of it: the window that one compresses with the other inflates with.
    for end in [agreed.client, agreed.server] {
      let peer = PlainDeflater(windowBits: end.inflater.windowBits)
      let meter = try use(end, messages: messages, payloads: messages.map { peer.message($0) })
      #expect(meter.peak + 2 * MemoryLayout<z_stream>.size <= 50 * 1024, "\(meter.peak) bytes")
      #expect(meter.peak > 40 * 1024, "\(meter.peak) bytes: the meter counts")
    }
  }

  @Test("What a peer without limits costs: a window of 15 bits, 28 KB more") func unlimitedPeer() throws {
    let accepted = try #require(PermessageDeflate.accept([WebSocketExtension("permessage-deflate")]))
    let messages = [Array((0..<2000).map(record).joined().utf8)]
    let meter = try use(accepted, messages: messages, payloads: messages.map { PlainDeflater().message($0) })
    #expect(meter.peak <= 80 * 1024, "\(meter.peak) bytes")
  }

  @Test("Nothing is held before the first compressed message, and nothing from the end on") func lifetime() throws {
    var end = deflatingConnection(.server)
    _ = end.feed(frame(1, Array("plain".utf8)))
    try end.send(TextMessage("plain"))
    #expect(!end.holdsDeflater && !end.holdsInflater)
    _ = end.feed(frame(1, compressedHello, rsv: 4))
    #expect(!end.holdsDeflater && end.holdsInflater)
    try end.send(TextMessage(record(1) + record(2)))
    #expect(end.holdsDeflater && end.holdsInflater)

    // This end's Close: nothing more is sent, but messages on their way are still inflated.
    try end.close(now: .zero)
    #expect(!end.holdsDeflater && end.holdsInflater)
    #expect(end.feed(frame(1, compressedHello, rsv: 4)) == [text("Hello")])
    _ = end.feed(close(1000))
    #expect(!end.holdsDeflater && !end.holdsInflater)
  }

  @Test("A failure, a lost connection and an abort free it at once") func ends() throws {
    for ending in 0..<3 {
      var end = deflatingConnection(.server)
      _ = end.feed(frame(1, compressedHello, rsv: 4))
      try end.send(TextMessage(record(1) + record(2)))
      #expect(end.holdsDeflater && end.holdsInflater)
      switch ending {
      case 0: _ = end.feed(frame(1, [0xFF], rsv: 4))
      case 1: _ = end.transportEnded()
      default: _ = end.abort()
      }
      #expect(!end.holdsDeflater && !end.holdsInflater)
    }
  }
}

extension WebSocketConnection {
  fileprivate var holdsDeflater: Bool { deflater != nil }
  fileprivate var holdsInflater: Bool { message.holdsInflater }
}
