private let typing: Set<Mode> = [.compose, .filter, .command, .palette, .pick, .search, .sentSearch]

extension Verb {
  /// The composer.
  static let composeVerbs: [Verb] = [
    Verb(.enter, [.enter], "send", "Send the line; in block mode: a newline", in: [.compose], hint: 0) {
      $0.enterInComposer()
    },
    Verb(
      .newline, [.control("j"), .alt("\r")], "newline", "A newline; turns block mode on (so does a pasted one)",
      in: [.compose], hint: 2
    ) { $0.editComposer { $0.newline() } },
    Verb(.send, [.control("d")], "send", "Send, also in block mode", in: [.compose], hint: 1) {
      $0.sendFromComposer()
    },
    Verb(.leaveComposer, [.escape], "keep draft", "Leave the composer; the draft stays", in: [.compose], hint: 3) {
      $0.leaveComposer()
    },
    Verb(.lineUp, [.up, .control("p")], "up", "A line up; from the first: what was sent before", in: [.compose]) {
      $0.editComposer { $0.up() }
    },
    Verb(.lineDown, [.down, .control("n")], "down", "A line down; from the last: what was sent after", in: [.compose]) {
      $0.editComposer { $0.down() }
    },
    Verb(.composePageDown, [.pageDown], "page down", "A screen of messages down", in: [.compose]) {
      $0.movePage(1)
    },
    Verb(.composePageUp, [.pageUp], "page up", "A screen of messages up", in: [.compose]) { $0.movePage(-1) },
  ]

  /// The line of the filter.
  static let filterVerbs: [Verb] = [
    Verb(.applyFilter, [.enter], "keep", "Keep the filter", in: [.filter], hint: 0) { $0.filterInput = nil },
    Verb(.clearFilter, [.escape], "clear", "Drop the filter", in: [.filter], hint: 1) { $0.clearFilter() },
    Verb(.filterDown, [.down], "down", "Next dialog", in: [.filter]) { $0.list.moveSelection(by: 1) },
    Verb(.filterUp, [.up], "up", "Previous dialog", in: [.filter]) { $0.list.moveSelection(by: -1) },
  ]

  /// Readline's keys, wherever text is typed.
  static let editVerbs: [Verb] = [
    edit(.moveLeft, [.left], "left", "One character left", .moveLeft),
    edit(.moveRight, [.right], "right", "One character right", .moveRight),
    edit(.moveWordLeft, [.alt("b")], "word left", "One word left", .moveWordLeft),
    edit(.moveWordRight, [.alt("f")], "word right", "One word right", .moveWordRight),
    edit(.moveToLineStart, [.control("a"), .home], "line start", "To the start of the line", .moveToLineStart),
    edit(.moveToLineEnd, [.control("e"), .end], "line end", "To the end of the line", .moveToLineEnd),
    edit(.deleteLeft, [.backspace], "delete left", "Delete the character on the left", .deleteLeft, alsoInHelp: true),
    edit(.deleteRight, [.delete], "delete right", "Delete the character on the right", .deleteRight),
    edit(.killToLineEnd, [.control("k")], "cut to end", "Cut to the end of the line", .killToLineEnd),
    edit(
      .killToLineStart, [.control("u")], "cut to start", "Cut to the start of the line", .killToLineStart,
      alsoInHelp: true),
    edit(.killWordLeft, [.control("w")], "cut word", "Cut the word on the left", .killWordLeft, alsoInHelp: true),
    edit(.yank, [.control("y")], "paste cut", "Put back what was cut last", .yank),
    edit(.undo, [.control("_")], "undo", "Undo the last edit (Ctrl-/ on most keyboards)", .undo),
    edit(.redo, [.control("^")], "redo", "Do again what undo took back (Ctrl-6 on most keyboards)", .redo),
  ]

  private static func edit(
    _ id: VerbID, _ keys: [KeySequence], _ title: String, _ help: String, _ command: EditCommand,
    alsoInHelp: Bool = false
  ) -> Verb {
    Verb(id, keys, title, help, in: alsoInHelp ? typing.union([.help, .password]) : typing) { $0.edit(command) }
  }

  /// Questions.
  static let promptVerbs: [Verb] = [
    Verb(.answerYes, [], "yes", "The key that the question names, never the one that asked for the act", in: [.confirm])
    { $0.answerPrompt() },
    Verb(.answerNo, [.escape, .character("n")], "no", "Leave everything as it is", in: [.confirm], hint: 0) {
      $0.prompt = nil
    },
    Verb(.previewDown, [.down], "down", "The text that the question is about: a line down", in: [.confirm]) {
      $0.scrollPreview(by: 1)
    },
    Verb(.previewUp, [.up], "up", "The text that the question is about: a line up", in: [.confirm]) {
      $0.scrollPreview(by: -1)
    },
    Verb(.previewPageDown, [.pageDown], "page down", "Ten lines down", in: [.confirm]) { $0.scrollPreview(by: 10) },
    Verb(.previewPageUp, [.pageUp], "page up", "Ten lines up", in: [.confirm]) { $0.scrollPreview(by: -10) },
  ]

  /// The help screen.
  static let helpVerbs: [Verb] = [
    Verb(.helpDown, [.down], "down", "One line down", in: [.help], hint: 1) { $0.scrollHelp(by: 1) },
    Verb(.helpUp, [.up], "up", "One line up", in: [.help], hint: 2) { $0.scrollHelp(by: -1) },
    Verb(.helpPageDown, [.pageDown], "page down", "A screen down", in: [.help], hint: 3) {
      $0.scrollHelp(by: $0.helpPageLines)
    },
    Verb(.helpPageUp, [.pageUp], "page up", "A screen up", in: [.help]) { $0.scrollHelp(by: -$0.helpPageLines) },
    Verb(.helpFirst, [.home], "first", "The first line", in: [.help]) { $0.help?.top = 0 },
    Verb(.helpLast, [.end], "last", "The last line", in: [.help]) { $0.help?.top = .max },
    Verb(.closeHelp, [.escape], "close", "Show everything again; then close the help", in: [.help], hint: 0) {
      $0.leaveHelp()
    },
  ]

  /// The program.
  static let programVerbs: [Verb] = [
    Verb(
      .help, [.character("?")], "help", "All keys; type to find one",
      in: [.list, .conversation, .details, .monitor, .dashboard], hint: 9
    ) {
      $0.help = HelpPage(about: $0.mode)
    },
    Verb(.quit, [.character("q")], "quit", "Leave the console; drafts are kept", in: [.list, .conversation], hint: 10) {
      $0.askQuit()
    },
  ]

  /// What acts in every mode.
  static let everywhereVerbs: [Verb] = [
    Verb(
      .interrupt, [.control("c")], "cancel", "Leave what is open, and again within 2 s: quit", in: Set(Mode.allCases)
    ) { $0.interrupt() },
    Verb(.redraw, [.control("l")], "redraw", "Draw the screen anew", in: Set(Mode.allCases)) { $0.emit(.redraw) },
    Verb(
      .suspend, [.control("z")], "suspend", "Leave the terminal to the shell (fg comes back)", in: Set(Mode.allCases)
    ) { $0.suspend() },
  ]
}
