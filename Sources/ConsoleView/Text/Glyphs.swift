extension SafeText {
  /// The text as glyphs, left to right.
  public var glyphs: Glyphs { Glyphs(text: self) }

  /// A glyph and where it stands.
  public struct Element: Sendable {
    /// What the cell shows.
    public let glyph: Glyph
    /// Whether it is part of a token, that is, stands for something refused.
    public let isToken: Bool
    /// Its bytes in the text's storage.
    let bytes: Range<Int>
  }

  /// The glyphs of a text.
  public struct Glyphs: Sequence, IteratorProtocol, Sendable {
    private let text: SafeText
    private var position: Int
    private var nextToken = 0

    init(text: SafeText) {
      self.text = text
      position = text.bounds.lowerBound
    }

    /// The next glyph, or nil at the end.
    public mutating func next() -> Element? {
      guard position < text.bounds.upperBound else { return nil }
      let start = position
      let base = scalar(at: &position)
      var glyph = Glyph(base, width: ScalarClass(base) == .wide ? 2 : 1)
      // A byte below 0xCC starts no combining mark (the first is U+0300), which keeps plain text fast.
      while position < text.bounds.upperBound, text.storage[position] >= 0xCC {
        var after = position
        let mark = scalar(at: &after)
        guard ScalarClass(mark) == .combining else { break }
        glyph.combine(mark)
        position = after
      }
      return Element(glyph: glyph, isToken: isToken(start), bytes: start..<position)
    }

    private mutating func isToken(_ offset: Int) -> Bool {
      while nextToken < text.tokens.count, text.tokens[nextToken].upperBound <= offset { nextToken += 1 }
      return nextToken < text.tokens.count && text.tokens[nextToken].lowerBound <= offset
    }

    /// Decodes one scalar; the storage is valid UTF-8 by construction.
    private func scalar(at offset: inout Int) -> Unicode.Scalar {
      let lead = text.storage[offset]
      offset += 1
      if lead < 0x80 { return Unicode.Scalar(lead) }
      let length = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3
      var value = UInt32(lead) & (0x3F >> UInt32(length))
      for _ in 0..<length {
        value = value << 6 | UInt32(text.storage[offset] & 0x3F)
        offset += 1
      }
      return Unicode.Scalar(value) ?? "\u{FFFD}"
    }
  }
}
