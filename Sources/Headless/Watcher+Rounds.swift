import ChatProtocol

// Reading the list, the queue and the histories: at the beginning, where there is no stream, and where it has a gap.
extension Watcher {
  mutating func beginRound() {
    guard round == nil else {
      needsRound = true
      return
    }
    let isBeginning = ledger == nil
    needsRound = false
    // A stream's gap is made up for as a whole; so is what was missed while nobody watched.
    round = Round(isBeginning: isBeginning, isWhole: configuration.hasStream || !hasCaughtUp)
    if configuration.dialogID == nil {
      actions.append(.load(.queue, after: nil))
    } else {
      askForPages([1])
    }
  }

  mutating func queueLoaded(_ queue: [QueueEntry]) {
    guard round != nil else { return }
    if round?.isBeginning == false {
      for entry in queue {
        var dialog = Dialog(id: entry.dialogID, handoffStatus: .requested)
        dialog.handoffRequestedAt = entry.requestedAt
        dialog.handoffReason = entry.reason
        list(dialog)
      }
    } else {
      // Their lines of the list say the same; those that have none are noted as they are.
      let beginners = queue.map { entry in
        var dialog = Dialog(id: entry.dialogID, handoffStatus: .requested)
        dialog.handoffRequestedAt = entry.requestedAt
        return dialog
      }
      round?.beginners += beginners
    }
    askForPages([1])
  }

  private mutating func askForPages(_ pages: [Int]) {
    round?.pages += pages
    if let next = round?.pages.first { actions.append(.load(.dialogs(page: next), after: nil)) }
  }

  mutating func dialogsLoaded(_ dialogs: [Dialog], page: Int, pages: Int) {
    guard var round, round.pages.first == page else { return }
    round.pages.removeFirst()
    round.pageCount = max(1, pages)
    for dialog in dialogs { remember(dialog) }
    // The first page tells how late it is: what is seen on later ones may have happened after what was missed here.
    // A stream's beginning has nothing to be missed: it tells what happens from there on.
    if page == 1 || round.isBeginning && configuration.hasStream {
      let moments = dialogs.flatMap { [$0.lastMessageAt, $0.handoffChangedAt] }.compactMap(\.self)
      round.newest = (moments + [round.newest].compactMap(\.self)).max()
    }
    self.round = round
    if round.isBeginning { noteBeginners(dialogs) } else { for dialog in dialogs { look(at: dialog) } }
    noteCandidates(dialogs)
    if page == 1 {
      let others = otherPages()
      self.round?.pages += others
    }
    if let next = self.round?.pages.first {
      actions.append(.load(.dialogs(page: next), after: nil))
    } else {
      listIsRead()
    }
  }

  /// The pages to read after the first: all, or of a long list the next part.
  private mutating func otherPages() -> [Int] {
    guard let round, round.pageCount > 1 else { return [] }
    guard !round.isWhole, round.pageCount > configuration.pagesAtOnce else { return Array(2...round.pageCount) }
    if nextPage > round.pageCount { nextPage = 2 }
    if nextPage == 2 { lapStart = round.newest }
    let last = min(nextPage + configuration.pagesAtOnce - 2, round.pageCount)
    defer { nextPage = last + 1 }
    return Array(nextPage...last)
  }

  // MARK: A dialog of the list

  /// Takes a dialog's hand-off over, and has its history read if it looks otherwise than before.
  private mutating func look(at dialog: Dialog) {
    list(dialog)
    let look = Look(at: dialog.lastMessageAt, text: dialog.lastMessageText)
    guard let ledger, let round, !liveLinks.contains(dialog.id), round.wanted[dialog.id] == nil else { return }
    let isRecent = dialog.lastMessageAt.map { $0 > ledger.settledThrough } ?? (dialog.lastMessageText != nil)
    guard isRecent, seen[dialog.id] != look else { return }
    if dialog.lastMessageAt == nil, seen[dialog.id] == nil, !ledger.isActive(dialog.id) {
      // Without a moment only a change says that something is new.
      seen[dialog.id] = look
      return
    }
    self.round?.wanted[dialog.id] = look
    self.round?.waiting.append(dialog.id)
    askForHistories()
  }

  mutating func list(_ dialog: Dialog) {
    guard ledger?.takeListed(dialog) == true else { return }
    if configuration.hasStream, round != nil { listedMeanwhile.insert(dialog.id) }
    let manager = dialog.managerInCharge.map { Manager(id: $0, name: nil) }
    let reason = dialog.handoffStatus == .requested ? dialog.handoffReason : nil
    tell(WatchEvent(dialogID: dialog.id, content: .handoff(dialog.handoffStatus, manager, reason: reason)))
  }

  private mutating func noteBeginners(_ dialogs: [Dialog]) {
    for dialog in dialogs { seen[dialog.id] = Look(at: dialog.lastMessageAt, text: dialog.lastMessageText) }
    let earliest = (round?.newest ?? .distantPast).advanced(by: .zero - WatchLedger.margin)
    let beginners = dialogs.filter {
      $0.handoffStatus != .none || ($0.lastMessageAt ?? .distantPast) > earliest
    }
    round?.beginners += beginners
  }

  // MARK: Histories

  private mutating func askForHistories() {
    while let next = round?.waiting.first, (round?.inFlight.count ?? 0) < configuration.historiesAtOnce {
      round?.waiting.removeFirst()
      round?.inFlight.insert(next)
      actions.append(.load(.history(next), after: ledger?.lastID(of: next)))
    }
  }

