import ChatProtocol

/// The life of a socket that is to stay connected: attempts, back-off, close codes, refusals, tokens, silence.
///
/// It is the part that a dialog's ``LiveLink`` and the ``OperatorStream`` have in common. What its owner has to do or
/// to know comes back as steps, in order.
struct ReconnectingSocket: Sendable {
  typealias ConnectionID = LiveLink.ConnectionID
  typealias StopReason = LiveLink.StopReason

  /// The one connection there is, or is to be.
  enum State: Hashable {
    /// None; the reconnect timer runs if the socket is wanted.
    case closed(retryAt: Duration?)
    /// None until there is a new token.
    case awaitingToken
    /// An attempt is under way since then.
    case opening(ConnectionID, since: Duration)
    /// The handshake is done.
    case open(Open)
  }

  /// A connection whose handshake is done.
  struct Open: Hashable {
    let id: ConnectionID
    let openedAt: Duration
    /// When its last frame came, or it opened.
    var lastHeardAt: Duration
    /// When its silence has to be judged.
    var silenceDeadline: Duration
    /// Whether it was pinged because the machine slept, and has not answered yet.
    var isVerifying = false
  }

  enum Timer: Hashable {
    /// The next attempt.
    case reconnect
    /// The connection has lived long enough to be good.
    case settle
    /// No frame for too long?
    case silence
  }

  enum Step: Hashable {
    // What the shell is asked for.
    case connect(ConnectionID)
    case disconnect(ConnectionID, code: Int)
    case ping(ConnectionID)
    case setTimer(Timer, after: Duration)
    case cancelTimer(Timer)
    case refreshToken

    // What the owner is told.
    /// The handshake is done.
    case opened(ConnectionID)
    /// It has lived for a while.
    case settled
    /// There is no connection any more; when it was last heard, if it was open.
    case lost(lastHeardAt: Duration?)
    /// The next attempt has its time.
    case waiting
    /// The machine slept, and the connection was pinged.
    case verifying
    /// Coming back by itself cannot help.
    case halted(StopReason)
    /// Something went wrong: a sentence.
    case problem(String)
  }

  private(set) var state: State = .closed(retryAt: nil)
  /// Attempts that failed since a connection was good.
  private(set) var failures = 0
  /// Whether the wait is of the long kind.
  private(set) var isLongWait = false

  private let configuration: LiveLink.Configuration
  /// What a refusal is about: "dialog".
  private let subject: String
  private var isWanted = false
  private var lastRefreshAt: Duration?
  private var lastImmediateReconnectAt: Duration?
  private var generator: SeededGenerator
  private var nextSerial: UInt64
  /// The steps of the event in hand.
  private var steps: [Step] = []

  init(about subject: String, configuration: LiveLink.Configuration, seed: UInt64) {
    self.subject = subject
    self.configuration = configuration
    generator = SeededGenerator(seed: seed)
    // The upper half is this socket's own, the lower half counts.
    nextSerial = generator.next() & 0xFFFF_FFFF_0000_0000
  }

  /// The connection whose handshake is done.
  var open: Open? {
    if case .open(let open) = state { open } else { nil }
  }

  /// When the next attempt is.
  var retryAt: Duration? {
    if case .closed(let time) = state { time } else { nil }
  }

  // MARK: What the owner wants

  /// Connect, and stay connected.
  mutating func start(at now: Duration) -> [Step] {
    guard !isWanted else { return [] }
    isWanted = true
    failures = 0
    isLongWait = false
    lastRefreshAt = nil
    lastImmediateReconnectAt = nil
    connect(at: now)
    return takeSteps()
  }

  /// Close.
  mutating func stop() -> [Step] {
    shutDown()
    return takeSteps()
  }

  /// Close, and say why.
  mutating func halt(_ reason: StopReason) -> [Step] {
    end(reason)
    return takeSteps()
  }

  /// The wait is over.
  mutating func retryNow(at now: Duration) -> [Step] {
    if isWanted, case .closed = state { connect(at: now) }
    return takeSteps()
  }

  /// Nothing is believed after a sleep: a socket is pinged, a wait is over.
  mutating func wake(at now: Duration) -> [Step] {
    guard isWanted else { return [] }
    switch state {
    case .closed: connect(at: now)
    case .awaitingToken, .opening: break
    case .open(let open): verify(open, at: now)
    }
    return takeSteps()
  }

  /// It carried what a connection is for: the back-off begins anew.
  mutating func proveGood() {
    failures = 0
    isLongWait = false
  }

  /// The connection is good for nothing: drop it, and come back after a while.
  mutating func abandon(why: String, at now: Duration) -> [Step] {
    if let open { drop(open.id, why: why, at: now) }
    return takeSteps()
  }

  /// The server answers elsewhere: the next attempt need not wait for its long delay. Spread all the same.
  mutating func hasten(at now: Duration) -> [Step] {
    guard let retryAt, !isLongWait else { return [] }
    let delay = Duration.random(in: .zero...configuration.backoff.base, using: &generator)
    guard now + delay < retryAt else { return [] }
    state = .closed(retryAt: now + delay)
    return [.setTimer(.reconnect, after: delay)]
  }

  // MARK: What happens

