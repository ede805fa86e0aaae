/// The last events of an operator's stream, bounded in count and in bytes.
///
/// An event is kept as the inside of its JSON object, without the braces and without `seq`: it is encoded once, all
/// streams share its storage, and its number is written in front of it when it is sent.
struct StreamLog: Sendable {
  /// How much is kept.
  struct Limits: Hashable, Sendable {
    /// Events.
    var events = 1000
    /// Their bytes together; the newest is kept whatever it has.
    var bytes = 1 << 20
  }

  /// How much travels as one frame: a client is to be shown the first of a thousand events before the last has come.
  private static let batchEvents = 128
  private static let batchBytes = 64 << 10

  private let limits: Limits
  /// From `head`; what is before that is gone.
  private var events: [String] = []
  private var head = 0
  private var bytes = 0
  /// The number of the last event ever; 0 before the first.
  private(set) var lastSequence = 0

  init(limits: Limits) {
    self.limits = limits
  }

  /// How many events are kept.
  var count: Int { events.count - head }

  /// The number of the last event that is gone; replay is possible from there on.
  var forgottenThrough: Int { lastSequence - count }

  /// Adds an event and drops what is over the bounds.
  mutating func append(_ event: String) {
    events.append(event)
    bytes += event.utf8.count
    lastSequence += 1
    while count > 1, count > limits.events || bytes > limits.bytes {
      bytes -= events[head].utf8.count
      events[head] = ""
      head += 1
    }
    // Moved together seldom, so that an event costs the same however many are kept.
    if head > 64, head > events.count / 2 {
      events.removeFirst(head)
      head = 0
    }
  }

  /// What comes behind a number, as one frame: a single event, or a batch of bounded size.
  ///
  /// - Returns: nil if nothing comes behind it. Whoever asks for what is forgotten gets what there is.
  func frame(after sequence: Int) -> (frame: Frame, through: Int)? {
    var next = max(sequence, forgottenThrough) + 1
    guard next <= lastSequence else { return nil }
    let first = next
    var text = object(next)
    next += 1
    while next <= lastSequence, next - first < Self.batchEvents {
      let event = object(next)
      guard text.utf8.count + event.utf8.count < Self.batchBytes else { break }
      text += ","
      text += event
      next += 1
    }
    return (Frame(text: next - first == 1 ? text : "{\"batch\":[\(text)]}"), next - 1)
  }

  private func object(_ sequence: Int) -> String {
    "{\"seq\":\(sequence),\(events[events.count - 1 - (lastSequence - sequence)])}"
  }
}
