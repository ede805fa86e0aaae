import ChatProtocol

/// Which of a dialog's messages the AI works on, as a pure state machine.
///
/// The rule: the AI works on one answer at a time, and that is about everything the visitor has written by then. A
/// newer message makes it begin anew, so that both are answered at once; but after `mostRestarts` in a row it is let
/// finish, and what came meanwhile is answered next: nobody waits for ever because of typing fast.
struct TurnMachine: Sendable {
  /// A turn is named by the newest message that it is about.
  typealias Turn = MessageID

  enum Event: Sendable, Hashable {
    /// The visitor wrote this.
    case message(MessageID)
    /// The AI may not speak any more: somebody asked for a human, or took over.
    case interrupted
    /// The turn is over.
    case finished(Turn)
  }

  enum Action: Sendable, Hashable {
    /// Begin to work on everything from one message up to this one: what came before had a turn of its own.
    case start(Turn, from: MessageID)
    /// The turn's work is of no use any more, and nothing comes of it.
    case cancel(Turn)
    /// Nothing comes of this message itself: a newer one that waits too is answered with it.
    case settle(MessageID)
  }

  /// How often in a row the AI begins anew for a newer message.
  static let mostRestarts = 3

  private struct Running {
    let turn: Turn
    let first: MessageID
    let restarts: Int
  }

  private var running: Running?
  private var waiting: (first: MessageID, newest: MessageID)?

  /// Whether there is nothing to do or to remember.
  var isIdle: Bool { running == nil }
  /// What is worked on.
  var current: Turn? { running?.turn }

  mutating func handle(_ event: Event) -> [Action] {
    switch event {
    case .message(let message):
      guard let running else { return [start(message, from: message, restarts: 0)] }
      if running.restarts < Self.mostRestarts {
        return [.cancel(running.turn), start(message, from: running.first, restarts: running.restarts + 1)]
      }
      defer { waiting = (waiting?.first ?? message, message) }
      return waiting.map { [.settle($0.newest)] } ?? []

    case .interrupted:
      guard let running else { return [] }
      defer { (self.running, waiting) = (nil, nil) }
      return [.cancel(running.turn)] + (waiting.map { [.settle($0.newest)] } ?? [])

    case .finished(let turn):
      guard running?.turn == turn else { return [] }
      running = nil
      defer { waiting = nil }
      return waiting.map { [start($0.newest, from: $0.first, restarts: 0)] } ?? []
    }
  }

  private mutating func start(_ turn: Turn, from first: MessageID, restarts: Int) -> Action {
    running = Running(turn: turn, first: first, restarts: restarts)
    return .start(turn, from: first)
  }
}
