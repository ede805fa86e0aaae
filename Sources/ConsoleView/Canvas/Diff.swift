import ConsoleModel

/// Cells side by side in one row that have to be painted.
public struct CellRun: Hashable, Sendable {
  /// The row.
  public let row: Int
  /// The columns, never empty; both ends lie between whole characters.
  public let columns: Range<Int>
}

extension Canvas {
  /// The runs of cells that differ from `old`, top to bottom and left to right; all cells when the sizes
  /// differ.
  public func diff(from old: Canvas) -> [CellRun] {
    guard size == old.size else {
      return size.columns == 0 ? [] : (0..<size.rows).map { CellRun(row: $0, columns: 0..<size.columns) }
    }
    var runs: [CellRun] = []
    let width = size.columns
    for row in 0..<size.rows {
      let first = row * width
      var column = 0
      while column < width {
        guard cells[first + column] != old.cells[first + column] else {
          column += 1
          continue
        }
        let start = cells[first + column].glyph.width == 0 ? column - 1 : column
        column += 1
        while column < width,
          cells[first + column] != old.cells[first + column] || cells[first + column].glyph.width == 0
        {
          column += 1
        }
        runs.append(CellRun(row: row, columns: start..<column))
      }
    }
    return runs
  }
}
