import ChatProtocol
import LiveLink
import Synchronization
import Transport
import WebSocket

/// The socket and the timers of one link or stream of a watch.
final class SocketShell: Sendable {
  private struct State {
    var socket: (id: LiveLink.ConnectionID, handle: WebSocketClient.Handle)?
    /// The token that the last connection was opened with: a refresh renews this one only.
    var usedToken: String?
    var timers: [String: Task<Void, Never>] = [:]
    var isShutDown = false
  }

  private let client: HeadlessClient
  private let post: @Sendable (SocketEvent) -> Void
  private let state = Mutex(State())

  init(client: HeadlessClient, post: @escaping @Sendable (SocketEvent) -> Void) {
    self.client = client
    self.post = post
  }

  func connect(
    _ id: LiveLink.ConnectionID, path: String, query: [(String, String)], subprotocols: [String] = []
  ) {
    let token = client.api.accessToken
    guard let url = try? client.session.server.socket(path, query: query) else {
      return post(.failed(id, "the server's address has no sockets"))
    }
    var request = WebSocketClient.Request(url: url)
    request.tls = client.network.tls
    request.proxies = client.network.proxies
    request.subprotocols = subprotocols
    // The URL holds the token, which is for this server only.
    request.redirects = RedirectPolicy(limit: 0)
    let post = post
    let handle = WebSocketClient.connect(request, on: client.group) { event in
      if let event = SocketEvent(event, of: id) { post(event) }
    }
    let old = state.withLock { state in
      defer {
        state.socket = (id, handle)
        state.usedToken = token
      }
      return state.socket
    }
    old?.handle.abort()
  }

  private func handle(of id: LiveLink.ConnectionID) -> WebSocketClient.Handle? {
    state.withLock { $0.socket?.id == id ? $0.socket?.handle : nil }
  }

  func send(_ id: LiveLink.ConnectionID, _ text: String) { handle(of: id)?.send(text: text) }

  func ping(_ id: LiveLink.ConnectionID) { handle(of: id)?.ping() }

  func disconnect(_ id: LiveLink.ConnectionID, code: Int) {
    let handle = handle(of: id)
    // A farewell is for a connection that works; what is dead is dropped.
    if code == 1000 { handle?.close(CloseFrame(.normal)) } else { handle?.abort() }
  }

  func refreshToken() {
    let (api, used, post) = (client.api, state.withLock(\.usedToken), post)
    Task {
      do throws(APIFailure) {
        try await api.refreshToken(replacing: used)
        post(.tokenRefreshed)
      } catch {
        post(.tokenRefreshFailed(error))
      }
    }
  }

  func setTimer(_ name: String, after delay: Duration, _ fire: @escaping @Sendable () -> Void) {
    let timer = Task {
      try? await Task.sleep(for: delay)
      if !Task.isCancelled { fire() }
    }
    state.withLock { $0.timers.updateValue(timer, forKey: name) }?.cancel()
  }

  func cancelTimer(_ name: String) {
    state.withLock { $0.timers.removeValue(forKey: name) }?.cancel()
  }

  /// Drops everything.
  func shutDown() {
    let (handle, timers) = state.withLock { state in
      defer {
        state.socket = nil
        state.timers = [:]
      }
      return (state.socket?.handle, state.timers)
    }
    handle?.abort()
    for timer in timers.values { timer.cancel() }
  }
}
