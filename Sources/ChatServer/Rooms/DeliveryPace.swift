/// When deliveries are made on an event loop, as a pure state machine: at once, or, right behind others, after a rest of
/// several times what those took, longer and longer as it goes on.
///
/// What comes for a socket meanwhile leaves with one write, and the writes are most of what deliveries cost. A message to
/// a room takes a fraction of a millisecond, so nobody sees the rest behind it; under thousands of messages a second it
/// spares the processor about half. And however much is delivered, requests have their share of the loop.
struct DeliveryPace: Hashable, Sendable {
  /// What happens.
  enum Event: Hashable, Sendable {
    /// There is something to deliver.
    case posted
    /// All that there is to deliver is being delivered, asked for or not.
    case began
    /// The last of its writes is done.
    case ended
  }

  private enum Phase: Hashable {
    case idle
    /// Deliveries were asked for.
    case asked
    case delivering(since: Duration)
  }

  /// The rest, as a multiple of the time that the deliveries took.
  static let restFactor = 4
  /// The longest rest.
  static let longestRest = Duration.milliseconds(20)
  /// By how much a rest may be longer than twice the one before: deliveries that took long because the thread had to wait
  /// for a processor are no load, and hold up nobody.
  static let firstRest = Duration.milliseconds(1)

  private var phase = Phase.idle
  private var hasMore = false
  private var rest = Duration.zero
  private var restsUntil = Duration.zero

  /// Takes one event.
  ///
  /// - Parameter now: the monotonic time, since any fixed origin.
  /// - Returns: how soon deliveries are to be made; nil if nothing is to be done now.
  mutating func handle(_ event: Event, at now: Duration) -> Duration? {
    switch (event, phase) {
    case (.posted, .idle):
      return ask(at: now)
    case (.posted, .asked): break
    case (.posted, .delivering): hasMore = true
    case (.began, .idle), (.began, .asked): (phase, hasMore) = (.delivering(since: now), false)
    case (.began, .delivering): hasMore = false
    case (.ended, .delivering(let began)):
      rest = min((now - began) * Self.restFactor, rest * 2 + Self.firstRest, Self.longestRest)
      restsUntil = now + rest
      phase = .idle
      if hasMore { return ask(at: now) }
    case (.ended, .idle), (.ended, .asked): break
    }
    return nil
  }

  private mutating func ask(at now: Duration) -> Duration {
    phase = .asked
    return max(restsUntil - now, .zero)
  }
}
