import Terminal

/// The timers of a state machine, by their names.
@TerminalActor
final class TimerDriver<Name: Hashable & Sendable> {
  private let loop: EventLoop
  private let fired: (Name) -> Void
  private var timers: [Name: EventLoop.Timer] = [:]

  init(loop: EventLoop, fired: @escaping (Name) -> Void) {
    self.loop = loop
    self.fired = fired
  }

  /// Runs a timer; replaces the one of that name.
  func set(_ name: Name, after delay: Duration) {
    cancel(name)
    timers[name] = loop.after(delay) { [weak self] in
      self?.timers[name] = nil
      self?.fired(name)
    }
  }

  func cancel(_ name: Name) {
    if let running = timers.removeValue(forKey: name) { loop.cancel(running) }
  }

  func cancelAll() {
    for timer in timers.values { loop.cancel(timer) }
    timers = [:]
  }
}
