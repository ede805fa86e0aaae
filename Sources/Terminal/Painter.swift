import CTerminal
import ConsoleModel
import ConsoleView

/// Brings canvases to ncurses: only the cells that changed since the last one, one flush a frame.
struct Painter {
  /// More pairs than any theme needs; few enough that finding them again is cheap.
  private static let maximumPairs = 1_024

  private let depth: ColorDepth
  private let isUnicode: Bool
  private var pairs: ColorPairs
  private var shown = Canvas(Size(columns: 0, rows: 0))
  private var buffer: [ct_cell] = []
  /// What all frames so far took on the line.
  private(set) var bytesSent = 0

  /// - Parameter isUnicode: Whether characters beyond ASCII can be shown; those that cannot have a stand-in.
  init(depth: ColorDepth, pairs: Int, isUnicode: Bool = true) {
    self.depth = depth
    self.isUnicode = isUnicode
    self.pairs = ColorPairs(limit: depth == .mono ? 1 : min(pairs, Self.maximumPairs))
  }

  /// What ncurses has can no longer be relied on: the next frame hands every cell over.
  mutating func invalidate() { shown = Canvas(Size(columns: 0, rows: 0)) }

  /// Shows a canvas.
  mutating func paint(_ canvas: Canvas) {
    if !put(canvas.diff(from: shown), of: canvas) {
      // The colour pairs ran out: with a clean table this frame's own fit.
      pairs.removeAll()
      _ = put(canvas.diff(from: Canvas(Size(columns: 0, rows: 0))), of: canvas)
    }
    shown = canvas
    if let cursor = canvas.cursor {
      ct_set_cursor(Int32(clamping: cursor.row), Int32(clamping: cursor.column))
    } else {
      ct_set_cursor(-1, -1)
    }
    bytesSent += Int(ct_flush())
  }

  /// Hands runs of cells to ncurses; false when there were not enough colour pairs for them, and some show in
  /// the terminal's own colours.
  private mutating func put(_ runs: [CellRun], of canvas: Canvas) -> Bool {
    var isComplete = true
    var style = Style.plain
    var pair: Int32 = 0
    for run in runs {
      buffer.removeAll(keepingCapacity: true)
      for column in run.columns {
        let cell = canvas[run.row, column]
        guard cell.glyph.width > 0 else { continue }
        if cell.style != style {
          style = cell.style
          if let number = pairNumber(for: style) {
            pair = number
          } else {
            pair = 0
            isComplete = false
          }
        }
        if isUnicode || cell.glyph.base.isASCII {
          buffer.append(ct_cell(cell.glyph, pair: pair, attributes: style.attributes))
        } else {
          let standIn = ct_cell(asciiStandIn(for: cell.glyph.base), pair: pair, attributes: style.attributes)
          buffer += repeatElement(standIn, count: cell.glyph.width)
        }
      }
      ct_put(Int32(run.row), Int32(run.columns.lowerBound), buffer, Int32(buffer.count))
    }
    return isComplete
  }

  private mutating func pairNumber(for style: Style) -> Int32? {
    let pair = ColorPairs.Pair(
      foreground: depth.foreground(of: style.foreground), background: depth.number(of: style.background))
    guard let assignment = pairs.number(for: pair) else { return nil }
    if assignment.isNew { ct_set_pair(assignment.number, pair.foreground, pair.background) }
    return assignment.number
  }
}

extension ct_cell {
  fileprivate init(_ glyph: Glyph, pair: Int32, attributes: Style.Attributes) {
    self.init()
    base = glyph.base.value
    width = UInt8(glyph.width)
    self.pair = pair
    if !glyph.isPlain {
      let values = glyph.combining.map(\.value) + [0, 0, 0, 0]
      marks = (values[0], values[1], values[2], values[3])
    }
    // The bits are the same on both sides (CT_BOLD and so on), which a test holds.
    self.attributes = attributes.rawValue
  }

  fileprivate init(_ character: UInt8, pair: Int32, attributes: Style.Attributes) {
    self.init()
    base = UInt32(character)
    width = 1
    self.pair = pair
    self.attributes = attributes.rawValue
  }
}
