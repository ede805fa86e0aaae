public import ChatProtocol

/// How a command ends, for scripts: the same for all commands.
public enum ExitStatus: Int32, Hashable, Sendable, CaseIterable {
  /// It was done.
  case success = 0
  /// It failed, and no other status says how.
  case failure = 1
  /// The command line is wrong.
  case usage = 2
  /// Nobody is logged in, or the login has expired.
  case signedOut = 3
  /// The server, or `--read-only`, does not allow it: not yours, not there, in another state, somebody was faster.
  case refused = 4
  /// The server cannot be reached; nothing was done.
  case unreachable = 5
  /// No answer came, or none that can be understood: it may have been done.
  case unknown = 6
  /// What was waited for did not come in time.
  case timedOut = 7

  /// What a failed call means.
  public init(_ failure: APIFailure) {
    self =
      switch failure {
      case .unauthorized: .signedOut
      case .forbidden, .notFound, .conflict, .superseded, .invalid: .refused
      case .unreachable, .tooManyRequests: .unreachable
      case .noAnswer, .server, .malformed: .unknown
      }
  }

  /// The same for a call that only reads: it can have done nothing.
  public init(reading failure: APIFailure) {
    let status = ExitStatus(failure)
    self =
      switch failure {
      case .noAnswer: .unreachable
      default: status == .unknown ? .failure : status
      }
  }

  /// What the documentation says of it: one line.
  public var help: String {
    switch self {
    case .success: "done"
    case .failure: "failed: the server had an error, a file could not be written, or the like"
    case .usage: "the command line is wrong"
    case .signedOut: "not logged in, or the login has expired"
    case .refused: "refused: not allowed, not there, in another state, or somebody was faster; nothing was done"
    case .unreachable: "the server cannot be reached; nothing was done"
    case .unknown: "no answer, or an unreadable one: it may have been done"
    case .timedOut: "what was waited for did not come in time"
    }
  }
}
