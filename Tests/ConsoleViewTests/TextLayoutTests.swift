import ConsoleView
import Testing

@Suite("Text layout")
struct TextLayoutTests {
  struct Wrap: Sendable {
    let raw: String
    let width: Int
    let lines: [String]
    init(_ raw: String, _ width: Int, _ lines: [String]) {
      self.raw = raw
      self.width = width
      self.lines = lines
    }
  }

  @Test(
    "Wrapping",
    arguments: [
      Wrap("", 5, [""]),
      Wrap("hello", 5, ["hello"]),
      Wrap("hello world", 5, ["hello", "world"]),
      Wrap("hello world", 8, ["hello", "world"]),
      Wrap("hello   world", 6, ["hello", "world"]),
      Wrap("a b c d", 3, ["a b", "c d"]),
      Wrap("abcdefghij", 4, ["abcd", "efgh", "ij"]),
      Wrap("x abcdefghij y", 4, ["x", "abcd", "efgh", "ij y"]),
      Wrap("  indented text", 10, ["  indented", "text"]),
      Wrap("      a", 3, ["   ", "   ", "a"]),
      Wrap("tail      ", 5, ["tail"]),
      Wrap("tail ", 10, ["tail "]),
      Wrap("well-known way", 7, ["well-", "known", "way"]),
      Wrap("漢字かな", 5, ["漢字", "かな"]),
      Wrap("ab漢字", 4, ["ab漢", "字"]),
      Wrap("ab漢字", 3, ["ab", "漢", "字"]),
      Wrap("漢a", 1, ["…", "a"]),
      Wrap("a漢", 1, ["a", "…"]),
      Wrap("e\u{301}e\u{301}e\u{301}", 2, ["e\u{301}e\u{301}", "e\u{301}"]),
      Wrap("one\n\ntwo", 10, ["one", "", "two"]),
      Wrap("abc", 0, []),
      Wrap("abc", -1, []),
    ])
  func wrap(_ wrap: Wrap) {
    #expect(SafeText.wrap(wrap.raw, width: wrap.width).map(\.description) == wrap.lines)
  }

  @Test("Whatever comes, lines fit, know their width and lose nothing but spaces")
  func wrapAnything() {
    var generator = SplitMix(state: 42)
    let pieces = [
      "a", "word", " ", "  ", "漢", "e\u{301}\u{302}", "👩‍👩‍👧", "\u{1B}", "\u{202E}", "-", "/", "\t",
      "\u{3000}", "\u{301}", "🇩🇪", "\u{A0}", String(repeating: "W", count: 30),
    ]
    for _ in 0..<2_000 {
      let raw = (0..<Int.random(in: 0...25, using: &generator)).map { _ in
        pieces[Int.random(in: 0..<pieces.count, using: &generator)]
      }.joined()
      let width = Int.random(in: 1...12, using: &generator)
      let whole = SafeText(raw)
      let lines = whole.wrapped(to: width)
      #expect(!lines.isEmpty)
      for line in lines {
        #expect(line.columns <= width)
        #expect(line.columns == line.glyphs.reduce(0) { $0 + $1.glyph.width })
      }
      if width > 1 {
        let visible = { (text: String) in Array(text.unicodeScalars).filter { $0 != " " && $0 != "\u{3000}" } }
        #expect(visible(lines.map(\.description).joined()) == visible(whole.description))
      }
    }
  }

  @Test("Tokens keep their mark through wrapping")
  func tokensWrap() {
    let lines = SafeText("ab\u{202E}cd").wrapped(to: 6)
    #expect(lines.map(\.description) == ["ab‹U+2", "02E›cd"])
    #expect(lines.map { $0.glyphs.filter(\.isToken).count } == [4, 4])
  }

  @Test("Truncating, padding, cutting")
  func fitting() {
    #expect(SafeText("hello").truncated(to: 5).description == "hello")
    #expect(SafeText("hello").truncated(to: 4).description == "hel…")
    #expect(SafeText("漢字").truncated(to: 3).description == "漢…")
    #expect(SafeText("漢字x").truncated(to: 4).description == "漢…")
    #expect(SafeText("hello").truncated(to: 0).isEmpty)
    #expect(SafeText("hello").truncated(to: 1).description == "…")
    #expect(SafeText("漢字").fitted(to: 3).columns == 3)
    #expect(SafeText("漢字").fitted(to: 1).description == "…")
    #expect(SafeText("ab").padded(to: 5, .trailing).description == "   ab")
    #expect(SafeText("ab").padded(to: 5, .center).description == " ab  ")
    #expect(SafeText("漢字").prefix(columns: 3).description == "漢")
    #expect(SafeText("漢字").suffix(columns: 3).description == "字")
    #expect(SafeText("abc").suffix(columns: 2).columns == 2)
    #expect(SafeText("abc").suffix(columns: 0).isEmpty)
    #expect(SafeText("abc").prefix(columns: -1).isEmpty)
  }
}

/// A small seeded generator, so that a failure can be seen again.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
