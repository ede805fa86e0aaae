import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("The command line and the palette")
struct CommandLineTests {
  private static func console() -> Console {
    Console.loaded([
      .make(11, .active, minutesAgo: 1, manager: Console.me.id, name: "Ana Petrova"), .waiting(12, minutes: 3),
      .make(23, minutesAgo: 9, name: "Jean \"JD\" Doe"),
    ])
  }

  private func line(_ console: Console) -> String? { console.state.commandLine?.text }

  // MARK: Doing

  @Test func aCommandIsDone() {
    var console = Self.console()
    console.press(":open 23<Enter>")
    #expect(console.opened == 23)
    #expect(console.state.mode == .conversation)
  }

  @Test func lettersAreTextAndNoKeys() {
    var console = Self.console()
    console.press(":q t?")
    #expect(line(console) == "q t?")
    #expect(console.state.mode == .command)
    #expect(console.takeVisibleEffects() == [])
  }

  @Test func anErrorNamesTheWordAndKeepsTheLine() {
    var console = Self.console()
    console.press(":opne 23<Enter>")
    #expect(console.state.commandLine?.failure == "\"opne\" is no command: did you mean open?")
    #expect(line(console) == "opne 23")
    console.press("<BS>")
    #expect(console.state.commandLine?.failure == nil)
  }

  @Test func whatCannotBeDoneSaysWhy() {
    var console = Self.console()
    console.press(":release<Enter>")
    #expect(console.state.commandLine == nil)
    #expect(console.notice.contains("#12"))
  }

  @Test(arguments: [
    ":<Esc>", ":<BS>", ":abc<C-u><BS>", ":<Enter>", ":  <Enter>", ":<C-c>", "<C-k><Esc>", "<C-k>x<C-c>",
  ])
  func theyCanBeLeft(_ script: String) {
    var console = Self.console()
    console.press(script)
    #expect(console.state.mode == .list)
    #expect(console.takeVisibleEffects() == [])
  }

  @Test func aPasteOfManyLinesIsOneLineAndDoesNothing() {
    var console = Self.console()
    console.press(":")
    console.send(.key(.paste("quit\nrelease\n")))
    #expect(line(console) == "quit release")
    #expect(console.takeVisibleEffects() == [])
  }

  // MARK: Completion

  @Test(arguments: [
    (":rel<Tab>", "release"), (":page-<Tab>", "page-down"), (":page-<Tab><Tab>", "page-up"),
    (":page-<Tab><Tab><S-Tab>", "page-down"),
    (":page-<Tab><S-Tab>", "page-"), (":over<Tab>", "take-over"), (":page-<Tab><Down>", "page-up"),
    (":page-<Tab><Down><Up><Up>", "page-"),
    (":open 1<Tab>", "open 12"), (":open 1<Tab><Tab>", "open 11"), (":open ana<Tab>", "open 11"),
    (":open #2<Tab>", "open 23"), (":open doe<Tab>", "open 23"), (":open zz<Tab>", "open zz"), (":xyz<Tab>", "xyz"),
    (":ope<Tab>", "open "), (":ope<Tab>2<Tab>", "open 23"),
    (":page x<Left><Left><Tab>", "page-down x"),
  ])
  func tabCompletes(_ script: String, _ text: String) {
    var console = Self.console()
    console.press(script)
    #expect(line(console) == text)
  }

