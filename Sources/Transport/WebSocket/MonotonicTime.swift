import NIOCore

/// The time the WebSocket core is told: it goes on while the machine sleeps, so a gap shows.
enum MonotonicTime {
  private static let origin = ContinuousClock.now

  static var now: Duration { origin.duration(to: .now) }
}
