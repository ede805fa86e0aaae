import ChatProtocol

/// The waits of this process's visitors.
typealias OverdueMonitor = AlarmLoop<OverdueWatch>

extension OverdueWatch: AlarmedMachine {
  static var alarmEvent: Event { .alarm }

  static func alarm(in action: Action) -> Duration? {
    if case .setAlarm(let after) = action { after } else { nil }
  }
}
