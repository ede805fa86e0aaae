import ChatProtocol
import LiveLink

/// An operator's stream on a bench: time by hand, timers kept, the last connection at hand.
struct StreamBench {
  var stream: OperatorStream
  var now: Duration = .seconds(1000)
  var timers: [OperatorStream.Timer: Duration] = [:]
  /// Every action since the last `forget`.
  var log: [OperatorStream.Action] = []
  private(set) var connection: OperatorStream.ConnectionID?
  /// Where the last connection was asked to go on.
  private(set) var since: OperatorStream.Position?

  init(position: OperatorStream.Position? = nil, seed: UInt64 = 7) {
    stream = OperatorStream(position: position, seed: seed)
  }

  @discardableResult
  mutating func send(_ event: OperatorStream.Event) -> [OperatorStream.Action] {
    let actions = stream.handle(event, at: now)
    for action in actions {
      switch action {
      case .connect(let id, let position): (connection, since) = (id, position)
      case .setTimer(let timer, let delay): timers[timer] = now + delay
      case .cancelTimer(let timer): timers[timer] = nil
      default: break
      }
    }
    log += actions
    return actions
  }

  /// Lets time pass and the timers that are due fire, in order.
  mutating func pass(_ time: Duration) {
    let end = now + time
    while let next = timers.min(by: { $0.value < $1.value }), next.value <= end {
      timers[next.key] = nil
      now = max(now, next.value)
      send(.timerFired(next.key))
    }
    now = end
  }

  mutating func forget() { log = [] }

  // MARK: A server that behaves

  mutating func socket(_ event: (OperatorStream.ConnectionID) -> SocketEvent) {
    if let connection { send(.socket(event(connection))) }
  }

  mutating func open() { socket { .opened($0) } }
  mutating func close(_ code: Int?) { socket { .closed($0, code: code, reason: "") } }
  mutating func fail() { socket { .failed($0, "connection refused") } }
  mutating func text(_ text: String) { socket { .text($0, text) } }

  mutating func hello(_ sequence: Int, epoch: String = "e", resumed: Bool = false, last: Int? = nil) {
    let last = last.map { #","last":\#($0)"# } ?? ""
    text(#"{"type":"hello","seq":\#(sequence),"epoch":"\#(epoch)","resumed":\#(resumed)\#(last)}"#)
  }

  mutating func message(_ sequence: Int) { text(messageEvent(sequence)) }

  /// Started, open, greeted and settled; what happened on the way is forgotten.
  mutating func goLive(at sequence: Int = 0) {
    send(.start)
    open()
    hello(sequence, last: sequence)
    pass(.seconds(6))
    forget()
  }

  /// The connection dies and the next one is open.
  mutating func reconnect(code: Int? = nil) {
    close(code)
    pass(.seconds(1))
    open()
  }

  // MARK: What happened

  var connects: Int { log.count { if case .connect = $0 { true } else { false } } }
  var refreshes: Int { log.count { $0 == .refreshToken } }
  var pings: Int { log.count { if case .ping = $0 { true } else { false } } }
  var sent: [String] { log.compactMap { if case .send(_, let text) = $0 { text } else { nil } } }
  var changes: [OperatorStream.Change] { log.compactMap { if case .report(let change) = $0 { change } else { nil } } }
  var catchUps: [OperatorStream.CatchUp] {
    changes.compactMap { if case .caughtUp(let catchUp) = $0 { catchUp } else { nil } }
  }
  /// The messages that were reported, in the order of the reports.
  var messageIDs: [MessageID] {
    changes.compactMap { if case .message(let message, _, _) = $0 { message.id } else { nil } }
  }
  var lateIDs: [MessageID] {
    changes.compactMap { if case .message(let message, _, .recovered) = $0 { message.id } else { nil } }
  }
  var isLive: Bool { if case .live = stream.phase { true } else { false } }
  var isPolling: Bool { if case .polling = stream.phase { true } else { false } }
  /// How long the stream waits for its next attempt.
  var wait: Duration? {
    switch stream.phase {
    case .reconnecting(_, let retryAt): retryAt - now
    case .polling(_, _, let retryAt): retryAt.map { $0 - now }
    default: nil
    }
  }
}

/// The event of a number: a message of dialog 4 whose id is a hundred times the number.
func messageEvent(_ sequence: Int) -> String {
  #"{"seq":\#(sequence),"type":"message","dialog_id":4,"message":\#(direct(sequence * 100))}"#
}

func batch(_ sequences: some Sequence<Int>) -> String {
  #"{"batch":[\#(sequences.map(messageEvent).joined(separator: ","))]}"#
}
