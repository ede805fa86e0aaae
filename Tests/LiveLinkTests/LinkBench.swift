import ChatProtocol
import LiveLink
import Testing

/// A link on a bench: time by hand, timers kept, the last connection and fetch at hand.
struct LinkBench {
  var link: LiveLink
  var now: Duration = .seconds(1000)
  var timers: [LiveLink.Timer: Duration] = [:]
  /// Every action since the last `forget`.
  var log: [LiveLink.Action] = []
  var connection: LiveLink.ConnectionID?
  /// Whether the last `connect` has not been answered.
  var isAttempting = false
  var request: LiveLink.RequestID?
  var fetchedAfter: MessageID??
  /// The last page that was asked for.
  var pageBefore: MessageID??
  var pageLimit: Int?

  init(seed: UInt64 = 7, _ configure: (inout LiveLink.Configuration) -> Void = { _ in }) {
    var configuration = LiveLink.Configuration()
    configure(&configuration)
    link = LiveLink(dialogID: 4, configuration: configuration, seed: seed)
  }

  @discardableResult
  mutating func send(_ event: LiveLink.Event) -> [LiveLink.Action] {
    switch event {
    case .socketOpened, .socketClosed, .socketRefused, .socketFailed: isAttempting = false
    default: break
    }
    let actions = link.handle(event, at: now)
    for action in actions {
      switch action {
      case .connect(let id): (connection, isAttempting) = (id, true)
      case .fetchMessages(let id, let after): (request, fetchedAfter) = (id, .some(after))
      case .fetchPage(let id, let before, let limit):
        (request, pageBefore, pageLimit) = (id, .some(before), limit)
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

  /// The machine sleeps: time passes, and the timers that were due fire late, all at once.
  mutating func sleep(_ time: Duration) {
    now += time
    pass(.zero)
  }

  mutating func forget() { log = [] }

  // MARK: A server that behaves

  mutating func open() { send(.socketOpened(connection ?? LinkBench.none)) }
  mutating func close(_ code: Int?) { send(.socketClosed(connection ?? LinkBench.none, code: code, reason: "")) }
  mutating func fail() { send(.socketFailed(connection ?? LinkBench.none, "connection refused")) }
  mutating func text(_ text: String) { send(.socketText(connection ?? LinkBench.none, text)) }
  mutating func load(_ ids: [MessageID]) { send(.messagesLoaded(request ?? LinkBench.noRequest, ids.map(message))) }
  mutating func failFetch(_ failure: APIFailure) { send(.messagesFailed(request ?? LinkBench.noRequest, failure)) }

  /// Started, open, loaded and settled.
  mutating func goLive(_ ids: [MessageID] = [1, 2, 3]) {
    send(.start)
    open()
    load(ids)
    if isFetching { load(ids) }
    pass(.seconds(6))
    if isFetching { load(ids) }
    forget()
  }

  /// Whether a fetch is under way: asked for after the last answer.
  var isFetching: Bool {
    for action in log.reversed() {
      if case .fetchMessages(request, _) = action { return !answered }
    }
    return false
  }

  private var answered: Bool {
    // A fetch that was answered leaves the link without one: a repeated answer changes nothing.
    var copy = link
    guard let request else { return true }
    return copy.handle(.messagesFailed(request, .unreachable("probe")), at: now).isEmpty
  }

  private static let (none, noRequest) = strangers()

  /// Ids that no link under test has.
  private static func strangers() -> (LiveLink.ConnectionID, LiveLink.RequestID) {
    var stranger = LiveLink(dialogID: 0, seed: 0xDEAD)
    var found: (LiveLink.ConnectionID?, LiveLink.RequestID?)
    for action in stranger.handle(.start, at: .zero) {
      if case .connect(let id) = action { found.0 = id }
      if case .fetchMessages(let id, _) = action { found.1 = id }
    }
    guard let connection = found.0, let request = found.1 else { fatalError("a link that starts connects and fetches") }
    return (connection, request)
  }

  // MARK: What happened

  var connects: Int { log.count { if case .connect = $0 { true } else { false } } }
  var fetches: Int { log.count { if case .fetchMessages = $0 { true } else { false } } }
  var refreshes: Int { log.count { $0 == .refreshToken } }
  var sent: [String] {
    log.compactMap { if case .send(_, let text) = $0 { text } else { nil } }
  }
  var ids: [MessageID] { link.timeline.map(\.id) }
  /// Every id that was reported as inserted, in the order of the reports.
  var insertedIDs: [MessageID] {
    log.flatMap { action -> [MessageID] in
      if case .report(.inserted(let messages, _)) = action { messages.map(\.id) } else { [] }
    }
  }
  var origins: [LiveLink.Origin] {
    log.compactMap { if case .report(.inserted(_, let origin)) = $0 { origin } else { nil } }
  }
  var phases: [LiveLink.Phase] {
    log.compactMap { if case .report(.phase(let phase)) = $0 { phase } else { nil } }
  }
  var isLive: Bool { if case .live = link.phase { true } else { false } }
  var isPolling: Bool { if case .polling = link.phase { true } else { false } }
  /// How long the link waits for its next attempt.
  var wait: Duration? {
    switch link.phase {
    case .reconnecting(_, let retryAt): retryAt - now
    case .polling(_, _, let retryAt): retryAt.map { $0 - now }
    default: nil
    }
  }
}

extension LinkBench: CustomTestStringConvertible {
  /// The whole log would drown the failure.
  var testDescription: String { "link in phase \(link.phase)" }
}

func message(_ id: MessageID) -> Message {
  Message(id: id, sender: .user, text: "text \(id)", timestamp: Timestamp(milliseconds: Int64(id) * 1000))
}

func direct(_ id: MessageID) -> String {
  #"{"id":\#(id),"sender":"user","text":"text \#(id)","timestamp":"1970-01-01T00:00:00Z"}"#
}

func wrapped(_ id: MessageID) -> String {
  #"{"message":\#(direct(id))}"#
}
