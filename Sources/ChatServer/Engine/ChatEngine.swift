import ChatProtocol
import Logging

/// Where frames for a dialog's sockets go: the rooms of this process.
protocol FrameDelivery: Sendable {
  /// Sends a frame to the sockets that are connected now. Frames of one caller arrive in its order.
  func deliver(_ frame: Frame, to dialogID: DialogID, _ audience: Audience)
}

/// The verbs of a conversation: what visitors, operators and the AI can do in a dialog.
///
/// Everything is stored first and pushed right after, in one piece of work that no cancelled caller can cut in two and
/// that runs alone in its dialog, or beside others whose order the store decides: so nothing is pushed that is not stored, nothing is stored that is not pushed to
/// those who are connected, and every socket gets a dialog's frames in the order of their ids.
///
/// Who may see the dialog is for the caller to check first.
final class ChatEngine: Sendable {
  let store: ChatStore
  let handoffPolicy: HandoffPolicy
  /// Who of the operators is there, and what each has.
  let operators: Operators
  /// Who waits for a human.
  let waits: OverdueMonitor
  let metrics: ServerMetrics
  let answers: any AnswerEngine
  let delivery: any FrameDelivery
  let now: @Sendable () -> Timestamp
  let logger: Logger

  /// Work that writes and pushes.
  let writes = DialogQueue()
  /// The AI's turns: apart from the writes, which must not wait while it thinks.
  let turns: TurnDesk

  init(
    store: ChatStore, answers: any AnswerEngine, delivery: any FrameDelivery, handoffPolicy: HandoffPolicy = .init(),
    metrics: ServerMetrics = ServerMetrics(), now: @escaping @Sendable () -> Timestamp, logger: Logger
  ) {
    self.store = store
    self.handoffPolicy = handoffPolicy
    operators = Operators(timing: .init(presence: handoffPolicy.presence, grace: handoffPolicy.grace))
    waits = OverdueMonitor(
      OverdueWatch(thresholds: [.takeover: handoffPolicy.takeoverLimit, .answer: handoffPolicy.answerLimit]), now: now)
    self.metrics = metrics
    self.answers = answers
    self.delivery = delivery
    turns = TurnDesk(delivery: delivery)
    self.now = now
    self.logger = logger
  }

  // MARK: Messages

  /// What became of a visitor's message.
  struct VisitorPost: Sendable {
    /// The stored message: the first one, if this was a repeat.
    let message: Message
    let isDuplicate: Bool
    fileprivate let turn: AsyncStream<AssistantTurn>

    /// What the AI does about it: it goes on whether or not anybody waits for it. To be asked once.
    func assistantTurn() async -> AssistantTurn {
      for await result in turn { return result }
      return .silent
    }
  }

  /// What the AI did about a message.
  enum AssistantTurn: Sendable, Hashable {
    case answered(Message)
    case handedOff(HandoffState)
    /// It has nothing to say, may not speak, was overtaken by an operator, or answers a newer message with this one.
    case silent

    /// For counting.
    var name: String {
      switch self {
      case .answered: "answered"
      case .handedOff: "handedOff"
      case .silent: "silent"
      }
    }
  }

  /// Stores a visitor's message, pushes it to the operators, and gives the AI its turn.
  ///
  /// - Throws: `StoreError` if the message cannot be stored.
  func postAsVisitor(dialogID: DialogID, text: String, clientID: String?) async throws -> VisitorPost {
    try await writes.run(dialogID) {
      let appended = try await self.storeAndPush(
        NewMessage(dialogID: dialogID, sender: .user, text: text, clientID: clientID, timestamp: self.now()))
      let message = appended.message
      let turn =
        appended.isDuplicate
        ? self.pastTurn(after: message, in: dialogID) : self.beginTurn(about: message, in: dialogID)
      return VisitorPost(message: message, isDuplicate: appended.isDuplicate, turn: turn)
    }
  }

