import ChatProtocol

// The life of the socket: attempts, back-off, close codes, silence.
extension LiveLink {
  // MARK: What the operator wants

  mutating func start(at now: Duration) {
    guard intent != .running else { return }
    intent = .running
    failures = 0
    isLongWait = false
    lastRefreshAt = nil
    lastImmediateReconnectAt = nil
    problem = nil
    connect(at: now)
    // The dialog on the screen does not wait for its handshake to show what there is.
    if configuration.pollsWhileDown { requestFetch(at: now) }
  }

  mutating func stop() {
    intent = .idle
    shutDown()
  }

  mutating func retryNow(at now: Duration) {
    guard intent == .running else { return start(at: now) }
    switch socket {
    case .closed: connect(at: now)
    case .awaitingToken, .opening: break
    case .open: requestFetch(at: now)
    }
  }

  /// Nothing is believed after a sleep: a socket is pinged, a wait is over.
  mutating func wake(at now: Duration) {
    guard intent == .running else { return }
    switch socket {
    case .closed: connect(at: now)
    case .awaitingToken, .opening: break
    case .open(let open): verify(open, at: now)
    }
  }

  // MARK: Attempts

  func isCurrent(_ id: ConnectionID) -> Bool {
    switch socket {
    case .opening(let current, _): current == id
    case .open(let open): open.id == id
    case .closed, .awaitingToken: false
    }
  }

  mutating func connect(at now: Duration) {
    if case .closed(retryAt: .some) = socket { actions.append(.cancelTimer(.reconnect)) }
    let id = ConnectionID(serial: makeSerial())
    socket = .opening(id, since: now)
    actions.append(.connect(id))
    // The transport has a time-out of its own; this one makes sure.
    actions.append(.setTimer(.silence, after: configuration.silenceLimit))
  }

  mutating func reconnectDue(at now: Duration) {
    guard intent == .running, case .closed = socket else { return }
    connect(at: now)
  }

  mutating func socketOpened(_ id: ConnectionID, at now: Duration) {
    guard case .opening(id, _) = socket else { return }
    let deadline = now + configuration.silenceLimit
    socket = .open(OpenSocket(id: id, openedAt: now, lastHeardAt: now, silenceDeadline: deadline))
    actions.append(.setTimer(.settle, after: configuration.settleTime))
    actions.append(.setTimer(.silence, after: configuration.silenceLimit))
    requestFetch(at: now)
  }

  /// It has lived for a while. Its history is fetched once more: a server may have answered 101 some time before it
  /// put the socket into the room, and a message in between was neither in the first history nor pushed.
  mutating func settled(at now: Duration) {
    guard case .open = socket else { return }
    connectionProvedGood()
    // A fetch that waits for its repeat will do.
    if case .waiting = fetch { return }
    requestFetch(at: now)
  }

  mutating func connectionProvedGood() {
    failures = 0
    isLongWait = false
  }

  // MARK: Ends

  mutating func socketClosed(_ id: ConnectionID, code: Int?, reason: String, at now: Duration) {
    guard isCurrent(id) else { return }
    var text = code.map { "the server closed the connection (\($0))" } ?? "the connection was lost"
    if !reason.isEmpty { text += ": " + reason }
    ended(CloseMeaning(code: code), why: text, at: now)
  }

  mutating func socketRefused(_ id: ConnectionID, status: Int, retryAfter: Duration?, at now: Duration) {
    guard isCurrent(id) else { return }
    ended(
      CloseMeaning(refusalStatus: status), retryAfter: retryAfter,
      why: "the server refused the connection (HTTP \(status))", at: now)
  }

  mutating func socketFailed(_ id: ConnectionID, reason: String, at now: Duration) {
    guard isCurrent(id) else { return }
    ended(.backoff, why: reason, at: now)
  }

  private mutating func ended(_ meaning: CloseMeaning, retryAfter: Duration? = nil, why: String, at now: Duration) {
    forgetSocket()
    note(problem: why)
    isLongWait = meaning == .longBackoff
    switch meaning {
    case .stop:
      halt(.closedByServer)
    case .refused(let reason):
      halt(.refused(reason))
    case .refreshToken:
      guard hasPassed(configuration.refreshSpacing, since: lastRefreshAt, at: now) else {
        return scheduleAttempt(retryAfter: retryAfter, at: now)
      }
      lastRefreshAt = now
      socket = .awaitingToken
      actions.append(.refreshToken)
    case .reconnectAtOnce:
      guard hasPassed(configuration.settleTime, since: lastImmediateReconnectAt, at: now) else {
        return scheduleAttempt(retryAfter: retryAfter, at: now)
      }
      lastImmediateReconnectAt = now
      connect(at: now)
    case .longBackoff, .backoff:
      scheduleAttempt(retryAfter: retryAfter, at: now)
    }
  }

