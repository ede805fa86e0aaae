import NIOCore

/// The messages that have come and the receivers that wait for one. Whichever is there first waits for the other, each
/// in its order. A receiver that gives up takes no message with it.
struct Mailbox<Element> {
  typealias ReceiverID = ObjectIdentifier

  /// What a receiver gets at once.
  enum Answer {
    case element(Element)
    /// Nothing more will come.
    case ended
    /// The element is going to be delivered to it.
    case wait
  }

  private var elements = CircularBuffer<Element>()
  private var receivers: [ReceiverID] = []
  private var hasEnded = false

  /// How many elements wait.
  var count: Int { elements.count }

  /// Takes an element.
  ///
  /// - Returns: the receiver to give it to; nil when it waits for one.
  mutating func deliver(_ element: Element) -> ReceiverID? {
    guard receivers.isEmpty else { return receivers.removeFirst() }
    elements.append(element)
    return nil
  }

  /// A receiver asks.
  mutating func receive(_ id: ReceiverID) -> Answer {
    if let element = elements.popFirst() { return .element(element) }
    if hasEnded { return .ended }
    receivers.append(id)
    return .wait
  }

  /// A receiver gives up.
  ///
  /// - Returns: whether it was still waiting; if not, it has its answer already.
  mutating func cancel(_ id: ReceiverID) -> Bool {
    guard let index = receivers.firstIndex(of: id) else { return false }
    receivers.remove(at: index)
    return true
  }

  /// Nothing more will come; what waits can still be received.
  ///
  /// - Returns: the receivers that wait in vain.
  mutating func end() -> [ReceiverID] {
    hasEnded = true
    defer { receivers = [] }
    return receivers
  }
}

extension Mailbox {
  /// Looks at every element that waits.
  func forEach(_ body: (Element) -> Void) { elements.forEach(body) }
}
