import Testing

@testable import Terminal

@Suite("What the environment says about the terminal")
struct TerminalFactsTests {
  private static func facts(_ variables: [String: String]) -> TerminalFacts {
    TerminalFacts { variables[$0] }
  }

  @Test(
    "terminals and multiplexers",
    arguments: [
      (["TERM": "xterm-256color"], .xterm, .none), (["TERM": "xterm-kitty"], .kitty, .none),
      (["TERM": "foot"], .foot, .none), (["TERM": "foot-extra"], .foot, .none),
      (["TERM": "xterm-ghostty"], .ghostty, .none), (["TERM": "rxvt-unicode-256color"], .rxvt, .none),
      (["TERM": "linux"], .plain, .none), (["TERM": "vt100"], .plain, .none), (["TERM": "vt220"], .plain, .none),
      ([:], .plain, .none), (["TERM": "dumb"], .plain, .none), (["TERM": "alacritty"], .xterm, .none),
      (["TERM": "xterm-256color", "VTE_VERSION": "7600"], .vte, .none),
      (["TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"], .wezterm, .none),
      (["TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"], .iterm, .none),
      (["TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"], .xterm, .tmux),
      (["TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"], .xterm, .tmux),
      (["TERM": "screen-256color", "TERM_PROGRAM": "tmux"], .xterm, .tmux),
      (["TERM": "screen.xterm-256color", "STY": "1.pts-0"], .xterm, .screen),
      (["TERM": "screen-256color"], .xterm, .screen),
      (["TERM": "tmux-256color", "TMUX": "x", "KITTY_WINDOW_ID": "1"], .kitty, .tmux),
    ] as [([String: String], TerminalFacts.Family, TerminalFacts.Multiplexer)])
  func families(variables: [String: String], family: TerminalFacts.Family, multiplexer: TerminalFacts.Multiplexer) {
    let facts = Self.facts(variables)
    #expect(facts.family == family)
    #expect(facts.multiplexer == multiplexer)
  }

  @Test(
    "a locale that names another charset is believed, and none or C is not",
    arguments: [
      ([:], true), (["LANG": "C"], true), (["LC_ALL": "POSIX"], true), (["LANG": "de_DE.UTF-8"], true),
      (["LANG": "de_DE.utf8@euro"], true), (["LANG": "de_DE.ISO-8859-15@euro"], false),
      (["LC_ALL": "ru_RU.KOI8-R", "LANG": "ru_RU.UTF-8"], false), (["LC_CTYPE": "C.UTF-8", "LANG": "x.KOI8-R"], true),
      (["LC_ALL": "", "LANG": "de_DE.ISO-8859-1"], false), (["LANG": "de_DE"], true),
    ])
  func charset(variables: [String: String], isUnicode: Bool) {
    #expect(Self.facts(variables).isUnicode == isUnicode)
  }

  @Test(
    "the background by COLORFGBG",
    arguments: [
      ("15;0", false), ("0;15", true), ("0;default;15", true), ("12;8", false), ("0;7", true), ("", nil),
      ("default;default", nil), ("0;99", nil),
    ] as [(String, Bool?)])
  func background(value: String, isLight: Bool?) {
    #expect(Self.facts(["COLORFGBG": value]).isLight == isLight)
  }

  @Test("what is known to show questions as text is not asked")
  func questions() {
    for type in ["linux", "vt100", "dumb", "screen-256color"] { #expect(!Self.facts(["TERM": type]).answersQueries) }
    for type in ["xterm", "foot", "tmux-256color"] { #expect(Self.facts(["TERM": type]).answersQueries) }
  }

  @Test("every character has a stand-in of one cell")
  func standIns() {
    for value in UInt32(0)...0x11000 {
      guard let scalar = Unicode.Scalar(value), value >= 0x80 else { continue }
      #expect(0x20..<0x7F ~= asciiStandIn(for: scalar))
    }
    #expect(
      "Ünïcödé – „naïve“ €5".unicodeScalars.map { Character(Unicode.Scalar(asciiStandIn(for: $0))) }
        == Array("Unicode - \"naive\" E5"))
  }
}
