public import ChatProtocol

/// What a shell reports of a socket that a ``LiveLink`` or an ``OperatorStream`` asked for.
public enum SocketEvent: Hashable, Sendable {
  /// The handshake is done.
  case opened(LiveLink.ConnectionID)
  /// A text frame came, as it is.
  case text(LiveLink.ConnectionID, String)
  /// A pong came, of the protocol.
  case pong(LiveLink.ConnectionID)
  /// The connection ended; the code is nil without a Close frame (1006).
  case closed(LiveLink.ConnectionID, code: Int?, reason: String)
  /// An HTTP answer came instead of the 101.
  case refused(LiveLink.ConnectionID, status: Int, retryAfter: Duration?)
  /// No connection came about: a sentence that says why.
  case failed(LiveLink.ConnectionID, String)
  /// There is a new token.
  case tokenRefreshed
  /// There is no new token, and why.
  case tokenRefreshFailed(APIFailure)
}

extension LiveLink.Event {
  /// The same, for a dialog's link.
  public init(_ event: SocketEvent) {
    switch event {
    case .opened(let id): self = .socketOpened(id)
    case .text(let id, let text): self = .socketText(id, text)
    case .pong(let id): self = .socketPong(id)
    case .closed(let id, let code, let reason): self = .socketClosed(id, code: code, reason: reason)
    case .refused(let id, let status, let delay): self = .socketRefused(id, status: status, retryAfter: delay)
    case .failed(let id, let reason): self = .socketFailed(id, reason)
    case .tokenRefreshed: self = .tokenRefreshed
    case .tokenRefreshFailed(let failure): self = .tokenRefreshFailed(failure)
    }
  }
}
