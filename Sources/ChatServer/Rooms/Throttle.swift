import Synchronization

/// A `RateLimiter` that threads share, with a clock of its own.
final class Throttle<Key: Hashable & Sendable>: Sendable {
  private let limiter: Mutex<RateLimiter<Key>>
  private let clock = MonotonicClock()

  init(count: Int, per period: Duration) {
    limiter = Mutex(RateLimiter(count: count, per: period))
  }

  /// Counts one event; nil if it is within the limit.
  func spend(_ key: Key) -> RateLimiter<Key>.Excess? {
    limiter.withLock { $0.spend(key, at: clock.now) }
  }

  /// Gives one event back.
  func refund(_ key: Key) {
    limiter.withLock { $0.refund(key, at: clock.now) }
  }
}

/// Time since this clock was made; the origin that the state machines' times are counted from.
struct MonotonicClock: Sendable {
  private let origin = ContinuousClock.now

  var now: Duration { origin.duration(to: .now) }
}
