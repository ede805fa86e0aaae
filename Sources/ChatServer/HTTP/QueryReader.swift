import Foundation
import HummingbirdCore

/// Reading the query of a URL, with errors that name the parameter and never quote its value: it may be a token.
struct QueryReader {
  private let values: [String: String]

  /// The first of several parameters of one name counts. What is not valid percent-encoding is left out.
  init(_ uri: URI) {
    let pairs = (uri.query ?? "").split(separator: "&").compactMap { pair -> (String, String)? in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decode(parts[0]), let value = Self.decode(parts.count > 1 ? parts[1] : "") else {
        return nil
      }
      return (name, value)
    }
    values = Dictionary(pairs) { first, _ in first }
  }

  /// A plus is a space before it is decoded, never after: `%2B` is a plus.
  private static func decode(_ text: Substring) -> String? {
    String(text.map { $0 == "+" ? " " : $0 }).removingPercentEncoding
  }

  /// A text; nil if it is missing or empty.
  func text(_ name: String) -> String? {
    values[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A text that must be there.
  func requiredText(_ name: String) throws -> String {
    guard let value = text(name) else { throw APIError.unprocessable("Query parameter '\(name)' is required") }
    return value
  }

  /// An integer, or nil if it is missing.
  func integer(_ name: String, in range: ClosedRange<Int> = 1...Int.max) throws -> Int? {
    guard let value = text(name) else { return nil }
    guard let number = Int(value), range.contains(number) else {
      throw APIError.unprocessable(
        range.upperBound == .max
          ? "Query parameter '\(name)' must be an integer of at least \(range.lowerBound)"
          : "Query parameter '\(name)' must be an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// An integer that must be there.
  func requiredInteger(_ name: String) throws -> Int {
    guard let value = try integer(name) else {
      throw APIError.unprocessable("Query parameter '\(name)' is required")
    }
    return value
  }

  /// `1`/`true`/`yes` or `0`/`false`/`no`; nil for anything else.
  func flag(_ name: String) -> Bool? {
    switch text(name)?.lowercased() {
    case "1", "true", "yes": true
    case "0", "false", "no": false
    default: nil
    }
  }
}
