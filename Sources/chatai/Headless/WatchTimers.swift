import ChatProtocol
import LiveLink
import NIOCore

/// The timers of a watch, on the event loop of its sockets.
///
/// One that fires waits in the inbox like everything else. What is done meanwhile may cancel it or set it anew: then it
/// does not count any more.
struct WatchTimers {
  /// Whose it is.
  enum Name: Hashable, Sendable {
    case alarm
    case stream(OperatorStream.Timer)
    case link(DialogID, LiveLink.Timer)
  }

  /// A timer that has fired.
  struct Firing: Sendable {
    let name: Name
    fileprivate let number: Int
  }

  private let eventLoop: any EventLoop
  private let post: @Sendable (Firing) -> Void
  private var running: [Name: (number: Int, timer: Scheduled<Void>)] = [:]
  private var count = 0

  /// - Parameter post: Takes what has fired, on the event loop.
  init(on eventLoop: any EventLoop, post: @escaping @Sendable (Firing) -> Void) {
    self.eventLoop = eventLoop
    self.post = post
  }

  /// Runs a timer; replaces the one of that name.
  mutating func set(_ name: Name, after delay: Duration) {
    cancel(name)
    count += 1
    let firing = Firing(name: name, number: count)
    running[name] = (count, eventLoop.scheduleTask(in: TimeAmount(delay)) { [post] in post(firing) })
  }

  mutating func cancel(_ name: Name) { running.removeValue(forKey: name)?.timer.cancel() }

  /// Cancels those of a link that is not needed any more.
  mutating func cancel(linkOf id: DialogID) {
    for case .link(id, let timer) in running.keys { cancel(.link(id, timer)) }
  }

  mutating func cancelAll() {
    for (_, timer) in running.values { timer.cancel() }
    running = [:]
  }

  /// Whether a timer that has fired still counts; once only.
  mutating func take(_ firing: Firing) -> Bool {
    guard running[firing.name]?.number == firing.number else { return false }
    running[firing.name] = nil
    return true
  }
}
