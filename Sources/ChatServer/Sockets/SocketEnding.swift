import WebSocket

/// Why the server ends a socket, and the close code that tells the client what to do about it (part 1, Sockets).
enum SocketEnding: Error, Hashable, Sendable {
  /// The token was good once: refresh it and come back at once.
  case tokenExpired
  /// The token is missing or was never good.
  case badToken
  /// No dialog that this operator may see; whether there is one is not said.
  case notYourDialog
  /// The page is not of one of the site token's domains.
  case foreignDomain
  /// No such assistant, or no dialog of this guest.
  case unknown(String)
  /// The dialog or the server has as many sockets as it may.
  case full
  /// This address connects too often.
  case connectRate(retryAfter: Duration)
  /// Nothing came for as long as the heartbeat allows.
  case silent
  /// An operator's stream took what it was told too slowly: some of it is kept no more.
  case fellBehind
  /// Something broke on our side.
  case failure
  /// The server ends, to be started again.
  case serverStops

  /// A word for it, for counting; never anything that a stranger chose.
  var name: String {
    switch self {
    case .tokenExpired: "tokenExpired"
    case .badToken: "badToken"
    case .notYourDialog: "notYourDialog"
    case .foreignDomain: "foreignDomain"
    case .unknown: "unknown"
    case .full: "full"
    case .connectRate: "connectRate"
    case .silent: "silent"
    case .fellBehind: "fellBehind"
    case .failure: "failure"
    case .serverStops: "serverStops"
    }
  }

  init(_ refusal: RoomRegistry.Refusal) {
    self =
      switch refusal {
      case .connectRate(let retryAfter): .connectRate(retryAfter: retryAfter)
      case .serverFull, .poolFull: .full
      case .shuttingDown: .serverStops
      }
  }

  /// The Close frame. Its reason is for people and for logs; it never holds what the client sent.
  var frame: CloseFrame {
    switch self {
    case .tokenExpired: CloseFrame(.tokenExpired, reason: "token expired")
    case .badToken: CloseFrame(.badToken, reason: "bad token")
    case .notYourDialog: CloseFrame(.forbidden, reason: "not your dialog")
    case .foreignDomain: CloseFrame(.forbidden, reason: "this site token is not for this site")
    case .unknown(let what): CloseFrame(.unknown, reason: "unknown \(what)")
    case .full: CloseFrame(.tryAgainLater, reason: "too many connections")
    case .connectRate(let retryAfter):
      // A Close frame has no Retry-After: the reason says it to whoever reads it.
      CloseFrame(.connectRate, reason: "too many connections, retry after \(retryAfter.wholeSecondsRoundedUp) s")
    case .silent: CloseFrame(.internalError, reason: "silent for too long")
    case .fellBehind: CloseFrame(.internalError, reason: "fell too far behind")
    case .failure: CloseFrame(.internalError, reason: "internal error")
    case .serverStops: CloseFrame(.serviceRestart, reason: "server restarts")
    }
  }
}

extension CloseCode {
  /// The application's codes (part 1, Sockets), in the range that RFC 6455, section 7.4.2 leaves to applications.
  static let tokenExpired = CloseCode(rawValue: 4001)
  static let badToken = CloseCode(rawValue: 4002)
  static let forbidden = CloseCode(rawValue: 4003)
  static let unknown = CloseCode(rawValue: 4004)
  static let connectRate = CloseCode(rawValue: 4008)
}
