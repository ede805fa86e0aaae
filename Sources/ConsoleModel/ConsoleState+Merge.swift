import ChatProtocol

/// Joining what the HTTP side says with what is known already.
extension ConsoleState {
  /// Takes over what a list says, but for a hand-off of which something newer is known.
  mutating func merge(_ dialog: Dialog, askedAt: Duration, isOld: Bool = false) {
    let id = dialog.id
    let known = list.entries[id]
    var dialog = dialog
    if let known, let since = engine.handoffKnownAt[id], since >= askedAt || engine.acts[id] != nil {
      dialog.keepHandoff(of: known.dialog)
    }
    // A list that was asked for before a message came must not take the last line back.
    if let known, let before = known.dialog.lastMessageAt, before > dialog.lastMessageAt ?? before {
      dialog.lastMessageAt = before
      dialog.lastMessageText = known.dialog.lastMessageText
    }
    if let known {
      dialog.keepAwareness(of: known.dialog, isNewer: engine.awarenessKnownAt[id].map { $0 >= askedAt } ?? false)
    }
    var entry = known ?? DialogEntry(dialog: dialog)
    entry.dialog = dialog
    entry.holder = holder(for: dialog, known: known?.holder)
    if let text = dialog.lastMessageText, entry.lastLine == nil || entry.lastLine?.at != dialog.lastMessageAt {
      entry.lastLine = LastLine(text: text, sender: nil, at: dialog.lastMessageAt)
    }
    entry.hasDraft = hasDraft(id)
    // What is there when the console starts counts as read; nothing of a dialog that begins later has been.
    let isStart = isOld || health.listLoadedAt == nil
    if known == nil {
      entry.marks = marks[id]
      entry.openProposals = proposals[id]?.count ?? 0
      engine.readMarks[id] = engine.readMarks[id] ?? firstMark(of: dialog, isStart: isStart)
      engine.isDeskStale = true
    }
    list.put(entry)
    recountUnread(id)
    markHandoff(in: id, from: known?.holder, to: entry.holder)
    let isNews = known.map { !$0.holder.isNobodyYet } ?? !isStart
    if entry.isWaiting, isNews { ringForRequest(id) }
  }

  /// How far a dialog counts as read that this console has not seen before. What began after the read marks were kept
  /// that it started with is new, and of the rest nobody knows better.
  private func firstMark(of dialog: Dialog, isStart: Bool) -> ReadMark {
    let isNew = engine.readingsKeptAt.map { kept in (dialog.startedAt ?? kept) > kept } ?? false
    return isStart && !isNew
      ? ReadMark(through: dialog.lastRead, at: dialog.lastMessageAt) : ReadMark(through: .min, at: nil)
  }

  mutating func merge(_ queued: QueueEntry, position: Int, askedAt: Duration, rings: Bool) {
    let id = queued.dialogID
    let before = list.entries[id]?.holder
    if before == nil {
      var entry = DialogEntry(dialog: Dialog(id: id, handoffStatus: .requested))
      entry.marks = marks[id]
      list.put(entry)
      engine.readMarks[id] = engine.readMarks[id] ?? ReadMark()
      emit(.loadDialog(id))
    }
    // Where it stands in the queue nothing else tells.
    list.update(id) { entry in
      guard entry.isWaiting else { return }
      entry.queuePosition = position
      entry.priority = queued.priority == "normal" ? nil : queued.priority
    }
    if let since = engine.handoffKnownAt[id], since >= askedAt || engine.acts[id] != nil { return }
    let waited = queued.waitTimeMinutes.flatMap { Int64(exactly: ($0 * 60).rounded()) }
    let since =
      queued.requestedAt ?? list.entries[id]?.waitingSince ?? list.entries[id]?.dialog.handoffRequestedAt
      ?? clock.now.advanced(by: .seconds(-(waited ?? 0)))
    list.update(id) { entry in
      entry.holder = .nobodyYet(since: since)
      entry.dialog.handoffStatus = .requested
      entry.dialog.handoffRequestedAt = since
      entry.dialog.handoffReason = queued.reason ?? entry.dialog.handoffReason
      entry.queuePosition = position
      entry.priority = queued.priority == "normal" ? nil : queued.priority
      if entry.lastLine == nil, let text = queued.lastUserText {
        entry.lastLine = LastLine(text: text, sender: .user, at: nil)
      }
    }
    markHandoff(in: id, from: before, to: holder(of: id))
    if rings, before?.isNobodyYet != true { ringForRequest(id) }
  }

  private func holder(for dialog: Dialog, known: Holder?) -> Holder {
    switch dialog.handoffStatus {
    case .requested: return .nobodyYet(since: dialog.handoffRequestedAt ?? known?.waitingSince)
    case .active:
      guard let manager = dialog.assignedManagerID else {
        // The fields may be missing: who had it has it still.
        if case .other = known { return known ?? .other(nil) }
        return known == .me ? .me : .other(nil)
      }
      if manager == session.account?.id { return .me }
      if case .other(let named?) = known, named.id == manager { return .other(named) }
      return .other(Manager(id: manager, name: team.first { $0.id == manager }?.name))
    case .none, .released, .cancelled, .other: return .assistant
    }
  }

  /// Drops what the server does not list any more, except what is open or has something of ours.
  mutating func forgetDialogs(except seen: Set<DialogID>) {
    for (id, entry) in list.entries
    where !seen.contains(id) && id != conversation?.dialogID && entry.holder != .me && !entry.isWaiting
      && !entry.hasDraft && entry.troubledSends == 0
    {
      list.remove(id)
    }
  }
}

extension Holder {
  fileprivate var isNobodyYet: Bool { if case .nobodyYet = self { true } else { false } }

  fileprivate var waitingSince: Timestamp? { if case .nobodyYet(let since) = self { since } else { nil } }
}

extension Dialog {
  /// Takes over who looks, who is there and who has read what another copy knows, where this one does not say or where
  /// the other is newer.
  mutating func keepAwareness(of other: Dialog, isNewer: Bool) {
    if isNewer || viewers == nil { viewers = other.viewers ?? viewers }
    if isNewer || visitorOnline == nil { visitorOnline = other.visitorOnline ?? visitorOnline }
    // What was read stays read.
    lastRead = [lastRead, other.lastRead].compactMap(\.self).max()
    visitorLastRead = [visitorLastRead, other.visitorLastRead].compactMap(\.self).max()
    operatorLastRead = [operatorLastRead, other.operatorLastRead].compactMap(\.self).max()
  }

  /// Takes the hand-off's fields of another copy.
  mutating func keepHandoff(of other: Dialog) {
    handoffStatus = other.handoffStatus
    handoffRequestedAt = other.handoffRequestedAt
    handoffStartedAt = other.handoffStartedAt
    handoffResolvedAt = other.handoffResolvedAt
    handoffReason = other.handoffReason
    assignedManagerID = other.assignedManagerID
  }
}
