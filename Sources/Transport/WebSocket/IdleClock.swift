/// Knows when a connection over which no message passes has been idle for too long.
struct IdleClock: Hashable, Sendable {
  private let timeout: Duration
  private var lastAt: Duration

  init(timeout: Duration, now: Duration) {
    self.timeout = timeout
    lastAt = now
  }

  mutating func messagePassed(at now: Duration) { lastAt = now }

  /// When the connection has been idle for too long, if nothing passes until then.
  var deadline: Duration { lastAt + timeout }
}
