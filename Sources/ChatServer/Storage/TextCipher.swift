import Crypto
import Foundation
import GRDB

/// What stands in a database's columns of private text: the text as it is or, with a key, encrypted with AES-256-GCM.
///
/// A ciphertext is the byte FF, which begins no UTF-8, a version, the key's id, the nonce, the ciphertext and the tag.
/// It is bound to its column and dialog: moved elsewhere, it is refused.
struct TextCipher: Sendable {
  /// Why a value cannot be read.
  enum Failure: Error, Hashable, CustomStringConvertible {
    /// It was written with a key that is not there.
    case unknownKey
    /// It was changed, or moved from another place.
    case notAuthentic

    var description: String {
      switch self {
      case .unknownKey: "the key of an encrypted text is not in the key file"
      case .notAuthentic: "an encrypted text is damaged or does not belong where it stands"
      }
    }
  }

  /// Nil writes texts as they are.
  let keys: StorageKeys?

  private static let mark: UInt8 = 0xFF
  private static let version: UInt8 = 1

  /// What every ciphertext of a key begins with.
  static func prefix(_ key: StorageKeys.Key) -> Data { Data([mark, version]) + key.id }

  func seal(_ text: Data, _ place: Data) throws -> Data {
    guard let key = keys?.current else { return text }
    let box = try AES.GCM.seal(text, using: key.key, authenticating: place)
    // There is always one: the nonce has its standard length.
    guard let combined = box.combined else { throw Failure.notAuthentic }
    return Self.prefix(key) + combined
  }

  func unseal(_ value: Data, _ place: Data) throws -> Data {
    guard value.first == Self.mark else { return value }
    let head = 2 + StorageKeys.Key.idLength
    guard value.count > head, value[value.startIndex + 1] == Self.version else { throw Failure.notAuthentic }
    let id = value.dropFirst(2).prefix(StorageKeys.Key.idLength)
    guard let key = keys?.keys.first(where: { $0.id == id }) else { throw Failure.unknownKey }
    do {
      return try AES.GCM.open(
        AES.GCM.SealedBox(combined: value.dropFirst(head)), using: key.key, authenticating: place)
    } catch {
      throw Failure.notAuthentic
    }
  }

  /// The place a value stands in: its table and column, and its dialog.
  static func place(_ column: String, dialogID: Int64) -> Data { Data("\(column):\(dialogID)".utf8) }

  /// `seal(value, 'table.column', dialog_id)` and `unseal(…)` for SQL; NULL stays NULL.
  var functions: [DatabaseFunction] {
    [function("seal", seal), function("unseal", unseal)]
  }

  private func function(
    _ name: String, _ transform: @escaping @Sendable (Data, Data) throws -> Data
  ) -> DatabaseFunction {
    DatabaseFunction(name, argumentCount: 3) { values in
      guard let value = Data.fromDatabaseValue(values[0]) else { return nil }
      // As it is, without a look at the rest: this is every row of every answer.
      if keys == nil, value.first != Self.mark { return value }
      guard let column = String.fromDatabaseValue(values[1]), let id = Int64.fromDatabaseValue(values[2]) else {
        throw Failure.notAuthentic
      }
      return try transform(value, Self.place(column, dialogID: id))
    }
  }
}
