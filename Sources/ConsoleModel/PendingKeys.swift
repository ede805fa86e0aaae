/// The keys of a sequence that is not complete yet.
public struct PendingKeys: Hashable, Sendable {
  /// The keys so far.
  public let keys: KeySequence
  /// The mode they were pressed in; in another one they mean nothing.
  public let mode: Mode
  /// Whether the screen shows what may follow.
  public let isShown: Bool

  init(_ keys: KeySequence, in mode: Mode, isShown: Bool) {
    self.keys = keys
    self.mode = mode
    self.isShown = isShown
  }
}
