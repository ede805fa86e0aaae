import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("Command lines")
struct CommandTests {
  @Test(arguments: [
    ("take-over", Command(.takeOver)), ("  take-over  ", Command(.takeOver)), ("q", Command(.quit)),
    ("open", Command(.open)), ("open 4821", Command(.open, ["4821"])), ("open #4821", Command(.open, ["#4821"])),
    ("open \"4821\"", Command(.open, ["4821"])),
  ])
  func areRead(_ line: String, _ command: Command) throws {
    #expect(try Command(parsing: line) == command)
  }

  @Test(arguments: [
    ("", "no command is given"), ("   ", "no command is given"),
    ("take-ovr", "\"take-ovr\" is no command: did you mean take-over?"),
    ("xyzzy", "\"xyzzy\" is no command"),
    ("open ann", "\"ann\" is no dialog's number: open [DIALOG]"),
    ("open 1 2", "open has no use for \"2\": open [DIALOG]"),
    ("open \"1", "the quote before \"1\" is not closed"),
    ("refresh now", "refresh has no use for \"now\": refresh"),
    ("word-left", "\"word-left\" is no command"),
  ])
  func thatCannotBeDoneNameTheWord(_ line: String, _ reason: String) {
    #expect(throws: CommandError(reason)) { try Command(parsing: line) }
  }

  @Test func aCommandWithADialogOpensThatOne() {
    var console = Console.loaded([.mine(1), .mine(2)])
    console.state.perform(Command(.open, ["2"]))
    #expect(console.opened == 2)
  }

  @Test func aDialogThatIsNotListedIsLoaded() {
    var console = Console.loaded([])
    console.state.perform(Command(.open, ["99"]))
    #expect(console.opened == 99)
    #expect(console.state.engine.effects.contains(.loadDialog(99)))
  }

  @Test(arguments: [
    ("reply", "replay", "reply"), ("abcd", "zzzz", nil), ("take-over", "takeover", "take-over"),
    ("release", "rel", "release"),
  ])
  func nearWordsAreFound(_ word: String, _ typed: String, _ found: String?) {
    #expect(typed.nearest(of: [word]) == found)
  }
}
