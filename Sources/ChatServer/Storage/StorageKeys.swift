import Crypto
import Foundation

/// The keys that texts are encrypted with in the database: the first for writing, the others for what was written with
/// them before. Nothing shows them.
public struct StorageKeys: Sendable, CustomStringConvertible, CustomReflectable {
  /// A key, and what ciphertexts name it by: the beginning of its SHA-256, which tells nothing about the rest.
  struct Key: Sendable {
    let id: Data
    let key: SymmetricKey

    static let idLength = 4

    init?(bytes: Data) {
      guard bytes.count == 32 else { return nil }
      key = SymmetricKey(data: bytes)
      id = Data(SHA256.hash(data: bytes).prefix(Self.idLength))
    }
  }

  /// At least one.
  let keys: [Key]
  /// Where they are from.
  let path: String
  private var isForReadingOnly = false

  /// The key for writing, or nil to write plain text.
  var current: Key? { isForReadingOnly ? nil : keys.first }

  private init(keys: [Key], path: String) {
    self.keys = keys
    self.path = path
  }

  /// The same keys for reading, while what is written is plain text: the way back.
  public var forReadingOnly: StorageKeys {
    var keys = self
    keys.isForReadingOnly = true
    return keys
  }

  /// Reads a key file: a line of base64 for each key of 32 bytes, the current one first.
  ///
  /// - Throws: `PathError` if the file cannot be read, others can read it, or it holds anything else.
  public static func load(from path: String) throws -> StorageKeys {
    try PrivateFile.requirePrivate(path)
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw PathError(path: path, reason: "cannot be read")
    }
    let keys = text.split(whereSeparator: \.isNewline).map { line in
      Data(base64Encoded: line.trimmingCharacters(in: .whitespaces)).flatMap(Key.init)
    }
    guard !keys.isEmpty, let keys = keys as? [Key] else {
      throw PathError(path: path, reason: "must hold one or more keys, each a line of 32 bytes in base64")
    }
    return StorageKeys(keys: keys, path: path)
  }

  /// Makes a random key the current one of a key file. The keys that the file has stay behind it; a file that is not
  /// there is made, mode 0600.
  ///
  /// - Throws: `PathError` as `load` does, and if the file cannot be written.
  public static func addKey(to path: String) throws {
    let key = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString() + "\n"
    guard FileManager.default.fileExists(atPath: path) else {
      let file = try PrivateFile.create(at: path)
      try file.write(contentsOf: Data(key.utf8))
      try file.close()
      return try PrivateFile.synchronize(path)
    }
    _ = try load(from: path)
    let old = try Data(contentsOf: URL(filePath: path))
    // In one step: a file cut in half would be the loss of everything.
    let new = path + ".new"
    let file = try PrivateFile.create(at: new)
    do {
      try file.write(contentsOf: Data(key.utf8) + old)
      try file.close()
      try PrivateFile.synchronize(new)
      guard rename(new, path) == 0 else { throw PathError(path: path, reason: systemReason()) }
      try PrivateFile.synchronize(path)
    } catch {
      unlink(new)
      throw error
    }
  }

  /// Says nothing.
  public var description: String { "StorageKeys(redacted)" }
  /// Says nothing either.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Data {
  /// In hexadecimal.
  var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
