import ConsoleModel

/// One line of text in several looks, put together before its place is known.
struct StyledLine {
  /// The parts; those without a style are gaps, where what is below stays.
  private(set) var spans: [(text: SafeText, style: Style?)] = []
  /// Its width in cells.
  private(set) var columns = 0

  var isEmpty: Bool { spans.isEmpty }

  init() {}

  init(_ text: SafeText, _ style: Style) {
    add(text, style)
  }

  mutating func add(_ text: SafeText, _ style: Style) {
    guard !text.isEmpty else { return }
    spans.append((text, style))
    columns += text.columns
  }

  mutating func add(_ line: StyledLine) {
    spans += line.spans
    columns += line.columns
  }

  /// Leaves a gap up to a column; nothing when the line is there already.
  mutating func pad(to column: Int) {
    guard column > columns else { return }
    spans.append((.spaces(column - columns), nil))
    columns = column
  }
}

extension Canvas {
  /// Draws a line, cut with an ellipsis where it is wider than `maxWidth`; returns the cells it took.
  @discardableResult
  mutating func put(
    _ line: StyledLine, row: Int, column: Int, maxWidth: Int = .max, ellipsis: SafeText = "…"
  ) -> Int {
    let width = min(maxWidth, size.columns - column)
    let cuts = line.columns > width
    var used = 0
    for (text, style) in line.spans where used < width {
      // The last span that begins inside ends in the ellipsis, even if it would just fit itself.
      let room = width - used
      let isLast = cuts && text.columns >= room
      let shown = isLast ? text.cut(to: room, ellipsis: ellipsis) : text
      if let style { put(shown, row: row, column: column + used, style: style) }
      used += shown.columns
      if isLast { break }
    }
    return used
  }
}

extension Canvas {
  /// Draws a line so that its last cell is the one before a column.
  mutating func put(_ line: StyledLine, row: Int, endingAt column: Int) {
    put(line, row: row, column: column - line.columns)
  }
}

extension SafeText {
  /// Its start and the ellipsis, in at most `width` cells, whether or not it would fit.
  fileprivate func cut(to width: Int, ellipsis: SafeText) -> SafeText {
    columns > width
      ? truncated(to: width, ellipsis: ellipsis)
      : prefix(columns: max(0, width - ellipsis.columns)) + ellipsis.prefix(columns: width)
  }
}
