import ChatProtocol
import LiveLink
import Logging
import Transport
import WebSocket

/// The one socket of a ``LiveLink`` or of the ``OperatorStream``: opens, closes, sends, and renews its token. It belongs
/// to whoever has made it; what comes of it is posted from another thread.
final class SocketDriver {
  /// Where to connect, with a token.
  typealias Address = (String) throws -> WebSocketURL

  private let access: ServerAccess
  /// What the log calls it; never a token.
  private let name: String
  private let subprotocols: [String]
  private let post: @Sendable (SocketEvent) -> Void

  /// The connection that was asked for last. Its owner ignores the events of any other.
  private var socket: (id: LiveLink.ConnectionID, handle: WebSocketClient.Handle)?
  /// The token that the last connection was opened with: a refresh renews this one only.
  private var usedToken: String?

  init(
    _ name: String, access: ServerAccess, subprotocols: [String] = [],
    post: @escaping @Sendable (SocketEvent) -> Void
  ) {
    self.name = name
    self.access = access
    self.subprotocols = subprotocols
    self.post = post
  }

  func connect(_ id: LiveLink.ConnectionID, to address: Address) {
    socket?.handle.abort()
    let token = access.api.accessToken ?? ""
    usedToken = token
    guard let url = try? address(token) else {
      return post(.failed(id, "the server's address has no sockets"))
    }
    let (post, name, logger) = (post, name, access.logger)
    var request = WebSocketClient.Request(url: url)
    request.subprotocols = subprotocols
    request.tls = access.network.tls
    request.proxies = access.network.proxies
    // The URL holds the token, which is for this server only.
    request.redirects = RedirectPolicy(limit: 0)
    let handle = WebSocketClient.connect(request, on: access.group) { event in
      guard let event = SocketEvent(event, of: id) else { return }
      if let line = event.logLine { logger?.info("\(name): \(line)") }
      post(event)
    }
    socket = (id, handle)
  }

  func disconnect(_ id: LiveLink.ConnectionID, code: Int) {
    guard let current = socket, current.id == id else { return }
    socket = nil
    // A farewell is for a connection that works; what is dead is dropped.
    if code == 1000 { current.handle.close(CloseFrame(.normal)) } else { current.handle.abort() }
  }

  func send(_ text: String, on id: LiveLink.ConnectionID) { handle(of: id)?.send(text: text) }

  func ping(_ id: LiveLink.ConnectionID) { handle(of: id)?.ping() }

  func refreshToken() {
    let (post, used) = (post, usedToken)
    access.call("POST refresh-token") { api throws(APIFailure) in
      try await api.refreshToken(replacing: used)
    } then: { result in
      switch result {
      case .success: post(.tokenRefreshed)
      case .failure(let failure): post(.tokenRefreshFailed(failure))
      }
    }
  }

  /// Drops everything; nothing is reported any more.
  func shutDown() {
    socket?.handle.abort()
    socket = nil
  }

  private func handle(of id: LiveLink.ConnectionID) -> WebSocketClient.Handle? {
    socket?.id == id ? socket?.handle : nil
  }
}

extension SocketEvent {
  /// The line for the log; nil for what comes all the time. Never a frame's text.
  fileprivate var logLine: String? {
    switch self {
    case .opened: "socket open"
    case .closed(_, let code, let reason):
      "socket closed, code \(code.map(String.init) ?? "none")" + (reason.isEmpty ? "" : ": \(reason)")
    case .refused(_, let status, _): "socket refused, HTTP \(status)"
    case .failed(_, let reason): "no socket: \(reason)"
    case .text, .pong, .tokenRefreshed, .tokenRefreshFailed: nil
    }
  }
}
