import ChatProtocol
import Foundation
import GRDB

/// Reads a row's columns from the first to the last: to look one up by its name costs a search in all of them.
///
/// What is read follows a `selection` that names the columns in the same order. The row may be a cursor's: it is read
/// before the cursor goes on, as in `Row.fetchCursor(…).map(Dialog.init(row:))`.
struct ColumnReader {
  private let row: Row
  private var index = 0

  init(_ row: Row) { self.row = row }

  mutating func next<Value: DatabaseValueConvertible & StatementColumnConvertible>() -> Value {
    defer { index += 1 }
    return row[index]
  }

  /// A column of typed text.
  mutating func text() -> String? {
    (next() as Data?).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A column of milliseconds since 1970 UTC.
  mutating func timestamp() -> Timestamp? {
    (next() as Int64?).map(Timestamp.init(milliseconds:))
  }
}

extension Row {
  /// Reads the first row, if there is one, without a copy of it: `fetchOne` makes one for each.
  static func first<Value>(
    _ statement: Statement, _ arguments: StatementArguments, _ read: (Row) throws -> Value
  ) throws -> Value? {
    let cursor = try fetchCursor(statement, arguments: arguments)
    // The row is the cursor's.
    return try withExtendedLifetime(cursor) { try cursor.next().map(read) }
  }
}
