import Testing

@testable import ConsoleView

@Suite("Themes")
struct ThemeTests {
  @Test("Names are unique, and a theme is found by them")
  func names() {
    let names = Theme.builtin.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.contains("dark") && names.contains("mono"))
  }

  @Test("Mono has no colour, so that NO_COLOR means what it says")
  func monoHasNoColour() {
    for role in Role.allCases {
      #expect(Theme.mono[role].foreground == .standard && Theme.mono[role].background == .standard)
    }
  }

  @Test("What must never be overlooked looks like nothing else around it", arguments: Theme.builtin)
  func conspicuous(theme: Theme) {
    for role in [Role.selection, .alarm, .fresh, .overdue, .waiting, .reply, .question, .token] {
      #expect(theme[role] != theme[.text], "\(role) in \(theme.name)")
    }
    #expect(theme[.alarm] != theme[.good] && theme[.waiting] != theme[.muted])
    #expect(theme[.question] != theme[.muted])
  }

  @Test(
    "Text has a contrast of 4.5:1 at least on whatever it stands on", arguments: [Theme.dark, .light, .highContrast])
  func contrast(theme: Theme) {
    // The terminal's own ground, as the theme is made for: from the purest to what popular palettes have.
    let own: [String: Color] =
      theme.name == "light"
      ? ["white": .rgb(255, 255, 255), "cream": .rgb(253, 246, 227)]
      : ["black": .rgb(0, 0, 0), "grey": .rgb(30, 30, 30)]
    var grounds = own
    for role in [Role.bar, .restingSelection, .overlay, .text] where theme[role].background != .standard {
      grounds["\(role)"] = theme[role].background
    }
    // Lines are looked past, not read.
    for role in Role.allCases where ![.rule, .bar, .selection, .restingSelection, .overlay].contains(role) {
      let style = theme[role]
      guard style.foreground != .standard else { continue }
      for (name, ground) in style.background == .standard ? grounds : ["its own": style.background] {
        let contrast = Contrast.ratio(style.foreground, ground)
        #expect(contrast >= 4.5, "\(role) on \(name) in \(theme.name): \(contrast)")
      }
    }
    if theme[.selection].background != .standard {
      #expect(Contrast.ratio(theme[.selection].foreground, theme[.selection].background) >= 4.5)
    }
  }

  @Test("The kinds of speaker and of holder differ without colour", arguments: [Symbols.unicode, .ascii])
  func glyphsDiffer(symbols: Symbols) {
    let gutters = [
      symbols.visitorGutter, symbols.assistantGutter, symbols.operatorGutter, symbols.systemGutter, symbols.noteGutter,
    ]
    expectDistinct(gutters)
    let holders = [symbols.waiting, symbols.mine, symbols.others, symbols.assistant]
    expectDistinct(holders)
    let deliveries = [symbols.queued, symbols.sending, symbols.sent, symbols.failed, symbols.unsure]
    expectDistinct(deliveries)
  }

  private func expectDistinct(_ symbols: [SafeText], sourceLocation: SourceLocation = #_sourceLocation) {
    let names = Set(symbols.map(\.description))
    #expect(names.count == symbols.count, sourceLocation: sourceLocation)
  }

  @Test("Every symbol is one cell, and the ASCII set is ASCII")
  func symbolsAreOneCell() {
    for symbols in [Symbols.unicode, .ascii] {
      for case let (name?, symbol as SafeText) in Mirror(reflecting: symbols).children {
        #expect(symbol.columns == 1, "\(name)")
      }
    }
    for case let (name?, symbol as SafeText) in Mirror(reflecting: Symbols.ascii).children {
      let isASCII = symbol.description.allSatisfy(\.isASCII)
      #expect(isASCII, "\(name)")
    }
  }
}

/// WCAG 2.2: contrast of two colours, from 1 to 21.
private enum Contrast {
  static func ratio(_ first: Color, _ second: Color) -> Double {
    let (first, second) = (luminance(first), luminance(second))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }

  private static func luminance(_ color: Color) -> Double {
    let weights = [0.2126, 0.7152, 0.0722]
    return zip(parts(color), weights).reduce(0) { sum, part in
      let value = Double(part.0) / 255
      return sum + part.1 * (value <= 0.03928 ? value / 12.92 : power((value + 0.055) / 1.055))
    }
  }

  /// To the power of 2.4, by Newton's fifth root: x^2.4 = (x^12)^(1/5).
  private static func power(_ base: Double) -> Double {
    let twelfth = (0..<12).reduce(1.0) { product, _ in product * base }
    var root = 1.0
    for _ in 0..<60 { root -= (root * root * root * root * root - twelfth) / (5 * root * root * root * root) }
    return root
  }

  private static func parts(_ color: Color) -> [Int] {
    switch color.kind {
    case .rgb(let red, let green, let blue): return [Int(red), Int(green), Int(blue)]
    case .standard: return [0, 0, 0]
    case .indexed(let index):
      let index = Int(index)
      if index >= 232 { return Array(repeating: 8 + 10 * (index - 232), count: 3) }
      let cube = max(0, index - 16)
      return [cube / 36, cube / 6 % 6, cube % 6].map { $0 == 0 ? 0 : 55 + 40 * $0 }
    }
  }
}
