import ConsoleModel
import Testing

@testable import ConsoleView

@Suite("Markdown, addresses and raw text in messages")
struct MarkupTests {
  /// Pieces as `text‹look›`, a line a line.
  private func shown(_ raw: String, _ markup: Markup, width: Int = 60) -> [String] {
    markup.lines(of: raw, width: width).map { line in
      line.pieces.map { piece in
        let names: [(Look, String)] = [
          (.bold, "b"), (.italic, "i"), (.code, "c"), (.link, "l"), (.muted, "m"), (.quote, "q"),
        ]
        let look = names.filter { piece.look.contains($0.0) }.map(\.1).joined()
        return look.isEmpty ? piece.text.description : "[\(look):\(piece.text)]"
      }.joined()
    }
  }

  @Test(
    "inside of a line",
    arguments: [
      ("**bold** and *slanted*", "[b:bold] and [i:slanted]"), ("__bold__ _slanted_", "[b:bold] [i:slanted]"),
      ("`code` **", "[c:code] **"), ("``a`b``", "[c:a`b]"), ("**a `x*` b**", "[b:a ][bc:x*][b: b]"),
      ("*a **b** c*", "[i:a ][bi:b][i: c]"), ("(**a**)", "([b:a])"), ("**a**.", "[b:a]."),
      // What is not surely Markdown stays.
      ("2*3*4", "2*3*4"), ("a * b * c", "a * b * c"), ("snake_case_name", "snake_case_name"), ("** a **", "** a **"),
      ("***", "***"), ("****", "****"), ("*open", "*open"), ("`open", "`open"), ("__init__.py", "__init__.py"),
      ("5 * 3 = 15*", "5 * 3 = 15*"), ("[x]", "[x]"), ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
      ("a\\*b\\*", "a*b*"), ("C:\\dir", "C:\\dir"), ("*a*b", "*a*b"), ("", ""), ("\\", "\\"),
      ("[](https://x.y)", "[]([lm:https://][bl:x.y])"),
    ])
  func inline(raw: String, expected: String) {
    #expect(shown(raw, .rendered) == [expected])
  }

  @Test("a person's markers stay, in a muted look")
  func marked() {
    #expect(shown("**b** `c` \\*", .marked) == ["[m:**][b:b][m:**] [m:`][c:c][m:`] \\*"])
    #expect(shown("> q", .marked) == ["[q:> q]"])
    #expect(shown("**b**", .plain) == ["**b**"])
  }

