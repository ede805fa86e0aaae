import ConsoleModel
import ConsoleView
import Testing

@Suite("Canvas")
struct CanvasTests {
  private func canvas(_ columns: Int, _ rows: Int) -> Canvas { Canvas(Size(columns: columns, rows: rows)) }

  @Test("Text is clipped at every edge and tells the columns it took")
  func clipping() {
    var canvas = canvas(5, 2)
    #expect(canvas.put("hello world", row: 0, column: 0) == 5)
    #expect(canvas.put("abc", row: 1, column: 3) == 2)
    #expect(canvas.put("abcd", row: 1, column: -2) == 4)
    #expect(canvas.dump() == ["hello", "cd ab"])
    #expect(canvas.put("x", row: 2, column: 0) == 0)
    #expect(canvas.put("x", row: -1, column: 0) == 0)
    #expect(canvas.put("x", row: 0, column: 5) == 0)
    #expect(canvas.put("xyz", row: 0, column: 0, maxWidth: 2) == 2)
    #expect(canvas.put("x", row: 0, column: 0, maxWidth: 0) == 0)
    #expect(canvas.dump() == ["xyllo", "cd ab"])
  }

  @Test("No half of a wide character is ever left")
  func wideCharacters() {
    var canvas = canvas(6, 1)
    #expect(canvas.put("漢字漢", row: 0, column: 0) == 6)
    canvas.put("x", row: 0, column: 1)
    #expect(canvas.dump() == [" x字漢"])
    canvas.put("語", row: 0, column: 3)
    #expect(canvas.dump() == [" x 語"])
    #expect(canvas.put("語", row: 0, column: 5) == 0)
    #expect(canvas.put("語x", row: 0, column: 0, maxWidth: 1) == 0)
    #expect(canvas.put("語x", row: 0, column: -1) == 3)
    #expect(canvas.dump() == [" x 語"])
  }

  @Test("Random drawing keeps wide characters whole, and a diff repaints to the same screen")
  func randomDrawing() {
    var generator = SplitMix(state: 7)
    let texts: [SafeText] = ["a", "漢", "漢字漢字", "x漢y", "hello", " ", "e\u{301}"]
    var old = canvas(9, 3)
    for _ in 0..<3_000 {
      var new = old
      for _ in 0..<3 {
        new.put(
          texts[Int.random(in: 0..<texts.count, using: &generator)],
          row: Int.random(in: -1...3, using: &generator), column: Int.random(in: -3...9, using: &generator),
          style: Bool.random(using: &generator) ? .plain : Style(attributes: .bold))
      }
      for row in 0..<3 {
        for column in 0..<9 {
          let isRightHalf = new[row, column].glyph.width == 0
          let followsWide = column > 0 && new[row, column - 1].glyph.width == 2
          #expect(isRightHalf == followsWide)
        }
        #expect(new[row, 8].glyph.width < 2)
      }
      var changed = Set<[Int]>()
      for run in new.diff(from: old) {
        #expect(new[run.row, run.columns.lowerBound].glyph.width > 0)
        #expect(new[run.row, run.columns.upperBound].glyph.width > 0)
        for column in run.columns { changed.insert([run.row, column]) }
      }
      for row in 0..<3 {
        for column in 0..<9 where !changed.contains([row, column]) {
          #expect(new[row, column] == old[row, column])
        }
      }
      old = new
    }
  }

  @Test("Tokens look different from the text around them")
  func tokens() {
    var canvas = canvas(8, 1)
    canvas.put("a\u{7F}b", row: 0, column: 0)
    #expect(canvas.dumpStyles() == [".aa.....", "a standard on standard reverse"])
    canvas.tokenAttributes = .dim
    canvas.tokenForeground = .indexed(3)
    canvas.put("\u{7F}", row: 0, column: 4, style: Style(background: .rgb(1, 2, 3)))
    #expect(canvas[0, 4].style == Style(foreground: .indexed(3), background: .rgb(1, 2, 3), attributes: .dim))
  }

  @Test("Frames, lines, fills")
  func frames() {
    var canvas = canvas(12, 4)
    canvas.box(canvas.bounds, title: "Queue")
    canvas.fill(Rect(row: 1, column: 1, width: 100, height: 1), ".")
    canvas.hline(row: 2, column: 1, width: 10, .ascii)
    #expect(
      canvas.dump() == ["┌ Queue ────┐".replacing("─┐", with: "┐"), "│...........", "│----------│", "└──────────┘"])
    canvas.box(Rect(row: 0, column: 0, width: 1, height: 4))
    canvas.restyle(Rect(row: 0, column: 0, width: 2, height: 1)) { $0.attributes.insert(.reverse) }
    #expect(canvas.dumpStyles().first == "aa..........")
  }

  @Test("A canvas on a canvas brings its cursor")
  func nesting() {
    var inner = canvas(3, 1)
    inner.put("漢x", row: 0, column: 0)
    inner.cursor = Position(row: 0, column: 2)
    var outer = canvas(4, 2)
    outer.draw(inner, row: 1, column: 1)
    #expect(outer.dump() == ["", " 漢x"])
    #expect(outer.cursor == Position(row: 1, column: 3))
  }

  @Test("Diff gives runs, and everything when the size changed")
  func diff() {
    var old = canvas(8, 2)
    old.put("abcdefgh", row: 0, column: 0)
    var new = old
    #expect(new.diff(from: old).isEmpty)
    new.put("B", row: 0, column: 1)
    new.put("漢", row: 0, column: 4)
    #expect(new.diff(from: old).map(\.columns) == [1..<2, 4..<6])
    #expect(old.diff(from: new).map(\.columns) == [1..<2, 4..<6])
    #expect(canvas(3, 2).diff(from: old).map(\.columns) == [0..<3, 0..<3])
  }

  @Test("Any size will do", arguments: [(0, 0), (1, 1), (0, 5), (5, 0), (1, 3)])
  func anySize(columns: Int, rows: Int) {
    var canvas = canvas(columns, rows)
    canvas.put("漢字 text", row: 0, column: 0)
    canvas.box(canvas.bounds, title: "t")
    canvas.fill(Rect(row: -5, column: -5, width: 100, height: 100))
    canvas.restyle(canvas.bounds) { $0.attributes = .bold }
    canvas.draw(canvas, row: -1, column: 1)
    #expect(canvas.dump().count == rows)
    #expect(canvas.diff(from: Canvas(Size(columns: 2, rows: 2))).allSatisfy { !$0.columns.isEmpty })
    #expect(Size(columns: -1, rows: -1) == Size(columns: 0, rows: 0))
  }
}
