/// Decides when to ping and when a silent peer is dead.
struct KeepaliveMonitor: Sendable {
  enum Verdict {
    case wait, ping, dead
  }

  private enum State {
    /// Something was heard lately.
    case quiet
    /// A ping is queued but has not left: nobody's silence yet.
    case queued
    /// A ping left at this moment and nothing has been heard since.
    case waiting(since: Duration)
  }

  private let settings: WebSocketConnection.Keepalive
  private var state = State.quiet
  private var heardAt: Duration

  init(_ settings: WebSocketConnection.Keepalive, now: Duration) {
    self.settings = settings
    heardAt = now
  }

  /// When to ask for a verdict.
  var deadline: Duration? {
    switch state {
    case .quiet: heardAt + settings.interval
    case .queued: nil
    case .waiting(let since): since + settings.timeout
    }
  }

  /// Bytes arrived, whatever they were.
  mutating func heard(at now: Duration) {
    heardAt = now
    state = .quiet
  }

  /// The ping has left.
  mutating func pingLeft(at now: Duration) {
    if case .queued = state { state = .waiting(since: now) }
  }

  /// How late a verdict may come. A later one shows that this end was away, asleep or held up: it has heard nothing
  /// because it did not listen.
  private var slack: Duration { settings.timeout / 4 }

  /// A machine that slept finds its deadline past: the peer is asked again before it is judged.
  mutating func timerFired(at now: Duration) -> Verdict {
    guard let deadline, now >= deadline else { return .wait }
    if case .waiting = state, now - deadline < slack { return .dead }
    state = .queued
    return .ping
  }
}
