import ChatProtocol

/// The operator's stream: one socket that brings the numbered events of all dialogs (part 2).
///
/// A value without I/O, like ``LiveLink``, with which it shares the life of its socket. A shell feeds it events and
/// carries its actions out; `now` is monotonic time that runs on while the machine sleeps.
///
/// What it promises: every event is reported once and in its order. Where one is missing that the server cannot replay
/// any more, ``CatchUp/resync(_:)`` says so before anything newer is reported, and what is known has to be read anew.
public struct OperatorStream: Sendable {
  /// The times, those of a link.
  public let configuration: LiveLink.Configuration
  /// Where it stands. Live means that all that was missed has been reported.
  public internal(set) var phase: Phase = .idle
  /// The last event that was reported: where the next connection goes on. Nil before the first.
  public internal(set) var position: Position?
  /// Why it is not live, the last thing that went wrong; nil while live. Raw text: the server may be quoted.
  public internal(set) var problem: String?
  /// How long the way to the server and back takes, as it was last measured; nil while not connected.
  public internal(set) var roundTrip: Duration?

  /// What the operator or the server decided; the rest follows from it.
  var intent: LiveLink.Intent = .idle
  var socket: ReconnectingSocket

  /// What the open connection has come to.
  enum Stage: Hashable {
    /// There is none, or it has not said hello.
    case silent
    /// What was missed is on its way: up to a number, if the server said so; how many events have come.
    case replaying(through: Int?, missed: Int)
    case live(since: Duration)
  }

  var stage: Stage = .silent
  /// When nothing was missing.
  var completeAt: Duration?
  /// When the ping was sent that has not been answered.
  var pingedAt: Duration?
  var lastPingAt: Duration?

  // MARK: What is told

  /// The operator's own typing: where, and when the last key and the last frame were.
  var ownTyping: (dialogID: DialogID, typing: LiveLink.OwnTyping)?
  /// The dialog that the operator looks at, and the one that this connection was told of.
  var viewing: DialogID?
  var toldViewing: DialogID?
  /// Up to where dialogs have been read: to be told, and told.
  var unsentReads: [DialogID: MessageID] = [:]
  var sentReads: [DialogID: MessageID] = [:]
  var lastSignalsAt: Duration?
  var awaitsSignals = false

  /// The actions of the event in hand.
  var actions: [Action] = []

  /// Makes an idle stream.
  ///
  /// - Parameters:
  ///   - position: Where an earlier stream of this operator has been, to go on there; nil begins with what happens next.
  ///   - seed: The origin of jitter, and of the connections' numbers; another one for each stream of a process.
  public init(
    configuration: LiveLink.Configuration = LiveLink.Configuration(), position: Position? = nil, seed: UInt64
  ) {
    self.configuration = configuration
    self.position = position
    socket = ReconnectingSocket(about: "stream", configuration: configuration, seed: seed)
  }

  /// Takes one event in and says what is to be done, in order.
  public mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    switch event {
    case .start: start(at: now)
    case .stop:
      intent = .idle
      apply(socket.stop(), at: now)
    case .retryNow: retryNow(at: now)
    case .woke: apply(socket.wake(at: now), at: now)
    case .serverReturned: apply(socket.hasten(at: now), at: now)

    case .typing(let isTyping, let dialogID): type(isTyping, in: dialogID, at: now)
    case .read(let messageID, let dialogID): read(messageID, in: dialogID, at: now)
    case .viewing(let dialogID): view(dialogID, at: now)

    case .socket(let event): socketTold(event, at: now)
    case .timerFired(let timer): timerFired(timer, at: now)
    }
    reportPhase()
    defer { actions = [] }
    return actions
  }

  private mutating func timerFired(_ timer: Timer, at now: Duration) {
    switch timer {
    case .reconnect: apply(socket.timerFired(.reconnect, at: now), at: now)
    case .settle: apply(socket.timerFired(.settle, at: now), at: now)
    case .silence: apply(socket.timerFired(.silence, at: now), at: now)
    case .replay: replayIsOver(at: now)
    case .typing: expireTyping(at: now)
    case .signals:
      awaitsSignals = false
      sendSignals(at: now)
    }
  }

  // MARK: What it shows

  /// When nothing was known to be missing: now, while live; nil before the first time.
  public func completeAsOf(now: Duration) -> Duration? {
    if case .live = stage { now } else { completeAt }
  }

  /// Notes what went wrong, for the status bar and for the log.
  mutating func note(problem text: String) {
    problem = text
    actions.append(.report(.problem(text)))
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
    if case .live(let since) = stage { return .live(since: since) }
    let attempt = socket.failures
    if socket.isLongWait || attempt > configuration.attemptsBeforePolling {
      return .polling(attempt: attempt, nextPollAt: nil, nextSocketAt: socket.retryAt)
    }
    return socket.retryAt.map { .reconnecting(attempt: attempt, retryAt: $0) } ?? .connecting(attempt: attempt)
  }
}
