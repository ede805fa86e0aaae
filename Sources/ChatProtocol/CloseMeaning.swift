/// What a socket's end asks of a client (part 1, Sockets).
public enum CloseMeaning: Hashable, Sendable {
  /// 1000: over; do not come back by yourself.
  case stop
  /// 1002, 4002, 4003, 4004: coming back cannot help; say why.
  case refused(String)
  /// 4001: refresh the token, then at once.
  case refreshToken
  /// 4009: at once.
  case reconnectAtOnce
  /// 4008, 1013: after a long back-off; the server is full or finds us too eager.
  case longBackoff
  /// All else (1001, 1006, 1011, 1012, …): back-off.
  case backoff

  /// The meaning of a close code; nil is a connection that ended without a Close frame (1006).
  ///
  /// - Parameter subject: What the socket is about, for the words.
  public init(code: Int?, of subject: String = "dialog") {
    switch code {
    case 1000: self = .stop
    case 1002: self = .refused("the server found a protocol error in what we sent")
    case 4001: self = .refreshToken
    case 4002: self = .refused("the token was refused")
    case 4003: self = .refused("this \(subject) is not yours")
    case 4004: self = .refused("there is no such \(subject)")
    case 4008, 1013: self = .longBackoff
    case 4009: self = .reconnectAtOnce
    default: self = .backoff
    }
  }

  /// The meaning of an HTTP status that came instead of the 101.
  public init(refusalStatus status: Int, of subject: String = "dialog") {
    switch status {
    case 401: self = .refreshToken
    case 403: self = .refused("this \(subject) is not yours")
    case 404: self = .refused("there is no such \(subject)")
    case 429, 503: self = .longBackoff
    default: self = .backoff
    }
  }
}