  mutating func historyLoaded(_ dialogID: DialogID, _ messages: [Message]) {
    guard round?.inFlight.remove(dialogID) != nil else { return }
    if let look = round?.wanted[dialogID] { seen[dialogID] = look }
    if round?.isBeginning == true {
      ledger?.begin(messages, in: dialogID)
    } else {
      let before = actions.count
      take(messages.sorted { $0.id < $1.id }, in: dialogID, isPushed: false)
      recovered += actions.count - before
    }
    askForHistories()
    endRoundIfDone()
  }

  // MARK: The end of a round

  private mutating func listIsRead() {
    round?.isListed = true
    if let round, round.isBeginning {
      // From here on, on the server's clock. Without a stream what happened shortly before is known dialog by dialog.
      let margin = configuration.hasStream ? .zero : WatchLedger.margin
      var ledger = WatchLedger(
        settledThrough: round.newest?.advanced(by: .zero - margin) ?? Timestamp(milliseconds: 0))
      for dialog in round.beginners { _ = ledger.takeListed(dialog, isBeginning: true) }
      let recent = round.beginners.filter { ($0.lastMessageAt ?? .distantPast) > ledger.settledThrough }
      self.ledger = ledger
      self.round?.beginners = []
      var ids: Set<DialogID> = []
      for dialog in recent where ids.insert(dialog.id).inserted { self.round?.waiting.append(dialog.id) }
      askForHistories()
    }
    endRoundIfDone()
  }

  private mutating func endRoundIfDone() {
    guard let round, round.isListed, round.waiting.isEmpty, round.inFlight.isEmpty else { return }
    self.round = nil
    failures = 0
    hasCaughtUp = true
    settle(after: round)
    chooseLinks(round.candidates)
    if configuration.hasStream {
      // What was missed has been told; now what came meanwhile.
      if !needsRound { releaseHeld(isBeginning: round.isBeginning) }
      if pollsForStream { actions.append(.setAlarm(after: configuration.pollInterval)) }
    } else {
      say(.live(recovered: recovered))
      recovered = 0
      actions.append(.setAlarm(after: configuration.pollInterval))
    }
    if needsRound { beginRound() }
  }

  private mutating func settle(after round: Round) {
    // While the stream is away all that is told is remembered: it may come again with its replay.
    guard !round.isIncomplete, configuration.dialogID == nil, !pollsForStream else { return }
    let isLap = round.isWhole || round.pageCount <= configuration.pagesAtOnce
    if isLap {
      if let newest = round.newest { ledger?.settle(through: newest) }
    } else if nextPage > round.pageCount, let lapStart {
      ledger?.settle(through: lapStart)
    }
    if let settled = ledger?.settledThrough { seen = seen.filter { ($0.value.at ?? settled) >= settled } }
  }

  mutating func failed(_ request: Request, _ failure: APIFailure) {
    if failure == .unauthorized { return actions.append(.end(failure)) }
    if case .history(let id) = request {
      guard round?.inFlight.remove(id) != nil else { return }
      switch failure {
      case .notFound, .forbidden: break
      default: round?.isIncomplete = true
      }
      askForHistories()
      return endRoundIfDone()
    }
    guard round != nil else { return }
    switch failure {
    case .forbidden, .notFound, .invalid:
      // A server without a queue has a list all the same; one without the list, or without the dialog, has nothing.
      if request == .queue { return askForPages([1]) }
      return actions.append(.end(failure))
    default: break
    }
    // What the round has told so far stays told.
    round = nil
    needsRound = configuration.hasStream
    failures += 1
    say(.stale(failure.description))
    let delay = configuration.pollInterval * (1 << min(failures - 1, 10))
    actions.append(.setAlarm(after: min(delay, configuration.pollCap)))
  }

  // MARK: Links

  /// Where there is no stream, a link brings messages at once instead of with the next look at the list.
  private mutating func noteCandidates(_ dialogs: [Dialog]) {
    guard !configuration.hasStream else { return }
    guard var candidates = round?.candidates else { return }
    candidates += dialogs.filter { dialog in
      dialog.id == configuration.dialogID || dialog.handoffStatus.silencesAssistant || dialog.lastMessageAt != nil
    }
    if candidates.count > 4 * configuration.mostLinks { candidates = bestCandidates(candidates) }
    round?.candidates = candidates
  }

  private func bestCandidates(_ dialogs: [Dialog]) -> [Dialog] {
    let newest = dialogs.compactMap(\.lastMessageAt).max() ?? .distantPast
    return Array(
      dialogs.filter { dialog in
        dialog.id == configuration.dialogID || dialog.handoffStatus.silencesAssistant
          || newest.duration(since: dialog.lastMessageAt ?? .distantPast) < configuration.linkedFor
      }.sorted { left, right in
        let (one, other) = (left.handoffStatus.silencesAssistant, right.handoffStatus.silencesAssistant)
        if one != other { return one }
        return (left.lastMessageAt ?? .distantPast, left.id) > (right.lastMessageAt ?? .distantPast, right.id)
      }.prefix(configuration.mostLinks))
  }

  private mutating func chooseLinks(_ dialogs: [Dialog]) {
    guard !configuration.hasStream else { return }
    let wanted = Set(bestCandidates(dialogs).map(\.id))
    // On a long list a round sees a part only: what it does not see keeps its link while there is room.
    let kept = links.subtracting(wanted).sorted().suffix(max(0, configuration.mostLinks - wanted.count))
    let goes = links.subtracting(wanted).subtracting(kept)
    for id in goes.sorted() {
      actions.append(.closeLink(id))
      liveLinks.remove(id)
    }
    for id in wanted.subtracting(links).sorted() { actions.append(.openLink(id)) }
    links = wanted.union(kept)
  }
}
