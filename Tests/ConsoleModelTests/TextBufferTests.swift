import Testing

@testable import ConsoleModel

@Suite("Editing text")
struct TextBufferTests {
  /// A text with its cursor as `|`.
  private func buffer(_ picture: String) -> TextBuffer {
    let parts = picture.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    var buffer = TextBuffer(String(parts[0]) + String(parts[1]))
    for _ in String(parts[1]) { buffer.apply(.moveLeft) }
    return buffer
  }

  private func picture(_ buffer: TextBuffer) -> String {
    String(buffer.characters[..<buffer.cursor]) + "|" + String(buffer.characters[buffer.cursor...])
  }

  @Test(arguments: [
    (EditCommand.moveLeft, "ab|c", "a|bc"), (.moveLeft, "|abc", "|abc"),
    (.moveRight, "ab|c", "abc|"), (.moveRight, "abc|", "abc|"),
    (.moveWordLeft, "one two|", "one |two"), (.moveWordLeft, "one t|wo", "one |two"),
    (.moveWordLeft, "one |two", "|one two"), (.moveWordLeft, "|one", "|one"), (.moveWordLeft, "a.b, |", "a.|b, "),
    (.moveWordRight, "|one two", "one| two"), (.moveWordRight, "one| two", "one two|"),
    (.moveWordRight, "one two|", "one two|"), (.moveWordRight, "one|, two", "one, two|"),
    (.moveToLineStart, "ab\ncd|e", "ab\n|cde"), (.moveToLineStart, "a|b\ncd", "|ab\ncd"),
    (.moveToLineStart, "ab\n|", "ab\n|"), (.moveToLineEnd, "a|b\ncd", "ab|\ncd"),
    (.moveToLineEnd, "ab\n|cd", "ab\ncd|"),
    (.deleteLeft, "ab|c", "a|c"), (.deleteLeft, "|abc", "|abc"), (.deleteRight, "a|bc", "a|c"),
    (.deleteRight, "abc|", "abc|"), (.deleteLeft, "ab\n|c", "ab|c"),
    (.killToLineEnd, "a|bc\nde", "a|\nde"), (.killToLineEnd, "a|\nb", "a|b"), (.killToLineEnd, "abc|", "abc|"),
    (.killToLineStart, "ab\ncd|e", "ab\n|e"), (.killToLineStart, "|abc", "|abc"),
    (.killWordLeft, "one two|", "one |"), (.killWordLeft, "one two  |", "one |"),
    (.killWordLeft, "http://a.b|", "|"), (.killWordLeft, "one\ntwo|", "one\n|"), (.killWordLeft, "|one", "|one"),
  ])
  func commands(_ command: EditCommand, _ before: String, _ after: String) {
    var buffer = buffer(before)
    buffer.apply(command)
    #expect(picture(buffer) == after)
  }

  @Test func whatWasKilledLastComesBack() {
    var buffer = buffer("one two|")
    buffer.apply(.killWordLeft)
    buffer.apply(.moveToLineStart)
    buffer.apply(.yank)
    #expect(picture(buffer) == "two|one ")
    buffer.apply(.yank)
    #expect(picture(buffer) == "twotwo|one ")
  }

  @Test func aKillOfNothingKeepsWhatWasKilled() {
    var buffer = buffer("one|")
    buffer.apply(.killToLineStart)
    buffer.apply(.killToLineStart)
    buffer.apply(.killToLineEnd)
    buffer.apply(.yank)
    #expect(picture(buffer) == "one|")
  }

  @Test(arguments: ["é", "👨‍👩‍👧", "🇩🇪", "한", "ก็", "👍🏽", "e\u{301}\u{323}"])
  func aGraphemeIsOneStepAndOneErasure(_ grapheme: String) {
    var buffer = TextBuffer("a" + grapheme)
    #expect(buffer.cursor == 2)
    buffer.apply(.moveLeft)
    #expect(buffer.cursor == 1)
    buffer.apply(.deleteRight)
    #expect(buffer.text == "a")
  }

  @Test func aMarkJoinsItsLetterEvenWhenTypedApart() {
    var buffer = TextBuffer("cafe")
    buffer.type("\u{301}")
    #expect(buffer.characters.count == 4)
    #expect(buffer.cursor == 4)
    buffer.apply(.deleteLeft)
    #expect(buffer.text == "caf")
    buffer.apply(.undo)
    buffer.apply(.undo)
    #expect(buffer.text == "cafe")
  }

  @Test func halvesOfAFlagJoin() {
    var buffer = TextBuffer("\u{1F1E9}")
    buffer.type("\u{1F1EA}")
    #expect(buffer.characters == ["🇩🇪"])
    #expect(buffer.cursor == 1)
  }

