/// How often a time was how long: counts below growing bounds, as Prometheus takes them.
struct Histogram: Hashable, Sendable {
  /// The upper bounds in seconds, rising.
  let bounds: [Double]
  /// How many were within each bound and over the one before; the last is for those over all.
  private(set) var counts: [Int]
  /// All times together, in seconds.
  private(set) var sum = 0.0

  init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  /// From a tenth of a millisecond to ten seconds: what a server's own work takes.
  static let ofWork = Histogram(
    bounds: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])

  /// From five seconds to two hours: what people wait for people.
  static let ofWaiting = Histogram(bounds: [5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200])

  /// How many times were counted.
  var count: Int { counts.reduce(0, +) }

  mutating func observe(_ duration: Duration) {
    let seconds = duration / .seconds(1)
    counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
    sum += seconds
  }
}
