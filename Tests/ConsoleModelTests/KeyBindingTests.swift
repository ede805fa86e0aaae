import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("Keys in the settings")
struct KeyBindingTests {
  private func read(_ text: String) -> (keymap: Keymap, errors: [String]) {
    var configuration = Configuration()
    let errors = configuration.read(text, path: "f").map(\.description)
    return (configuration.keymap, errors)
  }

  private func console(_ text: String) -> Console {
    var console = Console.loaded([.mine(1), .waiting(2, minutes: 5)])
    console.state.keymap = read(text).keymap
    return console
  }

  @Test func aKeyIsBound() {
    let keymap = read("[keys.browse]\n\"g t\" = \"take-over\"").keymap
    #expect(keymap.meaning(of: "g t", in: .list) == .command(Command(.takeOver)))
    #expect(keymap.meaning(of: "g t", in: .conversation) == .command(Command(.takeOver)))
    #expect(keymap.meaning(of: "t", in: .list) == .command(Command(.takeOver)))
    #expect(keymap.keys(of: .takeOver, in: .list) == ["g t", "t"])
  }

  @Test func aKeyMayHaveAnArgument() {
    var console = console("[keys.browse]\nx = \"open 1\"")
    console.press("x")
    #expect(console.opened == 1)
  }

  @Test func aKeyIsUnbound() {
    var console = console("[keys.browse]\nq = false")
    console.press("q")
    #expect(!console.takeVisibleEffects().contains(.quit))
    #expect(console.state.keyHints.allSatisfy { $0.title != "quit" })
  }

  @Test func aKeyMayTakeAnothersPlace() {
    let keymap = read("[keys.list]\nt = \"release\"").keymap
    #expect(keymap.meaning(of: "t", in: .list) == .command(Command(.release)))
    #expect(keymap.meaning(of: "t", in: .conversation) == .command(Command(.takeOver)))
  }

  @Test func aPrefixMayBecomeAKeyOnceItsSequencesAreUnbound() {
    let (keymap, errors) = read("[keys.browse]\ng = \"refresh\"\n\"g g\" = false")
    let others = Keymap.standard.commands(in: .list).keys.filter { $0.hasPrefix("g") && $0 != "g g" }
    if others.isEmpty {
      #expect(errors == [])
      #expect(keymap.meaning(of: "g", in: .list) == .command(Command(.refresh)))
      #expect(keymap.meaning(of: "g g", in: .list) == nil)
    } else {
      #expect(errors.count == 1)
    }
  }

  @Test func whatShowsAKeyFollows() {
    let console = console("[keys.browse]\nt = false\n\"x\" = \"take-over\"")
    #expect(console.state.keyHints.contains(KeyHint(key: "x", title: "take over")))
    #expect(console.state.keymap.label(of: .takeOver) == "x")
    #expect(console.state.keymap.commands(matching: "x").first == .takeOver)
    #expect(console.state.completions(of: "take").first?.key == "x")
  }

  @Test(arguments: [
    ("[keys.browse]\n\"g\" = \"refresh\"", "f:2:1: keys.browse.g: g begins g "),
    (
      "[keys.browse]\n\"t x\" = \"refresh\"",
      "f:2:1: keys.browse.\"t x\": t does take-over, and so nothing can follow it"
    ),
    ("[keys.browse]\n\"x\" = \"refesh\"", "f:2:7: keys.browse.x: \"refesh\" is no command: did you mean refresh?"),
    ("[keys.browse]\n\"x\" = \"open ann\"", "f:2:7: keys.browse.x: \"ann\" is no dialog's number"),
    ("[keys.browse]\n\"x\" = 3", "f:2:7: keys.browse.x: a command in quotes is expected, or false for nothing"),
    ("[keys.browse]\n\"xx\" = \"quit\"", "f:2:1: keys.browse.xx: \"xx\" is not the name of a key"),
    ("[keys.browse]\n\"Ctrl-S\" = \"quit\"", "f:2:1: keys.browse.Ctrl-S: Ctrl-S never reaches a program"),
    ("[keys.browse]\n\"Ctrl-C\" = \"quit\"", "f:2:1: keys.browse.Ctrl-C: Ctrl-C leaves what is open, always"),
    ("[keys.browse]\n\"x\" = \"word-left\"", "f:2:7: keys.browse.x: that does nothing in this table's place"),
    ("[keys.compose]\n\"x\" = \"send\"", "f:2:1: keys.compose.x: x is text there"),
    ("[keys.brows]\n\"x\" = \"quit\"", "f:1:1: keys.brows: there is no such table: did you mean keys.browse?"),
    (
      "[keys.browse]\n\"C-x\" = \"quit\"\n\"Ctrl-X\" = \"help\"",
      "f:3:1: keys.browse.Ctrl-X: Ctrl-X is bound in line 2 already"
    ),
    ("[keys]\nx = \"quit\"", "f:2:1: keys.x: there is no such table of keys: there are browse"),
  ])
  func aMistakeNamesFileLineAndKey(_ text: String, _ expected: String) {
    let errors = read(text).errors
    #expect(errors.first?.hasPrefix(expected) == true, "\(errors)")
  }
}
