/// The four bytes a client's payload is XORed with (RFC 6455, section 5.3).
public struct MaskingKey: Hashable, Sendable {
  /// The bytes in wire order, the first one in the highest place.
  public let rawValue: UInt32

  /// A key whose first wire byte is the highest byte of the number.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// XORs `bytes`, which begin `offset` bytes after the payload's start; doing it twice restores them.
  func apply(to bytes: UnsafeMutableRawBufferPointer, offset: Int) {
    guard let base = bytes.baseAddress, rawValue != 0 else { return }
    let turn = UInt32(truncatingIfNeeded: offset & 3) * 8
    let turned = (rawValue << turn) | (turn == 0 ? 0 : rawValue >> (32 - turn))
    let word = UInt64(turned).bigEndianPair
    let count = bytes.count
    var index = 0
    // Eight bytes a step: the compiler widens this loop to the machine's vectors and reaches memcpy's speed.
    while index &+ 8 <= count {
      let place = base + index
      place.storeBytes(of: place.loadUnaligned(as: UInt64.self) ^ word, as: UInt64.self)
      index &+= 8
    }
    var shift = UInt32(24)
    while index < count {
      let place = base + index
      let mask = UInt8(truncatingIfNeeded: turned >> shift)
      place.storeBytes(of: place.load(as: UInt8.self) ^ mask, as: UInt8.self)
      shift = (shift &- 8) & 31
      index &+= 1
    }
  }
}

extension UInt64 {
  /// The low 32 bits twice, in memory order of a big-endian pair.
  fileprivate var bigEndianPair: UInt64 { (self << 32 | self).bigEndian }
}

/// Draws masking keys, two from each random number: asking the system for randomness costs a system call.
struct MaskingKeySource: Sendable {
  private var generator: any RandomNumberGenerator & Sendable
  private var spare: UInt32?

  init(_ generator: any RandomNumberGenerator & Sendable) { self.generator = generator }

  mutating func next() -> MaskingKey {
    if let key = spare {
      spare = nil
      return MaskingKey(rawValue: key)
    }
    let drawn = generator.next()
    spare = UInt32(truncatingIfNeeded: drawn)
    return MaskingKey(rawValue: UInt32(truncatingIfNeeded: drawn >> 32))
  }
}
