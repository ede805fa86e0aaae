import ChatProtocol
import Synchronization

/// Whether visitors are there: a lock around `VisitorPresence`, a timer, and the operators who are told.
final class PresenceBoard: Sendable {
  private let presence: Mutex<VisitorPresence>
  private let streams: StreamHub
  private let clock = MonotonicClock()

  init(grace: Duration, streams: StreamHub) {
    presence = Mutex(VisitorPresence(grace: grace))
    self.streams = streams
  }

  func isOnline(_ dialogID: DialogID) -> Bool { presence.withLock { $0.isOnline(dialogID) } }

  /// A dialog's visitor has opened or closed a socket.
  ///
  /// - Parameter count: how many it has now. Counted under the lock: of two changes at once, the last to come in here
  ///   counts what is true then.
  func update(_ dialogID: DialogID, count: () -> Int) {
    handle { .sockets(count(), of: dialogID) }
  }

  /// The announcements go out under the lock, which keeps those of one dialog in order.
  private func handle(_ event: () -> VisitorPresence.Event) {
    presence.withLock { presence in
      for action in presence.handle(event(), at: clock.now) {
        switch action {
        case .announce(let dialogID, let isOnline):
          if let frame = try? Frame.event(.visitorPresence(isOnline)) {
            streams.publish(frame, about: .dialog(dialogID))
          }
        case .setAlarm(let after):
          Task { [weak self] in
            try? await Task.sleep(for: after)
            self?.handle { .alarm }
          }
        }
      }
    }
  }
}