  mutating func handle(_ event: SocketEvent, at now: Duration) -> [Step] {
    switch event {
    case .opened(let id): opened(id, at: now)
    case .text(let id, _), .pong(let id): heard(on: id, at: now)
    case .closed(let id, let code, let reason):
      guard isCurrent(id) else { return [] }
      var text = code.map { "the server closed the connection (\($0))" } ?? "the connection was lost"
      if !reason.isEmpty { text += ": " + reason }
      ended(CloseMeaning(code: code, of: subject), why: text, at: now)
    case .refused(let id, let status, let retryAfter):
      guard isCurrent(id) else { return [] }
      ended(
        CloseMeaning(refusalStatus: status, of: subject), retryAfter: retryAfter,
        why: "the server refused the connection (HTTP \(status))", at: now)
    case .failed(let id, let reason):
      guard isCurrent(id) else { return [] }
      ended(.backoff, why: reason, at: now)
    case .tokenRefreshed:
      if state == .awaitingToken { connect(at: now) }
    case .tokenRefreshFailed(let failure):
      tokenRefreshFailed(failure, at: now)
    }
    return takeSteps()
  }

  mutating func timerFired(_ timer: Timer, at now: Duration) -> [Step] {
    switch timer {
    case .reconnect:
      if isWanted, case .closed = state { connect(at: now) }
    case .settle:
      if open != nil { steps.append(.settled) }
    case .silence:
      judgeSilence(at: now)
    }
    return takeSteps()
  }

  private mutating func takeSteps() -> [Step] {
    defer { steps = [] }
    return steps
  }

  // MARK: Attempts

  private func isCurrent(_ id: ConnectionID) -> Bool {
    switch state {
    case .opening(let current, _): current == id
    case .open(let open): open.id == id
    case .closed, .awaitingToken: false
    }
  }

  private mutating func connect(at now: Duration) {
    if retryAt != nil { steps.append(.cancelTimer(.reconnect)) }
    nextSerial &+= 1
    let id = ConnectionID(serial: nextSerial)
    state = .opening(id, since: now)
    steps.append(.connect(id))
    // The transport has a time-out of its own; this one makes sure.
    steps.append(.setTimer(.silence, after: configuration.silenceLimit))
  }

  private mutating func opened(_ id: ConnectionID, at now: Duration) {
    guard case .opening(id, _) = state else { return }
    let deadline = now + configuration.silenceLimit
    state = .open(Open(id: id, openedAt: now, lastHeardAt: now, silenceDeadline: deadline))
    steps.append(.setTimer(.settle, after: configuration.settleTime))
    steps.append(.setTimer(.silence, after: configuration.silenceLimit))
    steps.append(.opened(id))
  }

  // MARK: Ends

  private mutating func ended(_ meaning: CloseMeaning, retryAfter: Duration? = nil, why: String, at now: Duration) {
    forget()
    steps.append(.problem(why))
    isLongWait = meaning == .longBackoff
    switch meaning {
    case .stop:
      end(.closedByServer)
    case .refused(let reason):
      end(.refused(reason))
    case .refreshToken:
      guard hasPassed(configuration.refreshSpacing, since: lastRefreshAt, at: now) else {
        return scheduleAttempt(retryAfter: retryAfter, at: now)
      }
      lastRefreshAt = now
      state = .awaitingToken
      steps.append(.refreshToken)
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
    state = .closed(retryAt: now + delay)
    steps.append(.setTimer(.reconnect, after: delay))
    steps.append(.waiting)
  }

  private mutating func forget() {
    let lastHeardAt = open?.lastHeardAt
    if open != nil { steps.append(.cancelTimer(.settle)) }
    steps.append(.cancelTimer(.silence))
    state = .closed(retryAt: nil)
    steps.append(.lost(lastHeardAt: lastHeardAt))
  }

  private mutating func end(_ reason: StopReason) {
    shutDown()
    steps.append(.halted(reason))
  }

  private mutating func shutDown() {
    isWanted = false
    switch state {
    case .opening(let id, _): steps.append(.disconnect(id, code: 1000))
    case .open(let open): steps.append(.disconnect(open.id, code: 1000))
    case .closed(retryAt: .some): steps.append(.cancelTimer(.reconnect))
    case .closed(retryAt: nil), .awaitingToken: break
    }
    forget()
  }

  private mutating func tokenRefreshFailed(_ failure: APIFailure, at now: Duration) {
    guard state == .awaitingToken else { return }
    steps.append(.problem(failure.description))
    if failure == .unauthorized { return end(.signedOut) }
    // There was no refresh: the next 4001 may ask for one again.
    lastRefreshAt = nil
    scheduleAttempt(retryAfter: nil, at: now)
  }

  // MARK: Silence

  /// Any sign of life.
  private mutating func heard(on id: ConnectionID, at now: Duration) {
    guard case .open(var open) = state, open.id == id else { return }
    open.lastHeardAt = now
    open.isVerifying = false
    state = .open(open)
  }

  /// The silence timer is not moved with every frame; when it fires, it looks how long the silence really is.
  private mutating func judgeSilence(at now: Duration) {
    switch state {
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

  private mutating func verify(_ open: Open, at now: Duration) {
    guard !open.isVerifying else { return }
    var verified = open
    verified.isVerifying = true
    steps.append(.ping(open.id))
    awaitSound(on: verified, for: configuration.verifyTime, at: now)
    steps.append(.verifying)
  }

  private mutating func awaitSound(on open: Open, for time: Duration, at now: Duration) {
    var awaiting = open
    awaiting.silenceDeadline = now + time
    state = .open(awaiting)
    steps.append(.setTimer(.silence, after: time))
  }

  private mutating func drop(_ id: ConnectionID, why: String, at now: Duration) {
    steps.append(.disconnect(id, code: 1001))
    ended(.backoff, why: why, at: now)
  }
}
