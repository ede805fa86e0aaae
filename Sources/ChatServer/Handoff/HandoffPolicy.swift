/// How operators share the dialogs that are handed over.
public struct HandoffPolicy: Sendable, Hashable {
  /// How many dialogs one operator may have at once.
  public var capacity = 10
  /// How long an operator may be out of reach before its dialogs go back to the queue.
  public var grace = Duration.seconds(120)
  /// How long after its last sign of life an operator without a socket counts as there.
  public var presence = Duration.seconds(60)
  /// How long a visitor may wait for a takeover before operators are warned.
  public var takeoverLimit = Duration.seconds(120)
  /// How long a visitor may wait for an operator's answer before operators are warned.
  public var answerLimit = Duration.seconds(300)

  /// The defaults.
  public init() {}
}
