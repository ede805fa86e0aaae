import Foundation
import TOMLKit

/// A TOML file as a flat list of keys.
enum ConfigurationFile {
  struct Entry: Hashable {
    /// The key with the tables it stands in: `limits.sockets`.
    var key: String
    var value: ConfigurationValue
    var origin: ConfigurationOrigin
  }

  /// Reads a file; the entries are sorted by key, so that of several mistakes always the same is reported.
  static func entries(path: String) throws(ConfigurationError) -> [Entry] {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw ConfigurationError(origin: .file(path: path, line: nil), key: nil, reason: "cannot be read as UTF-8 text")
    }
    return try entries(text: text, path: path)
  }

  /// Reads a file's text.
  static func entries(text: String, path: String) throws(ConfigurationError) -> [Entry] {
    // The parser takes a C string: what stands behind a NUL would be ignored without a word.
    guard !text.utf8.contains(0) else {
      throw ConfigurationError(origin: .file(path: path, line: nil), key: nil, reason: "holds a NUL character")
    }
    do {
      let lines = KeyLines(text)
      return flatten(try TOMLTable(string: text), prefix: "").map { key, value in
        Entry(key: key, value: value, origin: .file(path: path, line: lines.line(of: key)))
      }
    } catch {
      let syntax = error as? TOMLParseError
      throw ConfigurationError(
        origin: .file(path: path, line: syntax?.source.begin.line), key: nil,
        reason: syntax?.description ?? "is not a TOML document")
    }
  }

  private static func flatten(_ table: TOMLTable, prefix: String) -> [(key: String, value: ConfigurationValue)] {
    table.keys.sorted().flatMap { name -> [(key: String, value: ConfigurationValue)] in
      let key = prefix + name
      guard let value = table[name] else { return [] }
      if let nested = value.table, !nested.isEmpty { return flatten(nested, prefix: key + ".") }
      return [(key, ConfigurationValue(value))]
    }
  }
}

extension ConfigurationValue {
  fileprivate init(_ value: any TOMLValueConvertible) {
    if let text = value.string {
      self = .text(text)
    } else if let integer = value.int {
      self = .integer(integer)
    } else if let number = value.double {
      self = .number(number)
    } else if let array = value.array {
      let texts = array.compactMap(\.string)
      self = texts.count == array.count ? .list(texts) : .unsupported("array")
    } else {
      self = .unsupported(value.type.description)
    }
  }
}

/// The lines on which a TOML file's keys stand. The parser does not tell, so this finds the plain forms: bare keys,
/// dotted or not, under `[table]` headings. Where it finds nothing the error names the file and the key only.
private struct KeyLines {
  private var lines: [String: Int] = [:]

  init(_ text: String) {
    var table = ""
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let content = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
      if content.hasPrefix("["), content.hasSuffix("]") {
        table = content.dropFirst().dropLast().trimmingCharacters(in: .whitespaces)
        record(table, line: index + 1)
      } else if let equals = content.firstIndex(of: "=") {
        let key = content[..<equals].trimmingCharacters(in: .whitespaces)
        record(table.isEmpty ? key : table + "." + key, line: index + 1)
      }
    }
  }

  func line(of key: String) -> Int? { lines[key] }

  private mutating func record(_ key: String, line: Int) {
    if lines[key] == nil { lines[key] = line }
  }
}
