/// Base64 (RFC 4648, section 4) for the handshake's key and its answer.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      for place in 0..<4 {
        text.append(place <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * place) & 0x3F)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The number of bytes that `text` stands for; nil when it is not base64.
  static func decodedCount(of text: String) -> Int? {
    let bytes = Array(text.utf8)
    let digits = bytes.prefix { $0 != UInt8(ascii: "=") }
    let padding = bytes.count - digits.count
    guard bytes.count.isMultiple(of: 4), padding <= 2, digits.allSatisfy(alphabet.contains),
      bytes[digits.count...].allSatisfy({ $0 == UInt8(ascii: "=") })
    else { return nil }
    return bytes.count / 4 * 3 - padding
  }
}
