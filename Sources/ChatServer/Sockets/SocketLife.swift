/// When a socket is pinged, when it counts as dead, and when its token ends it: a pure state machine.
///
/// The shell tells it of every frame that came (`heard`, which costs a store) and wakes it when the alarm rings.
struct SocketLife: Hashable, Sendable {
  /// The heartbeat of part 1 (Sockets).
  struct Timing: Hashable, Sendable {
    /// The time between two pings.
    var pingInterval: Duration = .seconds(25)
    /// A socket that says nothing for this long is dropped.
    var silenceLimit: Duration = .seconds(40)
  }

  enum Ending: Hashable, Sendable {
    case silent
    case tokenExpired
  }

  enum Event: Hashable, Sendable {
    /// Any frame at all came: text, a pong, a ping.
    case heard
    /// The time that the last `setAlarm` asked for is over.
    case alarm
  }

  enum Action: Hashable, Sendable {
    /// Send `__ping__` and a protocol ping.
    case ping
    /// Close it; there is no further action.
    case end(Ending)
    /// Come back with `alarm` after this time.
    case setAlarm(after: Duration)
  }

  private let timing: Timing
  private let expiresAt: Duration?
  private var nextPing: Duration
  private var lastHeard: Duration
  private var hasEnded = false

  /// - Parameters:
  ///   - now: the monotonic time at which the socket opened, since any fixed origin.
  ///   - expiresAt: the same clock's time at which its token ends, nil for a token without an end.
  init(timing: Timing = Timing(), openedAt now: Duration, expiresAt: Duration?) {
    self.timing = timing
    self.expiresAt = expiresAt
    nextPing = now + timing.pingInterval
    lastHeard = now
  }

  /// The first alarm to set.
  func firstAlarm(at now: Duration) -> Action { .setAlarm(after: nextDeadline - now) }

  /// Takes one event and says what follows from it.
  mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    guard !hasEnded else { return [] }
    switch event {
    case .heard:
      // The alarm stands where it was: it looks again when it rings, so that a busy socket sets no timers.
      lastHeard = now
      return []
    case .alarm:
      return wake(at: now)
    }
  }

  private var nextDeadline: Duration {
    let beat = min(nextPing, lastHeard + timing.silenceLimit)
    return expiresAt.map { min($0, beat) } ?? beat
  }

  private mutating func wake(at now: Duration) -> [Action] {
    if let expiresAt, now >= expiresAt {
      hasEnded = true
      return [.end(.tokenExpired)]
    }
    if now >= lastHeard + timing.silenceLimit {
      hasEnded = true
      return [.end(.silent)]
    }
    var actions: [Action] = []
    if now >= nextPing {
      // From now, not from the missed beat: after a stall one ping is enough.
      nextPing = now + timing.pingInterval
      actions.append(.ping)
    }
    actions.append(.setAlarm(after: nextDeadline - now))
    return actions
  }
}