  private func hasPassed(_ spacing: Duration, since earlier: Duration?, at now: Duration) -> Bool {
    earlier.map { now - $0 >= spacing } ?? true
  }

  private mutating func scheduleAttempt(retryAfter: Duration?, at now: Duration) {
    failures += 1
    var delay =
      isLongWait
      ? Duration.random(in: configuration.backoff.cap / 2...configuration.backoff.cap, using: &generator)
      : configuration.backoff.delay(attempt: failures, using: &generator)
    if let retryAfter {
      // All the clients that were sent away were told the same time: spread them.
      let spread = Duration.random(in: .zero...configuration.backoff.base, using: &generator)
      let asked = min(max(retryAfter, .zero), configuration.retryAfterLimit) + spread
      delay = isLongWait ? asked : max(delay, asked)
    }
    socket = .closed(retryAt: now + delay)
    actions.append(.setTimer(.reconnect, after: delay))
    // Entering the polling phase does not wait for its first interval: what is shown is old already.
    if isPolling, case .none = fetch { requestFetch(at: now) }
  }

  /// The connection is no more; what it knew stays true up to the last time it was heard.
  private mutating func forgetSocket() {
    if let live = liveConnection { completeAt = max(completeAt ?? .zero, live.lastHeardAt) }
    if case .open = socket { actions.append(.cancelTimer(.settle)) }
    actions.append(.cancelTimer(.silence))
    socket = .closed(retryAt: nil)
    stopTyping()
  }

  /// Coming back by itself cannot help.
  mutating func halt(_ reason: StopReason) {
    intent = .stopped(reason)
    shutDown()
  }

  private mutating func shutDown() {
    switch socket {
    case .opening(let id, _): actions.append(.disconnect(id, code: 1000))
    case .open(let open): actions.append(.disconnect(open.id, code: 1000))
    case .closed(retryAt: .some): actions.append(.cancelTimer(.reconnect))
    case .closed(retryAt: nil), .awaitingToken: break
    }
    forgetSocket()
    abandonFetch()
  }

  // MARK: The token

  mutating func tokenRefreshed(at now: Duration) {
    guard socket == .awaitingToken else { return }
    connect(at: now)
  }

  mutating func tokenRefreshFailed(_ failure: APIFailure, at now: Duration) {
    guard socket == .awaitingToken else { return }
    note(problem: failure.description)
    if failure == .unauthorized { return halt(.signedOut) }
    // There was no refresh: the next 4001 may ask for one again.
    lastRefreshAt = nil
    scheduleAttempt(retryAfter: nil, at: now)
  }

  // MARK: Silence

  /// Any sign of life.
  mutating func heard(on id: ConnectionID, at now: Duration) {
    guard case .open(var open) = socket, open.id == id else { return }
    open.lastHeardAt = now
    open.isVerifying = false
    socket = .open(open)
  }

  /// The silence timer is not moved with every frame; when it fires, it looks how long the silence really is.
  mutating func judgeSilence(at now: Duration) {
    switch socket {
    case .closed, .awaitingToken:
      break
    case .opening(let id, let since):
      guard now - since >= configuration.silenceLimit else { return }
      drop(id, why: "the server did not answer the handshake", at: now)
    case .open(let open):
      if open.isVerifying { return drop(open.id, why: "the connection did not survive the sleep", at: now) }
      let remaining = open.lastHeardAt + configuration.silenceLimit - now
      if remaining > .zero {
        awaitSound(on: open, for: remaining, at: now)
      } else if now - open.silenceDeadline > configuration.sleepGap {
        // The timer itself is late: the machine slept, and the silence is not the server's fault yet.
        verify(open, at: now)
      } else {
        drop(open.id, why: "the server has been silent for \(configuration.silenceLimit.components.seconds) s", at: now)
      }
    }
  }

  private mutating func verify(_ open: OpenSocket, at now: Duration) {
    guard !open.isVerifying else { return }
    var verified = open
    verified.isVerifying = true
    actions.append(.ping(open.id))
    awaitSound(on: verified, for: configuration.verifyTime, at: now)
    requestFetch(at: now)
  }

  private mutating func awaitSound(on open: OpenSocket, for time: Duration, at now: Duration) {
    var awaiting = open
    awaiting.silenceDeadline = now + time
    socket = .open(awaiting)
    actions.append(.setTimer(.silence, after: time))
  }

  private mutating func drop(_ id: ConnectionID, why: String, at now: Duration) {
    actions.append(.disconnect(id, code: 1001))
    ended(.backoff, why: why, at: now)
  }
}
