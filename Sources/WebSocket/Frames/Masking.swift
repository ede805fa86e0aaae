/// The four bytes a client's payload is XORed with (RFC 6455, section 5.3).
public struct MaskingKey: Hashable, Sendable {
  /// The bytes in wire order, the first one in the highest place.
  public let rawValue: UInt32

  /// A key whose first wire byte is the highest byte of the number.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// XORs `bytes`, which begin `offset` bytes after the payload's start; doing it twice restores them.
  package func apply(to bytes: UnsafeMutableRawBufferPointer, offset: Int) {
    copy(UnsafeRawBufferPointer(bytes), to: bytes, offset: offset)
  }

  /// Copies `source`, which begins `offset` bytes after the payload's start, to `target`, XORed on the way. They may
  /// be the same memory; if their sizes differ, the smaller one counts.
  package func copy(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer, offset: Int) {
    let count = min(source.count, target.count)
    guard let source = source.baseAddress, let target = target.baseAddress else { return }
    let word = word(from: offset)
    // 64 bytes a step fill the machine's vectors, whatever their width, and come close to memcpy.
    let words = SIMD8(repeating: word.littleEndian)
    var index = 0
    while index &+ 64 <= count {
      let masked = (source + index).loadUnaligned(as: SIMD8<UInt64>.self) ^ words
      (target + index).storeBytes(of: masked, as: SIMD8<UInt64>.self)
      index &+= 64
    }
    while index &+ 8 <= count {
      let masked = (source + index).loadUnaligned(as: UInt64.self) ^ word.littleEndian
      (target + index).storeBytes(of: masked, as: UInt64.self)
      index &+= 8
    }
    var rest = word
    while index < count {
      let masked = (source + index).load(as: UInt8.self) ^ UInt8(truncatingIfNeeded: rest)
      (target + index).storeBytes(of: masked, as: UInt8.self)
      rest &>>= 8
      index &+= 1
    }
  }

  /// Eight bytes of mask for the payload's bytes from `offset` on, the first in the lowest place.
  private func word(from offset: Int) -> UInt64 {
    let turn = UInt32(truncatingIfNeeded: offset & 3) &* 8
    let turned = UInt64((rawValue &<< turn) | (rawValue &>> (32 &- turn)))
    return (turned << 32 | turned).byteSwapped
  }
}

extension [UInt8] {
  /// Appends `bytes`, which begin `offset` bytes after a payload's start, XORed on the way if there is a key.
  mutating func append(_ bytes: UnsafeRawBufferPointer, key: MaskingKey?, offset: Int) {
    guard let key else { return append(contentsOf: bytes) }
    append(addingCapacity: bytes.count) { added in
      added.withUnsafeMutableBufferPointer { space, count in
        key.copy(bytes, to: UnsafeMutableRawBufferPointer(space), offset: offset)
        count += bytes.count
      }
    }
  }
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
