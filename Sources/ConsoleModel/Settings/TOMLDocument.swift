/// A TOML file as a flat list of its values, each with where it stands: what settings, themes and key bindings are read
/// from.
///
/// It is TOML 1.0 without dates and without tables in arrays, for which no setting has a use. It is read here and not by
/// a library because an operator with a typing mistake needs the line and the column, also of a value that is well
/// written and wrong.
public struct TOMLDocument: Hashable, Sendable {
  /// A value and its name.
  public struct Entry: Hashable, Sendable {
    /// The tables that it stands in, and its own key.
    public let path: [String]
    /// What it is.
    public let value: TOMLValue
    /// Where its key stands.
    public let keyPosition: TOMLPosition
    /// Where it stands itself.
    public let valuePosition: TOMLPosition

    /// The key as settings are named: `notices.bell`.
    public var name: String { path.map(TOMLValue.key).joined(separator: ".") }
  }

  /// A heading, `[table]`.
  public struct Heading: Hashable, Sendable {
    /// The table's name.
    public let path: [String]
    /// Where it stands.
    public let position: TOMLPosition
  }

  /// The values, in the order of the file.
  public internal(set) var entries: [Entry] = []
  /// The headings, in the order of the file.
  public internal(set) var headings: [Heading] = []

  /// Reads a text.
  ///
  /// - Throws: ``TOMLError`` with the place of the first mistake.
  public init(parsing text: String) throws(TOMLError) {
    var parser = TOMLParser(text)
    try parser.parse()
    entries = parser.entries
    headings = parser.headings
  }
}

/// A value of a TOML file.
public indirect enum TOMLValue: Hashable, Sendable {
  case string(String)
  case integer(Int)
  case number(Double)
  case boolean(Bool)
  case array([TOMLValue])

  /// What it is, for a sentence.
  public var kind: String {
    switch self {
    case .string: "a text"
    case .integer: "a whole number"
    case .number: "a number"
    case .boolean: "true or false"
    case .array: "a list"
    }
  }

  /// It as a file has it.
  public var literal: String {
    switch self {
    case .string(let text): Self.quoted(text)
    case .integer(let number): String(number)
    case .number(let number): "\(number)"
    case .boolean(let flag): String(flag)
    case .array(let values): "[" + values.map(\.literal).joined(separator: ", ") + "]"
    }
  }

  /// A key as a file has it: bare where it can be.
  static func key(_ name: String) -> String {
    let isBare = name.unicodeScalars.allSatisfy(TOMLParser.isBareKey)
    return isBare && !name.isEmpty ? name : quoted(name)
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

/// A place in a file; both count from 1, columns in Unicode scalars.
public struct TOMLPosition: Hashable, Sendable {
  /// The line.
  public var line: Int
  /// The column.
  public var column: Int

  /// Makes a place.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// Why a text is no TOML.
public struct TOMLError: Error, Hashable, Sendable {
  /// Where.
  public let position: TOMLPosition
  /// Why.
  public let reason: String
}
