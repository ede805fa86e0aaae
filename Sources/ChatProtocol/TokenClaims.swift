import FoundationEssentials

/// What a JWT says of itself, read without its key: enough to know when it ends, never a reason to trust it
/// (RFC 7519).
public struct TokenClaims: Hashable, Sendable {
  /// When it ends; nil if it does not say.
  public var expiresAt: Timestamp?
  /// When it was made; nil if it does not say.
  public var issuedAt: Timestamp?
  /// `access` or `refresh`; nil if it does not say.
  public var kind: String?

  private struct Payload: Decodable {
    var claims = TokenClaims()

    enum CodingKeys: String, CodingKey { case exp, iat, type }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      claims.expiresAt = container.lenientDouble(.exp).flatMap(TokenClaims.timestamp)
      claims.issuedAt = container.lenientDouble(.iat).flatMap(TokenClaims.timestamp)
      claims.kind = container.lenientString(.type)
    }
  }

  private init() {}

  /// Reads a token; nil for one that is no JWT, as part 1 does not forbid.
  public init?(_ token: String) {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let payload = Data(base64URL: parts[1]),
      let read = try? JSONDecoder().decode(Payload.self, from: payload)
    else { return nil }
    self = read.claims
  }

  /// Whether its time is over.
  public func isExpired(at now: Timestamp) -> Bool { expiresAt.map { $0 <= now } ?? false }

  private static func timestamp(_ seconds: Double) -> Timestamp? {
    Int64(exactly: (seconds * 1000).rounded()).map(Timestamp.init(milliseconds:))
  }
}

extension Data {
  /// Base64 with the alphabet for URLs, without padding (RFC 4648, section 5); nil for anything else.
  fileprivate init?(base64URL text: Substring) {
    var standard = String(text).replacing("-", with: "+").replacing("_", with: "/")
    standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
    self.init(base64Encoded: standard)
  }
}
