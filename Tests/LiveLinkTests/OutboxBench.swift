import ChatProtocol
import LiveLink
import Testing

/// An outbox on a bench: time by hand, and a disk that says yes unless told otherwise.
struct OutboxBench {
  var outbox: Outbox
  var now: Duration = .seconds(1000)
  var timers: [DialogID: Duration] = [:]
  var disk: [String: Outbox.Entry] = [:]
  var diskWorks = true
  var log: [Outbox.Action] = []
  private var count = 0

  /// - Parameter takesClientID: What the server has said; nil for nothing yet.
  init(takesClientID: Bool?, seed: UInt64 = 3) {
    outbox = Outbox(seed: seed)
    if let takesClientID { send(.serverTakesClientID(takesClientID)) }
  }

  @discardableResult
  mutating func send(_ event: Outbox.Event) -> [Outbox.Action] {
    let actions = outbox.handle(event, at: now)
    log += actions
    for action in actions {
      switch action {
      case .journal(let entry):
        if diskWorks {
          disk[entry.clientID] = entry
          send(.journaled(clientID: entry.clientID))
        } else {
          send(.journalFailed(clientID: entry.clientID, reason: "no space left on device"))
        }
      case .erase(let clientID): disk[clientID] = nil
      case .setTimer(let dialogID, let delay): timers[dialogID] = now + delay
      case .cancelTimer(let dialogID): timers[dialogID] = nil
      case .post, .loadHistory, .report: break
      }
    }
    return actions
  }

  mutating func pass(_ time: Duration) {
    let end = now + time
    while let next = timers.min(by: { $0.value < $1.value }), next.value <= end {
      timers[next.key] = nil
      now = max(now, next.value)
      send(.timerFired(next.key))
    }
    now = end
  }

  /// Submits a text and gives its id.
  @discardableResult
  mutating func submit(_ text: String, to dialogID: DialogID = 4, after lastSeenID: MessageID? = 10) -> String {
    count += 1
    let clientID = "c\(count)"
    send(
      .submit(
        clientID: clientID, dialogID: dialogID, text: text, lastSeenID: lastSeenID,
        at: Timestamp(milliseconds: Int64(count))))
    return clientID
  }

  /// The process dies; another begins with what is on the disk.
  mutating func restart(takesClientID: Bool) {
    let entries = Array(disk.values)
    outbox = Outbox(seed: 4)
    timers = [:]
    log = []
    send(.restored(entries))
    send(.serverTakesClientID(takesClientID))
  }

  mutating func forget() { log = [] }

  var posts: [String] { log.compactMap { if case .post(let entry) = $0 { entry.text } else { nil } } }
  var looks: Int { log.count { if case .loadHistory = $0 { true } else { false } } }
  var settled: [String] {
    log.compactMap { if case .report(.settled(let entry, _)) = $0 { entry.text } else { nil } }
  }
  func states(_ dialogID: DialogID = 4) -> [Outbox.State] { outbox.rows(of: dialogID).map(\.state) }
  func texts(_ dialogID: DialogID = 4) -> [String] { outbox.rows(of: dialogID).map(\.entry.text) }
}

extension OutboxBench: CustomTestStringConvertible {
  var testDescription: String { "outbox with \(outbox.rows.map(\.state))" }
}

func reply(_ id: MessageID, _ text: String, clientID: String? = nil, by sender: Sender = .manager) -> Message {
  Message(id: id, sender: sender, text: text, timestamp: nil, clientID: clientID)
}
