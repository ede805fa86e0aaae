/// Why a connection ends (RFC 6455, section 7.4).
public struct CloseCode: RawRepresentable, Hashable, Sendable {
  /// The number on the wire.
  public let rawValue: UInt16

  /// Any number; `isValidOnWire` tells whether it may be sent.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The purpose of the connection is fulfilled.
  public static let normal = CloseCode(rawValue: 1000)
  /// The server goes down, or the page was left.
  public static let goingAway = CloseCode(rawValue: 1001)
  /// A frame broke the protocol.
  public static let protocolError = CloseCode(rawValue: 1002)
  /// A kind of data that this endpoint does not take.
  public static let unsupportedData = CloseCode(rawValue: 1003)
  /// Never on the wire: the Close frame had no code.
  public static let noStatus = CloseCode(rawValue: 1005)
  /// Never on the wire: there was no Close frame.
  public static let abnormal = CloseCode(rawValue: 1006)
  /// Data that does not fit its type, such as text that is no UTF-8.
  public static let invalidPayload = CloseCode(rawValue: 1007)
  /// A message against the endpoint's rules.
  public static let policyViolation = CloseCode(rawValue: 1008)
  /// A message over the endpoint's limit.
  public static let messageTooBig = CloseCode(rawValue: 1009)
  /// The client wanted an extension that the server did not take.
  public static let extensionRequired = CloseCode(rawValue: 1010)
  /// The server met a condition it did not expect.
  public static let internalError = CloseCode(rawValue: 1011)
  /// The service restarts: come back after a while.
  public static let serviceRestart = CloseCode(rawValue: 1012)
  /// The service is overloaded: come back later.
  public static let tryAgainLater = CloseCode(rawValue: 1013)
  /// A gateway had a bad answer from behind.
  public static let badGateway = CloseCode(rawValue: 1014)

  /// Whether a Close frame may carry this code: those defined for the wire and registered (1000-1003, 1007-1014),
  /// and the ranges of libraries (3000-3999) and applications (4000-4999).
  public var isValidOnWire: Bool {
    switch rawValue {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }
}

extension CloseCode: CustomStringConvertible {
  /// The number, as logs and messages show it.
  public var description: String { String(rawValue) }
}

/// The content of a Close frame: a code and a reason, or nothing at all (RFC 6455, section 5.5.1).
public struct CloseFrame: Hashable, Sendable {
  /// `CloseCode.noStatus` when the frame is empty.
  public let code: CloseCode
  /// At most 123 bytes of UTF-8.
  public let reason: String

  /// A frame without code and reason.
  public static let empty = CloseFrame(.noStatus)

  /// The longest reason: a control frame's 125 bytes less the code.
  static let longestReason = 123

  /// A reason that is too long is cut at a character's end; without a code there is no place for one.
  public init(_ code: CloseCode, reason: String = "") {
    self.code = code
    var kept = code == .noStatus ? "" : Substring(reason)
    while kept.utf8.count > CloseFrame.longestReason { kept.removeLast() }
    self.reason = String(kept)
  }

  /// Reads a Close frame's payload.
  init(payload: [UInt8]) throws(ProtocolViolation) {
    guard !payload.isEmpty else {
      self = .empty
      return
    }
    guard payload.count >= 2 else { throw .truncatedCloseCode }
    let code = CloseCode(rawValue: UInt16(payload[0]) << 8 | UInt16(payload[1]))
    guard code.isValidOnWire else { throw .invalidCloseCode(code) }
    var validator = UTF8Validator()
    let reason = payload[2...]
    guard reason.withUnsafeBytes({ validator.validate($0) }), validator.isComplete else {
      throw .invalidUTF8
    }
    self.code = code
    self.reason = String(decoding: reason, as: UTF8.self)
  }

  /// The payload that says it.
  var payload: [UInt8] {
    guard code != .noStatus else { return [] }
    return [UInt8(code.rawValue >> 8), UInt8(truncatingIfNeeded: code.rawValue)] + Array(reason.utf8)
  }
}
