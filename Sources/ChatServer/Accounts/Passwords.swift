import Crypto
import Foundation
import NIOPosix
import _CryptoExtras

/// A password's hash with all that is needed to check it, as it is stored.
///
/// The form is the PHC string format: `$scrypt$ln=15,r=8,p=1$<salt>$<hash>`, both in base64 without padding. It is a
/// secret: nothing shows it by accident.
public struct PasswordHash: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  let encoded: String

  /// Takes a stored hash; whether it can be read shows when it is checked.
  init(encoded: String) { self.encoded = encoded }

  /// Says nothing.
  public var description: String { "PasswordHash(redacted)" }
  /// Says nothing either.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Hashing and checking passwords with scrypt (RFC 7914).
///
/// Each call takes a tenth of a second and 32 MiB by design, on NIO's blocking pool: neither an event loop nor a
/// thread of Swift's pool waits for it, and the pool's size bounds the memory that a storm of logins can take.
public struct Passwords: Sendable {
  /// scrypt's three parameters.
  public struct Cost: Sendable, Hashable {
    /// The binary logarithm of the number of rounds N.
    public var logRounds: Int
    /// The block size r.
    public var blockSize: Int
    /// The parallelism p.
    public var parallelism: Int

    /// N = 2^15, r = 8, p = 1: 32 MiB. Hashes keep their own, so this can rise without a migration.
    public static let standard = Cost(logRounds: 15, blockSize: 8, parallelism: 1)

    /// A stored hash is not trusted to ask for any amount of memory: at most 1 GiB.
    var isReasonable: Bool {
      (1...20).contains(logRounds) && (1...8).contains(blockSize) && (1...4).contains(parallelism)
    }
  }

  /// The shortest password an account may have, in characters.
  public static let shortestPassword = 8
  /// The longest, in bytes: no more than this is ever hashed for a stranger.
  public static let longestPassword = 1024

  /// scrypt itself: password, salt, cost, number of bytes.
  typealias KeyDerivation = @Sendable (String, [UInt8], Cost, Int) throws -> [UInt8]

  private let cost: Cost
  private let derive: KeyDerivation
  private let pool = NIOThreadPool.singleton
  /// What a login with an unknown address is checked against.
  private let decoy: Scrypt

  /// Makes a hasher for new passwords of this cost; the cost of old ones stands in their hashes.
  public init(cost: Cost = .standard) {
    self.init(cost: cost, derive: Scrypt.derive)
  }

  init(cost: Cost, derive: @escaping KeyDerivation) {
    self.cost = cost
    self.derive = derive
    decoy = Scrypt(cost: cost, salt: [UInt8](repeating: 0, count: 16), key: [UInt8](repeating: 0, count: 32))
  }

  /// Hashes a new password with a fresh salt.
  ///
  /// - Throws: `StoreError.invalid` for a password that is too short or too long or holds a NUL.
  public func hash(_ password: String) async throws -> PasswordHash {
    guard password.count >= Passwords.shortestPassword else {
      throw StoreError.invalid(
        field: "password", reason: "must have at least \(Passwords.shortestPassword) characters")
    }
    guard Passwords.isPossible(password) else {
      throw StoreError.invalid(
        field: "password", reason: "must not have more than \(Passwords.longestPassword) bytes, nor a NUL among them")
    }
    let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
    return try await pool.runIfActive { [cost, derive] in
      Scrypt(cost: cost, salt: salt, key: try derive(password, salt, cost, 32)).hash
    }
  }

  /// Whether a password is the one that was hashed. Without a hash (there is no such account) it takes as long as
  /// with one and is false; so it is for a hash that cannot be read.
  public func verify(_ password: String, against hash: PasswordHash?) async -> Bool {
    let stored = hash.flatMap(Scrypt.init(hash:))
    let isPossible = Passwords.isPossible(password)
    let matches = try? await pool.runIfActive { [scrypt = stored ?? decoy, derive] in
      let key = try derive(isPossible ? password : "?", scrypt.salt, scrypt.cost, scrypt.key.count)
      // The comparison of keys takes the same time wherever they differ.
      return SymmetricKey(data: key) == SymmetricKey(data: scrypt.key)
    }
    return stored != nil && isPossible && matches == true
  }

  /// Whether a password can be one of ours. BoringSSL wants at least one byte; HMAC, inside scrypt, pads its key with
  /// zeros, so that a NUL at the end would make two passwords one.
  private static func isPossible(_ password: String) -> Bool {
    !password.isEmpty && password.utf8.count <= longestPassword && !password.utf8.contains(0)
  }
}

/// The parts of a PHC string.
private struct Scrypt {
  var cost: Passwords.Cost
  var salt: [UInt8]
  var key: [UInt8]

  init(cost: Passwords.Cost, salt: [UInt8], key: [UInt8]) {
    self.cost = cost
    self.salt = salt
    self.key = key
  }

  init?(hash: PasswordHash) {
    let fields = hash.encoded.split(separator: "$", omittingEmptySubsequences: false)
    guard fields.count == 5, fields[0].isEmpty, fields[1] == "scrypt",
      let salt = Scrypt.bytes(fields[3]), let key = Scrypt.bytes(fields[4]), (8...64).contains(salt.count),
      (16...64).contains(key.count)
    else { return nil }
    var cost = Passwords.Cost(logRounds: 0, blockSize: 0, parallelism: 0)
    for parameter in fields[2].split(separator: ",", omittingEmptySubsequences: false) {
      let pair = parameter.split(separator: "=", omittingEmptySubsequences: false)
      guard pair.count == 2, let value = Int(pair[1]) else { return nil }
      switch pair[0] {
      case "ln": cost.logRounds = value
      case "r": cost.blockSize = value
      case "p": cost.parallelism = value
      default: return nil
      }
    }
    guard cost.isReasonable else { return nil }
    self.init(cost: cost, salt: salt, key: key)
  }

  var hash: PasswordHash {
    let parameters = "ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
    return PasswordHash(encoded: "$scrypt$\(parameters)$\(Scrypt.text(salt))$\(Scrypt.text(key))")
  }

  /// The same password typed on two systems may come composed or decomposed; NFC makes them one (RFC 8265 §4.2).
  @Sendable
  static func derive(_ password: String, salt: [UInt8], cost: Passwords.Cost, byteCount: Int) throws -> [UInt8] {
    try KDF.Scrypt.deriveKey(
      from: Data(password.precomposedStringWithCanonicalMapping.utf8), salt: salt, outputByteCount: byteCount,
      rounds: 1 << cost.logRounds, blockSize: cost.blockSize, parallelism: cost.parallelism
    ).withUnsafeBytes { Array($0) }
  }

  private static func text(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().trimmingCharacters(in: CharacterSet(charactersIn: "="))
  }

  private static func bytes(_ text: Substring) -> [UInt8]? {
    Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4)).map(Array.init)
  }
}
