import Crypto
import Foundation

/// The key that signs the server's tokens. Nothing shows it.
public struct TokenSecret: Sendable, CustomStringConvertible, CustomReflectable {
  let key: SymmetricKey

  /// Takes a key of at least 256 bits, the size of HS256's hash (RFC 7518 §3.2).
  init?(bytes: [UInt8]) {
    guard bytes.count >= 32 else { return nil }
    key = SymmetricKey(data: bytes)
  }

  /// Makes a random key that lives as long as the process.
  public init() {
    key = SymmetricKey(size: .bits256)
  }

  /// The key of a data directory; the first start makes it, in a file of mode 0600.
  ///
  /// - Throws: `PathError` if others can read the file (whoever did can sign tokens of any account), or it
  ///   does not hold a key.
  public static func load(from directory: DataDirectory) throws -> TokenSecret {
    let file = "token-secret"
    let path = directory.path(of: file)
    _ = try directory.createPrivateFile(
      file,
      holding: Array((SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString() + "\n").utf8))
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let mode = attributes?[.posixPermissions] as? Int else {
      throw PathError(path: path, reason: "cannot be read")
    }
    guard mode & 0o077 == 0 else {
      throw PathError(
        path: path,
        reason: "can be read by others; if nobody did, run: chmod 600 \(path); else delete it, which logs everybody out"
      )
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let data = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines)),
      let secret = TokenSecret(bytes: Array(data))
    else {
      throw PathError(
        path: path,
        reason: "does not hold 32 bytes or more in base64; delete it to get a new one, which logs everybody out")
    }
    return secret
  }

  /// Says nothing.
  public var description: String { "TokenSecret(redacted)" }
  /// Says nothing either.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
