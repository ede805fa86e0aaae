import ChatProtocol
import Foundation
import GRDB

/// Text as somebody typed it, kept byte for byte.
///
/// SQLite's TEXT goes through C strings on the way in and out, so it would lose everything behind a NUL: two guest
/// ids could become one, and a message would be shortened without a word. A BLOB of UTF-8 keeps all of it.
struct TypedText: DatabaseValueConvertible {
  var string: String

  init(_ string: String) { self.string = string }

  init?(_ string: String?) {
    guard let string else { return nil }
    self.string = string
  }

  var databaseValue: DatabaseValue { Data(string.utf8).databaseValue }

  static func fromDatabaseValue(_ value: DatabaseValue) -> TypedText? {
    Data.fromDatabaseValue(value).map { TypedText(String(decoding: $0, as: UTF8.self)) }
  }

  /// `folded_contains(text, folded)`: whether typed text contains a string that is already folded, ignoring case and
  /// diacritics in every script (SQLite's own LIKE knows ASCII only).
  static let foldedContains = DatabaseFunction("folded_contains", argumentCount: 2, pure: true) { values in
    guard let text = TypedText.fromDatabaseValue(values[0]), let folded = TypedText.fromDatabaseValue(values[1])
    else { return false }
    return TypedText.fold(text.string).contains(folded.string)
  }

  static func fold(_ text: String) -> String {
    text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
  }
}

extension Row {
  /// A column of typed text.
  func text(_ column: String) -> String? {
    (self[column] as TypedText?)?.string
  }

  /// A column of milliseconds since 1970 UTC.
  func timestamp(_ column: String) -> Timestamp? {
    (self[column] as Int64?).map(Timestamp.init(milliseconds:))
  }
}
