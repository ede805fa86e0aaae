/// What is said, by its length in bytes.
enum Payload {
  /// Around each change of a frame's length field, and a whole mebibyte.
  private static let sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 1 << 20]

  /// Each size, and one to four bytes a character, joined ones, both ends of each length's range, NUL and a line's end.
  static let texts =
    sizes.map(text) + [
      "привет 👋", "👩‍💻 e\u{301} हिन्दी",
      "\u{0}\n\u{7F}\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}",
    ]

  /// Each size.
  static let binaries = sizes.map(binary)

  /// Many messages to be sent at once, so that reads cut frames anywhere and bring several.
  static let burst = (1...200).map { text($0 * $0) }

  /// Text that compresses about as well as talk does.
  static func text(_ size: Int) -> String {
    var text: [UInt8] = []
    var number = 0
    while text.count < size {
      text += "message \(number &* 7919 % 1000) of the dialog, ".utf8
      number += 1
    }
    return String(decoding: text.prefix(size), as: UTF8.self)
  }

  /// Bytes that hardly compress.
  private static func binary(_ size: Int) -> [UInt8] {
    var state: UInt32 = 1
    return (0..<size).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(state >> 24)
    }
  }

  /// What a peer sends at the command `fragments COUNT`.
  static func fragmented(_ count: Int) -> String { String(repeating: "я🍏z", count: count) }
}
