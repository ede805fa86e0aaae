import ChatProtocol

// What comes over the socket, and the two kinds of typing.
extension LiveLink {
  mutating func socketText(_ text: String, on id: ConnectionID, at now: Duration) {
    guard socket.open?.id == id else { return }
    apply(socket.handle(.text(id, text), at: now), at: now)
    socket.proveGood()
    switch ServerFrame.parse(text) {
    case .ping:
      actions.append(.send(id, ServerFrame.pong))
    case .message(let message):
      insert(message, from: .socket)
      if isConfirmed { completeThrough = max(completeThrough ?? message.id, message.id) }
    case .event(.typingStarted(let sender)):
      startTyping(sender ?? .user, at: now)
    case .event(.typingStopped(let sender)):
      stopTyping(sender ?? .user)
    case .event(let event):
      actions.append(.report(.event(event)))
    case .ignored(let reason):
      actions.append(.report(.ignoredFrame(reason: reason)))
    }
  }

  mutating func insert(_ message: Message, from origin: Origin) {
    switch timeline.merge(message) {
    case .inserted:
      actions.append(.report(.inserted([message], origin)))
      stopTyping(message.sender)
    case .updated:
      actions.append(.report(.updated(message.id)))
    case .unchanged:
      break
    }
  }

  // MARK: Others' typing

  private mutating func startTyping(_ sender: Sender, at now: Duration) {
    // A stranger may make up names without end.
    guard typing[sender] != nil || typing.count < 8 else { return }
    let isNew = typing.updateValue(now + configuration.typingLifetime, forKey: sender) == nil
    if typing.count == 1 { actions.append(.setTimer(.typing, after: configuration.typingLifetime)) }
    if isNew { actions.append(.report(.typing)) }
  }

  private mutating func stopTyping(_ sender: Sender) {
    guard typing.removeValue(forKey: sender) != nil else { return }
    if typing.isEmpty { actions.append(.cancelTimer(.typing)) }
    actions.append(.report(.typing))
  }

  /// The connection is gone: nobody can be seen typing, nor see us.
  mutating func stopTyping() {
    if ownTyping != nil {
      ownTyping = nil
      actions.append(.cancelTimer(.operatorTyping))
    }
    guard !typing.isEmpty else { return }
    typing = [:]
    actions.append(.cancelTimer(.typing))
    actions.append(.report(.typing))
  }

  mutating func expireTyping(at now: Duration) {
    let count = typing.count
    typing = typing.filter { $0.value > now }
    if let next = typing.values.min() { actions.append(.setTimer(.typing, after: next - now)) }
    if typing.count < count { actions.append(.report(.typing)) }
  }

  // MARK: The operator's typing

  /// The frame is repeated well within the time after which others give up waiting for the stop.
  private var typingRepeat: Duration { configuration.typingLifetime / 2 }

  mutating func operatorTyping(_ isTyping: Bool, at now: Duration) {
    guard let open = socket.open else { return }
    guard isTyping else {
      guard ownTyping != nil else { return }
      ownTyping = nil
      actions.append(.cancelTimer(.operatorTyping))
      actions.append(.send(open.id, #"{"type":"typing_stop"}"#))
      return
    }
    if var own = ownTyping, now - own.lastSentAt < typingRepeat {
      own.lastKeyAt = now
      ownTyping = own
      return
    }
    if ownTyping == nil { actions.append(.setTimer(.operatorTyping, after: typingRepeat)) }
    ownTyping = OwnTyping(lastKeyAt: now, lastSentAt: now)
    actions.append(.send(open.id, #"{"type":"typing_start"}"#))
  }

  mutating func expireOperatorTyping(at now: Duration) {
    guard let own = ownTyping else { return }
    let remaining = own.lastKeyAt + typingRepeat - now
    if remaining > .zero {
      actions.append(.setTimer(.operatorTyping, after: remaining))
    } else {
      operatorTyping(false, at: now)
    }
  }
}
