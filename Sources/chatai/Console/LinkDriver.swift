import ChatProtocol
import ConsoleModel
import LiveLink
import Logging
import Terminal
import Transport

/// Carries out what one dialog's ``LiveLink`` asks: its socket, its fetches, its timers.
@TerminalActor
final class LinkDriver {
  private let dialogID: DialogID
  private let services: ConsoleServices
  private let inbox: EventInbox
  private let socket: SocketDriver
  private let timers: TimerDriver<LiveLink.Timer>

  init(
    dialogID: DialogID, services: ConsoleServices, loop: EventLoop, inbox: EventInbox,
    timerFired: @escaping (LiveLink.Timer) -> Void
  ) {
    self.dialogID = dialogID
    self.services = services
    self.inbox = inbox
    socket = SocketDriver("dialog \(dialogID)", access: services.access) {
      inbox.post(.link(dialogID, LiveLink.Event($0)))
    }
    timers = TimerDriver(loop: loop, fired: timerFired)
  }

  /// - Parameter hasPaging: Whether the server takes `after`.
  func perform(_ action: LiveLink.Action, hasPaging: Bool) {
    switch action {
    case .connect(let id):
      socket.connect(id) { [services, dialogID] in
        try services.api.server.operatorSocket(
          dialogID: dialogID, token: $0, isPresent: services.access.isPresent)
      }
    case .disconnect(let id, let code): socket.disconnect(id, code: code)
    case .send(let id, let text): socket.send(text, on: id)
    case .ping(let id): socket.ping(id)
    case .setTimer(let timer, let delay): timers.set(timer, after: delay)
    case .cancelTimer(let timer): timers.cancel(timer)
    case .fetchMessages(let request, let after):
      fetch(request) { api, id throws(APIFailure) in try await api.messages(in: id, after: hasPaging ? after : nil) }
    case .fetchPage(let request, let before, let limit):
      fetch(request) { api, id throws(APIFailure) in try await api.page(of: id, before: before, limit: limit) }
    case .refreshToken: socket.refreshToken()
    case .report: break
    }
  }

  /// Drops everything; nothing is reported any more.
  func shutDown() {
    socket.shutDown()
    timers.cancelAll()
  }

  private func fetch(
    _ request: LiveLink.RequestID,
    _ read: @escaping @Sendable (ChatAPI, DialogID) async throws(APIFailure) -> [Message]
  ) {
    let (inbox, dialogID) = (inbox, dialogID)
    services.call("GET messages") { api throws(APIFailure) in
      try await read(api, dialogID)
    } then: { result in
      switch result {
      case .success(let messages): inbox.post(.link(dialogID, .messagesLoaded(request, messages)))
      case .failure(let failure): inbox.post(.link(dialogID, .messagesFailed(request, failure)))
      }
    }
  }
}
