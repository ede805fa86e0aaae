/// What one character cell shows: a spacing character and at most four combining marks.
///
/// It is exactly what ncurses' `cchar_t` holds. Only the sanitiser makes glyphs, so each is safe to send.
public struct Glyph: Hashable, Sendable {
  /// How many combining marks a cell takes; more are cut off by the sanitiser.
  public static let maximumMarks = 4

  // Plain integers, so that comparing two canvases is comparing memory.
  private let baseValue: UInt32
  private var marks: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
  private let cells: UInt8

  /// A blank cell.
  public static let space = Glyph(" ", width: 1)
  /// The right half of a wide character: it is painted by the cell to its left.
  public static let continuation = Glyph("\0", width: 0)

  init(_ base: Unicode.Scalar, width: Int) {
    baseValue = base.value
    cells = UInt8(truncatingIfNeeded: width)
  }

  /// The spacing character.
  public var base: Unicode.Scalar { Unicode.Scalar(baseValue) ?? " " }

  /// Cells taken: 1 or 2, and 0 for ``continuation``.
  public var width: Int { Int(cells) }

  /// The combining marks, in order.
  public var combining: [Unicode.Scalar] {
    [marks.0, marks.1, marks.2, marks.3].compactMap { $0 == 0 ? nil : Unicode.Scalar($0) }
  }

  /// Whether there is no combining mark.
  public var isPlain: Bool { marks.0 == 0 }

  /// Adds a mark; those beyond ``maximumMarks`` are dropped.
  mutating func combine(_ mark: Unicode.Scalar) {
    if marks.0 == 0 {
      marks.0 = mark.value
    } else if marks.1 == 0 {
      marks.1 = mark.value
    } else if marks.2 == 0 {
      marks.2 = mark.value
    } else if marks.3 == 0 {
      marks.3 = mark.value
    }
  }

  /// Equal base, marks and width.
  public static func == (left: Glyph, right: Glyph) -> Bool {
    left.baseValue == right.baseValue && left.cells == right.cells && left.marks == right.marks
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(baseValue)
    hasher.combine(marks.0)
    hasher.combine(marks.1)
    hasher.combine(marks.2)
    hasher.combine(marks.3)
  }
}
