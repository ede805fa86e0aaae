import NIOCore

/// The messages that wait for the send queue to drain, in the order in which they were sent.
struct SendGate<Message> {
  typealias SenderID = ObjectIdentifier

  private var waiting = CircularBuffer<(id: SenderID, message: Message)>()

  /// Whether a message must wait: the queue is full, or others were here before.
  func mustWait(isFull: Bool) -> Bool { isFull || !waiting.isEmpty }

  /// Lets a message wait.
  mutating func enqueue(_ message: Message, id: SenderID) { waiting.append((id, message)) }

  /// The next message, if there is room for one.
  mutating func next(isFull: Bool) -> (id: SenderID, message: Message)? { isFull ? nil : waiting.popFirst() }

  /// A sender gives up: its message is not sent.
  ///
  /// - Returns: whether it was still waiting; if not, it has been sent.
  mutating func cancel(_ id: SenderID) -> Bool {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return false }
    waiting.remove(at: index)
    return true
  }

  /// Nothing is sent any more.
  ///
  /// - Returns: the senders that waited.
  mutating func end() -> [SenderID] {
    defer { waiting.removeAll() }
    return waiting.map(\.id)
  }
}
