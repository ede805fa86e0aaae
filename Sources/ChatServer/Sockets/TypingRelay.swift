import ChatProtocol

/// One socket's typing as a pure state machine: what others need to see of it, so that a flood of it ends here and a
/// stop that is lost is made up for.
///
/// A socket types in one dialog at a time. A stop always follows the start that was let through, however soon: it is
/// starts that are held to a rate.
struct TypingRelay: Hashable, Sendable {
  enum Event: Hashable, Sendable {
    case start(DialogID)
    case stop(DialogID)
    /// The time that the last `setAlarm` asked for is over.
    case alarm
    /// The socket is gone.
    case ended
  }

  enum Action: Hashable, Sendable {
    case announce(DialogID, isTyping: Bool)
    /// Come back with `alarm` after this time.
    case setAlarm(after: Duration)
  }

  /// A start while typing, sooner than this, says nothing new.
  private static let repeatInterval: Duration = .seconds(2)
  /// Hands do not begin anew more often than this.
  private static let startInterval: Duration = .milliseconds(500)
  /// Who has not repeated its start for so long has stopped.
  private static let expiry: Duration = .seconds(6)

  private var dialogID: DialogID?
  private var lastHeard: Duration = .zero
  private var lastAnnounced: Duration?
  private var alarmIsSet = false

  /// Takes one event and says what follows from it.
  ///
  /// - Parameter now: the monotonic time, since any fixed origin.
  mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    switch event {
    case .start(let dialogID): return start(dialogID, now)
    case .stop(let dialogID): return dialogID == self.dialogID ? stop() : []
    case .ended: return stop()
    case .alarm:
      alarmIsSet = false
      guard dialogID != nil else { return [] }
      return now >= lastHeard + Self.expiry ? stop() : setAlarm(after: lastHeard + Self.expiry - now)
    }
  }

  private mutating func start(_ dialogID: DialogID, _ now: Duration) -> [Action] {
    let goesOn = dialogID == self.dialogID
    let stops = goesOn ? [] : stop()
    if goesOn { lastHeard = now }
    if let lastAnnounced, now - lastAnnounced < (goesOn ? Self.repeatInterval : Self.startInterval) { return stops }
    self.dialogID = dialogID
    lastHeard = now
    lastAnnounced = now
    return stops + [.announce(dialogID, isTyping: true)] + setAlarm(after: Self.expiry)
  }

  private mutating func stop() -> [Action] {
    guard let dialogID else { return [] }
    self.dialogID = nil
    return [.announce(dialogID, isTyping: false)]
  }

  /// One alarm at a time: it looks again when it rings, so that typing on sets no timers.
  private mutating func setAlarm(after: Duration) -> [Action] {
    guard !alarmIsSet else { return [] }
    alarmIsSet = true
    return [.setAlarm(after: after)]
  }
}
