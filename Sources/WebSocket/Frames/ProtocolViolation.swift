/// What a peer did that fails the connection (RFC 6455, section 7.1.7).
public enum ProtocolViolation: Error, Hashable, Sendable {
  /// A reserved bit was set that no negotiated extension uses here (section 5.2).
  case unexpectedReservedBits
  /// An opcode nobody has defined (section 5.2).
  case reservedOpcode(UInt8)
  /// A control frame in fragments (section 5.5).
  case fragmentedControlFrame
  /// A control frame of more than 125 bytes (section 5.5).
  case oversizedControlFrame
  /// A client's frame without a mask (section 5.1).
  case unmaskedFrame
  /// A server's frame with a mask (section 5.1).
  case maskedFrame
  /// A length in more bytes than it needs (section 5.2).
  case nonMinimalLength
  /// A 64-bit length with its top bit set (section 5.2).
  case lengthOutOfRange
  /// A continuation while no message is open (section 5.4).
  case unexpectedContinuation
  /// A new message before the last one's end (section 5.4).
  case interruptedMessage
  /// A Close frame with one byte of code (section 5.5.1).
  case truncatedCloseCode
  /// A close code that may not be on the wire (section 7.4).
  case invalidCloseCode(CloseCode)
  /// Text or a close reason that is not UTF-8 (section 8.1).
  case invalidUTF8
  /// The payload of a compressed message is no DEFLATE data, or is cut short (RFC 7692, section 7.2.2).
  case corruptCompressedData
  /// No fault of the peer: there is no memory to inflate its message.
  case outOfMemory
  /// A frame over this endpoint's limit, in bytes.
  case frameTooBig(limit: Int)
  /// A message over this endpoint's limit, in bytes, whatever its number of fragments; a compressed one is measured
  /// while it is inflated.
  case messageTooBig(limit: Int)

  /// The code the connection is failed with.
  ///
  /// Compressed data that cannot be inflated is a protocol error: RFC 7692 names no code, and 1007 is about data that
  /// does not fit the message's type, which only inflated data can be said to do.
  public var closeCode: CloseCode {
    switch self {
    case .invalidUTF8: .invalidPayload
    case .outOfMemory: .internalError
    case .frameTooBig, .messageTooBig: .messageTooBig
    default: .protocolError
    }
  }
}

extension ProtocolViolation: CustomStringConvertible {
  /// A short sentence, sent as the reason of the Close frame.
  public var description: String {
    switch self {
    case .unexpectedReservedBits: "reserved bits set"
    case .reservedOpcode(let opcode): "reserved opcode \(opcode)"
    case .fragmentedControlFrame: "fragmented control frame"
    case .oversizedControlFrame: "control frame over 125 bytes"
    case .unmaskedFrame: "client frame without mask"
    case .maskedFrame: "server frame with mask"
    case .nonMinimalLength: "length not in its shortest form"
    case .lengthOutOfRange: "length over 63 bits"
    case .unexpectedContinuation: "continuation without a message"
    case .interruptedMessage: "new message inside a fragmented one"
    case .truncatedCloseCode: "close code of one byte"
    case .invalidCloseCode(let code): "invalid close code \(code)"
    case .invalidUTF8: "invalid UTF-8"
    case .corruptCompressedData: "corrupt compressed data"
    case .outOfMemory: "out of memory"
    case .frameTooBig(let limit): "frame over \(limit) bytes"
    case .messageTooBig(let limit): "message over \(limit) bytes"
    }
  }
}
