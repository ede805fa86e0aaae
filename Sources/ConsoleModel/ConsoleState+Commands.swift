import ChatProtocol

/// The command line and the palette.
extension ConsoleState {
  /// How many lines the history of commands keeps.
  static let commandHistoryLimit = 200

  // MARK: The command line

  /// Opens the command line.
  mutating func openCommandLine(_ text: String = "") {
    commandLine = CommandLine(text)
    engine.listedFiles = [:]
    complete()
  }

  /// Changes the command line; what it may become follows.
  mutating func editCommandLine(_ edit: (inout TextBuffer) -> Void) {
    commandLine?.edit(edit)
    complete()
  }

  /// Looks up what may follow what is typed.
  mutating func complete() {
    guard let line = commandLine else { return }
    askForFiles(line.input.textBeforeCursor)
    let candidates = completions(of: line.input.textBeforeCursor)
    commandLine?.candidates = candidates
  }

  /// Tab: puts the next candidate into the line. The only one is it; then the line is ready for what follows.
  mutating func completeCommandLine(_ step: Int) {
    guard let line = commandLine, line.candidates.count == 1, line.selected == nil else {
      commandLine?.select(step)
      return
    }
    commandLine?.select(1)
    let text = commandLine?.input.textBeforeCursor ?? ""
    if isMoreExpected(after: CommandWords(text)) { commandLine?.edit { $0.insert(" ") } }
    complete()
  }

  /// Whether an argument may follow a beginning of a command line.
  private func isMoreExpected(after line: CommandWords) -> Bool {
    guard let verb = VerbID(rawValue: line.words.first ?? line.current).map({ Verb($0) }) else { return false }
    return line.words.count < verb.arguments.count
  }

  /// Moves in the candidates, or without a chosen one in the history.
  mutating func moveInCommandLine(_ step: Int) {
    if commandLine?.selected != nil {
      commandLine?.select(step)
    } else {
      let history = commandHistory
      commandLine?.recall(step, from: history)
      complete()
    }
  }

  /// Does what the command line says. One that cannot be read stays, with what is wrong with it.
  mutating func runCommandLine() {
    guard let line = commandLine else { return }
    let text = line.text.trimmingBlanks
    guard !text.isEmpty else {
      commandLine = nil
      return
    }
    do {
      let command = try Command(parsing: text)
      commandLine = nil
      keep(text)
      perform(command)
    } catch {
      commandLine?.failure = error.description
    }
  }

  /// Remembers a command line, once.
  private mutating func keep(_ line: String) {
    commandHistory.removeAll { $0 == line }
    commandHistory.append(line)
    if commandHistory.count > Self.commandHistoryLimit { commandHistory.removeFirst() }
    emit(.saveCommandHistory(commandHistory))
  }

  /// The command lines of former consoles; those of this one are newer.
  mutating func restoreCommands(_ lines: [String]) {
    let older = lines.filter { !$0.isEmpty && !commandHistory.contains($0) }
    commandHistory = (older + commandHistory).suffix(Self.commandHistoryLimit)
  }

  // MARK: The palette

  /// Opens the palette.
  mutating func openPalette() {
    palette = Palette()
    palette?.matches = keymap.commands(matching: "")
  }

  /// Changes what the palette looks for.
  mutating func editPalette(_ edit: (inout TextBuffer) -> Void) {
    guard var palette else { return }
    edit(&palette.input)
    palette.matches = keymap.commands(matching: palette.input.text.trimmingBlanks)
    palette.selected = 0
    self.palette = palette
  }

  /// Does what the palette's cursor is on.
  mutating func runFromPalette() {
    guard let palette, palette.matches.indices.contains(palette.selected) else { return }
    self.palette = nil
    perform(Command(palette.matches[palette.selected]))
  }
}

extension String {
  /// Without the blanks at both ends.
  var trimmingBlanks: String {
    var text = self[...].drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }
}
