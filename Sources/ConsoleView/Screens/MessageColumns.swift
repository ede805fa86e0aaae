import ConsoleModel

/// The columns of the message pane. They follow from the pane's width alone, so that nothing moves when names or texts
/// change.
struct MessageColumns: Equatable {
  /// Time, mark and name stand left of the text; else on a line of their own above it.
  let isWide: Bool
  /// The cell of the delivery mark, left of a message's first line.
  let mark: Int
  /// Where names begin, and how many cells they have; they end beside the gutter.
  let name: Range<Int>
  /// The cell of the sender's glyph.
  let gutter: Int
  /// Where the text begins.
  let text: Int
  /// The cells of text; at most as many as the settings allow.
  let textWidth: Int

  /// Where the time stands.
  static let time = 1

  /// - Parameters:
  ///   - width: The cells of the pane.
  ///   - limit: The most cells of text: long lines are hard to read.
  ///   - clock: The cells of a time.
  init(width: Int, limit: Int = 100, clock: Int = 5) {
    isWide = width >= 56
    if isWide {
      let nameWidth = min(16, max(8, width / 6))
      mark = Self.time + clock + 1
      name = mark + 2..<mark + 2 + nameWidth
      gutter = name.upperBound + 1
    } else {
      mark = 0
      name = Self.time + clock + 1..<max(Self.time + clock + 2, width - 1)
      gutter = 1
    }
    text = gutter + 2
    textWidth = min(limit, max(1, width - text - 1))
  }

  /// The end of the widest line, for what spans all columns.
  var end: Int { text + textWidth }
}
