import LiveLink
import Transport
import WebSocket

extension SocketEvent {
  /// What a transport's event means; nil for what nobody has a use for.
  init?(_ event: WebSocketClient.Event, of id: LiveLink.ConnectionID) {
    switch event {
    case .opened: self = .opened(id)
    case .text(let text): self = .text(id, text)
    case .binary: return nil
    case .pong: self = .pong(id)
    case .closed(let ending):
      let reason = ending.received?.reason ?? ending.cause.reason ?? ""
      self = .closed(id, code: ending.received.map { Int($0.code.rawValue) }, reason: reason)
    case .refused(let refusal): self = .refused(id, status: refusal.status, retryAfter: refusal.retryAfter)
    case .failed(let error): self = .failed(id, error.description)
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
