import ChatProtocol

// What the operator wants of the link, and what its own socket tells.
extension LiveLink {
  mutating func start(at now: Duration) {
    guard intent != .running else { return }
    intent = .running
    problem = nil
    guard stream == nil else { return startOnStream(at: now) }
    apply(socket.start(at: now), at: now)
    // The dialog on the screen does not wait for its handshake to show what there is.
    if configuration.pollsWhileDown { requestFetch(at: now) }
  }

  mutating func stop(at now: Duration) {
    intent = .idle
    if stream == nil { apply(socket.stop(), at: now) } else { leaveStream(at: now) }
    abandonFetch()
    abandonOlder()
  }

  mutating func retryNow(at now: Duration) {
    guard intent == .running else { return start(at: now) }
    if stream != nil || socket.open != nil { requestFetch(at: now) } else { apply(socket.retryNow(at: now), at: now) }
  }

  mutating func wake(at now: Duration) {
    guard intent == .running, stream == nil else { return }
    apply(socket.wake(at: now), at: now)
  }

  /// Coming back by itself cannot help.
  mutating func halt(_ reason: StopReason, at now: Duration) {
    guard stream == nil else { return halted(reason) }
    apply(socket.halt(reason), at: now)
  }

  private mutating func halted(_ reason: StopReason) {
    intent = .stopped(reason)
    liveSince = nil
    abandonFetch()
  }

  mutating func apply(_ steps: [ReconnectingSocket.Step], at now: Duration) {
    for step in steps { apply(step, at: now) }
  }

  private mutating func apply(_ step: ReconnectingSocket.Step, at now: Duration) {
    switch step {
    case .connect(let id): actions.append(.connect(id))
    case .disconnect(let id, let code): actions.append(.disconnect(id, code: code))
    case .ping(let id): actions.append(.ping(id))
    case .setTimer(let timer, let delay): actions.append(.setTimer(Timer(timer), after: delay))
    case .cancelTimer(let timer): actions.append(.cancelTimer(Timer(timer)))
    case .refreshToken: actions.append(.refreshToken)

    case .opened: requestFetch(at: now)
    case .settled: settled(at: now)
    case .lost(let lastHeardAt): lost(lastHeardAt: lastHeardAt)
    // Entering the polling phase does not wait for its first interval: what is shown is old already.
    case .waiting: if isPolling, case .none = fetch { requestFetch(at: now) }
    case .verifying: requestFetch(at: now)
    case .halted(let reason): halted(reason)
    case .problem(let sentence): note(problem: sentence)
    }
  }

  /// It has lived for a while. Its history is fetched once more: a server may have answered 101 some time before it
  /// put the socket into the room, and a message in between was neither in the first history nor pushed.
  private mutating func settled(at now: Duration) {
    socket.proveGood()
    // A fetch that waits for its repeat will do.
    if case .waiting = fetch { return }
    requestFetch(at: now)
  }

  /// The connection is no more; what it knew stays true up to the last time it was heard.
  private mutating func lost(lastHeardAt: Duration?) {
    if liveSince != nil, let lastHeardAt { completeAt = max(completeAt ?? .zero, lastHeardAt) }
    liveSince = nil
    isConfirmed = false
    stopTyping()
  }
}

extension LiveLink.Timer {
  fileprivate init(_ timer: ReconnectingSocket.Timer) {
    switch timer {
    case .reconnect: self = .reconnect
    case .settle: self = .settle
    case .silence: self = .silence
    }
  }
}
