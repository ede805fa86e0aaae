import CTerminal
import Glibc

/// The loop of the terminal's thread: keys, signals, timers and the actor's jobs, in this order, and then
/// whatever is to be drawn, once.
///
/// It sleeps in one `poll` and is woken by nothing but these: no tick, no wake-up while nothing happens.
@TerminalActor
public final class EventLoop {
  /// A timer, to cancel it by.
  public struct Timer: Hashable, Sendable {
    fileprivate let id: TimerQueue<@TerminalActor () -> Void>.ID
  }

  /// Called at the end of each turn of the loop: the place to draw what has changed.
  public var afterTurn: (() -> Void)?

  /// Called with the number of each signal of SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGCONT, SIGWINCH.
  var onSignal: ((Int32) -> Void)?

  private let executor: MainThreadExecutor
  private let signals: Int32
  private var watches: [Int32: () -> Void] = [:]
  private var timers = TimerQueue<@TerminalActor () -> Void>()
  private let clock = ContinuousClock()
  private let origin: ContinuousClock.Instant
  private var status: Int32?

  init(executor: MainThreadExecutor, signals: Int32) {
    self.executor = executor
    self.signals = signals
    origin = clock.now
  }

  /// Monotonic time since the loop was made.
  public var now: Duration { clock.now - origin }

  // MARK: Timers

  /// Has `body` called once, `delay` from now; never earlier, and late by as much as the turn it falls into.
  @discardableResult
  public func after(_ delay: Duration, _ body: @escaping @TerminalActor () -> Void) -> Timer {
    Timer(id: timers.add(at: now + delay, body))
  }

  /// Takes a timer back. Does nothing when it has fired.
  public func cancel(_ timer: Timer) { timers.cancel(timer.id) }

  // MARK: Memory

  /// Gives back the memory that is not needed any more: once what a start or a long history took is over.
  public func trimMemory() { ct_memory_trim() }

  // MARK: Descriptors

  /// Has `body` called whenever `descriptor` can be read, or has failed or been hung up.
  public func watch(_ descriptor: Int32, _ body: @escaping () -> Void) { watches[descriptor] = body }

  /// Ends a watch.
  func unwatch(_ descriptor: Int32) { watches[descriptor] = nil }

  // MARK: Running

  /// Makes ``TerminalActor/run(_:)`` return with `status` at the end of this turn.
  public func stop(status: Int32 = 0) { self.status = status }

  func run() -> Int32 {
    while true {
      executor.runJobs()
      afterTurn?()
      if let status { return status }
      wait()
      fireTimers()
    }
  }

  private func fireTimers() {
    // One reading of the clock: a timer of no delay that sets itself again waits for the next turn.
    let now = now
    while let body = timers.popDue(at: now) { body() }
  }

  private func wait() {
    var entries = [pollfd(fd: executor.wakeup, events: Int16(POLLIN), revents: 0)]
    if signals >= 0 { entries.append(pollfd(fd: signals, events: Int16(POLLIN), revents: 0)) }
    let fixed = entries.count
    entries += watches.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }

    guard poll(&entries, nfds_t(entries.count), timeout()) > 0 else { return }
    for entry in entries where entry.revents != 0 && entry.fd == executor.wakeup {
      ct_wakeup_clear(executor.wakeup)
    }
    for entry in entries[..<fixed] where entry.revents != 0 && entry.fd == signals { readSignals() }
    for entry in entries[fixed...] where entry.revents != 0 { watches[entry.fd]?() }
  }

  private func readSignals() {
    while true {
      let signal = ct_signals_next(signals)
      guard signal != 0 else { return }
      onSignal?(signal)
    }
  }

  /// Milliseconds for `poll`: rounded up, so that it does not spin in a timer's last millisecond; -1 for ever.
  private func timeout() -> Int32 {
    if executor.hasJobs { return 0 }
    guard let deadline = timers.nextDeadline() else { return -1 }
    let (seconds, attoseconds) = (deadline - now).components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let milliseconds = seconds.multipliedReportingOverflow(by: 1_000)
    guard !milliseconds.overflow else { return .max }
    return Int32(clamping: milliseconds.partialValue + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