  @Test func candidatesSayWhatTheyAre() {
    var console = Self.console()
    console.press(":open ")
    #expect(console.state.commandLine?.candidates.map(\.text) == ["12", "11", "23"])
    #expect(console.state.commandLine?.candidates.map(\.note) == ["", "Ana Petrova", "Jean \"JD\" Doe"])
    console.press("<C-u>take-o")
    #expect(
      console.state.commandLine?.candidates == [Completion("take-over", note: Verb(.takeOver).help, key: "t")])
  }

  @Test func typingAfterACompletionGoesOnFromIt() {
    var console = Self.console()
    console.press(":ope<Tab>23<Enter>")
    #expect(console.opened == 23)
  }

  @Test(
    arguments: [
      ("", [], "", ""), ("op", [], "op", ""), ("open ", ["open"], "", "open "), ("open 1", ["open"], "1", "open "),
      ("a \"b c\" d", ["a", "b c"], "d", "a \"b c\" "), ("a \"b c", ["a"], "b c", "a "),
      ("a \"b \\\"c\" ", ["a", "b \"c"], "", "a \"b \\\"c\" "), ("  a b", ["a"], "b", "  a "),
    ] as [(String, [String], String, String)])
  func linesArePartedIntoWords(_ text: String, _ words: [String], _ current: String, _ head: String) {
    let parted = CommandWords(text)
    #expect(parted.words == words)
    #expect(parted.current == current)
    #expect(parted.head == head)
  }

  @Test func aWordWithBlanksIsQuotedAndReadBack() throws {
    let command = Command(.open, ["a \"b\\ c"])
    #expect(command.line == #"open "a \"b\\ c""#)
    #expect(CommandWords(command.line + " ").words == ["open", "a \"b\\ c"])
  }

  // MARK: History

  @Test func theHistoryIsWalkedAndKept() {
    var console = Self.console()
    console.send(.commandHistoryRestored(["refresh", "open 11"]))
    console.press(":help<Enter><Esc>")
    #expect(console.takeVisibleEffects() == [.saveCommandHistory(["refresh", "open 11", "help"])])
    console.press(":<Up>")
    #expect(line(console) == "help")
    console.press("<Up><Up><Up>")
    #expect(line(console) == "refresh")
    console.press("<Down>")
    #expect(line(console) == "open 11")
    console.press("<Down><Down>")
    #expect(line(console) == "")
  }

  @Test func theHistoryFollowsWhatWasTyped() {
    var console = Self.console()
    console.send(.commandHistoryRestored(["open 11", "refresh", "open 12", "help"]))
    console.press(":op<Up>")
    #expect(line(console) == "open 12")
    console.press("<Up>")
    #expect(line(console) == "open 11")
    console.press("<Down><Down>")
    #expect(line(console) == "op")
  }

  @Test func theHistoryHasEachLineOnceAndIsBounded() {
    var console = Self.console()
    console.send(.commandHistoryRestored((1...300).map { "open \($0)" }))
    #expect(console.state.commandHistory.count == ConsoleState.commandHistoryLimit)
    console.press(":open 200<Enter><Esc>:open 200<Enter>")
    #expect(console.state.commandHistory.count { $0 == "open 200" } == 1)
    #expect(console.state.commandHistory.last == "open 200")
  }

  @Test func aCommandThatCannotBeReadIsNotKept() {
    var console = Self.console()
    console.press(":nonsense<Enter>")
    #expect(console.state.commandHistory == [])
  }

  // MARK: The palette

  @Test(arguments: [
    ("take", VerbID.takeOver), ("tkov", .takeOver), ("t", .takeOver), ("r", .reply), ("R", .retrySend),
    ("g g", .moveToFirst), ("ctrl-r", .refresh), ("silent", .takeOver), ("give back", .release), ("?", .help),
    ("quit", .quit), ("drop unsent", .discardUnsent),
  ])
  func thePaletteFinds(_ query: String, _ verb: VerbID) {
    #expect(Keymap.standard.commands(matching: query).first == verb)
  }

  @Test func thePaletteHasAllCommands() {
    #expect(Keymap.standard.commands(matching: "") == Verb.commands.map(\.id))
    #expect(Keymap.standard.commands(matching: "qqqzzz") == [])
  }

  @Test func thePaletteDoesWhatItsCursorIsOn() {
    var console = Self.console()
    console.press("<C-k>open<Enter>")
    #expect(console.opened == 12)
    #expect(console.state.palette == nil)
    console.press("<C-k>release<Enter>")
    #expect(console.notice.contains("#12"))
  }

  @Test func thePalettesCursorStaysInside() {
    var console = Self.console()
    console.press("<C-k><Up><PgUp>")
    #expect(console.state.palette?.selected == 0)
    console.press("<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn>")
    #expect(console.state.palette?.selected == Verb.commands.count - 1)
    console.press("qqqzzz<Down><Enter>")
    #expect(console.state.palette?.selected == 0)
    #expect(console.state.mode == .palette)
  }

  // MARK: The help

  private func found(_ query: String) -> [VerbID] {
    var console = Self.console()
    console.press("?" + query)
    return console.state.helpSections.flatMap(\.verbs).map(\.id)
  }

  @Test func theHelpIsNarrowedByWordsAndByKeys() {
    #expect(found("t") == [.takeOver])
    #expect(found("g g") == [.moveToFirst])
    #expect(found("g").contains(.moveToFirst))
    #expect(!found("g").contains(.takeOver))
    #expect(found("visitor reply").isEmpty == false)
    #expect(found("ctrl-k") == [.palette, .killToLineEnd])
    #expect(found("zzzz") == [])
  }

  @Test func escapeLeavesTheFilterOfTheHelpFirst() {
    var console = Self.console()
    console.press("?take<Esc>")
    #expect(console.state.help?.filter.isEmpty == true)
    console.press("<Esc>")
    #expect(console.state.help == nil)
  }
}
