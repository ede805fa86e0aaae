import Crypto
import Foundation

/// What opens `/metrics` to a scraper: derived from the secret that signs tokens, so that there is nothing more to keep.
public struct MetricsToken: Sendable {
  /// The token, 64 hexadecimal digits. Not for any log.
  public let text: String

  /// The token of a server's secret.
  public init(secret: TokenSecret) {
    let code = HMAC<SHA256>.authenticationCode(for: Data("chatai-server metrics".utf8), using: secret.key)
    text = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Whether somebody's token is this one, in a time that does not tell how much of it is right.
  func matches(_ token: String) -> Bool {
    SHA256.hash(data: Data(token.utf8)) == SHA256.hash(data: Data(text.utf8))
  }
}
