import ChatProtocol

/// The whole of the console's behaviour: what an event changes in the state, and what it asks of the world.
public func update(_ state: inout ConsoleState, _ event: ConsoleEvent) -> [Effect] {
  state.handle(event)
  state.settle()
  defer { state.engine.effects.removeAll(keepingCapacity: true) }
  return state.engine.effects
}

extension ConsoleState {
  /// Asks something of the world.
  mutating func emit(_ effect: Effect) {
    engine.effects.append(effect)
  }

  fileprivate mutating func handle(_ event: ConsoleEvent) {
    switch event {
    case .key(let key): press(key)
    case .resized(let size): self.size = size
    case .viewport(let viewport): adopt(viewport)
    case .resumed: wake()
    case .terminated: quit()

    case .clock(let clock): self.clock = clock
    case .alarm(let alarm): alarmFired(alarm)

    case .signedIn(let account, let capabilities): signIn(account, capabilities)
    case .signedOut(let reason): signOut(reason)
    case .dialogsLoaded(let page): take(page)
    case .dialogsFailed(let failure): listFailed(failure)
    case .dialogLoaded(let dialog): take(dialog)
    case .queueLoaded(let queue): take(queue)
    case .queueFailed(let failure): queueFailed(failure)
    case .handoffAnswered(let act, let id, let status): answered(act, id, status)
    case .handoffFailed(let act, let id, let failure): failed(act, id, failure)
    case .heartbeatAnswered(let accepted): heartbeatAnswered(accepted)

    case .link(let id, let event): feed(event, toLinkOf: id)
    case .outbox(let event): feedOutbox(event)
    case .draftsRestored(let drafts): restore(drafts)
    }
  }

  /// What follows from the state, whatever the event was.
  fileprivate mutating func settle() {
    if focus == .conversation { list.thaw() }
    list.scrollToSelection(rows: engine.viewport.listRows)
    markWhatIsSeen()
    if let notice, notice.expiresAt <= clock.monotonic { self.notice = nil }
    setAlarm(.display, at: nextDisplayChange)
  }

  // MARK: Keys

  private mutating func press(_ key: Key) {
    switch key {
    case .focusIn: hasTerminalFocus = true
    case .focusOut:
      hasTerminalFocus = false
      // The divider is free for what comes in while nobody looks.
      conversation?.firstUnread = nil
    case .paste(let text): paste(text)
    case .unknown: break
    default:
      // What was only for information has been read by whoever goes on.
      if notice?.level == .info { notice = nil }
      if mode == .confirm, key == prompt?.confirmKey {
        answerPrompt()
      } else if let verb = Verb.bound(to: key, in: mode) {
        perform(verb)
      } else if case .character(let character) = key {
        type(character)
      }
    }
  }

  private mutating func perform(_ verb: Verb) {
    switch verb.isAvailable(in: self) {
    case .yes: verb.perform(&self)
    case .no(let reason): say(.warning, reason)
    }
  }

  private mutating func type(_ character: Character) {
    switch mode {
    case .compose: editComposer { $0.type(character) }
    case .filter: editFilter { $0.type(character) }
    case .list, .conversation, .confirm, .help: break
    }
  }

  /// A paste is text. Where no text is typed, it is nothing: its letters must not act as keys.
  private mutating func paste(_ text: String) {
    switch mode {
    case .compose: editComposer { $0.paste(text) }
    case .filter: editFilter { $0.insert(text.joinedLines) }
    case .list, .conversation, .confirm, .help:
      say(.info, "Pasted text goes into the composer: r opens it")
    }
  }

  /// An edit command for whatever is being typed.
  mutating func edit(_ command: EditCommand) {
    if mode == .filter {
      editFilter { $0.apply(command) }
    } else {
      editComposer { $0.apply(command) }
    }
  }
}
