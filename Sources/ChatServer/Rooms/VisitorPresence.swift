import ChatProtocol

/// Which dialogs' visitors are there, as a pure state machine: with the first socket, until a grace period after the
/// last one, so that going from page to page is no coming and going.
struct VisitorPresence: Sendable {
  enum Event: Hashable, Sendable {
    /// A dialog has this many sockets of its visitor now.
    case sockets(Int, of: DialogID)
    /// The time that the last `setAlarm` asked for is over.
    case alarm
  }

  enum Action: Hashable, Sendable {
    /// To be told to the operators.
    case announce(DialogID, isOnline: Bool)
    /// Come back with `alarm` after this time.
    case setAlarm(after: Duration)
  }

  private let grace: Duration
  private var online: Set<DialogID> = []
  /// Those without a socket, and when they count as gone.
  private var leaving: [DialogID: Duration] = [:]
  /// The deadlines in their order; one whose visitor came back is passed over.
  private var deadlines: [(at: Duration, dialogID: DialogID)] = []
  private var alarmIsSet = false

  init(grace: Duration) {
    self.grace = grace
  }

  func isOnline(_ dialogID: DialogID) -> Bool { online.contains(dialogID) }

  /// Takes one event and says what follows from it.
  ///
  /// - Parameter now: the monotonic time, since any fixed origin.
  mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    switch event {
    case .sockets(let count, let dialogID) where count > 0:
      leaving[dialogID] = nil
      return online.insert(dialogID).inserted ? [.announce(dialogID, isOnline: true)] : []
    case .sockets(_, let dialogID):
      guard online.contains(dialogID), leaving[dialogID] == nil else { return [] }
      leaving[dialogID] = now + grace
      deadlines.append((now + grace, dialogID))
      guard !alarmIsSet else { return [] }
      alarmIsSet = true
      return [.setAlarm(after: grace)]
    case .alarm:
      return sayGoodbye(at: now)
    }
  }

  private mutating func sayGoodbye(at now: Duration) -> [Action] {
    let due = deadlines.prefix { $0.at <= now }
    var actions: [Action] = []
    for (deadline, dialogID) in due where leaving[dialogID] == deadline {
      leaving[dialogID] = nil
      online.remove(dialogID)
      actions.append(.announce(dialogID, isOnline: false))
    }
    deadlines.removeFirst(due.count)
    alarmIsSet = !deadlines.isEmpty
    if let next = deadlines.first { actions.append(.setAlarm(after: next.at - now)) }
    return actions
  }
}
