import ChatProtocol
import ConsoleModel
import LiveLink
import Logging
import Terminal
import Transport

/// Carries out what the ``OperatorStream`` asks: its socket, its timers.
@TerminalActor
final class StreamDriver {
  private let services: ConsoleServices
  private let socket: SocketDriver
  private let timers: TimerDriver<OperatorStream.Timer>

  init(
    services: ConsoleServices, loop: EventLoop, inbox: EventInbox, timerFired: @escaping (OperatorStream.Timer) -> Void
  ) {
    self.services = services
    socket = SocketDriver("operator stream", access: services.access, subprotocols: [StreamFrame.subprotocol]) {
      inbox.post(.stream(.socket($0)))
    }
    timers = TimerDriver(loop: loop, fired: timerFired)
  }

  func perform(_ action: OperatorStream.Action) {
    switch action {
    case .connect(let id, let since):
      let position = since.map { ($0.sequence, $0.epoch) }
      socket.connect(id) { [services] in
        try services.api.server.operatorStream(since: position, token: $0, isPresent: services.access.isPresent)
      }
    case .disconnect(let id, let code): socket.disconnect(id, code: code)
    case .send(let id, let text): socket.send(text, on: id)
    case .ping(let id): socket.ping(id)
    case .setTimer(let timer, let delay): timers.set(timer, after: delay)
    case .cancelTimer(let timer): timers.cancel(timer)
    case .refreshToken: socket.refreshToken()
    case .report: break
    }
  }

  /// Drops everything; nothing is reported any more.
  func shutDown() {
    socket.shutDown()
    timers.cancelAll()
  }
}
