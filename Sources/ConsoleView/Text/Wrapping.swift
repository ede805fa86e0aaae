extension SafeText {
  /// Sanitises a message and wraps each of its lines to `width` cells; never empty for a width above zero.
  ///
  /// Cheap enough to be done for each message as it comes to the screen; keep the result while width and text
  /// stay the same.
  public static func wrap(_ raw: String, width: Int, limit: Int = defaultLimit) -> [SafeText] {
    lines(raw, limit: limit).flatMap { $0.wrapped(to: width) }
  }

  /// The text in lines of at most `width` cells, broken between words, beside ideographs, and inside of a
  /// word only when it is longer than a line.
  ///
  /// Spaces at a break belong to no line; those at the start of the text stay, as indentation. A wide
  /// character in a width of one shows as `…`. No lines when `width` is zero or less; else at least one.
  public func wrapped(to width: Int) -> [SafeText] {
    guard width > 0 else { return [] }
    guard columns > width else { return [self] }
    var wrapper = LineWrapper(text: self, width: width)
    for element in glyphs { wrapper.add(element) }
    return wrapper.finish()
  }
}

/// Breaks one text into lines, one glyph after the other; linear in the text, whatever its words are like.
private struct LineWrapper {
  private let text: SafeText
  private let width: Int
  private var lines: [SafeText] = []

  /// Start of the present line and the width of what is in it, spaces at its end included.
  private var start: Int
  private var used = 0
  /// End and width of the line's part up to the last place where it may break, and where the next begins.
  private var breakEnd: Int?
  private var breakColumns = 0
  private var breakNext = 0
  private var breakNextColumns = 0
  private var previous: Kind = .space

  private enum Kind {
    case space, word, hyphen, ideograph
  }

  init(text: SafeText, width: Int) {
    self.text = text
    self.width = width
    start = text.bounds.lowerBound
  }

  mutating func add(_ element: SafeText.Element) {
    let glyph = element.glyph
    let kind = kind(of: glyph)
    let isIndent = start == text.bounds.lowerBound && lines.isEmpty && breakEnd == nil && previous == .space
    if kind == .space, !isIndent || used >= width {
      addSpace(element)
      return
    }
    if previous == .hyphen || previous == .ideograph || kind == .ideograph, previous != .space, used > 0 {
      allowBreak(end: element.bytes.lowerBound, columns: used, next: element.bytes.lowerBound, nextColumns: used)
    }
    if used + glyph.width > width { breakLine(before: element) }
    used += glyph.width
    previous = kind
    if glyph.width > width {
      // Nothing this wide fits on any line.
      lines.append("…")
      start = element.bytes.upperBound
      used = 0
      breakEnd = nil
    }
  }

  mutating func finish() -> [SafeText] {
    let isBreakPending = breakEnd != nil && breakNext == text.bounds.upperBound
    let end = isBreakPending ? breakEnd ?? text.bounds.upperBound : text.bounds.upperBound
    if end > start || lines.isEmpty {
      lines.append(text.slice(start..<max(start, end), columns: isBreakPending ? breakColumns : used))
    }
    return lines
  }

  /// A space ends the word before it; a row of spaces is one break, and may hang over the edge.
  private mutating func addSpace(_ element: SafeText.Element) {
    if previous == .space, breakEnd != nil || used == 0 {
      if used == 0 {
        start = element.bytes.upperBound  // spaces at the start of a wrapped line
        return
      }
      used += 1
      breakNext = element.bytes.upperBound
      breakNextColumns = used
    } else {
      let end = used
      used += 1
      allowBreak(
        end: element.bytes.lowerBound, columns: end, next: element.bytes.upperBound, nextColumns: used)
    }
    previous = .space
  }

  private mutating func allowBreak(end: Int, columns: Int, next: Int, nextColumns: Int) {
    breakEnd = end
    breakColumns = columns
    breakNext = next
    breakNextColumns = nextColumns
  }

  private mutating func breakLine(before element: SafeText.Element) {
    if let end = breakEnd {
      lines.append(text.slice(start..<end, columns: breakColumns))
      start = breakNext
      used -= breakNextColumns
    } else if used > 0 {
      lines.append(text.slice(start..<element.bytes.lowerBound, columns: used))
      start = element.bytes.lowerBound
      used = 0
    }
    breakEnd = nil
    // What was carried over may with this glyph still be too long for a line of its own.
    if used > 0, used + element.glyph.width > width { breakLine(before: element) }
  }

  private func kind(of glyph: Glyph) -> Kind {
    switch glyph.base {
    case " ", "\u{3000}": .space
    case "-", "/": .hyphen
    default: glyph.width == 2 ? .ideograph : .word
    }
  }
}
