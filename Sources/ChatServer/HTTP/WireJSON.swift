import FoundationEssentials

/// The JSON of the wire, one dialect for HTTP and sockets.
enum WireJSON {
  /// Slashes are left as they are: they need no escape, and links stay readable. Keys have an order, so that equal
  /// answers are equal bytes.
  static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    return encoder
  }

  /// A value as a text frame has it.
  static func text(_ value: some Encodable) throws -> String {
    String(decoding: try encoder().encode(value), as: UTF8.self)
  }
}
