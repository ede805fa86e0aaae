import ChatProtocol

/// The whole of the console's behaviour: what an event changes in the state, and what it asks of the world.
///
/// - Parameter clock: the time, where it has been read anew; the same as a `.clock` event before this one, and cheaper.
public func update(_ state: inout ConsoleState, _ event: ConsoleEvent, at clock: Clock? = nil) -> [Effect] {
  if let clock { state.clock = clock }
  state.handle(event)
  state.settle()
  defer { state.engine.effects.removeAll(keepingCapacity: true) }
  if state.session.isReadOnly { state.engine.effects.removeAll(where: \.isSeenByOthers) }
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
    case .pointed(let act, let target): point(act, at: target)
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
    case .briefLoaded(let id, let brief): take(brief, of: id)
    case .briefFailed(let id): briefFailed(of: id)
    case .handoffAnswered(let act, let id, let status): answered(act, id, status)
    case .handoffFailed(let act, let id, let failure): failed(act, id, failure)
    case .heartbeatAnswered(let accepted): heartbeatAnswered(accepted)

    case .teamLoaded(let team): take(team)
    case .teamFailed(let failure): teamFailed(failure)
    case .logLoaded(let id, let log): take(log, of: id)
    case .logFailed(let id, let failure): logFailed(id, failure)
    case .proposalsLoaded(let id, let proposals): take(proposals, of: id)
    case .decided(let decision, let message): decided(decision, message)
    case .decisionFailed(let decision, let failure): decisionFailed(decision, failure)

    case .searchLoaded(let text, let answer): take(answer, for: text)
    case .searchFailed(let text, let failure): searchFailed(text, failure)
    case .exported(let outcome): exported(outcome)
    case .linkOpened(let address, let outcome): linkOpened(address, outcome)

    case .link(let id, let event): feed(event, toLinkOf: id)
    case .stream(let event): feedStream(event)
    case .outbox(let event): feedOutbox(event)
    case .draftsRestored(let drafts, let notes): restore(drafts, notes: notes)
    case .edited(let key, let outcome): edited(key, outcome)
    case .textsLoaded(let library): take(library)
    case .filesListed(let folder, let names): filesListed(folder, names)
    case .commandHistoryRestored(let lines): restoreCommands(lines)
    case .logInFailed(let reason): logInFailed(reason)
    case .configured(let configuration): configure(configuration)
    case .themeChosen(let name): themeChosen(name)
    case .configurationFailed(let errors): configurationFailed(errors)
    case .deskRestored(let desk): restore(desk)
    case .marksRequested(let requests): take(requests)
    }
  }

  /// What follows from the state, whatever the event was.
  fileprivate mutating func settle() {
    if focus == .conversation { list.thaw() }
    arrangeBoard()
    statistics.noteQueue(list.waitingCount, at: clock.now)
    setAlarm(.filter, at: list.isFiltering ? clock.monotonic : nil)
    list.scrollToSelection(rows: engine.viewport.listRows)
    loadMore()
    expireTyping()
    tellWhatIsViewed()
    markWhatIsSeen()
    if let notice, notice.expiresAt <= clock.monotonic { self.notice = nil }
    if let pending = pendingKeys, pending.mode != mode { pendingKeys = nil }
    if pendingKeys == nil || pendingKeys?.isShown == true { setAlarm(.keys, at: nil) }
    tellOutside()
    planSnooze()
    leaveAbandonedMacro()
    setAlarm(.display, at: nextDisplayChange)
  }
}
