import ChatProtocol
import LiveLink

/// The live links: which of them run, and what they bring.
extension ConsoleState {
  /// How many links run at once, at most.
  static let watchLimit = 24
  /// A link that runs already goes on while its dialog is among this many, so that two dialogs that overtake each
  /// other do not connect and disconnect in turn.
  private static let watchSlack = 32
  /// How many links are kept at most, running or not: a link that rests keeps its messages for when its dialog is
  /// opened again.
  private static let linkLimit = 128
  /// How much of a history is read before the operator asks for more.
  static let historyPage = 200

  /// The dialogs to watch, the most important first: the open one, those that wait, mine, those that other operators
  /// have, and then the most recent.
  private func watchCandidates() -> [DialogID] {
    var seen: Set<DialogID> = []
    var result: [DialogID] = []
    func add(_ ids: some Sequence<DialogID>) {
      for id in ids where result.count < Self.watchSlack && seen.insert(id).inserted { result.append(id) }
    }
    if let id = conversation?.dialogID { add([id]) }
    add(board.slots)
    add(list.waiting)
    add(list.mineByUrgency)
    add(list.heldByUrgency)
    add(list.mostRecent(Self.watchSlack))
    return result
  }

  /// Starts and stops links, so that those run that should.
  mutating func updateWatchedLinks() {
    guard session.account != nil, session.endReason == nil else { return }
    guard stream == nil else { return updateStreamLinks() }
    let candidates = watchCandidates()
    let running = Set(links.lazy.filter { $0.value.phase != .idle }.map(\.key))
    // The first half is sure of its links; in the second, those that run go on running.
    var watched: Set<DialogID> = []
    let preferred = candidates.prefix(Self.watchLimit / 2) + candidates.filter(running.contains) + candidates
    for id in preferred where watched.count < Self.watchLimit { watched.insert(id) }

    for id in running.subtracting(watched).sorted() { feed(.stop, toLinkOf: id) }
    for id in candidates where watched.contains(id) {
      if links[id] == nil { addLink(id) }
      if links[id]?.phase == .idle { feed(.start, toLinkOf: id) }
    }
    evictLinks()
  }

  /// On a stream a link costs nothing: all of them take in what it brings, and those of the dialogs on the screen run,
  /// which is to say that they fetch what is older.
  private mutating func updateStreamLinks() {
    let shown = Set((conversation.map { [$0.dialogID] } ?? []) + board.slots)
    let running = links.lazy.filter { $0.value.phase != .idle }.map(\.key)
    for id in running.filter({ !shown.contains($0) }).sorted() { feed(.stop, toLinkOf: id) }
    for id in shown.sorted() {
      if links[id] == nil { addLink(id) }
      feed(.start, toLinkOf: id)
    }
    evictLinks()
  }

  mutating func addLink(_ id: DialogID) {
    var configuration = LiveLink.Configuration()
    // The list is read over HTTP anyway: only the dialog on the screen is worth polling.
    configuration.pollsWhileDown = conversation?.dialogID == id
    configuration.pageSize = session.capabilities.hasPaging ? Self.historyPage : nil
    links[id] = LiveLink(
      dialogID: id, configuration: configuration, seed: engine.generator.next(), isOnStream: stream != nil)
    if let phase = stream?.phase { feed(.streamPhase(phase, completeAt: nil), toLinkOf: id) }
  }

  mutating func evictLinks() {
    guard links.count > Self.linkLimit else { return }
    let resting = links.filter { $0.value.phase == .idle && $0.key != conversation?.dialogID }.keys
    let oldestFirst = resting.sorted {
      (list.entries[$0]?.lastActivity ?? .distantPast, $0) < (list.entries[$1]?.lastActivity ?? .distantPast, $1)
    }
    for id in oldestFirst.prefix(links.count - Self.linkLimit) {
      links[id] = nil
      gaps[id] = nil
      engine.recoveredWhenLive[id] = nil
      engine.linkOutages[id] = nil
    }
  }

  // MARK: Events

  /// Gives an event to a dialog's link and takes over what it reports. Nothing for a dialog without a link.
  mutating func feed(_ event: LiveLink.Event, toLinkOf id: DialogID) {
    guard let actions = links[id]?.handle(event, at: clock.monotonic) else { return }
    for action in actions {
      if case .report(let change) = action {
        linkChanged(id, change)
      } else {
        emit(.link(id, action))
      }
    }
  }

  private mutating func linkChanged(_ id: DialogID, _ change: LiveLink.Change) {
    switch change {
    case .phase(let phase): phaseChanged(id, phase)
    case .inserted(let messages, let origin): messagesArrived(messages, in: id, origin)
    case .older: goOnSeeking(in: id)
    case .updated: refreshLastLine(id)
    case .typing:
      let typists = links[id]?.typists.map { Typist($0) } ?? []
      list.update(id) { $0.typists = typists }
    case .event(.handoff(let state, let dialogID, let manager, _)):
      handoffChanged(state, of: dialogID ?? id, manager: manager)
    case .event(.proposal(let proposal)): proposalChanged(proposal)
    case .event(.handoffOverdue(let kind, let dialogID, let waited)): overdue(kind, in: dialogID ?? id, waited: waited)
    case .event(.receipt(let messageID, let id, let sender, let manager)):
      wasRead(messageID, in: id, by: sender, manager)
    case .serverReturned: feedStream(.serverReturned)
    case .event, .ignoredFrame, .problem: break
    }
  }

