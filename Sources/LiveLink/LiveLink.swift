public import ChatProtocol

/// One dialog's link to the server: connect → live → reconnect → poll → live, and the timeline that comes of it.
///
/// A value without I/O. A shell feeds it events and carries its actions out; `now` is monotonic time since any
/// origin, and it must run on while the machine sleeps (`CLOCK_BOOTTIME`).
///
/// What it promises: the timeline has no gap once the phase is ``Phase/live(since:)`` (or a poll has just succeeded)
/// and never a duplicate, in whatever order frames, histories and answers come.
public struct LiveLink: Sendable {
  /// The dialog.
  public let dialogID: DialogID
  /// The times.
  public internal(set) var configuration: Configuration
  /// The stored messages.
  public internal(set) var timeline = Timeline()
  /// Where it stands.
  public internal(set) var phase: Phase = .idle
  /// How many messages came by a fetch that the socket had missed.
  public internal(set) var recoveredCount = 0
  /// Why it is not live, the last thing that went wrong; nil while live. Raw text: the server may be quoted.
  public internal(set) var problem: String?
  /// When the timeline was last known to be complete: now, while live; nil before the first history.
  public func completeAsOf(now: Duration) -> Duration? {
    nil
  }
  /// Who is typing, in a steady order. A frame that does not say who means the visitor.
  public internal(set) var typists: [Sender] = []

  /// Makes an idle link. Two links of a dialog must not have the same seed: it also numbers their connections.
  public init(dialogID: DialogID, configuration: Configuration = Configuration(), seed: UInt64) {
    self.dialogID = dialogID
    self.configuration = configuration
  }

  /// Takes one event in and says what is to be done, in order.
  public mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    []
  }
}
