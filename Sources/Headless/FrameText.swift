import FoundationEssentials

/// The frames of `chatai ws` as lines.
public enum FrameText {
  /// Reads bytes written in hexadecimal, with or without blanks, colons and `0x` between them; nil for anything else.
  public static func bytes(hex text: some StringProtocol) -> [UInt8]? {
    var digits: [UInt8] = []
    for word in text.split(whereSeparator: { $0.isWhitespace || $0 == ":" || $0 == "," }) {
      var word = word[...]
      if word.lowercased().hasPrefix("0x") { word = word.dropFirst(2) }
      guard !word.isEmpty, word.utf8.count.isMultiple(of: 2) else { return nil }
      for character in word {
        guard character.isASCII, let digit = character.hexDigitValue else { return nil }
        digits.append(UInt8(digit))
      }
    }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  /// Bytes in hexadecimal, parted by blanks.
  public static func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }

  /// Bytes as lines of an offset, sixteen bytes in hexadecimal, and their printable ASCII.
  public static func dump(_ bytes: [UInt8]) -> [String] {
    stride(from: 0, to: bytes.count, by: 16).map { offset in
      let row = bytes[offset..<min(offset + 16, bytes.count)]
      let number = String(offset, radix: 16)
      let printable = String(
        decoding: row.map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
      return String(repeating: "0", count: max(0, 6 - number.utf8.count)) + number + "  "
        + hex(row) + String(repeating: " ", count: (16 - row.count) * 3) + "  " + printable
    }
  }

  /// A close code's name, as RFC 6455 and the protocol have it; nil for one that has none.
  public static func name(ofClose code: Int) -> String? {
    switch code {
    case 1000: "normal"
    case 1001: "going away"
    case 1002: "protocol error"
    case 1003: "unsupported data"
    case 1005: "no code"
    case 1006: "no Close frame"
    case 1007: "invalid data"
    case 1008: "policy"
    case 1009: "too big"
    case 1010: "extension missing"
    case 1011: "server error"
    case 1012: "service restart"
    case 1013: "try again later"
    case 4001: "token expired"
    case 4002: "bad token"
    case 4003: "not yours"
    case 4004: "no such dialog or assistant"
    case 4008: "connecting too often"
    case 4009: "reconnect at once"
    default: nil
    }
  }
}
