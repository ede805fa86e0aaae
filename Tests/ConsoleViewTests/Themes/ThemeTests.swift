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
