/// A text message: UTF-8 that has been checked once, so it can be sent, or sent again, unchecked.
public struct TextMessage: Hashable, Sendable {
  /// The text's bytes, always valid UTF-8.
  public let utf8: [UInt8]

  /// Any Swift string.
  public init(_ string: some StringProtocol) { utf8 = Array(string.utf8) }

  /// Bytes from elsewhere; nil when they are not UTF-8.
  public init?(validating bytes: [UInt8]) {
    var validator = UTF8Validator()
    guard bytes.withUnsafeBytes({ validator.validate($0) }), validator.isComplete else { return nil }
    utf8 = bytes
  }

  /// For bytes that have been through the validator.
  init(validated bytes: [UInt8]) { utf8 = bytes }

  /// The text as a string.
  public var string: String { String(decoding: utf8, as: UTF8.self) }
}

extension TextMessage: ExpressibleByStringLiteral {
  /// A literal text.
  public init(stringLiteral value: String) { self.init(value) }
}
