public import ChatProtocol

/// The id of a login, never used twice.
public typealias SessionID = Int

/// One login of an account, for as long as its refresh tokens follow one another.
///
/// Each refresh token is good once: using it makes the next one (RFC 9700, section 4.14.2). Whoever uses an old one has
/// it from somewhere it should not be, or is the rightful client whose later token was stolen: the whole login ends,
/// and the rightful client logs in anew. Only the one before the current one is taken again for a short while: its
/// answer may have been lost, and two programs may share a profile.
public struct LoginSession: Sendable, Hashable {
  /// The login's id, the claim `sid` of its tokens.
  public let id: SessionID
  /// Whose it is.
  public let userID: UserID
  /// The claim `jti` of the refresh token that is good.
  public private(set) var currentTokenID: String
  /// That of the one before.
  public private(set) var previousTokenID: String?
  /// When the current one took the place of the one before.
  public private(set) var rotatedAt: Timestamp
  /// When the login ends by itself.
  public private(set) var expiresAt: Timestamp

  /// How long the token before the current one is taken again.
  static let repeatWindow = Duration.seconds(60)

  /// A login as it was stored, or a new one.
  init(
    id: SessionID, userID: UserID, currentTokenID: String, previousTokenID: String? = nil, rotatedAt: Timestamp,
    expiresAt: Timestamp
  ) {
    self.id = id
    self.userID = userID
    self.currentTokenID = currentTokenID
    self.previousTokenID = previousTokenID
    self.rotatedAt = rotatedAt
    self.expiresAt = expiresAt
  }

  /// What a refresh token that was used leads to.
  enum Use: Hashable {
    /// There is a new current one.
    case rotated
    /// The current one is to be handed out again.
    case repeated
    /// It was used before, by somebody: the login is to end.
    case reused
  }

  /// Uses a refresh token.
  ///
  /// - Parameter next: the id of the token that takes its place.
  mutating func use(_ tokenID: String, next: String, at now: Timestamp) -> Use {
    if tokenID == currentTokenID {
      previousTokenID = currentTokenID
      currentTokenID = next
      rotatedAt = now
      expiresAt = now.advanced(by: TokenKind.refresh.lifetime)
      return .rotated
    }
    if tokenID == previousTokenID, now.duration(since: rotatedAt) <= Self.repeatWindow { return .repeated }
    return .reused
  }
}
