@testable import WebSocket

/// A frame's header by a second reading of RFC 6455, section 5.2, kept apart from the module's: plain, slow, over
/// bytes that are all there.
struct ReferenceFrame: Equatable {
  var isFinal: Bool
  var reserved: UInt8
  var opcode: UInt8
  var key: [UInt8]?
  var length: UInt64
  var headerSize: Int
  /// Whether the length was said in as few bytes as possible.
  var isMinimal: Bool

  /// The header at the start of `bytes`; nil when it is cut.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count >= 2 else { return nil }
    let bytes = Array(bytes.prefix(14))
    isFinal = bytes[0] / 128 == 1
    reserved = bytes[0] / 16 % 8
    opcode = bytes[0] % 16
    let short = bytes[1] % 128
    let lengthSize = short == 126 ? 2 : short == 127 ? 8 : 0
    let keySize = bytes[1] / 128 == 1 ? 4 : 0
    headerSize = 2 + lengthSize + keySize
    guard bytes.count >= headerSize else { return nil }
    length = lengthSize == 0 ? UInt64(short) : bytes[2..<2 + lengthSize].reduce(0) { $0 * 256 + UInt64($1) }
    isMinimal = lengthSize == 0 || (lengthSize == 2 ? length > 125 : length > 65535)
    key = keySize == 4 ? Array(bytes[(2 + lengthSize)..<headerSize]) : nil
  }

  var isControl: Bool { opcode >= 8 }

  /// Whether the header alone is a violation, for an end that expects masks or none and where an extension may use
  /// RSV1 or not.
  func isFaulty(expectsMask: Bool, allowsRSV1: Bool) -> Bool {
    let mayHaveRSV1 = allowsRSV1 && (opcode == 1 || opcode == 2)
    return ![0, 1, 2, 8, 9, 10].contains(opcode)
      || !(reserved == 0 || reserved == 4 && mayHaveRSV1)
      || isControl && (!isFinal || length > 125)
      || (key != nil) != expectsMask
      || !isMinimal
      || length >= 1 << 63
  }

  /// The payload behind the header, unmasked; nil when it is cut.
  func payload(in bytes: ArraySlice<UInt8>) -> [UInt8]? {
    guard length <= UInt64(bytes.count - headerSize) else { return nil }
    let payload = bytes.dropFirst(headerSize).prefix(Int(length))
    guard let key else { return Array(payload) }
    return payload.enumerated().map { $1 ^ key[$0 % 4] }
  }
}
