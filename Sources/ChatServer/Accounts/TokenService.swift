public import ChatProtocol
import Crypto
import Foundation
import JWTKit
import Synchronization

/// What a token is for; a token of one kind is never taken for the other.
public enum TokenKind: String, Sendable, Hashable, Codable {
  /// Opens routes and sockets, for 60 minutes.
  case access
  /// Buys new access tokens, for 30 days.
  case refresh

  /// How long a token of this kind is good.
  public var lifetime: Duration {
    switch self {
    case .access: .seconds(60 * 60)
    case .refresh: .seconds(30 * 24 * 60 * 60)
    }
  }
}

/// What a good token says.
public struct TokenClaims: Sendable, Hashable {
  /// The account.
  public var userID: UserID
  /// Its address when the token was made.
  public var email: String
  /// When it ends: a socket that it opened ends then too.
  public var expiresAt: Timestamp
  /// The login it belongs to; with that, it ends before its time.
  public var sessionID: SessionID?
  /// Its own id.
  public var tokenID: String?
}

/// Why a token was refused. None of them carries any part of the token.
public enum TokenError: Error, Sendable, Hashable {
  /// It was good once; on a socket this is close code 4001, all others are 4002.
  case expired
  /// It is not good yet (`nbf`).
  case notYetValid
  /// It is good, but for something else: a refresh token where an access token is due, or the other way round.
  case wrongKind
  /// It is no JWT, is not signed by this server with HS256, or lacks a claim.
  case invalid
}

/// Makes and checks the JSON Web Tokens of the accounts (RFC 7519, RFC 8725).
///
/// Signed with HS256, and with nothing else: what the token's header says only decides whether it is refused. Claims:
/// `sub` (the account's id as a string), `email`, `type`, `exp`, `iat`, `jti`, `sid` (the login); `nbf` is honoured where it is given.
public struct TokenService: Sendable {
  private let keys: JWTKeyCollection
  /// What the tokens say whose signature was checked lately, by their digests: the same token comes with each request,
  /// and the same bytes are signed as well the second time. Whether its time is over is looked at each time.
  private let checked = SharedEntries()

  /// The longest token that is looked at, in bytes; ours have about 300.
  static let longestToken = 4096

  /// Makes a service that signs with a secret.
  public init(secret: TokenSecret) async {
    keys = await JWTKeyCollection().add(hmac: HMACKey(key: secret.key), digestAlgorithm: .sha256)
  }

  /// The pair that a login and each refresh answer with.
  func issuePair(for user: User, session: LoginSession, at now: Timestamp) async throws -> AccountTokens {
    AccountTokens(
      accessToken: try await issue(.access, for: user, sessionID: session.id, at: now),
      refreshToken: try await issue(
        .refresh, for: user, sessionID: session.id, tokenID: session.currentTokenID, at: now))
  }

  /// A new token's id.
  public static func makeTokenID() -> String { UUID().uuidString }

  /// One new token.
  ///
  /// - Parameter sessionID: the login it belongs to; a token without one is good until its time is over.
  public func issue(
    _ kind: TokenKind, for user: User, sessionID: SessionID? = nil, tokenID: String = TokenService.makeTokenID(),
    at now: Timestamp
  ) async throws -> String {
    try await keys.sign(
      Payload(
        sub: String(user.id), email: user.email, type: kind.rawValue, exp: now.advanced(by: kind.lifetime).seconds,
        iat: now.seconds, nbf: nil, jti: tokenID, sid: sessionID.map(String.init)))
  }

  /// Checks a token: algorithm, signature, kind, `exp`, `nbf`, in this order.
  ///
  /// It does not say whether the account still exists; look it up by `userID`.
  public func verify(_ token: String, as kind: TokenKind, at now: Timestamp) async throws(TokenError) -> TokenClaims {
    guard let payload = await payload(of: token), let userID = UserID(payload.sub) else { throw .invalid }
    guard payload.type == kind.rawValue else { throw .wrongKind }
    guard now.seconds < payload.exp else { throw .expired }
    guard payload.nbf.map({ now.seconds >= $0 }) ?? true else { throw .notYetValid }
    // The claim is whole seconds; held to what can be counted in milliseconds.
    let expiry = Timestamp(
      milliseconds: payload.exp.multipliedReportingOverflow(by: 1000).overflow ? .max : payload.exp * 1000)
    let sessionID = payload.sid.flatMap(SessionID.init)
    // A login that cannot be read is no token without one.
    guard (sessionID == nil) == (payload.sid == nil) else { throw .invalid }
    return TokenClaims(
      userID: userID, email: payload.email, expiresAt: expiry, sessionID: sessionID, tokenID: payload.jti)
  }

  /// What a token says that this server has signed; nil for any other.
  private func payload(of token: String) async -> Payload? {
    guard token.utf8.count <= TokenService.longestToken else { return nil }
    let digest = SHA256.hash(data: Data(token.utf8))
    if let payload = checked.entries.withLock({ $0.value(for: digest) }) { return payload }
    guard Header(of: token)?.isAllowed == true, let payload = try? await keys.verify(token, as: Payload.self)
    else { return nil }
    checked.entries.withLock { $0.insert(payload, for: digest) }
    return payload
  }

  private final class SharedEntries: Sendable {
    let entries = Mutex(RecentEntries<SHA256Digest, Payload>(capacity: 1024))
  }
}

/// The claims on the wire.
private struct Payload: JWTPayload, Sendable {
  var sub: String
  var email: String
  var type: String
  var exp: Int64
  var iat: Int64
  var nbf: Int64?
  var jti: String?
  var sid: String?

  // The claims are checked by `TokenService.verify`, which is told the time.
  func verify(using algorithm: some JWTAlgorithm) throws {}
}

/// The fields of a token's header that can make it another thing than it seems.
private struct Header: Decodable {
  var alg: String
  var crit: [String]?

  /// Nil if it cannot be read.
  init?(of token: String) {
    guard let encoded = token.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).first else {
      return nil
    }
    let base64 = encoded.replacing("-", with: "+").replacing("_", with: "/")
    guard let data = Data(base64Encoded: base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)),
      let header = try? JSONDecoder().decode(Header.self, from: data)
    else { return nil }
    self = header
  }

  /// One algorithm, spelled as the RFC does; and no `crit`, since we know no extension (RFC 7515 §4.1.11).
  var isAllowed: Bool { alg == "HS256" && crit == nil }
}
