@testable import WebSocket

/// Compressed messages and what is said about them in handshakes.
enum DeflateSeeds {
  /// "Hello" with fixed codes, in raw DEFLATE without the tail (RFC 7692, section 7.2.3.1).
  static let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
  /// The same in a final block (section 7.2.3.4).
  static let finalHello: [UInt8] = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]
  /// The same in a block that is not compressed (section 7.2.3.3).
  static let storedHello: [UInt8] = [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00]
  /// The same in two blocks (section 7.2.3.5).
  static let twoBlocks: [UInt8] = [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00]
  /// "Hello" again, by the memory of the message before (section 7.2.3.2).
  static let again: [UInt8] = [0xF2, 0x00, 0x11, 0x00, 0x00]
  /// Thousands of zeros.
  static let bomb = compressed(Array(repeating: 0, count: 20_000))

  static var payloads: [[UInt8]] {
    let json = Array(#"{"id":1,"text":"Guten Tag","sender":"guest","at":1764000000}"#.utf8)
    let two: [[[UInt8]]] = [
      [hello, again], [hello, hello], [finalHello, hello], [storedHello, []], [twoBlocks, [0]], [bomb, hello],
      [compressed(json + json), compressed(json)], [Array(hello.prefix(3)), hello], [[0x07], [0xFF, 0xFF]],
    ]
    return two.flatMap { payloads in
      let wire = payloads[0] + payloads[1]
      // Where the second message begins, in 255ths; see `fuzzInflate`.
      let cut = UInt8(min(255, (payloads[0].count * 255 + max(1, wire.count) - 1) / max(1, wire.count)))
      return [0x16, 0x5E, 0x03, 0x26].map { wire + [cut, 0, $0] } + [wire + [cut, 7, 2, 2, 0x56]]
    }
  }

  static var messages: [[UInt8]] {
    let text = Array("Guten Tag, wie kann ich Ihnen helfen? Guten Tag! Einen Moment bitte. ".utf8)
    let noise = (0..<200).map { UInt8(truncatingIfNeeded: $0 * $0 * 31 + $0 >> 3) }
    return [text, noise, text + noise].flatMap { wire in
      [(0, 0x41), (6, 0x86), (8, 0x19), (3, 0x00)].map { settings, levels in
        wire + [99, 60, 2, 200, 0, 0, 0, 0, 1, 69, 0, 30, 6, levels, settings]
      }
    }
  }

  static var elements: [[UInt8]] {
    [
      "permessage-deflate", "permessage-deflate; client_max_window_bits",
      "permessage-deflate; server_max_window_bits=10",
      "permessage-deflate; client_max_window_bits=8; server_max_window_bits=8, permessage-deflate",
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover", "x-webkit-deflate-frame",
      "permessage-deflate; client_max_window_bits=\"15\"", "permessage-deflate; server_max_window_bits=07",
      "foo; bar=\"a\\\"b\", permessage-deflate; unknown", "permessage-deflate; server_max_window_bits", ", ,",
      "permessage-deflate; server_max_window_bits=12; client_max_window_bits=12; client_max_window_bits=12",
    ].flatMap { element in [[0, 0x1B, 0, 0x1B], [3, 0x00, 1, 0x36]].map { Array(element.utf8) + $0 } }
  }

  /// Compressed by itself, whatever came before.
  private static func compressed(_ message: [UInt8]) -> [UInt8] {
    var deflater = Deflater(
      .init(windowBits: 12, keepsContext: false, level: 6, memoryLevel: 5, minimumSize: 0, prefersShorter: true))
    var output: [UInt8] = []
    _ = message.withUnsafeBytes { deflater?.compress($0, into: &output) }
    return output
  }
}
