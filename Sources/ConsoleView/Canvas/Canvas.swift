public import ConsoleModel

/// A cell of the screen.
public struct Cell: Hashable, Sendable {
  /// What it shows.
  public var glyph: Glyph
  /// How it looks.
  public var style: Style

  /// A space in the terminal's own colours.
  public static let blank = Cell(glyph: .space, style: .plain)

  init(glyph: Glyph, style: Style) {
    self.glyph = glyph
    self.style = style
  }
}

/// A screenful of cells, as a value: screens draw into one, tests look at it, the terminal paints how it
/// differs from the one before.
///
/// Text gets in as ``SafeText`` only, so that no string reaches a cell unsanitised. All drawing clips at the
/// edges. A wide character takes two cells, and is never there by half: drawing over one half blanks the
/// other.
public struct Canvas: Equatable, Sendable {
  /// Columns and rows; either may be zero.
  public let size: Size
  /// Where the terminal's cursor stands; nil hides it.
  public var cursor: Position?
  /// What tokens (see ``SafeText``) have beside the style of the text they stand in.
  public var tokenAttributes: Style.Attributes = .reverse
  /// The colour of tokens; nil leaves the text's.
  public var tokenForeground: Color?

  /// What stands where, for the mouse.
  public internal(set) var targets = PointerMap()

  private(set) var cells: [Cell]

  /// A canvas of blanks in one style.
  public init(_ size: Size, style: Style = .plain) {
    self.size = size
    cells = Array(repeating: Cell(glyph: .space, style: style), count: size.columns * size.rows)
  }

  /// The whole canvas.
  public var bounds: Rect { Rect(size) }

  /// The cell at a place; outside of the canvas there are blanks.
  public subscript(row: Int, column: Int) -> Cell {
    index(row, column).map { cells[$0] } ?? .blank
  }

  private func index(_ row: Int, _ column: Int) -> Int? {
    0..<size.rows ~= row && 0..<size.columns ~= column ? row * size.columns + column : nil
  }

  // MARK: Drawing

  /// Draws one line of text.
  ///
  /// - Parameters:
  ///   - row: The row.
  ///   - column: Where it starts; may be negative, then the start is cut off.
  ///   - style: How it looks; tokens add ``tokenAttributes``.
  ///   - maxWidth: Cells to use at most. A wide character that fits by half is left out.
  /// - Returns: How many columns the text took, from `column` on.
  @discardableResult
  public mutating func put(
    _ text: SafeText, row: Int, column: Int, style: Style = .plain, maxWidth: Int = .max
  ) -> Int {
    guard 0..<size.rows ~= row, maxWidth > 0, column < size.columns else { return 0 }
    var tokenStyle = style.adding(tokenAttributes)
    if let tokenForeground { tokenStyle.foreground = tokenForeground }
    let end = maxWidth < size.columns - column ? column + maxWidth : size.columns
    var at = column
    for element in text.glyphs {
      let width = element.glyph.width
      guard at + width <= end else { break }
      if at >= 0 {
        set(element.glyph, row, at, element.isToken ? tokenStyle : style)
      } else if at + width > 0 {
        set(.space, row, 0, style)  // the right half of a character that is cut by the left edge
      }
      at += width
    }
    return at - column
  }

  /// Fills a rectangle with the first one-cell character of a text, a space by default.
  public mutating func fill(_ rect: Rect, _ character: SafeText = " ", style: Style = .plain) {
    let first = character.glyphs.first { $0.glyph.width == 1 }
    let glyph = first?.glyph ?? .space
    let part = rect.intersection(bounds)
    for row in part.row..<part.endRow {
      for column in part.column..<part.endColumn { set(glyph, row, column, style) }
    }
  }

  /// Changes the look of what stands in a rectangle, such as of the selected row.
  public mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
    let part = rect.intersection(bounds)
    for row in part.row..<part.endRow {
      for column in part.column..<part.endColumn { change(&cells[row * size.columns + column].style) }
    }
  }

  /// Copies another canvas onto this one, cursor included when it has one.
  public mutating func draw(_ other: Canvas, row: Int, column: Int) {
    for (otherRow, otherColumn) in other.places {
      let cell = other[otherRow, otherColumn]
      guard cell.glyph.width > 0 else { continue }
      let target = column + otherColumn
      if target >= 0, target + cell.glyph.width <= size.columns {
        set(cell.glyph, row + otherRow, target, cell.style)
      }
    }
    if let cursor = other.cursor {
      self.cursor = Position(row: row + cursor.row, column: column + cursor.column)
    }
  }

  private var places: [(Int, Int)] {
    (0..<size.rows).flatMap { row in (0..<size.columns).map { (row, $0) } }
  }

  /// The only place where a cell gets a character. Keeps wide characters whole.
  private mutating func set(_ glyph: Glyph, _ row: Int, _ column: Int, _ style: Style) {
    guard let index = index(row, column), column + glyph.width <= size.columns else { return }
    if glyph.width == 1, cells[index].glyph.width == 1 {
      cells[index] = Cell(glyph: glyph, style: style)
      return
    }
    if cells[index].glyph.width == 0, column > 0 { cells[index - 1].glyph = .space }
    let last = index + glyph.width - 1
    if cells[last].glyph.width == 2, last + 1 < cells.count { cells[last + 1].glyph = .space }
    cells[index] = Cell(glyph: glyph, style: style)
    if glyph.width == 2 { cells[last] = Cell(glyph: .continuation, style: style) }
  }
}
