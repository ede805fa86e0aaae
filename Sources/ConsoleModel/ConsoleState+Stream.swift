import ChatProtocol
import LiveLink

/// The operator's stream, where the server has one: one socket instead of one for each dialog, and no asking for what it
/// tells.
extension ConsoleState {
  /// Whether everything that happens is told as it happens.
  var isStreamLive: Bool { stream?.phase.isLive ?? false }

  /// Uses the stream, if the server has one; nothing if it is in use.
  mutating func startStream() {
    guard session.capabilities.hasOperatorStream, stream == nil, !engine.streamIsUseless else { return }
    stream = OperatorStream(seed: engine.generator.next())
    feedStream(.start)
  }

  /// Gives an event to the stream and takes over what it reports. Nothing without a stream.
  mutating func feedStream(_ event: OperatorStream.Event) {
    guard let actions = stream?.handle(event, at: clock.monotonic) else { return }
    for action in actions {
      if case .report(let change) = action {
        streamChanged(change)
      } else {
        emit(.stream(action))
      }
    }
  }

  private mutating func streamChanged(_ change: OperatorStream.Change) {
    switch change {
    case .phase(let phase): streamChanged(phase)
    case .message(let message, let id, let origin): streamed(message, in: id, origin)
    case .event(let event, let id, let isLate): streamed(event, in: id, isLate: isLate)
    case .caughtUp(let catchUp): caughtUp(catchUp)
    case .roundTrip, .ignoredFrame, .problem: break
    }
  }

  // MARK: Coming and going

  private mutating func streamChanged(_ phase: OperatorStream.Phase) {
    let wasLive = health.isPushed
    health.isPushed = phase.isLive
    if wasLive, !phase.isLive {
      // What is shown was true until the stream was last heard.
      let known = stream?.completeAsOf(now: clock.monotonic) ?? clock.monotonic
      if health.listLoadedAt != nil { health.listLoadedAt = known }
      engine.outageBegan = clock.now.advanced(by: known - clock.monotonic)
      forgetTyping()
      // From now on the list is asked for, and presence has to be said.
      planNextRefresh()
      if !health.heartbeatGivenUp { beat() }
    }
    let completeAt = stream?.completeAsOf(now: clock.monotonic)
    for id in links.keys.sorted() { feed(.streamPhase(phase, completeAt: completeAt), toLinkOf: id) }
    switch phase {
    case .live:
      planNextRefresh()
      setAlarm(.heartbeat, at: nil)
      // Being connected is being there; anything else has to be said again to a server that may have been restarted.
      if status != .online { emit(.heartbeat(status)) }
      feedOutbox(.reachable)
    case .stopped(.signedOut): signOut("the login has expired")
    case .stopped(.refused(let reason)): abandonStream(reason)
    case .idle, .connecting, .reconnecting, .polling, .stopped(.closedByServer): break
    }
  }

  /// The server offers a stream and refuses it: the dialogs' own sockets are there, too.
  private mutating func abandonStream(_ reason: String) {
    say(.warning, "The operator stream is refused: \(reason). Each dialog has its own connection now")
    engine.streamIsUseless = true
    stream = nil
    links = [:]
    updateWatchedLinks()
    planNextRefresh()
  }

  private mutating func caughtUp(_ catchUp: OperatorStream.CatchUp) {
    let late = engine.lateEvents
    engine.lateEvents = LateEvents()
    switch catchUp {
    case .began:
      // The list and the histories may have been read before the server began to tell.
      readAnew()
    case .resumed(let missed):
      let here = late.inOpenDialog
      let words = missed == 1 ? "1 event" : "\(missed) events"
      say(
        .info,
        missed == 0
          ? "Reconnected: nothing was missed"
          : "Reconnected: \(words) missed, all here now" + (here > 0 ? ", \(here) in this chat" : ""))
    case .resync(.forgotten):
      say(.info, "Reconnected: reading everything anew, for the server does not know what was missed")
      engine.tellsRecovered = openLink?.recoveredCount
      readAnew()
    case .resync(.gap):
      say(.warning, "The server left events out: reading everything anew")
      engine.outageBegan = nil
      engine.tellsRecovered = openLink?.recoveredCount
      readAnew()
    }
  }

  private mutating func readAnew() {
    for id in links.keys.sorted() { feed(.streamBroke, toLinkOf: id) }
    requestWholeRefresh()
    emit(.loadTeam)
    if let id = conversation?.dialogID { loadProposals(in: id) }
  }

  /// Says what a new reading of the open dialog brought to light.
  mutating func tellRecovered(_ id: DialogID) {
    guard id == conversation?.dialogID, let before = engine.tellsRecovered else { return }
    engine.tellsRecovered = nil
    let missed = (links[id]?.recoveredCount ?? 0) - before
    if missed > 0 { say(.info, "Reconnected: all is read anew, \(missed) missed in this chat") }
  }

  // MARK: What it brings

  private mutating func streamed(_ message: Message, in id: DialogID, _ origin: LiveLink.Origin) {
    count(isLate: origin == .recovered, in: id)
    if list.entries[id] == nil {
      // An old dialog, or one further down than the list was read.
      list.put(DialogEntry(dialog: Dialog(id: id)))
      engine.readMarks[id] = ReadMark(through: message.id - 1, at: nil)
      emit(.loadDialog(id))
    }
    typing(false, by: Typist(message.sender), in: id)
    if message.sender == .manager, let author = message.author { typing(false, by: .colleague(author), in: id) }
    if links[id] == nil {
      addLink(id)
      evictLinks()
    }
    feed(.streamed(message, origin), toLinkOf: id)
  }

  private mutating func streamed(_ event: DialogEvent, in id: DialogID?, isLate: Bool) {
    count(isLate: isLate, in: id)
    switch (event, id) {
    case (.dialogUpdated(let dialog), _):
      merge(dialog, askedAt: clock.monotonic)
    case (.handoff(let state, let dialogID, let manager, let reason), _):
      guard let id = dialogID ?? id else { return }
      if list.entries[id] == nil { emit(.loadDialog(id)) }
      if let reason { list.update(id) { $0.dialog.handoffReason = reason } }
      handoffChanged(state, of: id, manager: manager)
    case (.handoffOverdue(let kind, let dialogID, let waited), _):
      if let id = dialogID ?? id { overdue(kind, in: id, waited: waited) }
    case (.receipt(let messageID, let id, let sender, let manager), _):
      wasRead(messageID, in: id, by: sender, manager)
    case (.proposal(let proposal), _): proposalChanged(proposal)
    case (.operatorPresence(let manager, let status), _):
      colleagueIs(status, manager)
    // Of an outage that is over nobody is still typing.
    case (.typingStarted(let sender), let id?) where !isLate: typing(true, by: Typist(sender), in: id)
    case (.typingStopped(let sender), let id?): typing(false, by: Typist(sender), in: id)
    case (.operatorTyping(let isTyping, let manager), let id?) where !(isLate && isTyping):
      typing(isTyping, by: .colleague(manager), in: id)
    case (.visitorPresence(let isOnline), let id?): visitorIs(online: isOnline, in: id)
    case (.viewing(let viewers), let id?): viewersAre(viewers, in: id)
    case (.typingStarted, _), (.typingStopped, _), (.operatorTyping, _), (.visitorPresence, _), (.viewing, _),
      (.other, _):
      break
    }
  }

  private mutating func count(isLate: Bool, in id: DialogID?) {
    guard isLate, id != nil, id == conversation?.dialogID else { return }
    engine.lateEvents.inOpenDialog += 1
  }
}
