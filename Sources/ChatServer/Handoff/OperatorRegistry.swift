import ChatProtocol

/// Who of the operators is there, and which dialogs each has, as a pure state machine.
///
/// An operator is there while it has a socket, and for a while after its last sign of life: a request, or the end of
/// its last socket. While it is there its own word (`away`, `offline`) counts; once it is gone the word is forgotten.
/// Nothing of this outlives the process: after a start everybody is offline until seen.
///
/// A takeover is a lease on the dialog. Every sign of life renews all leases of its operator, and an open socket holds
/// them; an operator that is out of reach for longer than the grace period loses them. `Operators` is the shell.
struct OperatorRegistry: Sendable {
  /// How long an operator is missed before something follows from it.
  struct Timing: Hashable, Sendable {
    /// Until it counts as offline.
    var presence = Duration.seconds(60)
    /// Until it loses its dialogs.
    var grace = Duration.seconds(120)
  }

  enum Event: Hashable, Sendable {
    /// A socket of this account was let in.
    case socketOpened(UserID)
    /// And is gone.
    case socketClosed(UserID)
    /// A request with a good token of this account came.
    case requestSeen(UserID)
    /// The operator says how it is.
    case said(OperatorStatus, UserID)
    /// Who has a dialog from now on; nil is nobody.
    case held(DialogID, by: UserID?)
    /// The time that the last `setAlarm` asked for is over.
    case alarm
  }

  enum Action: Hashable, Sendable {
    /// Others are to be told.
    case statusChanged(UserID, OperatorStatus)
    /// These dialogs, in the order of their ids, go back to the queue; they are forgotten here.
    case leasesExpired(UserID, [DialogID])
    /// Come back with `alarm` after this time; it takes the place of an alarm that was set before.
    case setAlarm(after: Duration)
  }

  private struct Operator: Hashable {
    var sockets = 0
    /// From its first sign of life until it is missed for too long.
    var isThere = false
    var lastSign = Duration.zero
    var word = OperatorStatus.online
    /// Its dialogs, and since when it has each.
    var leases: [DialogID: Duration] = [:]

    var status: OperatorStatus { isThere ? word : .offline }
  }

  private let timing: Timing
  private var operators: [UserID: Operator] = [:]
  private var holders: [DialogID: UserID] = [:]
  private var nextAlarm: Duration?

  init(timing: Timing = Timing()) { self.timing = timing }

  /// The number of operators that something is known of.
  var trackedOperators: Int { operators.count }

  /// How an operator is.
  func status(of id: UserID) -> OperatorStatus { operators[id]?.status ?? .offline }

  /// Takes one event and says what follows from it.
  ///
  /// - Parameter now: the monotonic time, since any fixed origin.
  mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    switch event {
    case .socketOpened(let id):
      return update(id, at: now) { $0.sockets += 1 }
    case .socketClosed(let id):
      return update(id, at: now) { $0.sockets = max(0, $0.sockets - 1) }
    case .requestSeen(let id):
      return update(id, at: now) { _ in }
    case .said(let word, let id):
      return update(id, at: now) { $0.word = word }
    case .held(let dialogID, let holder):
      return held(dialogID, by: holder, at: now)
    case .alarm:
      nextAlarm = nil
      return sweep(at: now)
    }
  }

  /// All four events of this kind are a sign of life.
  private mutating func update(_ id: UserID, at now: Duration, _ change: (inout Operator) -> Void) -> [Action] {
    var subject = operators[id] ?? Operator()
    let before = subject.status
    change(&subject)
    subject.lastSign = now
    subject.isThere = true
    operators[id] = subject
    let changes = subject.status == before ? [] : [Action.statusChanged(id, subject.status)]
    return changes + alarm(for: deadline(of: subject), at: now)
  }

  private mutating func held(_ dialogID: DialogID, by holder: UserID?, at now: Duration) -> [Action] {
    // A lease that is there already is not begun anew: only its operator renews it.
    guard holders[dialogID] != holder else { return [] }
    if let former = holders[dialogID] {
      operators[former]?.leases[dialogID] = nil
      forgetIfIdle(former)
    }
    holders[dialogID] = holder
    guard let holder else { return [] }
    var subject = operators[holder] ?? Operator()
    subject.leases[dialogID] = now
    operators[holder] = subject
    return alarm(for: deadline(of: subject), at: now)
  }

  private mutating func sweep(at now: Duration) -> [Action] {
    var actions: [Action] = []
    var earliest: Duration?
    for id in operators.keys.sorted() {
      guard var subject = operators[id] else { continue }
      if subject.sockets == 0 {
        if subject.isThere, now >= subject.lastSign + timing.presence {
          if subject.status != .offline { actions.append(.statusChanged(id, .offline)) }
          subject.isThere = false
          subject.word = .online
        }
        let expired = subject.leases.filter { now >= max($0.value, subject.lastSign) + timing.grace }.keys.sorted()
        for dialogID in expired {
          subject.leases[dialogID] = nil
          holders[dialogID] = nil
        }
        if !expired.isEmpty { actions.append(.leasesExpired(id, expired)) }
      }
      operators[id] = subject
      forgetIfIdle(id)
      earliest = [earliest, deadline(of: subject)].compactMap(\.self).min()
    }
    return actions + alarm(for: earliest, at: now)
  }

  private mutating func forgetIfIdle(_ id: UserID) {
    if let subject = operators[id], !subject.isThere, subject.leases.isEmpty { operators[id] = nil }
  }

  /// When something follows from an operator's silence; nil while it has a socket.
  private func deadline(of subject: Operator) -> Duration? {
    guard subject.sockets == 0 else { return nil }
    let absence = subject.isThere ? subject.lastSign + timing.presence : nil
    let lease = subject.leases.values.min().map { max($0, subject.lastSign) + timing.grace }
    return [absence, lease].compactMap(\.self).min()
  }

  /// The alarm stands where it was unless this is earlier: signs of life move deadlines back all the time, and it looks
  /// again when it rings.
  private mutating func alarm(for deadline: Duration?, at now: Duration) -> [Action] {
    guard let deadline, nextAlarm.map({ deadline < $0 }) ?? true else { return [] }
    nextAlarm = deadline
    return [.setAlarm(after: max(deadline - now, .zero))]
  }
}