  /// Stores an operator's message and pushes it to everybody, its author included; a note to operators only.
  ///
  /// - Parameter ifLastID: the last message the operator has seen; see `ChatStore.append`.
  /// - Throws: `StoreError` if the message cannot be stored, `PreconditionFailure` if somebody else wrote since.
  func postAsOperator(
    _ user: User, dialogID: DialogID, kind: MessageKind = .message, text: String, clientID: String?,
    ifLastID: MessageID? = nil
  ) async throws -> Appended {
    // The store does what it was handed whatever becomes of its caller.
    try await writes.runShared(dialogID) {
      try await self.storeAndPush(
        NewMessage(
          dialogID: dialogID, sender: .manager, author: user.manager, kind: kind, text: text, clientID: clientID,
          ifLastID: ifLastID, timestamp: self.now()))
    }
  }

  /// To be called inside `writes` only. Messages are pushed in the order in which the store has them, also those that
  /// are stored at the same time.
  func storeAndPush(_ message: NewMessage) async throws -> Appended {
    let start = ContinuousClock.now
    return try await store.append(message) { self.push($0, in: message.dialogID, since: start) }
  }

  /// Tells of a message that was stored, and counts it. To be called inside `writes` only.
  ///
  /// - Parameter start: when its way in began.
  func push(_ appended: Appended, in dialogID: DialogID, since start: ContinuousClock.Instant) {
    guard !appended.isDuplicate else { return }
    let message = appended.message
    note(appended, in: dialogID)
    delivery.deliver(.message(message), to: dialogID, message.audience)
    metrics.stored(by: message.sender, took: start.duration(to: .now))
  }

  // MARK: Hand-off

  /// Carries a hand-off command out and tells both pools.
  ///
  /// - Throws: `HandoffConflict`, `StoreError`.
  func handoff(dialogID: DialogID, _ command: HandoffCommand, by actor: HandoffActor) async throws -> HandoffStatus {
    try await writes.run(dialogID) {
      try await self.commandAndPush(dialogID: dialogID, command, by: actor).status
    }
  }

  /// To be called inside `writes` only.
  ///
  /// - Parameter cause: what led to a request, if the actor does not say it all.
  func commandAndPush(
    dialogID: DialogID, _ command: HandoffCommand, by actor: HandoffActor, cause: HandoffCause? = nil
  ) async throws -> HandoffOutcome {
    let outcome = try await store.handoff(
      dialogID: dialogID, command, by: actor, at: now(), capacity: handoffPolicy.capacity, cause: cause)
    if let event = outcome.event {
      note(outcome)
      if command == .takeOver, let asked = outcome.status.requestedAt, let came = outcome.status.startedAt {
        metrics.takenOver(after: came.duration(since: asked))
      }
      turns.interrupt(dialogID)
      if let operatorEvent = outcome.operatorEvent {
        delivery.deliver(try .event(operatorEvent), to: dialogID, .admins)
        delivery.deliver(try .event(event), to: dialogID, .visitors)
      } else {
        delivery.deliver(try .event(event), to: dialogID, .everyone)
      }
      try announce(outcome.dialog)
      logger.info(
        "hand-off changed",
        metadata: ["dialog": "\(dialogID)", "status": "\(outcome.status.status.wireName)", "by": "\(actor)"])
      await retireProposals(in: dialogID)
    }
    return outcome
  }

  // MARK: The end

  /// Waits until all that was begun is stored and pushed. A turn that thinks for long is waited for as well: it is
  /// for the caller to give up.
  func drain() async {
    await turns.settleAll()
    await writes.settleAll()
  }

  /// Ends the turns that are not over after this time, and lets none begin any more; at once when nobody asks for one
  /// any longer and all are over.
  ///
  /// - Parameter served: ends when the last request does.
  func stopTurns(after time: Duration, orBehind served: AsyncStream<Never>) async {
    // Not a task group, which would wait for both: a turn may think for ever.
    let (over, end) = AsyncStream.makeStream(of: Never.self)
    Task {
      try? await Task.sleep(for: time)
      end.finish()
    }
    Task {
      for await _ in served {}
      await turns.settleAll()
      end.finish()
    }
    for await _ in over {}
    turns.stop()
  }
}

extension Message {
  /// Whom it is pushed to (part 1, Sockets: routing).
  fileprivate var audience: Audience {
    sender == .user || kind == .note ? .admins : .everyone
  }
}
