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
  /// What is known of the messages before the first of ``timeline``.
  public internal(set) var older: Older = .unknown
  /// Where it stands.
  public internal(set) var phase: Phase = .idle
  /// How many messages came with a history that the socket had not brought.
  public internal(set) var recoveredCount = 0
  /// Why it is not live, the last thing that went wrong; nil while live. Raw text: the server may be quoted.
  public internal(set) var problem: String?

  // MARK: The feed

  /// What the operator or the server decided; the rest follows from it.
  enum Intent: Hashable {
    case idle
    case running
    case stopped(StopReason)
  }

  var intent: Intent = .idle
  /// The link's own socket; unused on a stream.
  var socket: ReconnectingSocket
  /// The operator's stream that feeds the link; nil for a link with a socket of its own.
  var stream: Stream?
  /// When the feed began to be complete: a history was fetched since it opened.
  var liveSince: Duration?
  /// Whether a history was fetched since the socket settled: the server has it in the room, and TCP keeps the order, so
  /// with each frame all is known up to that message.
  var isConfirmed = false

  // MARK: The history

  /// The one fetch there is, or is to be.
  enum Fetch: Hashable {
    case none
    case waiting(until: Duration)
    /// Under way; on which open connection it began, which it then completes.
    case inFlight(RequestID, startedAt: Duration, connection: ConnectionID?)
  }

  var fetch: Fetch = .none
  var fetchFailures = 0
  /// The page of older messages that is under way.
  var olderRequest: OlderRequest?

  struct OlderRequest: Hashable {
    var id: RequestID
    var limit: Int
  }

  /// Whether another fetch has to follow the one under way, which began too early.
  var fetchesAgain = false
  /// Whether the fetch under way is for the newest page only.
  var fetchesPage = false
  /// Whether any history has been fetched.
  var hasHistory = false
  /// Nothing is missing up to here, but for what `configuration.catchUpOverlap` allows for.
  var completeThrough: MessageID?
  /// When nothing was missing.
  var completeAt: Duration?

  // MARK: Typing

  /// When each typist's typing runs out.
  var typing: [Sender: Duration] = [:]
  /// The operator's own typing: when the last key and the last frame were.
  var ownTyping: OwnTyping?

  struct OwnTyping: Hashable {
    var lastKeyAt: Duration
    var lastSentAt: Duration
  }

  // MARK: Machinery

  var generator: SeededGenerator
  var nextSerial: UInt64
  /// The actions of the event in hand.
  var actions: [Action] = []

  /// Makes an idle link. Two links that a dialog has one after the other must differ in their seeds: it numbers their
  /// connections, and so keeps the events of the one from the other.
  ///
  /// - Parameter isOnStream: Whether an ``OperatorStream`` is its feed, instead of a socket of its own. Then its owner
  ///   tells it what the stream does (`streamPhase`, `streamBroke`) and brings (`streamed`), running or not.
  public init(
    dialogID: DialogID, configuration: Configuration = Configuration(), seed: UInt64, isOnStream: Bool = false
  ) {
    self.dialogID = dialogID
    self.configuration = configuration
    socket = ReconnectingSocket(about: "dialog", configuration: configuration, seed: seed)
    stream = isOnStream ? Stream(phase: .idle) : nil
    generator = SeededGenerator(seed: seed ^ 0x5EED)
    // The upper half is the link's own, the lower half counts.
    nextSerial = generator.next() & 0xFFFF_FFFF_0000_0000
  }

  /// Takes one event in and says what is to be done, in order.
  public mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    switch event {
    case .start: start(at: now)
    case .stop: stop(at: now)
    case .retryNow: retryNow(at: now)
    case .refresh: requestFetch(at: now)
    case .woke: wake(at: now)
    case .wantOlder(let limit): wantOlder(limit: limit)
    case .forgetOlder: forgetOlder()
    case .pollsWhileDown(let polls): setPolling(polls, at: now)
    case .operatorTyping(let isTyping): operatorTyping(isTyping, at: now)
    case .stored(let message): insert(message, from: .answer)

    case .socketOpened(let id): apply(socket.handle(.opened(id), at: now), at: now)
    case .socketText(let id, let text): socketText(text, on: id, at: now)
    case .socketPong(let id): apply(socket.handle(.pong(id), at: now), at: now)
    case .socketClosed(let id, let code, let reason):
      apply(socket.handle(.closed(id, code: code, reason: reason), at: now), at: now)
    case .socketRefused(let id, let status, let delay):
      apply(socket.handle(.refused(id, status: status, retryAfter: delay), at: now), at: now)
    case .socketFailed(let id, let reason): apply(socket.handle(.failed(id, reason), at: now), at: now)

    case .streamPhase(let phase, let completeAt): streamChanged(phase, completeAt: completeAt, at: now)
    case .streamBroke: streamBroke(at: now)
    case .streamed(let message, let origin): streamed(message, origin)

    case .messagesLoaded(let id, let messages): messagesLoaded(messages, by: id, at: now)
    case .messagesFailed(let id, let failure): messagesFailed(failure, by: id, at: now)

    case .tokenRefreshed: apply(socket.handle(.tokenRefreshed, at: now), at: now)
    case .tokenRefreshFailed(let failure): apply(socket.handle(.tokenRefreshFailed(failure), at: now), at: now)

    case .timerFired(let timer): timerFired(timer, at: now)
    }
    reportPhase()
    defer { actions = [] }
    return actions
  }

  private mutating func timerFired(_ timer: Timer, at now: Duration) {
    switch timer {
    case .reconnect: apply(socket.timerFired(.reconnect, at: now), at: now)
    case .fetch: fetchDue(at: now)
    case .settle: apply(socket.timerFired(.settle, at: now), at: now)
    case .silence: apply(socket.timerFired(.silence, at: now), at: now)
    case .typing: expireTyping(at: now)
    case .operatorTyping: expireOperatorTyping(at: now)
    }
  }

  // MARK: What it shows

  /// When the timeline was last known to have no gap: now, while live; nil before the first history.
  public func completeAsOf(now: Duration) -> Duration? {
    if case .live = phase { now } else { completeAt }
  }

  /// Whether a history has come: an empty timeline is then an empty dialog.
  public var isLoaded: Bool { hasHistory }

  /// Who is typing, in a steady order. A frame that does not say who means the visitor.
  public var typists: [Sender] {
    typing.keys.sorted { ($0.wireName ?? "") < ($1.wireName ?? "") }
  }

  /// Whether history is polled: the attempts are used up, or the wait is long, and somebody looks.
  var isPolling: Bool {
    guard intent == .running, configuration.pollsWhileDown, liveSince == nil else { return false }
    if let stream { return if case .polling = stream.phase { true } else { false } }
    return socket.isLongWait || socket.failures > configuration.attemptsBeforePolling
  }

  /// When the history is fetched next, where that waits.
  var nextPollAt: Duration? {
    if case .waiting(let time) = fetch { time } else { nil }
  }

  private mutating func reportPhase() {
    let current = currentPhase
    guard current != phase else { return }
    phase = current
    if case .live = phase { problem = nil }
    actions.append(.report(.phase(phase)))
  }

  private var currentPhase: Phase {
    switch intent {
    case .idle: return .idle
    case .stopped(let reason): return .stopped(reason)
    case .running: break
    }
    if let stream { return phase(on: stream) }
    if let liveSince { return .live(since: liveSince) }
    if isPolling {
      return .polling(attempt: socket.failures, nextPollAt: nextPollAt, nextSocketAt: socket.retryAt)
    }
    if let retryAt = socket.retryAt { return .reconnecting(attempt: socket.failures, retryAt: retryAt) }
    return .connecting(attempt: socket.failures)
  }

  // MARK: Helpers

  mutating func makeSerial() -> UInt64 {
    nextSerial &+= 1
    return nextSerial
  }

  /// Notes what went wrong, for the status bar and for the log.
  mutating func note(problem text: String) {
    problem = text
    actions.append(.report(.problem(text)))
  }
}
