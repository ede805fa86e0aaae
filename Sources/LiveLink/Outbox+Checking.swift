import ChatProtocol

// Finding out what became of a send: echoes, histories, and the rules by which a message is ours.
extension Outbox {
  // MARK: Echoes

  mutating func seen(_ messages: [Message], in dialogID: DialogID) {
    if items[dialogID] != nil {
      for message in messages { recognise(message, in: dialogID) }
    }
    guard let newest = messages.lazy.map(\.id).max() else { return }
    newestID[dialogID] = max(newestID[dialogID] ?? newest, newest)
  }

  private mutating func recognise(_ message: Message, in dialogID: DialogID) {
    if let clientID = message.clientID {
      guard let place = find(clientID), place.dialogID == dialogID else { return }
      return settle(place, with: message)
    }
    guard takesClientID == false,
      let index = items[dialogID]?.firstIndex(where: { message.canBe($0.entry) && $0.awaitsNews })
    else { return }
    let place = Place(dialogID: dialogID, index: index)
    if self[place].stage == .posting {
      // The answer will say whether it is ours; until then it is not shown twice.
      guard self[place].echo == nil else { return }
      self[place].echo = message
      reportRows(dialogID)
    } else {
      settle(place, with: message)
    }
  }

  // MARK: The history

  /// Looks into the history for a send whose POST got no answer.
  mutating func check(_ place: Place, why: String) {
    look(place, number: 1, why: why)
    reportRows(place.dialogID)
  }

  mutating func look(_ place: Place, number: Int, why: String) {
    self[place].stage = .checking(.looking(number), why: why)
    actions.append(.loadHistory(place.dialogID, after: self[place].entry.lastSeenID))
  }

  mutating func historyLoaded(_ messages: [Message], of dialogID: DialogID) {
    guard let (place, look, why) = looking(in: dialogID) else { return }
    let entry = self[place].entry
    if look == 0 {
      // An empty dialog has nothing that could be mistaken for it.
      newestID[dialogID] = messages.lazy.map(\.id).max() ?? .min
      self[place].stage = .ready
      advance(dialogID)
    } else if let found = messages.first(where: { $0.canBe(entry) }) {
      settle(place, with: found)
    } else if look < looksBeforeAsking {
      pause(place, before: look + 1, why: why, delay: secondLookDelay)
    } else {
      self[place].stage = .unsure(why: why)
      reportRows(dialogID)
    }
  }

  mutating func historyFailed(_ failure: APIFailure, of dialogID: DialogID, at now: Duration) {
    guard let (place, look, why) = looking(in: dialogID) else { return }
    if failure.isTransient {
      self[place].attempts += 1
      pause(place, before: look, why: why, delay: delay(attempt: self[place].attempts, after: failure))
    } else if failure == .unauthorized {
      // Looked at again once the login is back, as any send that waits.
      self[place].stage = .waiting(retryAt: nil, why: failure.description)
    } else if look == 0 {
      fail(place, why: failure.description)
      advance(dialogID)
    } else {
      self[place].stage = .unsure(why: failure.description)
    }
    reportRows(dialogID)
  }

  private func looking(in dialogID: DialogID) -> (Place, look: Int, why: String)? {
    for (index, item) in (items[dialogID] ?? []).enumerated() {
      if case .checking(.looking(let look), let why) = item.stage {
        return (Place(dialogID: dialogID, index: index), look, why)
      }
    }
    return nil
  }

  private mutating func pause(_ place: Place, before look: Int, why: String, delay: Duration) {
    self[place].stage = .checking(.pausing(before: look), why: why)
    actions.append(.setTimer(place.dialogID, after: delay))
  }
}

extension Outbox.Item {
  /// Whether a message may come that is this one: it was posted, and what became of it is open.
  fileprivate var awaitsNews: Bool {
    switch stage {
    case .posting, .unsure: true
    case .checking(let check, _): check.look > 0
    case .ready: outcomeIsUnknown
    case .waiting, .failed, .superseded: false
    }
  }
}

extension Message {
  /// Whether it may be a send, for servers that do not tell: written by an operator, after what was known when it
  /// was posted, in the same words, which such servers may have trimmed or HTML-escaped. If nothing was known, nothing
  /// can be told: an old message of the same words would do.
  fileprivate func canBe(_ entry: Outbox.Entry) -> Bool {
    guard sender == .manager, kind == entry.kind, clientID == nil, let lastSeenID = entry.lastSeenID, id > lastSeenID
    else { return false }
    let wanted = entry.text.trimmed
    return text.trimmed == wanted || text.decodingHTMLEntities.trimmed == wanted
  }
}

extension String {
  fileprivate var trimmed: Substring {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}
