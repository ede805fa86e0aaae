/// Exponential back-off with full jitter: the n-th delay is uniform between zero and `base × 2^(n-1)`, at most `cap`.
///
/// Full jitter spreads the clients of a server that comes back over the whole interval.
public struct Backoff: Hashable, Sendable {
  /// The longest first delay.
  public var base: Duration
  /// The longest delay of all.
  public var cap: Duration

  /// Makes a schedule; the contract's is 1 s and 30 s.
  public init(base: Duration = .seconds(1), cap: Duration = .seconds(30)) {
    self.base = base
    self.cap = cap
  }

  /// The upper bound of the delay before an attempt, counted from 1.
  public func ceiling(attempt: Int) -> Duration {
    // 2^20 seconds is beyond any cap that makes sense, and far from overflow.
    min(cap, base * (1 << min(max(attempt - 1, 0), 20)))
  }

  /// The delay before an attempt, counted from 1.
  public func delay(attempt: Int, using generator: inout some RandomNumberGenerator) -> Duration {
    .random(in: .zero...ceiling(attempt: attempt), using: &generator)
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the small seeded generator behind every jitter, so that a test repeats.
public struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  /// The same seed gives the same numbers.
  public init(seed: UInt64) {
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension Duration {
  /// A duration drawn evenly from a range, to the millisecond.
  static func random(in range: ClosedRange<Duration>, using generator: inout some RandomNumberGenerator) -> Duration {
    let milliseconds = (range.upperBound - range.lowerBound).wholeMilliseconds
    return range.lowerBound + .milliseconds(Int64.random(in: 0...max(0, milliseconds), using: &generator))
  }

  private var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
