/// How many events of one kind a key (an address, an account) may have in a period, as a pure value.
///
/// The generic cell rate algorithm: one number per key, the *theoretical arrival time*, is the whole memory. A key may
/// spend its allowance at once and then gets it back evenly over the period, so that there is no window edge at which
/// twice the rate passes. Keys whose allowance is whole again are forgotten.
struct RateLimiter<Key: Hashable & Sendable>: Sendable {
  /// What an event that is over the limit is told.
  struct Excess: Error, Hashable {
    /// After this time the next event would pass.
    let retryAfter: Duration
  }

  /// The time one event costs: the period divided by the count.
  private let cost: Duration
  /// How far the theoretical arrival may run ahead of the clock: the whole period.
  private let period: Duration
  /// More keys than this at once are not remembered: a flood of addresses must not become a flood of memory.
  private let capacity: Int
  private var arrivals: [Key: Duration] = [:]
  private var nextSweep: Duration

  /// - Parameters:
  ///   - count: events allowed per period, at least 1.
  ///   - period: the time in which a spent allowance comes back.
  ///   - capacity: how many keys are remembered at most.
  init(count: Int, per period: Duration, capacity: Int = 100_000) {
    self.cost = period / max(1, count)
    self.period = period
    self.capacity = capacity
    self.nextSweep = .zero
  }

  /// The number of keys that are remembered.
  var trackedKeys: Int { arrivals.count }

  /// Counts one event.
  ///
  /// - Parameter now: the monotonic time, since any fixed origin.
  /// - Returns: nil if it is within the limit, else how long to wait. An event over the limit is not counted.
  mutating func spend(_ key: Key, at now: Duration) -> Excess? {
    sweep(at: now)
    let arrival = max(arrivals[key] ?? now, now)
    let next = arrival + cost
    // Dividing the period into costs rounds: a cost's worth of tolerance is never handed out by that.
    if next - now > period { return Excess(retryAfter: next - now - period) }
    if arrivals[key] != nil || arrivals.count < capacity { arrivals[key] = next }
    return nil
  }

  /// Gives one event back: it turned out to be one that the limit is not meant for.
  mutating func refund(_ key: Key, at now: Duration) {
    guard let arrival = arrivals[key] else { return }
    if arrival - cost > now {
      arrivals[key] = arrival - cost
    } else {
      arrivals[key] = nil
    }
  }

  /// Forgets the keys that are at rest, at most twice a period: cheap per event, and the memory follows the traffic.
  private mutating func sweep(at now: Duration) {
    guard now >= nextSweep else { return }
    nextSweep = now + period / 2
    arrivals = arrivals.filter { $0.value > now }
  }
}
