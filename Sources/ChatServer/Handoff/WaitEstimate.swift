import ChatProtocol

/// How long a visitor will wait for an operator, judged by how long others waited before.
///
/// The interquartile mean of the last `sampleSize` waits of the same account within `sampleAge`, a wait being the time
/// from the request (or the return to the queue) to the takeover: the longest and the shortest quarter are left out, so
/// that a night without operators or a test by hand does not spoil it. Operators serve the queue in rounds, one dialog
/// each: so it counts once for every round until the visitor's place is reached.
enum WaitEstimate {
  /// How many waits are looked at.
  static let sampleSize = 20
  /// How old they may be.
  static let sampleAge = Duration.seconds(24 * 3600)

  /// - Parameters:
  ///   - waits: the latest waits, in any order.
  ///   - position: the place in the queue, from 1.
  ///   - operators: how many are online that may take the dialog.
  /// - Returns: minutes, to the tenth and at least that; nil if nothing is known: no waits, or nobody is there.
  static func minutes(waits: [Duration], position: Int, operators: Int) -> Double? {
    guard !waits.isEmpty, operators > 0 else { return nil }
    let outliers = waits.count / 4
    let middle = waits.sorted()[outliers..<(waits.count - outliers)]
    let typical = middle.reduce(.zero, +) / middle.count
    let rounds = (max(position, 1) + operators - 1) / operators
    return max(1, (typical * rounds / .seconds(6)).rounded()) / 10
  }
}
