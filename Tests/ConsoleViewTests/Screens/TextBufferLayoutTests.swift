import Testing

@testable import ConsoleModel
@testable import ConsoleView

@Suite("Text under edit on the screen")
struct TextBufferLayoutTests {
  private func layout(_ text: String, cursor: Int? = nil, width: Int) -> (rows: [String], cursor: (Int, Int)) {
    var buffer = TextBuffer(text)
    for _ in 0..<(buffer.characters.count - (cursor ?? buffer.characters.count)) { buffer.apply(.moveLeft) }
    let layout = TextBufferLayout(buffer, width: width)
    let rows = layout.rows.indices.map { row in layout.cells(of: row).map { "\($0.text)" }.joined() }
    return (rows, (layout.cursorRow, layout.cursorColumn))
  }

  struct Case: Sendable {
    var text: String
    var cursor: Int?
    var width: Int
    var rows: [String]
    var at: (Int, Int)
  }

  @Test(
    "Rows and cursor",
    arguments: [
      Case(text: "", width: 10, rows: [""], at: (0, 0)),
      Case(text: "hello", width: 10, rows: ["hello"], at: (0, 5)),
      Case(text: "hello", cursor: 2, width: 10, rows: ["hello"], at: (0, 2)),
      Case(text: "one two three", width: 8, rows: ["one two ", "three"], at: (1, 5)),
      Case(text: "one two three", cursor: 8, width: 8, rows: ["one two ", "three"], at: (1, 0)),
      Case(text: "one two three", cursor: 7, width: 8, rows: ["one two ", "three"], at: (0, 7)),
      Case(text: "abcdefghij", width: 4, rows: ["abcd", "efgh", "ij"], at: (2, 2)),
      Case(text: "a\n\nb", width: 4, rows: ["a", "", "b"], at: (2, 1)),
      Case(text: "a\n", width: 4, rows: ["a", ""], at: (1, 0)),
      Case(text: "李伟 🎉x", width: 20, rows: ["李伟 🎉x"], at: (0, 8)),
      Case(text: "李伟 🎉x", cursor: 1, width: 20, rows: ["李伟 🎉x"], at: (0, 2)),
      Case(text: "李伟李伟", width: 5, rows: ["李伟", "李伟"], at: (1, 4)),
      Case(text: "a\u{1B}b", width: 9, rows: ["a^[b"], at: (0, 4)),
      Case(text: "e\u{301}e\u{301}", width: 9, rows: ["e\u{301}e\u{301}"], at: (0, 2)),
      Case(text: "привет", cursor: 3, width: 9, rows: ["привет"], at: (0, 3)),
    ])
  func rowsAndCursor(_ expected: Case) {
    let result = layout(expected.text, cursor: expected.cursor, width: expected.width)
    #expect(result.rows == expected.rows)
    #expect(result.cursor == expected.at)
  }

  @Test("The cursor of a long line stays inside, and what is beside it is shown")
  func oneLine() {
    let buffer = TextBuffer(String(repeating: "x", count: 50) + "end")
    let part = buffer.visiblePart(width: 10)
    #expect("\(part.text)".hasSuffix("end"))
    #expect(part.text.columns <= 10)
    #expect(part.cursor < 10)
    #expect(TextBuffer("").visiblePart(width: 0).cursor == 0)
  }
}
