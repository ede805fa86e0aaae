import ChatProtocol

// From the operator's Enter to the answer: journal, turn, post, repeat.
extension Outbox {
  // MARK: In

  mutating func submit(_ entry: Entry) {
    guard find(entry.clientID) == nil else { return }
    let dialogID = entry.dialogID
    items[dialogID, default: []].append(Item(entry: entry, stage: .ready))
    reportRows(dialogID)
    // What has its turn at once is written once, as about to be sent.
    advance(dialogID)
    if let place = find(entry.clientID), self[place].writes == 0, self[place].journaled == nil { journal(place) }
  }

  mutating func restore(_ entries: [Entry]) {
    for entry in entries.sorted(by: { ($0.createdAt, $0.clientID) < ($1.createdAt, $1.clientID) })
    where find(entry.clientID) == nil {
      var item = Item(entry: entry, stage: .ready, journaled: entry)
      item.outcomeIsUnknown = entry.mayHaveBeenSent
      if let failure = entry.failure { item.stage = .failed(why: failure) }
      if let newer = entry.newer { item.stage = .superseded(by: newer) }
      items[entry.dialogID, default: []].append(item)
      reportRows(entry.dialogID)
    }
    items.keys.sorted().forEach { advance($0) }
  }

  mutating func learn(takesClientID takes: Bool) {
    takesClientID = takes
    items.keys.sorted().forEach { advance($0) }
  }

  // MARK: The journal

  private mutating func journal(_ place: Place) {
    self[place].writes += 1
    actions.append(.journal(self[place].entry))
  }

  mutating func journaled(_ clientID: String) {
    guard let place = find(clientID), self[place].writes > 0 else { return }
    self[place].writes -= 1
    // The writes of an entry are done in order, so the last one is what the disk has now.
    guard self[place].writes == 0 else { return }
    self[place].journaled = self[place].entry
    advance(place.dialogID)
  }

  mutating func journalFailed(_ clientID: String, reason: String) {
    guard let place = find(clientID), self[place].writes > 0 else { return }
    self[place].writes -= 1
    // What is not on the disk is not sent: it could not be told, after a crash, from what was never written.
    guard self[place].stage == .ready else { return }
    self[place].stage = .failed(why: "it could not be saved: \(reason)")
    reportRows(place.dialogID)
    advance(place.dialogID)
  }

  // MARK: Turns

  /// Lets the dialog's first send take its next step. A failed one stands aside; any other holds those behind it.
  mutating func advance(_ dialogID: DialogID) {
    guard let takesClientID, let queue = items[dialogID], !queue.contains(where: { $0.stage == .posting }),
      let index = queue.firstIndex(where: { !$0.stage.standsAside }), queue[index].stage == .ready
    else { return }
    let place = Place(dialogID: dialogID, index: index)
    if self[place].entry.kind == .note, !takesNotes {
      fail(place, why: "this server has no notes: the visitor would see it")
      reportRows(dialogID)
      advance(dialogID)
    } else if takesClientID {
      post(place)
    } else if self[place].outcomeIsUnknown {
      check(place, why: "it is not known whether it was sent")
    } else if self[place].entry.lastSeenID ?? newestID[dialogID] == nil {
      look(place, number: 0, why: "")
    } else {
      post(place)
    }
  }

  /// Posts it, if the disk says already that it may have been sent; else that is written first.
  private mutating func post(_ place: Place) {
    guard self[place].writes == 0 else { return }
    self[place].entry.mayHaveBeenSent = true
    self[place].entry.lastSeenID = newest(self[place].entry.lastSeenID, newestID[place.dialogID])
    guard self[place].journaled == self[place].entry else { return journal(place) }
    self[place].stage = .posting
    actions.append(.post(self[place].entry))
    reportRows(place.dialogID)
  }

  private func newest(_ one: MessageID?, _ other: MessageID?) -> MessageID? {
    guard let one, let other else { return one ?? other }
    return max(one, other)
  }

  // MARK: Out

  mutating func answered(_ clientID: String, _ message: Message) {
    guard let place = find(clientID) else { return }
    settle(place, with: message)
  }

  mutating func settle(_ place: Place, with message: Message) {
    let entry = remove(place)
    newestID[place.dialogID] = newest(newestID[place.dialogID], message.id)
    actions.append(.report(.settled(entry, message)))
    advance(place.dialogID)
  }

  mutating func postFailed(_ clientID: String, _ failure: APIFailure, at now: Duration) {
    guard let place = find(clientID), self[place].stage == .posting else { return }
    let echo = self[place].echo
    self[place].echo = nil
    if failure.mayHaveTakenEffect {
      if let echo { return settle(place, with: echo) }
      self[place].outcomeIsUnknown = true
    }
    let why = failure.description
    if failure == .unauthorized {
      self[place].stage = .waiting(retryAt: nil, why: why)
    } else if case .superseded(let newer) = failure {
      supersede(place, by: newer)
    } else if !failure.isTransient {
      fail(place, why: why)
    } else if failure.mayHaveTakenEffect, takesClientID == false {
      check(place, why: why)
    } else {
      self[place].attempts += 1
      let delay = delay(attempt: self[place].attempts, after: failure)
      self[place].stage = .waiting(retryAt: now + delay, why: why)
      actions.append(.setTimer(place.dialogID, after: delay))
    }
    reportRows(place.dialogID)
    advance(place.dialogID)
  }

