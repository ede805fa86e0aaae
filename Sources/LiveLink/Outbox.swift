public import ChatProtocol

/// The sends of all dialogs, each exactly once: journal first, then post, then settle.
///
/// A value without I/O, like ``LiveLink``. In each dialog the sends go one at a time and in order. With a server that
/// takes `client_id`, a POST without an answer is simply repeated; with any other it is looked up in the history, and
/// if that cannot tell, the operator is asked.
public struct Outbox: Sendable {
  /// Makes an empty outbox.
  public init(backoff: Backoff = Backoff(), seed: UInt64) {
  }

  /// The sends of a dialog that have not arrived, oldest first: the rows below the timeline. A send whose echo is
  /// already in the timeline is not among them.
  public func rows(of dialogID: DialogID) -> [Row] {
    []
  }

  /// All sends that have not arrived, of every dialog, oldest first.
  public var rows: [Row] { [] }

  /// Takes one event in and says what is to be done, in order.
  public mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    []
  }
}
