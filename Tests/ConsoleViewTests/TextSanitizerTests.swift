import ConsoleView
import Testing

@Suite("Sanitiser")
struct TextSanitizerTests {
  @Test(
    "Controls, format and invisible characters become tokens",
    arguments: [
      ("\u{1B}[2J", "^[[2J"), ("a\u{7}b", "a^Gb"), ("\u{7F}", "^?"), ("\0", "^@"),
      ("\u{9B}2J", "‹U+009B›2J"), ("\u{85}", "‹U+0085›"), ("\u{2028}", "‹U+2028›"),
      ("a\u{202E}b", "a‹U+202E›b"), ("\u{2066}x\u{2069}", "‹U+2066›x‹U+2069›"),
      ("P\u{200B}W", "P‹U+200B›W"), ("\u{FEFF}", "‹U+FEFF›"), ("a\u{AD}b", "a‹U+00AD›b"),
      ("\u{E0041}", "‹U+E0041›"), ("\u{E000}", "‹U+E000›"), ("\u{3164}", "‹U+3164›"),
      ("\u{FFFE}", "‹U+FFFE›"), ("a\rb", "a^Mb"), ("a\nb", "a↵b"), ("\u{378}", "‹U+0378›"),
    ])
  func refused(raw: String, shown: String) {
    let text = SafeText(raw)
    #expect(text.description == shown)
    #expect(text.hasTokens)
  }

  @Test(
    "Ordinary writing stays as it is",
    arguments: [
      ("", 0), ("hello", 5), ("Привет, мир", 11), ("漢字かな", 8), ("한국어", 6), ("שלום", 4), ("x\u{A0}y", 3),
      ("e\u{301}", 1), ("नमस्ते", 4), ("😀", 2), ("½ → ∞", 5), ("^[ typed", 8), ("\u{1112}\u{1161}\u{11AB}", 2),
    ])
  func kept(raw: String, columns: Int) {
    let text = SafeText(raw)
    #expect(Array(text.description.unicodeScalars) == Array(raw.unicodeScalars))
    #expect(text.columns == columns)
    #expect(!text.hasTokens)
  }

  @Test(
    "What terminals measure differently is reduced to what all agree on",
    arguments: [
      ("👩‍👩‍👧‍👦", "👩"), ("🏳️‍🌈", "🏳"), ("👩‍❤️‍💋‍👨", "👩"), ("👍🏽", "👍"), ("👩🏽‍🤝‍👨🏿", "👩"),
      ("❤️", "❤"), ("☎︎", "☎"), ("#️⃣", "#\u{20E3}"), ("🇩🇪", "DE"), ("葛\u{E0100}", "葛"),
      ("می\u{200C}خواهم", "میخواهم"), ("a\u{2003}b", "a b"),
    ])
  func reduced(raw: String, shown: String) {
    #expect(Array(SafeText(raw).description.unicodeScalars) == Array(shown.unicodeScalars))
  }

  @Test(
    "The same means are refused where they have no meaning",
    arguments: [
      ("a\u{200D}b", "a‹U+200D›b"), ("👩\u{200D}", "👩‹U+200D›"), ("a\u{FE0F}", "a‹U+FE0F›"),
      ("❤\u{FE0F}\u{FE0F}", "❤‹U+FE0F›"), ("\u{301}a", "‹U+0301›a"), ("🇩x", "‹U+1F1E9›x"),
      ("👩‍👩‍👩‍👩‍👩", "👩‹U+200D›👩"), ("x\u{E0100}", "x‹U+E0100›"), ("👍🏽🏽", "👍🏽"),
    ])
  func abused(raw: String, shown: String) {
    #expect(Array(SafeText(raw).description.unicodeScalars) == Array(shown.unicodeScalars))
  }

  @Test("At most four marks a cell; a token counts the rest")
  func marks() throws {
    let text = SafeText("P" + String(repeating: "\u{301}", count: 20) + "W")
    #expect(text.description == "P\u{301}\u{301}\u{301}\u{301}‹+16›W")
    let first = try #require(text.glyphs.first { _ in true })
    #expect(first.glyph.combining.count == Glyph.maximumMarks)
    #expect(text.columns == 7)
  }

  @Test("A typed look-alike is not a token")
  func lookalike() {
    #expect(SafeText("^[").description == SafeText("\u{1B}").description)
    #expect(SafeText("^[") != SafeText("\u{1B}"))
  }

  @Test("Lines part at LF and CRLF, tabs go to stops of the line")
  func lines() {
    #expect(SafeText.lines("a\r\nb\n\nc\td").map(\.description) == ["a", "b", "", "c   d"])
    #expect(SafeText.lines("") == [.empty])
    #expect(SafeText.lines("x\n").map(\.description) == ["x", ""])
    #expect(SafeText.lines("x\n\u{1B}y").map(\.hasTokens) == [false, true])
    #expect(SafeText("\tx").columns == 5)
  }

  @Test("A megabyte is cut to the limit, and says so", arguments: ["W", "é", "\u{301}", "\u{200B}", "\n", "👍🏽"])
  func limit(unit: String) {
    let raw = String(repeating: unit, count: 1 << 20)
    for lines in [SafeText.lines(raw, limit: 100), [SafeText(raw, limit: 100)]] {
      #expect(lines.map(\.description.unicodeScalars.count).reduce(0, +) < 400)
      #expect(lines.last?.description.hasSuffix(" more bytes") == true)
    }
    #expect(SafeText("abcdef", limit: 4).description == "abcd… 2 more bytes")
    #expect(SafeText("abcd", limit: 4).description == "abcd")
  }

  @Test("Every scalar comes out visible or not at all")
  func everyScalar() {
    // The planes between hold nothing but unassigned and private characters.
    for value in Array(UInt32(0)..<0x2_0000) + Array(0xE_0000..<0xE_0200) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for character in SafeText("a" + String(scalar)).description.unicodeScalars {
        let isControl = character.value < 0x20 || 0x7F..<0xA0 ~= character.value
        if isControl || character.properties.isDefaultIgnorableCodePoint {
          Issue.record("U+\(String(value, radix: 16)) let U+\(String(character.value, radix: 16)) through")
        }
      }
    }
  }

  @Test("Interpolation sanitises values and keeps tokens")
  func interpolation() {
    let name = "Eve\u{1B}"
    let text: SafeText = "\(name) wrote \(3) to \(SafeText("\u{7F}"))"
    #expect(text.description == "Eve^[ wrote 3 to ^?")
    #expect(text.glyphs.filter(\.isToken).map { String($0.glyph.base) } == ["^", "[", "^", "?"])
    #expect(text.columns == 19)
    #expect((SafeText("ab") * 3).description == "ababab")
    #expect(SafeText("ab") * 0 == .empty)
  }
}
