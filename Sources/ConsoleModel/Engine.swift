/// The machinery of the console that nobody looks at.
struct Engine: Sendable {
  /// The origin of all jitter.
  var seed: UInt64 = 0
}
