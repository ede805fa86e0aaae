import ChatProtocol
import ConsoleModel
import LiveLink
import Logging
import Terminal
import Transport
import WebSocket

/// Carries out what one dialog's ``LiveLink`` asks: its socket, its fetches, its timers.
@TerminalActor
final class LinkDriver {
  private let dialogID: DialogID
  private let services: ConsoleServices
  private let loop: EventLoop
  private let inbox: EventInbox
  private let timerFired: (LiveLink.Timer) -> Void

  /// The connection that was asked for last. The link ignores the events of any other.
  private var socket: (id: LiveLink.ConnectionID, handle: WebSocketClient.Handle)?
  /// The token that the last connection was opened with: a refresh renews this one only.
  private var usedToken: String?
  private var timers: [LiveLink.Timer: EventLoop.Timer] = [:]

  init(
    dialogID: DialogID, services: ConsoleServices, loop: EventLoop, inbox: EventInbox,
    timerFired: @escaping (LiveLink.Timer) -> Void
  ) {
    self.dialogID = dialogID
    self.services = services
    self.loop = loop
    self.inbox = inbox
    self.timerFired = timerFired
  }

  /// - Parameter hasPaging: Whether the server takes `after`.
  func perform(_ action: LiveLink.Action, hasPaging: Bool) {
    switch action {
    case .connect(let id): connect(id)
    case .disconnect(let id, let code): disconnect(id, code: code)
    case .send(let id, let text): handle(of: id)?.send(text: text)
    case .ping(let id): handle(of: id)?.ping()
    case .setTimer(let timer, let delay): setTimer(timer, after: delay)
    case .cancelTimer(let timer): cancelTimer(timer)
    case .fetchMessages(let request, let after): fetch(request, after: hasPaging ? after : nil)
    case .refreshToken: refreshToken()
    case .report: break
    }
  }

  /// Drops everything; nothing is reported any more.
  func shutDown() {
    socket?.handle.abort()
    socket = nil
    for timer in timers.values { loop.cancel(timer) }
    timers = [:]
  }

  // MARK: The socket

  private func handle(of id: LiveLink.ConnectionID) -> WebSocketClient.Handle? {
    socket?.id == id ? socket?.handle : nil
  }

  private func connect(_ id: LiveLink.ConnectionID) {
    socket?.handle.abort()
    let token = services.api.accessToken ?? ""
    usedToken = token
    guard let url = try? services.api.server.operatorSocket(dialogID: dialogID, token: token) else {
      return inbox.post(.link(dialogID, .socketFailed(id, "the server's address has no sockets")))
    }
    let (inbox, dialogID, logger) = (inbox, dialogID, services.logger)
    var request = WebSocketClient.Request(url: url)
    request.tls = services.network.tls
    request.proxies = services.network.proxies
    // The URL holds the token, which is for this server only.
    request.redirects = RedirectPolicy(limit: 0)
    let handle = WebSocketClient.connect(request, on: services.group) { event in
      guard let event = LiveLink.Event(event, of: id) else { return }
      if let line = event.logLine { logger.info("dialog \(dialogID): \(line)") }
      inbox.post(.link(dialogID, event))
    }
    socket = (id, handle)
  }

  private func disconnect(_ id: LiveLink.ConnectionID, code: Int) {
    guard let current = socket, current.id == id else { return }
    socket = nil
    // A farewell is for a connection that works; what is dead is dropped.
    if code == 1000 { current.handle.close(CloseFrame(.normal)) } else { current.handle.abort() }
  }

  private func refreshToken() {
    let (inbox, dialogID, used) = (inbox, dialogID, usedToken)
    services.call("POST refresh-token") { api throws(APIFailure) in
      try await api.refreshToken(replacing: used)
    } then: { result in
      switch result {
      case .success: inbox.post(.link(dialogID, .tokenRefreshed))
      case .failure(let failure): inbox.post(.link(dialogID, .tokenRefreshFailed(failure)))
      }
    }
  }

  // MARK: The history

  private func fetch(_ request: LiveLink.RequestID, after: MessageID?) {
    let (inbox, dialogID) = (inbox, dialogID)
    services.call("GET messages") { api throws(APIFailure) in
      try await api.messages(in: dialogID, after: after)
    } then: { result in
      switch result {
      case .success(let messages): inbox.post(.link(dialogID, .messagesLoaded(request, messages)))
      case .failure(let failure): inbox.post(.link(dialogID, .messagesFailed(request, failure)))
      }
    }
  }

  // MARK: Timers

  private func setTimer(_ timer: LiveLink.Timer, after delay: Duration) {
    cancelTimer(timer)
    timers[timer] = loop.after(delay) { [weak self] in
      self?.timers[timer] = nil
      self?.timerFired(timer)
    }
  }

  private func cancelTimer(_ timer: LiveLink.Timer) {
    if let running = timers.removeValue(forKey: timer) { loop.cancel(running) }
  }
}

extension LiveLink.Event {
  /// What a transport's event means to the link; nil for what it has no use for.
  fileprivate init?(_ event: WebSocketClient.Event, of id: LiveLink.ConnectionID) {
    switch event {
    case .opened: self = .socketOpened(id)
    case .text(let text): self = .socketText(id, text)
    case .binary: return nil
    case .pong: self = .socketPong(id)
    case .closed(let ending):
      let reason = ending.received?.reason ?? ending.cause.reason ?? ""
      self = .socketClosed(id, code: ending.received.map { Int($0.code.rawValue) }, reason: reason)
    case .refused(let refusal):
      self = .socketRefused(id, status: refusal.status, retryAfter: refusal.retryAfter)
    case .failed(let error): self = .socketFailed(id, error.description)
    }
  }

  /// The line for the log; nil for what comes all the time. Never a frame's text.
  fileprivate var logLine: String? {
    switch self {
    case .socketOpened: "socket open"
    case .socketClosed(_, let code, let reason):
      "socket closed, code \(code.map(String.init) ?? "none")" + (reason.isEmpty ? "" : ": \(reason)")
    case .socketRefused(_, let status, _): "socket refused, HTTP \(status)"
    case .socketFailed(_, let reason): "no socket: \(reason)"
    default: nil
    }
  }
}

extension WebSocketConnection.Ending.Cause {
  /// Why a connection ended that the server did not close; nil where the code says it.
  fileprivate var reason: String? {
    switch self {
    case .closeHandshake, .aborted, .transportEnded: nil
    case .violation(let violation): "the server broke the protocol: \(violation)"
    case .closeTimedOut: "the server did not finish closing"
    case .keepaliveTimedOut: "no sign of life"
    case .slowConsumer: "the server does not take what is sent to it"
    }
  }
}