  @Test("blocks")
  func blocks() {
    let raw = """
      # Title
      #4821 is no title, nor is
      # 4821
      - one item that is longer than the line
        * inner
      12. twelfth
      - 
      > said **so**
      ```swift
      let x = "*a*"

      ```
      ``` not closed
      """
    #expect(
      shown(raw, .rendered, width: 24) == [
        "[b:Title]", "#4821 is no title, nor", "is", "# 4821", "[m:•] one item that is", "  longer than the line",
        "  [m:•] inner", "[m:12.] twelfth", "- ", "[m:│ ][q:said ][bq:so]", "[c:let x = \"*a*\"]", "", "``` not closed",
      ])
  }

  @Test(
    "addresses show where they lead",
    arguments: [
      ("see https://shop.example/a_b_c?x=1.", "see [lm:https://][bl:shop.example][l:/a_b_c?x=1]."),
      ("(http://a.example)", "([lm:http://][bl:a.example])"),
      ("https://en.example/Foo_(bar)", "[lm:https://][bl:en.example][l:/Foo_(bar)]"),
      (
        "https://bank.example@evil.example/x",
        "[lm:https://bank.example@][bl:evil.example][l:/x]‹leads to evil.example›"
      ),
      ("https://good.example\\@evil.example", "[lm:https://][bl:good.example][l:\\@evil.example]"),
      ("https://a@b@evil.example", "[lm:https://a@b@][bl:evil.example]‹leads to evil.example›"),
      ("https://xn--80ak6aa92e.com/", "[lm:https://][bl:xn--80ak6aa92e.com][l:/]‹reads аррӏе.com›"),
      ("https://аррӏе.com/", "[lm:https://][bl:аррӏе.com][l:/]‹letters beyond ASCII›"),
      ("HTTPS://A.example:8080", "[lm:HTTPS://][bl:A.example:8080]"), ("xhttps://a.example", "xhttps://a.example"),
      ("https://", "https://"), ("https:///x", "https:///x"), ("ftp://a.example", "ftp://a.example"),
      ("a://b http://c.example", "a://b [lm:http://][bl:c.example]"),
    ])
  func links(raw: String, expected: String) {
    #expect(shown(raw, .plain, width: 100) == [expected])
    #expect(shown(raw, .marked, width: 100) == [expected])
  }

  @Test("the words of a link never stand alone")
  func linkWords() {
    #expect(
      shown("[the **bank**](https://evil.example/x) ok", .rendered) == [
        "the **bank**[m: (][lm:https://][bl:evil.example][l:/x][m:)] ok"
      ])
    #expect(
      shown("[https://bank.example](https://evil.example)", .rendered) == [
        "https://bank.example[m: (][lm:https://][bl:evil.example][m:)]"
      ])
  }

  @Test(
    "Punycode, by RFC 3492",
    arguments: [
      ("egbpdaj6bu4bxfgehfvwxn", "ليهمابتكلموشعربي؟"), ("ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"),
      ("bcher-kva", "bücher"), ("mnchen-3ya", "münchen"), ("n3h", "☃"), ("a-", "a"), ("", ""),
      ("99999999999", nil), ("ü", nil), ("a b", nil), ("!", nil),
    ] as [(String, String?)])
  func punycode(encoded: String, expected: String?) {
    #expect(Punycode.decode(encoded) == expected)
  }

  @Test("raw text: what cannot be seen, and then all beyond ASCII")
  func revealed() {
    let raw = "a\u{202E}b\u{1B}[31m\u{7F}\tü\u{301}\n\u{200B}漢\u{E0041}"
    #expect(
      Markup.revealed(beyondASCII: false).lines(of: raw, width: 80).map(\.plain) == [
        "a\\u{202E}b\\x1B[31m\\x7F\\tü\\u{301}\\n", "\\u{200B}漢\\u{E0041}",
      ])
    #expect(
      Markup.revealed(beyondASCII: true).lines(of: raw, width: 80).map(\.plain).last == "\\u{200B}\\u{6F22}\\u{E0041}")
  }

  // MARK: Properties

  /// Pieces of text that have made trouble somewhere, and anything else.
  private static let pieces = [
    "*", "**", "_", "`", "```", "\n", "\n```\n", "> ", "# ", "- ", "1. ", "[", "](", ")", "https://", "@", "xn--", ".",
    "\u{1B}", "\u{9B}", "\u{7F}", "\u{202E}", "\u{200D}", "\u{200B}", "\u{301}", "\u{FE0F}", "\u{E0041}", "漢", "👩‍👩‍👧", "🇩🇪",
    " ", "  ", "\t", "\r\n", "\\", "word", "ü", "|", "\u{0}", "\u{2028}", "ﷺ",
    "a\u{334}\u{334}\u{334}\u{334}\u{334}\u{334}",
  ]

  private static func text(_ generator: inout some RandomNumberGenerator) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...40, using: &generator) {
      if Int.random(in: 0..<4, using: &generator) == 0 {
        let value = UInt32.random(in: 0...0x10FFFF, using: &generator)
        text.unicodeScalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
      } else {
        text += pieces.randomElement(using: &generator) ?? ""
      }
    }
    return text
  }

  @Test("whatever is sent, each line fits, adds up, and holds nothing but what may be shown")
  func anything() {
    var generator = Splitmix(state: 20_261_201)
    for round in 0..<4_000 {
      let raw = Self.text(&generator)
      let width = Int.random(in: 1...50, using: &generator)
      for markup: Markup in [
        .plain, .marked, .rendered, .revealed(beyondASCII: false), .revealed(beyondASCII: true),
      ] {
        let lines = markup.lines(of: raw, width: width)
        #expect(!lines.isEmpty)
        for line in lines {
          let widths = line.pieces.map { $0.text.glyphs.reduce(0) { $0 + $1.glyph.width } }
          guard line.columns <= width, widths.reduce(0, +) == line.columns, widths == line.pieces.map(\.text.columns),
            line.plain.unicodeScalars.allSatisfy({ ScalarClass($0) != .refused })
          else {
            Issue.record("round \(round), width \(width), \(markup): \(raw.debugDescription)")
            return
          }
        }
      }
    }
  }

  @Test("what a person typed is all there, markers and all")
  func nothingIsLost() {
    var generator = Splitmix(state: 7)
    for _ in 0..<2_000 {
      let raw = Self.text(&generator).filter { $0.isASCII && $0.asciiValue.map { $0 >= 0x20 || $0 == 0x0A } ?? false }
        .replacing("http", with: "")
      let read = { (markup: Markup) in markup.lines(of: raw, width: 100_000).map(\.plain) }
      #expect(read(.marked) == SafeText.lines(raw).map(\.description), "\(raw.debugDescription)")
      #expect(read(.plain) == SafeText.lines(raw).map(\.description))
    }
  }

  @Test("long and nested messages cost no more than they are long")
  func cost() {
    let clock = ContinuousClock()
    for raw in [
      String(repeating: "*", count: 16_000), String(repeating: "**a ", count: 4_000),
      String(repeating: "[", count: 16_000),
      String(repeating: "[a](", count: 4_000), String(repeating: "`a``", count: 4_000),
      String(repeating: "https://", count: 2_000), String(repeating: "_a", count: 8_000),
      String(repeating: "```\n", count: 4_000), String(repeating: "> - # ", count: 3_000),
      String(repeating: "x", count: 1_000_000), String(repeating: "\n", count: 1_000_000),
    ] {
      let time = clock.measure {
        for markup: Markup in [.plain, .marked, .rendered, .revealed(beyondASCII: true)] {
          _ = markup.lines(of: raw, width: 60)
        }
      }
      // Debug builds on a busy machine; what is quadratic takes minutes.
      #expect(time < .seconds(20), "\(raw.prefix(12))")
    }
  }
}

private struct Splitmix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
