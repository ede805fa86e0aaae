/// Why a call of the HTTP API brought no result. It never carries a token.
public enum APIFailure: Error, Hashable, Sendable {
  /// The request never left: no route, connection refused, TLS trouble. Sending it again is always safe.
  case unreachable(String)
  /// The request left and no answer came back: time-out, connection lost. It may have been carried out.
  case noAnswer(String)
  /// 401, and a refresh of the token did not help: log in again.
  case unauthorized
  /// 403: the account may not do this.
  case forbidden(ErrorDetail)
  /// 404: there is no such dialog, or no such route on this server.
  case notFound(ErrorDetail)
  /// 409: the hand-off is in another state, or somebody was faster.
  case conflict(ErrorDetail)
  /// 409 to a send with a precondition: these messages came since, and nothing was sent.
  case superseded(by: [Message])
  /// 422, and any other 4xx that no case names: the server will not take this request, however often it comes.
  case invalid(ErrorDetail)
  /// 429: too many requests; when to come back, if the server said.
  case tooManyRequests(retryAfter: Duration?)
  /// 5xx: the server failed. It may have carried the request out.
  case server(status: Int, ErrorDetail)
  /// An answer that is not what the contract says. It may have carried the request out.
  case malformed(String)

  /// Whether the server may have done what it was asked, so that a blind repeat could do it twice.
  public var mayHaveTakenEffect: Bool {
    switch self {
    case .noAnswer, .server, .malformed: true
    default: false
    }
  }

  /// Whether the same request can succeed later without anybody changing it.
  public var isTransient: Bool {
    switch self {
    case .unreachable, .noAnswer, .tooManyRequests, .server, .malformed: true
    case .unauthorized, .forbidden, .notFound, .conflict, .superseded, .invalid: false
    }
  }
}

extension APIFailure: CustomStringConvertible {
  /// One sentence for a person, lower case. What it quotes of the server is raw text.
  public var description: String {
    switch self {
    case .unreachable(let reason): "cannot reach the server: \(reason)"
    case .noAnswer(let reason): "no answer from the server: \(reason)"
    case .unauthorized: "the login has expired"
    case .forbidden(let detail): "not allowed: \(detail)"
    case .notFound(let detail): "not found: \(detail)"
    case .conflict(let detail): "\(detail)"
    case .superseded: "somebody wrote in the meantime"
    case .invalid(let detail): "refused: \(detail)"
    case .tooManyRequests(let delay?):
      "too many requests: the server asks for \(delay.components.seconds) s of patience"
    case .tooManyRequests(nil): "too many requests"
    case .server(let status, let detail): "the server failed (\(status)): \(detail)"
    case .malformed(let reason): "an answer that is not of the protocol: \(reason)"
    }
  }
}
