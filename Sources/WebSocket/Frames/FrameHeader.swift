/// Everything of a frame but its payload (RFC 6455, section 5.2).
struct FrameHeader: Hashable, Sendable {
  var isFinal: Bool
  var reserved: ReservedBits
  var opcode: Opcode
  var maskingKey: MaskingKey?
  var payloadLength: Int

  init(
    isFinal: Bool = true, reserved: ReservedBits = [], opcode: Opcode, maskingKey: MaskingKey? = nil,
    payloadLength: Int
  ) {
    self.isFinal = isFinal
    self.reserved = reserved
    self.opcode = opcode
    self.maskingKey = maskingKey
    self.payloadLength = payloadLength
  }

  /// Appends the header's 2 to 14 bytes, the length in its shortest form.
  func encode(into output: inout [UInt8]) {
    output.append((isFinal ? 0x80 : 0) | reserved.rawValue | opcode.rawValue)
    let maskBit: UInt8 = maskingKey == nil ? 0 : 0x80
    switch payloadLength {
    case ...125:
      output.append(maskBit | UInt8(truncatingIfNeeded: payloadLength))
    case ...0xFFFF:
      output.append(maskBit | 126)
      output.append(bigEndian: UInt64(payloadLength), byteCount: 2)
    default:
      output.append(maskBit | 127)
      output.append(bigEndian: UInt64(payloadLength), byteCount: 8)
    }
    if let maskingKey { output.append(bigEndian: UInt64(maskingKey.rawValue), byteCount: 4) }
  }
}

extension [UInt8] {
  fileprivate mutating func append(bigEndian value: UInt64, byteCount: Int) {
    var shift = byteCount &* 8
    while shift > 0 {
      shift &-= 8
      append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
    }
  }
}

/// Reads frame headers and refuses each fault at the byte that makes it certain.
///
/// A header that is there whole is read at once; one that may be cut is read byte by byte, so that a cut anywhere is no
/// special case. Both ways the same checks are made in the same order.
struct FrameHeaderDecoder: Sendable {
  /// Which end this is: a server takes only masked frames, a client only unmasked ones.
  let expectsMask: Bool
  /// The bits that a negotiated extension may set on the first frame of a message. The one place where
  /// extensions widen the protocol: permessage-deflate puts `.rsv1` here.
  var extensionBits: ReservedBits = []

  private enum Stage {
    case opcode, length
    case extendedLength(remaining: UInt8)
    case maskingKey(remaining: UInt8)
  }

  private var stage = Stage.opcode
  private var first: UInt8 = 0
  private var isMasked = false
  private var shortLength: UInt8 = 0
  private var length: UInt64 = 0
  private var key: UInt32 = 0

  init(expectsMask: Bool) { self.expectsMask = expectsMask }

  /// Whether the next byte begins a header.
  var isBetweenFrames: Bool {
    if case .opcode = stage { true } else { false }
  }

  /// The longest header: two bytes, a length of eight, a key of four.
  private static let maximumSize = 14

  /// Consumes bytes from `offset` on until a header is whole; nil when the bytes end before it.
  mutating func decode(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(ProtocolViolation)
    -> FrameHeader?
  {
    if case .opcode = stage, bytes.count &- offset >= FrameHeaderDecoder.maximumSize {
      return try decodeWhole(bytes, &offset)
    }
    return try decodeByBytes(bytes, &offset)
  }

  private mutating func decodeWhole(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(ProtocolViolation)
    -> FrameHeader
  {
    try begin(bytes[offset])
    try take(lengthByte: bytes[offset &+ 1])
    offset &+= 2
    if case .extendedLength(let size) = stage {
      let field = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).bigEndian
      length = field >> (64 &- UInt64(size) &* 8)
      try checkExtendedLength()
      offset &+= Int(size)
    }
    if isMasked {
      key = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).bigEndian
      offset &+= 4
    }
    return try finish()
  }

  private mutating func decodeByBytes(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) throws(ProtocolViolation)
    -> FrameHeader?
  {
    while offset < bytes.count {
      let byte = bytes[offset]
      offset &+= 1
      switch stage {
      case .opcode:
        try begin(byte)
        stage = .length
        continue
      case .length:
        try take(lengthByte: byte)
      case .extendedLength(let remaining):
        length = length << 8 | UInt64(byte)
        guard remaining == 1 else {
          stage = .extendedLength(remaining: remaining &- 1)
          continue
        }
        try checkExtendedLength()
        stage = .maskingKey(remaining: isMasked ? 4 : 0)
      case .maskingKey(let remaining):
        key = key << 8 | UInt32(byte)
        stage = .maskingKey(remaining: remaining &- 1)
      }
      if case .maskingKey(remaining: 0) = stage { return try finish() }
    }
    return nil
  }

  private mutating func begin(_ byte: UInt8) throws(ProtocolViolation) {
    guard let opcode = Opcode(rawValue: byte & 0x0F) else { throw .reservedOpcode(byte & 0x0F) }
    let beginsMessage = opcode == .text || opcode == .binary
    let allowed = beginsMessage ? extensionBits : []
    guard ReservedBits(rawValue: byte).isSubset(of: allowed) else { throw .unexpectedReservedBits }
    guard byte & 0x80 != 0 || !opcode.isControl else { throw .fragmentedControlFrame }
    first = byte
  }

  private mutating func take(lengthByte byte: UInt8) throws(ProtocolViolation) {
    isMasked = byte & 0x80 != 0
    guard isMasked == expectsMask else { throw expectsMask ? .unmaskedFrame : .maskedFrame }
    shortLength = byte & 0x7F
    guard shortLength <= 125 || first & 0x8 == 0 else { throw .oversizedControlFrame }
    length = 0
    key = 0
    switch shortLength {
    case 126: stage = .extendedLength(remaining: 2)
    case 127: stage = .extendedLength(remaining: 8)
    default:
      length = UInt64(shortLength)
      stage = .maskingKey(remaining: isMasked ? 4 : 0)
    }
  }

  /// Before the length is ever a signed number: `Int(_:)` of 2^63 would trap (CVE-2026-43678 elsewhere).
  private func checkExtendedLength() throws(ProtocolViolation) {
    guard length >> 63 == 0 else { throw .lengthOutOfRange }
    guard length > (shortLength == 126 ? 125 : 0xFFFF) else { throw .nonMinimalLength }
  }

  private mutating func finish() throws(ProtocolViolation) -> FrameHeader {
    stage = .opcode
    guard let opcode = Opcode(rawValue: first & 0x0F) else { throw .reservedOpcode(first & 0x0F) }
    guard let payloadLength = Int(exactly: length) else { throw .lengthOutOfRange }
    return FrameHeader(
      isFinal: first & 0x80 != 0, reserved: ReservedBits(rawValue: first), opcode: opcode,
      maskingKey: isMasked ? MaskingKey(rawValue: key) : nil, payloadLength: payloadLength)
  }
}
