import Testing

@testable import ConsoleModel

@Suite("The table of verbs")
struct VerbTableTests {
  @Test func everyNameHasExactlyOneVerb() {
    for id in VerbID.allCases {
      #expect(Verb.all.count { $0.id == id } == 1, "\(id)")
    }
    #expect(Set(VerbID.allCases.map(\.rawValue)).count == VerbID.allCases.count)
  }

  @Test(arguments: Mode.allCases)
  func noTwoVerbsShareAKeyInAMode(_ mode: Mode) {
    var owners: [KeySequence: VerbID] = [:]
    for verb in Verb.all where verb.modes.contains(mode) {
      for keys in verb.keys {
        #expect(owners[keys] == nil, "\(keys.label) in \(mode): \(verb.id) and \(String(describing: owners[keys]))")
        owners[keys] = verb.id
      }
    }
    for (keys, verb) in owners {
      for prefix in keys.prefixes {
        #expect(owners[prefix] == nil, "\(prefix.label) in \(mode) hides \(keys.label) of \(verb)")
      }
    }
  }

  @Test func everyKeyReachesItsVerb() {
    for verb in Verb.all {
      for mode in verb.modes {
        for keys in verb.keys {
          #expect(Keymap.standard.meaning(of: keys, in: mode) == .command(Command(verb.id)), "\(verb.id) \(keys.label)")
          for prefix in keys.prefixes { #expect(Keymap.standard.meaning(of: prefix, in: mode) == .prefix) }
        }
        #expect(Keymap.standard.keys(of: verb.id, in: mode) == verb.keys, "\(verb.id)")
      }
    }
  }

  @Test func everyKeyOfTheTableIsAKey() {
    for verb in Verb.all {
      for keys in verb.keys {
        #expect(!keys.keys.isEmpty, "\(verb.id)")
        #expect((try? KeySequence(parsing: keys.label)) == keys, "\(keys.label)")
      }
    }
  }

  /// A question's key says yes; the rest of the table has a key, or is a command.
  @Test func everyVerbCanBeDone() {
    for verb in Verb.all where verb.id != .answerYes { #expect(!verb.keys.isEmpty || verb.isCommand, "\(verb.id)") }
  }

  @Test func namesAreWrittenAsCommandsAre() {
    for verb in Verb.all {
      #expect(verb.name.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil, "\(verb.name)")
      #expect(verb.arguments.drop { $0.isRequired }.allSatisfy { !$0.isRequired }, "\(verb.name)")
    }
  }

  /// Ctrl-S and Ctrl-Q are flow control, Ctrl-A and Ctrl-B the prefixes of screen and tmux.
  @Test func browseUsesNoKeyThatAnotherProgramTakes() {
    let taken: [Key] = ["s", "q", "a", "b"].map(Key.control)
    for verb in Verb.all where verb.modes.contains(where: \.isBrowse) {
      #expect(Set(verb.keys.flatMap(\.keys)).isDisjoint(with: taken), "\(verb.id)")
    }
    for verb in Verb.all {
      #expect(Set(verb.keys.flatMap(\.keys)).isDisjoint(with: [.control("s"), .control("q")]), "\(verb.id)")
    }
  }

  @Test func noVerbNeedsAltOrAFunctionKey() {
    for verb in Verb.all where !verb.keys.isEmpty {
      let plain = verb.keys.filter { keys in
        keys.keys.allSatisfy { key in
          switch key {
          // The terminal layer sends these two for Ctrl with an arrow as well.
          case .alt("b"), .alt("f"): true
          case .alt, .function: false
          default: true
          }
        }
      }
      #expect(!plain.isEmpty, "\(verb.id)")
    }
  }

  /// Keys that several terminals send alike, or that the line discipline or job control has.
  @Test func printableKeysActOnlyWhereNothingIsTyped() {
    for verb in Verb.all where verb.modes.contains(where: \.isTyping) {
      for keys in verb.keys {
        if case .character = keys.keys[0] { Issue.record("\(verb.id) takes \(keys.label) from the text") }
      }
    }
  }

  @Test func everyVerbExplainsItself() {
    for verb in Verb.all {
      #expect(!verb.title.isEmpty && verb.title.count <= 16, "\(verb.id)")
      #expect(!verb.help.isEmpty && verb.help.count <= 100, "\(verb.id)")
      #expect(!verb.modes.isEmpty, "\(verb.id)")
    }
  }

  @Test(arguments: Mode.allCases)
  func helpNamesEachVerbOnce(_ mode: Mode) {
    let named = Verb.help(about: mode).flatMap(\.verbs).map(\.id)
    #expect(named.count == VerbID.allCases.count)
    #expect(Set(named) == Set(VerbID.allCases))
  }

  @Test(arguments: [
    (Mode.list, "Moving about"), (.conversation, "Moving about"), (.compose, "Writing"),
    (.filter, "Filtering the list"), (.confirm, "Questions"), (.help, "Help"),
  ])
  func helpBeginsWithTheModeItWasAskedFrom(_ mode: Mode, _ title: String) {
    #expect(Verb.help(about: mode).first?.title == title)
  }

  @Test func hintsNameOnlyWhatCanBeDone() {
    let empty = Console.loaded()
    #expect(empty.state.keyHints.map(\.title) == ["filter", "help", "all verbs", "quit", "search"])
    let waiting = Console.loaded([.waiting(1, minutes: 2)])
    #expect(waiting.state.keyHints.map(\.key).prefix(4) == ["n", "Enter", "t", "r"])
  }

  @Test func hintsOfTheComposerSayWhatEnterDoes() {
    var console = Console.loaded([.mine(1)])
    console.press("r")
    #expect(console.state.keyHints.first == KeyHint(key: "Enter", title: "send"))
    console.press("a<C-j>")
    #expect(
      console.state.keyHints.prefix(2) == [
        KeyHint(key: "Enter", title: "newline"), KeyHint(key: "Ctrl-D", title: "send"),
      ])
  }

  @Test func aVerbThatCannotBeDoneSaysWhy() {
    var console = Console.loaded([.mine(1)])
    console.press("t")
    #expect(console.notice == "You have #1")
    console.press("c")
    #expect(console.notice == "#1 does not wait for a human")
    console.press("n")
    #expect(console.notice == "Nobody needs you")
    console.press("R")
    #expect(console.notice == "Everything was sent")
    #expect(console.takeVisibleEffects() == [])
  }

  @Test(arguments: [
    (Key.character(" "), "Space"), (.control("d"), "Ctrl-D"), (.control("_"), "Ctrl-_"), (.alt("b"), "Ctrl-←"),
    (.character("G"), "G"), (.pageDown, "PgDn"), (.alt("\r"), "Alt-Enter"), (.function(5), "F5"), (.unknown, ""),
  ])
  func keysHaveNames(_ key: Key, _ label: String) {
    #expect(key.label == label)
  }
}
