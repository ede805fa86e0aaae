import ChatProtocol

/// Which visitors wait for a human, and for whom that is too long by now, as a pure state machine.
///
/// A dialog in the queue waits for its takeover; an active one waits for a human answer, from the takeover to the first
/// and from each message of the visitor, if none is waited for yet, to the next. Each wait is reported once, when its
/// threshold is passed. `OverdueMonitor` is the shell.
struct OverdueWatch: Sendable {
  /// A visitor's wait. Its beginning tells it from every other wait of the dialog.
  struct Wait: Hashable, Sendable {
    var kind: OverdueKind
    var since: Timestamp
  }

  enum Event: Hashable, Sendable {
    /// The dialog is in the queue since then.
    case queued(DialogID, since: Timestamp)
    /// An operator has it since then; whoever it is, and whoever had it before.
    case active(DialogID, since: Timestamp)
    /// Nobody is waited for any more.
    case resolved(DialogID)
    /// The visitor wrote in a dialog that is active.
    case visitorWrote(DialogID, at: Timestamp)
    /// An operator wrote what the visitor sees.
    case operatorWrote(DialogID)
    /// A wait that was under way when the server started.
    case restored(DialogID, Wait, isReported: Bool)
    /// The time that the last `setAlarm` asked for is over.
    case alarm
  }

  enum Action: Hashable, Sendable {
    /// This wait is too long.
    case overdue(DialogID, Wait)
    /// Come back with `alarm` after this time; it takes the place of an alarm that was set before.
    case setAlarm(after: Duration)
  }

  private let thresholds: [OverdueKind: Duration]
  private var waits: [DialogID: Wait] = [:]
  /// Of `waits`, those whose threshold is still ahead.
  private var pending: Set<DialogID> = []
  private var nextAlarm: Timestamp?

  init(thresholds: [OverdueKind: Duration]) { self.thresholds = thresholds }

  /// What a dialog's visitor waits for.
  func wait(in dialogID: DialogID) -> Wait? { waits[dialogID] }

  /// Takes one event and says what follows from it.
  mutating func handle(_ event: Event, at now: Timestamp) -> [Action] {
    switch event {
    case .queued(let id, let since):
      return begin(Wait(kind: .takeover, since: since), in: id, at: now)
    case .active(let id, let since):
      // It came from the queue; or another operator has it now, and the visitor waits as before.
      guard waits[id]?.kind == .takeover else { return [] }
      return begin(Wait(kind: .answer, since: since), in: id, at: now)
    case .visitorWrote(let id, let time):
      guard waits[id] == nil else { return [] }
      return begin(Wait(kind: .answer, since: time), in: id, at: now)
    case .operatorWrote(let id):
      if waits[id]?.kind == .answer { end(id) }
      return []
    case .resolved(let id):
      end(id)
      return []
    case .restored(let id, let wait, let isReported):
      guard isReported else { return begin(wait, in: id, at: now) }
      waits[id] = wait
      return []
    case .alarm:
      nextAlarm = nil
      return sweep(at: now)
    }
  }

  private mutating func begin(_ wait: Wait, in id: DialogID, at now: Timestamp) -> [Action] {
    waits[id] = wait
    pending.insert(id)
    return alarm(for: deadline(of: wait), at: now)
  }

  private mutating func end(_ id: DialogID) {
    waits[id] = nil
    pending.remove(id)
  }

  private mutating func sweep(at now: Timestamp) -> [Action] {
    var actions: [Action] = []
    var earliest: Timestamp?
    for id in pending.sorted() {
      guard let wait = waits[id] else { continue }
      let deadline = deadline(of: wait)
      if now >= deadline {
        pending.remove(id)
        actions.append(.overdue(id, wait))
      } else {
        earliest = min(earliest ?? deadline, deadline)
      }
    }
    return actions + alarm(for: earliest, at: now)
  }

  private func deadline(of wait: Wait) -> Timestamp {
    wait.since.advanced(by: thresholds[wait.kind] ?? .seconds(Int64.max / 1000))
  }

  /// The alarm stands where it was unless this is earlier: it looks again when it rings.
  private mutating func alarm(for deadline: Timestamp?, at now: Timestamp) -> [Action] {
    guard let deadline, nextAlarm.map({ deadline < $0 }) ?? true else { return [] }
    nextAlarm = deadline
    return [.setAlarm(after: max(deadline.duration(since: now), .zero))]
  }
}
