import ConsoleModel

/// A look of frames and lines.
public enum Border: Hashable, Sendable {
  /// One thin line.
  case light
  /// One thin line with round corners.
  case rounded
  /// One thick line.
  case heavy
  /// Two lines.
  case double
  /// `+`, `-` and `|`, for terminals without line characters.
  case ascii

  /// Horizontal, vertical, then the corners: upper left, upper right, lower left, lower right.
  fileprivate var characters: [SafeText] {
    switch self {
    case .light: ["─", "│", "┌", "┐", "└", "┘"]
    case .rounded: ["─", "│", "╭", "╮", "╰", "╯"]
    case .heavy: ["━", "┃", "┏", "┓", "┗", "┛"]
    case .double: ["═", "║", "╔", "╗", "╚", "╝"]
    case .ascii: ["-", "|", "+", "+", "+", "+"]
    }
  }
}

extension Canvas {
  /// Draws a line across.
  public mutating func hline(
    row: Int, column: Int, width: Int, _ border: Border = .light, style: Style = .plain
  ) {
    fill(
      Rect(row: row, column: column, width: width, height: 1), border.characters[0], style: style)
  }

  /// Draws a line down.
  public mutating func vline(
    row: Int, column: Int, height: Int, _ border: Border = .light, style: Style = .plain
  ) {
    fill(
      Rect(row: row, column: column, width: 1, height: height), border.characters[1], style: style)
  }

  /// Draws a frame along the inside of a rectangle, with a title in its upper edge; what is inside stays.
  ///
  /// A rectangle of less than two rows or columns gets none.
  public mutating func box(
    _ rect: Rect, _ border: Border = .light, title: SafeText = .empty, style: Style = .plain,
    titleStyle: Style? = nil
  ) {
    guard rect.width >= 2, rect.height >= 2 else { return }
    let characters = border.characters
    let right = rect.endColumn - 1
    let bottom = rect.endRow - 1
    hline(row: rect.row, column: rect.column, width: rect.width, border, style: style)
    hline(row: bottom, column: rect.column, width: rect.width, border, style: style)
    vline(row: rect.row, column: rect.column, height: rect.height, border, style: style)
    vline(row: rect.row, column: right, height: rect.height, border, style: style)
    put(characters[2], row: rect.row, column: rect.column, style: style)
    put(characters[3], row: rect.row, column: right, style: style)
    put(characters[4], row: bottom, column: rect.column, style: style)
    put(characters[5], row: bottom, column: right, style: style)
    if !title.isEmpty, rect.width >= 6 {
      let shown = title.truncated(to: rect.width - 4)
      put(" \(shown) ", row: rect.row, column: rect.column + 1, style: titleStyle ?? style)
    }
  }
}
