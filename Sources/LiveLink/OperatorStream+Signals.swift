import ChatProtocol

// What the operator's side tells: typing, what is looked at, what has been read. None of it is worth a queue: what
// counts is how things stand, and that is told again on each connection.
extension OperatorStream {
  /// The shortest time between two tellings of what is looked at and read, however fast an operator leafs.
  private static let signalSpacing: Duration = .milliseconds(500)

  private var isLive: Bool { if case .live = stage { true } else { false } }

  private mutating func send(_ signal: StreamSignal) {
    if let id = socket.open?.id { actions.append(.send(id, signal.text)) }
  }

  // MARK: Viewing and reading

  mutating func view(_ dialogID: DialogID?, at now: Duration) {
    viewing = dialogID
    sendSignals(at: now)
  }

  mutating func read(_ messageID: MessageID, in dialogID: DialogID, at now: Duration) {
    guard messageID > sentReads[dialogID] ?? .min, messageID > unsentReads[dialogID] ?? .min else { return }
    unsentReads[dialogID] = messageID
    sendSignals(at: now)
  }

  mutating func sendSignals(at now: Duration) {
    guard isLive, viewing != toldViewing || !unsentReads.isEmpty, !awaitsSignals else { return }
    if let last = lastSignalsAt, now - last < Self.signalSpacing {
      awaitsSignals = true
      actions.append(.setTimer(.signals, after: last + Self.signalSpacing - now))
      return
    }
    lastSignalsAt = now
    if viewing != toldViewing {
      toldViewing = viewing
      send(.viewing(viewing))
    }
    for (dialogID, messageID) in unsentReads.sorted(by: { $0.key < $1.key }) {
      sentReads[dialogID] = messageID
      send(.read(messageID, dialogID))
    }
    unsentReads = [:]
  }

  /// A new connection knows nothing of what the last one was told; and of that the last frames may be lost.
  mutating func tellAgain(at now: Duration) {
    if let viewing, let messageID = sentReads.removeValue(forKey: viewing), unsentReads[viewing] == nil {
      unsentReads[viewing] = messageID
    }
    sendSignals(at: now)
  }

  mutating func forgetSignals() {
    toldViewing = nil
    lastSignalsAt = nil
    if awaitsSignals {
      awaitsSignals = false
      actions.append(.cancelTimer(.signals))
    }
    guard ownTyping != nil else { return }
    ownTyping = nil
    actions.append(.cancelTimer(.typing))
  }

  // MARK: Typing

  /// The frame is repeated well within the time after which others give up waiting for the stop.
  private var typingRepeat: Duration { configuration.typingLifetime / 2 }

  mutating func type(_ isTyping: Bool, in dialogID: DialogID, at now: Duration) {
    guard isLive else { return }
    if let own = ownTyping, own.dialogID != dialogID || !isTyping {
      ownTyping = nil
      actions.append(.cancelTimer(.typing))
      send(.typing(false, own.dialogID))
    }
    guard isTyping else { return }
    if let own = ownTyping, now - own.typing.lastSentAt < typingRepeat {
      ownTyping?.typing.lastKeyAt = now
      return
    }
    if ownTyping == nil { actions.append(.setTimer(.typing, after: typingRepeat)) }
    ownTyping = (dialogID, LiveLink.OwnTyping(lastKeyAt: now, lastSentAt: now))
    send(.typing(true, dialogID))
  }

  mutating func expireTyping(at now: Duration) {
    guard let own = ownTyping else { return }
    let remaining = own.typing.lastKeyAt + typingRepeat - now
    if remaining > .zero {
      actions.append(.setTimer(.typing, after: remaining))
    } else {
      type(false, in: own.dialogID, at: now)
    }
  }
}
