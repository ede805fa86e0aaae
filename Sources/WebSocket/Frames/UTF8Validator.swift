/// Checks UTF-8 as it arrives, and fails at the first byte that cannot belong to any text (RFC 3629, section 4).
struct UTF8Validator: Sendable {
  /// Continuation bytes the current character still lacks.
  private var missing: UInt8 = 0
  /// What the next continuation byte may be: narrower than 80...BF after E0, ED, F0 and F4, which rules out
  /// overlong forms, surrogates and what lies over U+10FFFF before the character is whole.
  private var lowest: UInt8 = 0x80
  private var highest: UInt8 = 0xBF

  /// Whether the text may end here.
  var isComplete: Bool { missing == 0 }

  /// Takes the text's next bytes; false once it cannot be UTF-8 any more.
  mutating func validate(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let count = bytes.count
    var index = 0
    while index < count {
      if missing == 0 {
        index = UTF8Validator.skipASCII(bytes, from: index)
        guard index < count else { return true }
        guard begin(bytes[index]) else { return false }
      } else {
        let byte = bytes[index]
        guard byte >= lowest, byte <= highest else { return false }
        missing &-= 1
        (lowest, highest) = (0x80, 0xBF)
      }
      index &+= 1
    }
    return true
  }

  private mutating func begin(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x00...0x7F: break
    case 0xC2...0xDF: missing = 1
    case 0xE0: (missing, lowest) = (2, 0xA0)
    case 0xED: (missing, highest) = (2, 0x9F)
    case 0xE1...0xEF: missing = 2
    case 0xF0: (missing, lowest) = (3, 0x90)
    case 0xF1...0xF3: missing = 3
    case 0xF4: (missing, highest) = (3, 0x8F)
    default: return false
    }
    return true
  }

  /// The index of the first byte from `start` on that is not ASCII, or a few ASCII bytes before it.
  private static func skipASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var index = start
    while index &+ 32 <= bytes.count {
      let word =
        bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        | bytes.loadUnaligned(fromByteOffset: index &+ 8, as: UInt64.self)
        | bytes.loadUnaligned(fromByteOffset: index &+ 16, as: UInt64.self)
        | bytes.loadUnaligned(fromByteOffset: index &+ 24, as: UInt64.self)
      guard word & 0x8080_8080_8080_8080 == 0 else { break }
      index &+= 32
    }
    while index &+ 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      guard word & 0x8080_8080_8080_8080 == 0 else { break }
      index &+= 8
    }
    return index
  }
}
