public import ConsoleModel

/// A cell's place, counted from 0 at the upper left.
public struct Position: Hashable, Sendable {
  /// Cells down.
  public var row: Int
  /// Cells to the right.
  public var column: Int

  /// Makes a position.
  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}

/// A part of a canvas. It may lie outside in part or whole: drawing clips.
public struct Rect: Hashable, Sendable {
  /// The upper row.
  public var row: Int
  /// The left column.
  public var column: Int
  /// How many rows; never negative.
  public var height: Int
  /// How many columns; never negative.
  public var width: Int

  /// Makes a rectangle; negative extents count as none.
  public init(row: Int, column: Int, width: Int, height: Int) {
    self.row = row
    self.column = column
    self.width = max(0, width)
    self.height = max(0, height)
  }

  /// All of a screen.
  public init(_ size: Size) { self.init(row: 0, column: 0, width: size.columns, height: size.rows) }

  /// The row below the last.
  public var endRow: Int { row + height }
  /// The column right of the last.
  public var endColumn: Int { column + width }
  /// Whether nothing is in it.
  public var isEmpty: Bool { width == 0 || height == 0 }

  /// The rectangle without a border of `cells` on each side.
  public func inset(by cells: Int = 1) -> Rect {
    Rect(row: row + cells, column: column + cells, width: width - 2 * cells, height: height - 2 * cells)
  }

  /// The part of it that is in `other` too.
  public func intersection(_ other: Rect) -> Rect {
    let top = max(row, other.row)
    let left = max(column, other.column)
    return Rect(
      row: top, column: left, width: min(endColumn, other.endColumn) - left,
      height: min(endRow, other.endRow) - top)
  }
}
