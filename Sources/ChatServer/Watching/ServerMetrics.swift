import ChatProtocol
import Synchronization
import WebSocket

/// What a server counts while it runs. Every label is one of a few that this house chose, never a stranger's text: the
/// memory is bounded.
final class ServerMetrics: Sendable {
  /// The counts of a moment.
  struct Counts: Sendable {
    /// Stored messages, by who wrote them.
    var messages: [String: Int] = [:]
    /// Frames handed to sockets: one for each socket.
    var deliveries = 0
    /// Sockets that were let in, by pool.
    var connects: [String: Int] = [:]
    /// Sockets that were turned away, by close code.
    var refusals: [String: Int] = [:]
    /// Sockets that ended, by what ended them.
    var endings: [String: Int] = [:]
    /// HTTP answers, by status.
    var answers: [String: Int] = [:]
    /// From a request's head to its answer.
    var requestTime = Histogram.ofWork
    /// From a message's arrival to the last hand-over to a socket, the disk's part included.
    var messageTime = Histogram.ofWork
    /// What became of the AI's turns.
    var turns: [String: Int] = [:]
    /// How long they took.
    var turnTime = Histogram.ofWork
    /// From the call for a human to a human's taking over.
    var waits = Histogram.ofWaiting
  }

  private let counts = Mutex(Counts())
  private let start = ContinuousClock.now

  /// The counts now.
  var snapshot: Counts { counts.withLock { $0 } }

  /// How long this server has run.
  var uptime: Duration { start.duration(to: .now) }

  func request(status: Int, took duration: Duration) {
    counts.withLock {
      $0.answers[String(status), default: 0] += 1
      $0.requestTime.observe(duration)
    }
  }

  func stored(by sender: Sender, took duration: Duration) {
    counts.withLock {
      $0.messages[sender.wireName ?? "unknown", default: 0] += 1
      $0.messageTime.observe(duration)
    }
  }

  func delivered(to sockets: Int) {
    counts.withLock { $0.deliveries += sockets }
  }

  func connected(to seat: Seat) {
    counts.withLock { $0.connects[seat.poolName, default: 0] += 1 }
  }

  func refused(_ ending: SocketEnding) {
    counts.withLock { $0.refusals["\(ending.frame.code)", default: 0] += 1 }
  }

  /// - Parameter cause: one of the connection's causes.
  func ended(cause: String) {
    counts.withLock { $0.endings[cause, default: 0] += 1 }
  }

  func turn(_ outcome: String, took duration: Duration) {
    counts.withLock {
      $0.turns[outcome, default: 0] += 1
      $0.turnTime.observe(duration)
    }
  }

  func takenOver(after wait: Duration) {
    counts.withLock { $0.waits.observe(wait) }
  }
}
