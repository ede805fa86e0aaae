import CZlib

/// Compression of what is served as it is: once, as well as it can be.
enum Gzip {
  /// One gzip member (RFC 1952).
  static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    var count = compressBound(uLong(bytes.count))
    var stream = [UInt8](repeating: 0, count: Int(count))
    guard compress2(&stream, &count, bytes, uLong(bytes.count), Z_BEST_COMPRESSION) == Z_OK, count > 6 else {
      return nil
    }
    // Of zlib's own frame (RFC 1950) two bytes stand before what is compressed, and four behind it.
    let body = stream[2..<Int(count) - 4]
    let checksum = UInt32(truncatingIfNeeded: crc32(0, bytes, uInt(bytes.count)))
    let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 0xFF]
    return head + body + littleEndian(checksum) + littleEndian(UInt32(truncatingIfNeeded: bytes.count))
  }

  private static func littleEndian(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// Whether a client takes it, by the value of its `Accept-Encoding` (RFC 9110, section 12.5.3).
  static func isAccepted(_ acceptEncoding: String?) -> Bool {
    guard let acceptEncoding else { return false }
    return acceptEncoding.split(separator: ",").contains { part in
      let words = part.lowercased().filter { $0 != " " && $0 != "\t" }.split(separator: ";")
      guard let coding = words.first, coding == "gzip" || coding == "x-gzip" else { return false }
      return !words.dropFirst().contains { $0.hasPrefix("q=0") && !$0.contains { ("1"..."9").contains($0) } }
    }
  }
}
