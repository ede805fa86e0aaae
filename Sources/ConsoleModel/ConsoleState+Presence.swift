public import ChatProtocol
import LiveLink

/// Who is there: visitors, colleagues, this operator; and what has been read.
extension ConsoleState {
  // MARK: Visitors

  mutating func visitorIs(online isOnline: Bool, in id: DialogID) {
    let now = clock.now
    engine.awarenessKnownAt[id] = clock.monotonic
    list.update(id) { entry in
      if entry.dialog.visitorOnline == true, !isOnline { entry.visitorLastSeen = now }
      entry.dialog.visitorOnline = isOnline
    }
  }

  mutating func viewersAre(_ viewers: [Manager], in id: DialogID) {
    engine.awarenessKnownAt[id] = clock.monotonic
    list.update(id) { $0.dialog.viewers = viewers }
  }

  // MARK: Colleagues

  /// The answer to `Effect.loadTeam`.
  mutating func take(_ team: [Colleague]) {
    self.team = team
    nameHolders()
    if case .transfer = picker?.purpose, picker?.status.hasPrefix("Reading") == true { picker?.status = "" }
  }

  /// Lists tell who has a dialog by number only; the filter and what is said know names.
  private mutating func nameHolders() {
    let names = Dictionary(team.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    for id in list.heldByUrgency {
      guard case .other(let manager?) = holder(of: id), manager.name == nil, let name = names[manager.id] else {
        continue
      }
      list.update(id) { $0.holder = .other(Manager(id: manager.id, name: name)) }
    }
  }

  mutating func colleagueIs(_ status: OperatorStatus, _ manager: Manager) {
    guard let index = team.firstIndex(where: { $0.id == manager.id }) else {
      // Somebody new.
      return emit(.loadTeam)
    }
    team[index].status = status
  }

  /// A dialog changed hands: so did its weight.
  mutating func shiftLoad(from before: Holder?, to after: Holder) {
    guard before != after else { return }
    for (holder, change) in [(before, -1), (after, 1)] {
      guard let id = holder.flatMap(operatorID), let index = team.firstIndex(where: { $0.id == id }) else { continue }
      team[index].dialogs = max(0, (team[index].dialogs ?? 0) + change)
    }
  }

  private func operatorID(of holder: Holder) -> UserID? {
    switch holder {
    case .me: session.account?.id
    case .other(let manager): manager?.id
    case .assistant, .nobodyYet: nil
    }
  }

  /// The others who look at a dialog.
  public func othersViewing(_ entry: DialogEntry) -> [Manager] {
    (entry.dialog.viewers ?? []).filter { $0.id != session.account?.id }
  }

  // MARK: This operator

  func statusAvailability(_ wanted: OperatorStatus) -> Availability {
    guard !health.heartbeatGivenUp || isStreamLive else { return .no("This server knows no presence") }
    return wanted == status ? .no("You are \(wanted.rawValue) already") : .yes
  }

  /// Says whether this operator takes dialogs, by its own choice.
  mutating func chooseStatus(_ status: OperatorStatus) {
    did("Being \(status.rawValue)", .status(self.status))
    setStatus(status)
  }

  /// Says whether this operator takes dialogs.
  mutating func setStatus(_ status: OperatorStatus) {
    self.status = status
    health.heartbeatGivenUp = false
    engine.heartbeatFailures = 0
    beat()
    if isStreamLive { setAlarm(.heartbeat, at: nil) }
    say(.info, status.words)
  }

  /// Tells the stream which dialog is before the operator's eyes.
  mutating func tellWhatIsViewed() {
    guard stream != nil, !session.isReadOnly else { return }
    let viewed = showsConversation ? conversation?.dialogID : nil
    guard viewed != engine.viewed else { return }
    engine.viewed = viewed
    feedStream(.viewing(viewed))
  }

  // MARK: Receipts

  /// Tells that a dialog has been read up to a message.
  mutating func tellRead(_ messageID: MessageID, in id: DialogID) {
    guard !session.isReadOnly else { return }
    feedStream(.read(messageID, id))
  }

  mutating func wasRead(_ messageID: MessageID, in id: DialogID, by sender: Sender, _ manager: Manager?) {
    switch sender {
    case .user:
      list.update(id) { $0.dialog.visitorLastRead = max($0.dialog.visitorLastRead ?? .min, messageID) }
    case .manager:
      list.update(id) { $0.dialog.operatorLastRead = max($0.dialog.operatorLastRead ?? .min, messageID) }
      guard let manager, manager.id == session.account?.id else { return }
      // Read at another of this operator's consoles.
      list.update(id) { $0.dialog.lastRead = max($0.dialog.lastRead ?? .min, messageID) }
      guard engine.readMarks[id]?.through.map({ $0 < messageID }) ?? true else { return }
      engine.readMarks[id] = ReadMark(
        through: messageID, at: links[id]?.timeline[id: messageID]?.timestamp ?? engine.readMarks[id]?.at)
      recountUnread(id)
    case .assistant, .system, .other:
      break
    }
  }
}

extension OperatorStatus {
  /// What being so means, as a sentence.
  fileprivate var words: String {
    switch self {
    case .online: "You are online: new dialogs may come to you"
    case .away: "You are away: colleagues see it; s o says that you are back"
    case .offline: "You are shown as offline; s o says that you are back"
    }
  }
}
