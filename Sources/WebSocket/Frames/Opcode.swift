/// What a frame carries (RFC 6455, section 5.2). The ten other values are reserved and fail a connection.
public enum Opcode: UInt8, Sendable {
  /// A further fragment of the message begun by a text or binary frame.
  case continuation = 0x0
  /// A text message, or its first fragment.
  case text = 0x1
  /// A binary message, or its first fragment.
  case binary = 0x2
  /// The end of the connection.
  case close = 0x8
  /// A question that is answered by a pong with the same payload.
  case ping = 0x9
  /// The answer to a ping, or an unasked sign of life.
  case pong = 0xA

  /// Control frames may come between the fragments of a message (RFC 6455, section 5.5).
  public var isControl: Bool { rawValue & 0x8 != 0 }
}

/// The three bits of a frame's first byte that only a negotiated extension may set (RFC 6455, section 5.2).
public struct ReservedBits: OptionSet, Hashable, Sendable {
  /// The bits where they stand in the frame's first byte.
  public let rawValue: UInt8

  /// Keeps those of the given bits that are reserved ones.
  public init(rawValue: UInt8) { self.rawValue = rawValue & 0x70 }

  /// Set by permessage-deflate on the first frame of a compressed message.
  public static let rsv1 = ReservedBits(rawValue: 0x40)
  /// No registered extension uses it.
  public static let rsv2 = ReservedBits(rawValue: 0x20)
  /// No registered extension uses it.
  public static let rsv3 = ReservedBits(rawValue: 0x10)
}