  mutating func fail(_ place: Place, why: String) {
    self[place].stage = .failed(why: why)
    self[place].entry.failure = why
    self[place].entry.mayHaveBeenSent = self[place].outcomeIsUnknown
    journal(place)
  }

  /// Others wrote since: sure not to have been sent, for a send that arrived earlier would have been answered with it.
  private mutating func supersede(_ place: Place, by newer: [Message]) {
    let kept = Array(newer.suffix(Entry.newerLimit))
    self[place].stage = .superseded(by: kept)
    self[place].outcomeIsUnknown = false
    self[place].entry.newer = kept
    self[place].entry.mayHaveBeenSent = false
    journal(place)
  }

  mutating func delay(attempt: Int, after failure: APIFailure) -> Duration {
    let delay = backoff.delay(attempt: attempt, using: &generator)
    guard case .tooManyRequests(let retryAfter?) = failure else { return delay }
    return max(delay, min(retryAfter, .seconds(3600)))
  }

  // MARK: Again

  /// The wait of a dialog's first send is over: the timer ran out, or there is reason for hope.
  mutating func resume(_ dialogID: DialogID) {
    guard let index = items[dialogID]?.firstIndex(where: { !$0.stage.standsAside }) else { return }
    let place = Place(dialogID: dialogID, index: index)
    switch self[place].stage {
    case .waiting:
      cancelTimer(of: place)
      self[place].stage = .ready
      reportRows(dialogID)
      advance(dialogID)
    case .checking(.pausing(let number), let why):
      cancelTimer(of: place)
      look(place, number: number, why: why)
    case .ready, .posting, .checking, .unsure, .failed, .superseded:
      break
    }
  }

  mutating func retry(_ clientID: String, ifLastID: MessageID?) {
    guard let place = find(clientID) else { return }
    switch self[place].stage {
    case .failed, .unsure, .superseded:
      if let before = self[place].entry.ifLastID {
        let known = self[place].entry.newer?.lazy.map(\.id).max()
        self[place].entry.ifLastID = max(before, known ?? before, ifLastID ?? before)
      }
      self[place].entry.newer = nil
      // The operator has decided about the earlier attempts; with `client_id` they cannot matter.
      self[place].outcomeIsUnknown = false
      self[place].entry.failure = nil
      self[place].attempts = 0
      self[place].stage = .ready
      reportRows(place.dialogID)
      advance(place.dialogID)
    case .waiting:
      resume(place.dialogID)
    case .ready, .posting, .checking:
      break
    }
  }

  mutating func discard(_ clientID: String) {
    guard let place = find(clientID), self[place].stage != .posting else { return }
    remove(place)
    advance(place.dialogID)
  }

  // MARK: Places

  /// Where an item is, until the next change of its dialog's queue.
  struct Place {
    let dialogID: DialogID
    let index: Int
  }

  subscript(place: Place) -> Item {
    get { items[place.dialogID, default: []][place.index] }
    set { items[place.dialogID, default: []][place.index] = newValue }
  }

  func find(_ clientID: String) -> Place? {
    for (dialogID, queue) in items {
      if let index = queue.firstIndex(where: { $0.entry.clientID == clientID }) {
        return Place(dialogID: dialogID, index: index)
      }
    }
    return nil
  }

  /// Takes it out, off the disk too.
  @discardableResult
  private mutating func remove(_ place: Place) -> Entry {
    cancelTimer(of: place)
    let entry = items[place.dialogID, default: []].remove(at: place.index).entry
    if items[place.dialogID]?.isEmpty == true { items[place.dialogID] = nil }
    actions.append(.erase(clientID: entry.clientID))
    reportRows(place.dialogID)
    return entry
  }

  private mutating func cancelTimer(of place: Place) {
    switch self[place].stage {
    case .waiting(retryAt: .some, _), .checking(.pausing, _): actions.append(.cancelTimer(place.dialogID))
    default: break
    }
  }

  mutating func reportRows(_ dialogID: DialogID) {
    actions.append(.report(.rows(dialogID)))
  }
}

extension Outbox.Stage {
  /// Whether the sends behind it may pass.
  var standsAside: Bool {
    switch self {
    case .failed, .superseded: true
    case .ready, .posting, .waiting, .checking, .unsure: false
    }
  }
}

extension Outbox.Entry {
  /// A reply that was just written.
  init(clientID: String, dialogID: DialogID, text: String, createdAt: Timestamp, lastSeenID: MessageID?) {
    self.init(
      clientID: clientID, dialogID: dialogID, text: text, kind: .message, createdAt: createdAt, lastSeenID: lastSeenID,
      mayHaveBeenSent: false, failure: nil, ifLastID: nil, newer: nil)
  }
}
