import ChatProtocol

/// Checks an account's access token, on HTTP and sockets alike.
struct AccessControl: Sendable {
  /// Why a token does not let anybody in.
  enum Refusal: Error, Hashable {
    case expired
    case bad
  }

  let store: ChatStore
  let tokens: TokenService
  let now: @Sendable () -> Timestamp

  /// Who a token belongs to, when it ends, and with which login. The account's role is read from the store, not from the token: a
  /// demoted or deleted account, and a login that was ended, lose their rights at once.
  ///
  /// - Throws: `Refusal`, or what the store throws.
  func authenticate(_ token: String) async throws -> (user: User, claims: TokenClaims) {
    let claims: TokenClaims
    do {
      claims = try await tokens.verify(token, as: .access, at: now())
    } catch .expired {
      throw Refusal.expired
    } catch {
      throw Refusal.bad
    }
    guard let user = try await store.user(id: claims.userID, session: claims.sessionID) else {
      throw claims.sessionID == nil ? Refusal.bad : .expired
    }
    return (user, claims)
  }

  /// The token of an `Authorization: Bearer` header (RFC 6750, section 2.1), or nil.
  static func bearerToken(in authorization: String?) -> String? {
    guard let authorization, let space = authorization.utf8.firstIndex(of: UInt8(ascii: " ")),
      authorization[..<space].lowercased() == "bearer"
    else { return nil }
    let token = authorization[space...].drop { $0 == " " }
    return token.isEmpty || token.utf8.contains(UInt8(ascii: " ")) ? nil : String(token)
  }
}
