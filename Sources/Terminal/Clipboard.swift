/// Writing to the clipboard of the machine that the operator sits at, over however many hops: OSC 52 (xterm's
/// ctlseqs, "Manipulate Selection Data"). It is never asked what it holds.
public enum Clipboard {
  /// The longest text, in bytes: as much as ``ControlSequence/maximumClipboard`` holds of it in Base64.
  public static let limit = ControlSequence.maximumClipboard / 4 * 3

  /// What puts a text on the clipboard; nil for one that is too long. The text itself is in Base64, so that nothing of
  /// it can be read as a control.
  public static func sequence(for text: String) -> ControlSequence? {
    let bytes = Array(text.utf8)
    guard bytes.count <= limit else { return nil }
    return ControlSequence(Array("\u{1B}]52;c;".utf8) + base64(bytes) + [0x07])
  }

  /// Base64 (RFC 4648).
  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var encoded: [UInt8] = []
    encoded.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
      for place in 0..<4 {
        encoded.append(place <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * place)) & 63] : UInt8(ascii: "="))
      }
    }
    return encoded
  }
}
