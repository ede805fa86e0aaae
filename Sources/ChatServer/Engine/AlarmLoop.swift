import NIOCore
import NIOPosix
import Synchronization

/// A state machine that wants to be woken at a time of its own choosing.
protocol AlarmedMachine: Sendable {
  associatedtype Event: Sendable
  associatedtype Action: Sendable
  /// What its times are counted in: a monotonic clock's time, or the wall clock's.
  associatedtype Instant: Sendable

  mutating func handle(_ event: Event, at now: Instant) -> [Action]
  /// The event that tells it that its alarm rings.
  static var alarmEvent: Event { get }
  /// After which time an action asks for the alarm; nil for any other action.
  static func alarm(in action: Action) -> Duration?
}

/// A lock and a timer around an `AlarmedMachine`.
///
/// What follows from an event is handed on, in order, to the one loop that reads `actions`: whoever opens a socket or
/// sends a request does not wait for it. Without an alarm nothing wakes.
final class AlarmLoop<Machine: AlarmedMachine>: Sendable {
  private struct State {
    var machine: Machine
    var alarm: Scheduled<Void>?
    var hasStopped = false
  }

  /// What is to be done, but for the alarms.
  let actions: AsyncStream<Machine.Action>
  private let output: AsyncStream<Machine.Action>.Continuation
  private let state: Mutex<State>
  private let now: @Sendable () -> Machine.Instant
  private let eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

  init(_ machine: Machine, now: @escaping @Sendable () -> Machine.Instant) {
    (actions, output) = AsyncStream.makeStream()
    state = Mutex(State(machine: machine))
    self.now = now
  }

  /// Tells what happened.
  func handle(_ event: Machine.Event) {
    state.withLock { state in
      guard !state.hasStopped else { return }
      for action in state.machine.handle(event, at: now()) {
        guard let after = Machine.alarm(in: action) else {
          output.yield(action)
          continue
        }
        // Under the lock: two threads' alarms must not be set in the wrong order.
        state.alarm?.cancel()
        state.alarm = eventLoop.scheduleTask(in: TimeAmount(after)) { [weak self] in
          self?.handle(Machine.alarmEvent)
        }
      }
    }
  }

  /// Asks the machine something.
  func read<Value: Sendable>(_ body: (Machine) -> Value) -> Value {
    state.withLock { body($0.machine) }
  }

  /// Ends `actions`, and takes no events any more: sockets that go because the server does are no news.
  func stop() {
    state.withLock { state in
      state.hasStopped = true
      state.alarm?.cancel()
      state.alarm = nil
    }
    output.finish()
  }
}
