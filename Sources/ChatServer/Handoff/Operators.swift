import ChatProtocol

/// The operators of this process.
typealias Operators = AlarmLoop<OperatorRegistry>

extension OperatorRegistry: AlarmedMachine {
  static var alarmEvent: Event { .alarm }

  static func alarm(in action: Action) -> Duration? {
    if case .setAlarm(let after) = action { after } else { nil }
  }
}

extension Operators {
  convenience init(timing: OperatorRegistry.Timing = .init()) {
    let clock = MonotonicClock()
    self.init(OperatorRegistry(timing: timing)) { clock.now }
  }

  /// How many of these operators are online.
  func onlineCount(among ids: [UserID]) -> Int {
    read { registry in ids.count { registry.status(of: $0) == .online } }
  }
}
