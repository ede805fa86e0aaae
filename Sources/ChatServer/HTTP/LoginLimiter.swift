/// Slows down guessing: failed logins of one address, and of all addresses against one account.
///
/// Counted before the password is checked, so that a thousand guesses at once are a thousand; given back when it was
/// right, so that an office behind one address can log in on a Monday morning.
struct LoginLimiter: Sendable {
  private let byPeer = Throttle<String>(count: 10, per: .seconds(60))
  /// Wider: whoever knows an operator's address could otherwise keep it out.
  private let byUsername = Throttle<String>(count: 50, per: .seconds(60))

  /// - Throws: `APIError` 429 with `Retry-After`.
  func spend(peer: String, username: String) throws {
    if let excess = byPeer.spend(peer) { throw Self.refusal(excess.retryAfter) }
    if let excess = byUsername.spend(Self.key(username)) {
      byPeer.refund(peer)
      throw Self.refusal(excess.retryAfter)
    }
  }

  /// The attempt was a good one.
  func refund(peer: String, username: String) {
    byPeer.refund(peer)
    byUsername.refund(Self.key(username))
  }

  private static func refusal(_ retryAfter: Duration) -> APIError {
    .tooManyRequests(retryAfter: retryAfter, "Too many attempts to log in; try again later")
  }

  /// One key for the spellings of one address, and never a long one.
  private static func key(_ username: String) -> String {
    String(decoding: username.lowercased().utf8.prefix(254), as: UTF8.self)
  }
}
