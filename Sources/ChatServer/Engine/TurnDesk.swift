import ChatProtocol
import Synchronization

/// The AI's turns in all dialogs: a lock around a `TurnMachine` for each dialog that has one, and the tasks that its
/// actions are about. A dialog without a turn takes no memory.
///
/// Messages, interruptions and the ends of turns are to be told from inside the dialog's line of writes, so that each
/// of them comes before or after another, and a turn that was interrupted cannot speak.
final class TurnDesk: Sendable {
  typealias Turn = TurnMachine.Turn
  /// What a turn does about the messages from the first on; its task is cancelled when nothing can come of it any more.
  typealias Work = @Sendable (_ turn: Turn, _ first: MessageID) async -> ChatEngine.AssistantTurn

  private struct State {
    var machines: [DialogID: TurnMachine] = [:]
    /// The turns that wait to begin, each with what it will do.
    var works: [Turn: Work] = [:]
    var tasks: [Turn: Task<Void, Never>] = [:]
    /// Who waits for what becomes of a message.
    var results: [MessageID: AsyncStream<ChatEngine.AssistantTurn>.Continuation] = [:]
    /// The dialogs in which the AI is seen to type, and to whom.
    var typing: [DialogID: Typing] = [:]
    var isStopped = false
  }

  private struct Typing {
    let audience: Audience
    var announcedAt: Duration
  }

  private let state = Mutex(State())
  private let delivery: any FrameDelivery
  private let clock = MonotonicClock()

  /// While it goes on, typing is announced again after this time: clients let it expire by itself.
  static let typingRefresh = Duration.seconds(3)

  init(delivery: any FrameDelivery) {
    self.delivery = delivery
  }

  /// The number of dialogs in which the AI has something to do.
  var busyDialogs: Int { state.withLock(\.machines.count) }

  /// The visitor wrote a message: the AI's turn.
  ///
  /// - Returns: what becomes of it, once; nothing at all if the server stops.
  func begin(
    _ message: MessageID, in dialogID: DialogID, _ work: @escaping Work
  ) -> AsyncStream<ChatEngine.AssistantTurn> {
    let (results, result) = AsyncStream.makeStream(of: ChatEngine.AssistantTurn.self)
    state.withLock { state in
      guard !state.isStopped else { return result.finish() }
      state.results[message] = result
      state.works[message] = work
      handle(.message(message), in: dialogID, &state)
    }
    return results
  }

  /// The AI may not speak in this dialog any more; what it works on ends at once.
  func interrupt(_ dialogID: DialogID) {
    state.withLock { handle(.interrupted, in: dialogID, &$0) }
  }

  /// Whether the turn may still speak; if so, it is not seen to type any more.
  func claim(_ turn: Turn, in dialogID: DialogID) -> Bool {
    state.withLock { state in
      guard state.machines[dialogID]?.current == turn else { return false }
      stopTyping(in: dialogID, &state)
      return true
    }
  }

  /// The turn is over; a message that came meanwhile has its own now. Told twice, the second is ignored.
  func finish(_ turn: Turn, in dialogID: DialogID) {
    state.withLock { handle(.finished(turn), in: dialogID, &$0) }
  }

  /// The turn thinks and that takes time: those are told that the AI types.
  func type(_ turn: Turn, in dialogID: DialogID, for audience: Audience) {
    state.withLock { state in
      guard state.machines[dialogID]?.current == turn else { return }
      let now = clock.now
      if let typing = state.typing[dialogID], now - typing.announcedAt < Self.typingRefresh { return }
      state.typing[dialogID] = Typing(audience: audience, announcedAt: now)
      // Under the lock: a stop must not overtake its start.
      deliver(.typingStarted(by: .assistant), to: dialogID, audience)
    }
  }

  /// Waits until nothing more comes of a message.
  func settle(_ message: MessageID) async {
    await state.withLock { $0.tasks[message] }?.value
  }

  /// Waits for all turns to end.
  func settleAll() async {
    while let task = state.withLock({ $0.tasks.values.first }) { await task.value }
  }

  /// Ends all turns, and lets none begin any more.
  func stop() {
    state.withLock { state in
      state.isStopped = true
      for dialogID in state.machines.keys { handle(.interrupted, in: dialogID, &state) }
    }
  }

  private func handle(_ event: TurnMachine.Event, in dialogID: DialogID, _ state: inout State) {
    var machine = state.machines[dialogID] ?? TurnMachine()
    let actions = machine.handle(event)
    state.machines[dialogID] = machine.isIdle ? nil : machine
    for action in actions {
      switch action {
      case .start(let turn, let first):
        guard let work = state.works.removeValue(forKey: turn) else { continue }
        state.tasks[turn] = Task {
          let result = await work(turn, first)
          self.end(turn, in: dialogID, result)
        }
      case .cancel(let turn):
        state.tasks[turn]?.cancel()
        settle(turn, as: .silent, &state)
      case .settle(let message):
        state.works[message] = nil
        settle(message, as: .silent, &state)
      }
    }
    if machine.isIdle { stopTyping(in: dialogID, &state) }
  }

  private func end(_ turn: Turn, in dialogID: DialogID, _ result: ChatEngine.AssistantTurn) {
    state.withLock { state in
      state.tasks[turn] = nil
      settle(turn, as: result, &state)
      handle(.finished(turn), in: dialogID, &state)
    }
  }

  private func settle(_ message: MessageID, as result: ChatEngine.AssistantTurn, _ state: inout State) {
    guard let waiting = state.results.removeValue(forKey: message) else { return }
    waiting.yield(result)
    waiting.finish()
  }

  private func stopTyping(in dialogID: DialogID, _ state: inout State) {
    guard let typing = state.typing.removeValue(forKey: dialogID) else { return }
    deliver(.typingStopped(by: .assistant), to: dialogID, typing.audience)
  }

  private func deliver(_ event: DialogEvent, to dialogID: DialogID, _ audience: Audience) {
    // An event without text is always JSON.
    guard let frame = try? Frame.event(event) else { return }
    delivery.deliver(frame, to: dialogID, audience)
  }
}