  @Test func deletingWhatStoodBetweenJoinsToo() {
    var buffer = buffer("\u{1F1E9}x|\u{1F1EA}")
    buffer.apply(.deleteLeft)
    #expect(buffer.characters == ["🇩🇪"])
    #expect(buffer.characters == Array(buffer.text))
  }

  @Test func undoTakesWordsBackNotLetters() {
    var buffer = TextBuffer()
    for character in "one two three" { buffer.type(character) }
    buffer.apply(.undo)
    #expect(picture(buffer) == "one two |")
    buffer.apply(.undo)
    #expect(picture(buffer) == "one |")
    buffer.apply(.undo)
    #expect(picture(buffer) == "|")
    buffer.apply(.undo)
    #expect(picture(buffer) == "|")
  }

  @Test func undoTakesBackEachKindOfEdit() {
    var buffer = buffer("one two|")
    buffer.apply(.killWordLeft)
    buffer.insert("pasted\ntext")
    buffer.apply(.deleteLeft)
    buffer.setText("other")
    #expect(buffer.text == "other")
    buffer.apply(.undo)
    #expect(picture(buffer) == "one pasted\ntex|")
    buffer.apply(.undo)
    #expect(picture(buffer) == "one pasted\ntext|")
    buffer.apply(.undo)
    #expect(picture(buffer) == "one |")
    buffer.apply(.undo)
    #expect(picture(buffer) == "one two|")
  }

  @Test func redoDoesAgainWhatUndoTookBack() {
    var buffer = TextBuffer()
    for character in "one two" { buffer.type(character) }
    buffer.apply(.killWordLeft)
    buffer.insert("three")
    for _ in 0..<4 { buffer.apply(.undo) }
    #expect(picture(buffer) == "|")
    buffer.apply(.redo)
    #expect(picture(buffer) == "one |")
    buffer.apply(.redo)
    #expect(picture(buffer) == "one two|")
    buffer.apply(.redo)
    #expect(picture(buffer) == "one |")
    buffer.apply(.redo)
    #expect(picture(buffer) == "one three|")
    buffer.apply(.redo)
    #expect(picture(buffer) == "one three|")
    buffer.apply(.undo)
    buffer.apply(.undo)
    buffer.type("!")
    buffer.apply(.redo)
    #expect(picture(buffer) == "one two!|", "an edit is a new way from here")
  }

  @Test(arguments: [
    ("abc\ndef|", "abc|\ndef"), ("abc\nd|ef", "a|bc\ndef"), ("ab\ncdef|", "ab|\ncdef"), ("\nab|", "|\nab"),
  ])
  func lineUp(_ before: String, _ after: String) {
    var buffer = buffer(before)
    let moved = buffer.moveLineUp()
    #expect(moved)
    #expect(picture(buffer) == after)
    let movedAgain = buffer.moveLineUp()
    #expect(!movedAgain)
    #expect(picture(buffer) == after)
  }

  @Test(arguments: [
    ("a|bc\ndef", "abc\nd|ef"), ("abc|\nd", "abc\nd|"), ("|ab\n", "ab\n|"), ("abcd|\nef\ngh", "abcd\nef|\ngh"),
  ])
  func lineDown(_ before: String, _ after: String) {
    var buffer = buffer(before)
    let moved = buffer.moveLineDown()
    #expect(moved)
    #expect(picture(buffer) == after)
  }

  /// Whatever is done, the graphemes are those of the text, the cursor is inside, and undo leads back to the start.
  @Test(arguments: 0..<50)
  func randomEditsKeepTheBufferWhole(_ seed: UInt64) {
    var random = SeededRandom(state: seed)
    let pieces = [
      "a", " ", "\n", "é", "\u{301}", "\u{1F1E9}", "\u{1F1EA}", "👨", "\u{200D}", "👩", "한", "\u{11A8}", "ab cd",
    ]
    var buffer = TextBuffer("start")
    for _ in 0..<120 {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: buffer.insert(pieces.randomElement(using: &random) ?? "")
      case 1: buffer.type(Character(pieces.filter { $0.count == 1 }.randomElement(using: &random) ?? "x"))
      default:
        let commands = EditCommand.allCases.filter { $0 != .undo && $0 != .redo }
        buffer.apply(commands.randomElement(using: &random) ?? .yank)
      }
      #expect(buffer.characters == Array(buffer.text))
      #expect((0...buffer.characters.count).contains(buffer.cursor))
    }
    let end = buffer.text
    for _ in 0..<400 { buffer.apply(.undo) }
    #expect(buffer.text == "start")
    for _ in 0..<400 { buffer.apply(.redo) }
    #expect(buffer.text == end)
  }
}

/// xorshift64*: repeatable randomness for property tests.
struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state == 0 ? 0x9E37_79B9_7F4A_7C15 : state
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