  private mutating func phaseChanged(_ id: DialogID, _ phase: LiveLink.Phase) {
    switch phase {
    // An outage is the stream's, and it says what came of it.
    case .live where stream != nil: tellRecovered(id)
    case .live:
      let recovered = links[id]?.recoveredCount ?? 0
      if let before = engine.recoveredWhenLive.updateValue(recovered, forKey: id) {
        engine.linkOutages[id] = nil
        if id == conversation?.dialogID {
          let missed = recovered - before
          say(.info, missed > 0 ? "Live again; \(missed) missed, all here now" : "Live again; nothing was missed")
        }
        // While the socket was down a hand-off may have gone by, or a proposal.
        if id == conversation?.dialogID { loadProposals(in: id) }
        requestRefresh()
      }
      feedOutbox(.reachable)
    case .stopped(.signedOut): signOut("the login has expired")
    case .stopped(.refused(let reason)) where id == conversation?.dialogID: say(.error, "#\(id): \(reason)")
    case .connecting, .reconnecting, .polling:
      guard stream == nil, engine.recoveredWhenLive[id] != nil, engine.linkOutages[id] == nil else { break }
      let now = clock.monotonic
      engine.linkOutages[id] = clock.now.advanced(by: (links[id]?.completeAsOf(now: now) ?? now) - now)
    case .idle, .stopped: break
    }
  }

  private mutating func messagesArrived(_ messages: [Message], in id: DialogID, _ origin: LiveLink.Origin) {
    feedOutbox(.seen(id, messages))
    let isOld = origin == .history || origin == .older
    if !isOld {
      for message in messages where message.kind == .message {
        statistics.noteMessage(by: message.sender, at: clock.now)
        if message.sender == .manager, let id = author(of: message, in: id) {
          statistics.noteAnswer(by: id, at: clock.now)
        }
      }
    }
    if origin == .recovered { markGap(messages, in: id) }
    refreshLastLine(id)
    searchGrew(in: id, by: messages)
    showWantedMessage(in: id)
    countUnread(messages, in: id)
    countMentions(messages, in: id)
    if !isOld, messages.contains(where: { $0.sender == .user }) { mark(.visitorWrote(id)) }
    if id == conversation?.dialogID, origin == .history || !isInView(id) || conversation?.scroll != .bottom {
      placeDivider()
    }
    guard !isOld else { return }
    if messages.contains(where: mentionsMe) {
      announce(.mention, id)
    } else if holder(of: id) == .me, messages.contains(where: { $0.sender == .user }) {
      announce(.message, id)
    }
  }

  /// Who wrote a reply: part 1 does not say, and then it is whoever has the dialog.
  private func author(of message: Message, in id: DialogID) -> UserID? {
    if let author = message.author { return author.id }
    return switch holder(of: id) {
    case .me: session.account?.id
    case .other(let manager): manager?.id
    case .assistant, .nobodyYet: nil
    }
  }

  /// The list's line follows the timeline, unless the list knows of something newer.
  private mutating func refreshLastLine(_ id: DialogID) {
    // A note is not part of the conversation: the server's own list does not show it either.
    guard let message = links[id]?.timeline.last(where: { $0.kind == .message }) else { return }
    let text = message.visibleText(on: session.capabilities)
    list.update(id) { entry in
      if let listed = entry.dialog.lastMessageAt, let at = message.timestamp, listed > at { return }
      entry.dialog.lastMessageAt = message.timestamp ?? entry.dialog.lastMessageAt
      entry.dialog.lastMessageText = message.text
      // Since the first question after the last answer; where that is not known, since this one.
      let goesOn = message.sender == .user && entry.lastLine?.sender == .user
      entry.unansweredSince =
        message.sender == .user ? (goesOn ? entry.unansweredSince : nil) ?? message.timestamp : nil
      if message.sender != .user { entry.overdue = entry.overdue == .answer ? nil : entry.overdue }
      entry.lastLine = LastLine(
        text: text, sender: message.sender, at: message.timestamp, messageID: message.id,
        author: message.author)
    }
  }
}

extension LiveLink.Phase {
  /// Whether the socket is open and nothing is missing.
  var isLive: Bool {
    if case .live = self { true } else { false }
  }

  /// Whether it waits for something, so that trying at once makes sense.
  var isDown: Bool {
    switch self {
    case .reconnecting, .polling, .stopped: true
    case .idle, .connecting, .live: false
    }
  }
}

extension Timestamp {
  /// Before every message.
  static let distantPast = Timestamp(milliseconds: .min)
  /// After every message.
  static let distantFuture = Timestamp(milliseconds: .max)
}
