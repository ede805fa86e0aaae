/// How operators share the dialogs that are handed over.
public struct HandoffPolicy: Sendable, Hashable {
  /// How many dialogs one operator may have at once.
  public var capacity = 10

  /// The defaults.
  public init() {}
}
