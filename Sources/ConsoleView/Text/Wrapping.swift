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
  /// A place where the present line may end, and where the next would then start.
  private struct Break {
    var end: Int
    var endColumns: Int
    var next: Int
    var nextColumns: Int
  }

  private let text: SafeText
  private let width: Int
  private var lines: [SafeText] = []

  private var start: Int
  /// Cells of the present line so far; spaces that hang over the edge make it more than `width`.
  private var used = 0
  /// Whether the present line has more than indentation.
  private var hasContent = false
  private var lastBreak: Break?
  private var mayBreakNext = false

  init(text: SafeText, width: Int) {
    self.text = text
    self.width = width
    start = text.bounds.lowerBound
  }

  mutating func add(_ element: SafeText.Element) {
    let glyph = element.glyph
    let isSpace = glyph.isPlain && (glyph.base == " " || glyph.base == "\u{3000}")
    if isSpace, hasContent {
      addHangingSpace(element)
    } else if isSpace, used == 0, !lines.isEmpty {
      start = element.bytes.upperBound
    } else {
      addVisible(element, isSpace: isSpace)
    }
  }

  mutating func finish() -> [SafeText] {
    if used > width, let lastBreak {
      lines.append(text.slice(start..<lastBreak.end, columns: lastBreak.endColumns))
    } else if used > 0 || lines.isEmpty {
      lines.append(text.slice(start..<text.bounds.upperBound, columns: used))
    }
    return lines
  }

  private mutating func addHangingSpace(_ element: SafeText.Element) {
    let width = element.glyph.width
    if var last = lastBreak, last.next == element.bytes.lowerBound {
      last.next = element.bytes.upperBound
      last.nextColumns = used + width
      lastBreak = last
    } else {
      lastBreak = Break(
        end: element.bytes.lowerBound, endColumns: used,
        next: element.bytes.upperBound, nextColumns: used + width)
    }
    used += width
    mayBreakNext = false
  }

  private mutating func addVisible(_ element: SafeText.Element, isSpace: Bool) {
    let glyph = element.glyph
    let isIdeograph = glyph.width == 2
    if hasContent, mayBreakNext || isIdeograph, lastBreak?.next != element.bytes.lowerBound {
      lastBreak = Break(
        end: element.bytes.lowerBound, endColumns: used, next: element.bytes.lowerBound, nextColumns: used)
    }
    while used > 0, used + glyph.width > width { breakLine(before: element) }
    if glyph.width > width {
      lines.append("…")
      start = element.bytes.upperBound
      return
    }
    used += glyph.width
    hasContent = hasContent || !isSpace
    mayBreakNext = isIdeograph || glyph.base == "-" || glyph.base == "/"
  }

  private mutating func breakLine(before element: SafeText.Element) {
    let place =
      lastBreak
      ?? Break(
        end: element.bytes.lowerBound, endColumns: used, next: element.bytes.lowerBound, nextColumns: used)
    lines.append(text.slice(start..<place.end, columns: place.endColumns))
    start = place.next
    used -= place.nextColumns
    hasContent = used > 0
    lastBreak = nil
  }
}
