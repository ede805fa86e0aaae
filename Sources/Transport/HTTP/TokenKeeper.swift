public import ChatProtocol

/// Where the tokens of a login lie that several programs share.
///
/// A refresh token may be good once only, and a server may end the whole login when one is used twice. So of two
/// programs that find the same access token refused, one must renew it and the other take what the first has got.
public protocol TokenKeeper: Sendable {
  /// Brings tokens that are newer than `current`: those that another program has left meanwhile, or new ones, which it
  /// keeps before it gives them out. Of all who ask at the same time, in all programs, one renews.
  ///
  /// - Parameters:
  ///   - current: What this program has.
  ///   - renew: Trades a refresh token for new tokens.
  func renew(
    _ current: AccountTokens, by renew: @Sendable (_ refreshToken: String) async throws(APIFailure) -> AccountTokens
  ) async throws(APIFailure) -> RenewedTokens
}

/// Tokens, and the way they came.
public enum RenewedTokens: Sendable {
  /// Another program had renewed them. They may be old by now, too.
  case found(AccountTokens)
  /// The server has just made them.
  case made(AccountTokens)

  /// The tokens.
  public var tokens: AccountTokens {
    switch self {
    case .found(let tokens), .made(let tokens): tokens
    }
  }
}
