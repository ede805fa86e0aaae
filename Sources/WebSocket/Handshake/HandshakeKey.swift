/// The client's nonce and the server's proof of having read it (RFC 6455, sections 4.1 and 4.2.2).
enum HandshakeKey {
  private static let suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

  /// 16 random bytes in base64.
  static func random(using generator: inout some RandomNumberGenerator) -> String {
    Base64.encode((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
  }

  /// Whether it is 16 bytes in base64.
  static func isValid(_ key: String) -> Bool { Base64.decodedCount(of: key) == 16 }

  /// The value of `Sec-WebSocket-Accept` for a key.
  static func accept(_ key: String) -> String { Base64.encode(SHA1.digest(of: Array((key + suffix).utf8))) }
}
