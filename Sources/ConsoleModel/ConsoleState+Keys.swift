extension ConsoleState {
  /// How long a prefix waits for its next key before the screen shows what may follow: who knows the keys is not
  /// disturbed (and no byte is sent for a box that is gone at once).
  static let popupDelay: Duration = .milliseconds(400)

  /// A key, a paste, or the window's focus.
  mutating func press(_ key: Key) {
    switch key {
    case .focusIn: hasTerminalFocus = true
    case .focusOut:
      hasTerminalFocus = false
      // The divider is free for what comes in while nobody looks.
      conversation?.firstUnread = nil
    case .paste(let text): paste(text)
    case .mouse, .unknown: break
    default:
      // What was only for information has been read by whoever goes on.
      if notice?.level == .info { notice = nil }
      engine.pressedKey = key
      if let prompt, let act = prompt.act(for: key) {
        answerPrompt(act)
      } else if let prompt, prompt.isPassive {
        pressBeside(prompt, key)
      } else {
        follow(key)
      }
    }
  }

  /// Looks up what a key means after those pressed so far.
  private mutating func follow(_ key: Key) {
    let mode = mode
    let before = pendingKeys?.mode == mode ? pendingKeys : nil
    let keys = before.map { $0.keys.then(key) } ?? KeySequence(key)
    pendingKeys = nil
    switch keymap.meaning(of: keys, in: mode) {
    case .command(let command): perform(command)
    case .prefix: wait(for: PendingKeys(keys, in: mode, isShown: before?.isShown ?? false))
    case nil:
      guard before != nil else {
        if case .character(let character) = key { type(character) }
        return
      }
      leavePrefix(keys, by: key)
    }
  }

  /// Waits for what follows a prefix; who hesitates is shown what may.
  private mutating func wait(for keys: PendingKeys) {
    pendingKeys = keys
    if !keys.isShown { setAlarm(.keys, at: clock.monotonic + Self.popupDelay) }
  }

  /// A key that goes nowhere from a prefix: Esc and Ctrl-C are meant to, any other is said to be none.
  private mutating func leavePrefix(_ keys: KeySequence, by key: Key) {
    guard key != .escape, key != .control("c") else { return }
    say(.warning, "\(keys.label) is not bound to anything")
  }

  /// The operator hesitates after a prefix.
  mutating func showPendingKeys() {
    guard let pending = pendingKeys, pending.mode == mode else { return }
    pendingKeys = PendingKeys(pending.keys, in: pending.mode, isShown: true)
  }

  /// Does what a key or a command line asks for, or says why it cannot be done.
  mutating func perform(_ command: Command) {
    let verb = Verb(command.verb)
    if verb.writes || !command.namesItsDialog, case .no(let reason) = verb.isAvailable(in: self) {
      return say(.warning, reason)
    }
    guard verb.arguments.dropFirst(command.arguments.count).allSatisfy({ !$0.isRequired }) else {
      return openCommandLine(command.line + " ")
    }
    verb.perform(&self, command.arguments)
  }

  /// Moves in the text that a question is about.
  mutating func scrollPreview(by lines: Int) {
    guard let prompt, prompt.preview != nil else { return }
    self.prompt?.previewTop = max(0, prompt.previewTop + lines)
  }

  private mutating func type(_ character: Character) {
    switch mode {
    case .compose:
      if character == "/" { typeSlash() } else { editComposer { $0.type(character) } }
    case .sentSearch: sentSearch?.edit { $0.type(character) }
    case .filter, .command, .palette, .password, .help: editLine { $0.type(character) }
    case .pick: typeIntoPicker(character)
    case .search: editSearch { $0.type(character) }
    case .list, .conversation, .confirm, .details, .monitor, .dashboard: break
    }
  }

  /// A paste is text. Where no text is typed, it is nothing: its letters must not act as keys.
  private mutating func paste(_ text: String) {
    if let prompt, prompt.isPassive { dismiss(prompt) }
    switch mode {
    case .compose: pasteIntoComposer(text)
    case .filter, .command, .palette, .password, .help: editLine { $0.insert(text.joinedLines) }
    case .search: editSearch { $0.insert(text.joinedLines) }
    case .sentSearch: sentSearch?.edit { $0.insert(text.joinedLines) }
    case .pick: if picker?.picksByDigit == false { editPicker { $0.insert(text.joinedLines) } }
    case .list, .conversation, .confirm, .details, .monitor, .dashboard:
      say(.info, "Pasted text goes into the composer: \(keymap.label(of: .reply)) opens it")
    }
  }

  /// An edit command for whatever is being typed.
  mutating func edit(_ command: EditCommand) {
    if mode == .compose {
      editComposer { $0.apply(command) }
    } else if mode == .command, command == .deleteLeft, commandLine?.input.isEmpty == true {
      // Rubbing out what is not there leaves, as in every editor that has such a line.
      commandLine = nil
    } else if mode == .pick, command == .deleteLeft, picker?.input.isEmpty == true, picker?.isOfTexts == true {
      picker = nil
    } else {
      editLine { $0.apply(command) }
    }
  }

  /// Changes the line that is being typed; what depends on it follows at once.
  private mutating func editLine(_ edit: (inout TextBuffer) -> Void) {
    switch mode {
    case .filter: editFilter(edit)
    case .command: editCommandLine(edit)
    case .palette: editPalette(edit)
    case .help: editHelpFilter(edit)
    case .password: editPassword(edit)
    case .pick: editPicker(edit)
    case .search: editSearch(edit)
    case .sentSearch: sentSearch?.edit(edit)
    case .list, .conversation, .compose, .confirm, .details, .monitor, .dashboard: break
    }
  }
}
