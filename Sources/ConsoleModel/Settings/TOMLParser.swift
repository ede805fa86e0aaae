/// Reads TOML, one character after the other.
struct TOMLParser {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var lineStart = 0
  private var line = 1
  private var table: [String] = []
  /// What stands at each path: a value, or a table that a heading opened or keys go through.
  private var known: [[String]: Use] = [[]: .opened]
  private(set) var entries: [TOMLDocument.Entry] = []
  private(set) var headings: [TOMLDocument.Heading] = []

  private enum Use { case value, opened, passed }

  /// A value within as many brackets is refused: the reader calls itself for each.
  private static let depthLimit = 16

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    if scalars.first == "\u{FEFF}" { index = 1 }
  }

  // MARK: Lines

  mutating func parse() throws(TOMLError) {
    while true {
      skipBlanks()
      guard let next = peek else { return }
      switch next {
      case "\n", "\r": try newline()
      case "#": try skipComment()
      case "[": try heading()
      default:
        try keyAndValue(in: table, depth: 0)
        try endOfLine()
      }
    }
  }

  private mutating func heading() throws(TOMLError) {
    let start = position
    advance()
    guard peek != "[" else { throw error("a list of tables has no use here", at: start) }
    skipBlanks()
    let path = try keyPath()
    skipBlanks()
    guard peek == "]" else { throw error("the table's name is not closed with ]") }
    advance()
    try endOfLine()
    switch known[path] {
    case .value: throw error("\(name(path)) has a value already", at: start)
    case .opened: throw error("the table [\(name(path))] is there twice", at: start)
    case .passed, nil: break
    }
    try pass(path.dropLast(), at: start)
    known[path] = .opened
    headings.append(TOMLDocument.Heading(path: path, position: start))
    table = path
  }

  private mutating func keyAndValue(in table: [String], depth: Int) throws(TOMLError) {
    let start = position
    let path = table + (try keyPath())
    skipBlanks()
    guard peek == "=" else { throw error("after a key = is expected") }
    advance()
    skipBlanks()
    guard known[path] == nil else { throw error("\(name(path)) is there twice", at: start) }
    try pass(path.dropLast(), at: start)
    let valueStart = position
    if peek == "{" {
      known[path] = .opened
      return try inlineTable(path, depth: depth + 1)
    }
    known[path] = .value
    let value = try value(depth: depth)
    entries.append(TOMLDocument.Entry(path: path, value: value, keyPosition: start, valuePosition: valueStart))
  }

  /// Goes through the tables above a key.
  private mutating func pass(_ path: some Collection<String>, at start: TOMLPosition) throws(TOMLError) {
    var prefix: [String] = []
    for part in path {
      prefix.append(part)
      if known[prefix] == .value { throw error("\(name(prefix)) is no table", at: start) }
      if known[prefix] == nil { known[prefix] = .passed }
    }
  }

  private mutating func inlineTable(_ path: [String], depth: Int) throws(TOMLError) {
    guard depth < Self.depthLimit else { throw error("too many brackets") }
    advance()
    skipBlanks()
    if peek == "}" { return advance() }
    while true {
      skipBlanks()
      try keyAndValue(in: path, depth: depth)
      skipBlanks()
      switch peek {
      case ",": advance()
      case "}": return advance()
      default: throw error("in a table in braces , or } is expected")
      }
    }
  }

  // MARK: Keys

  private mutating func keyPath() throws(TOMLError) -> [String] {
    var path = [try key()]
    while true {
      skipBlanks()
      guard peek == "." else { return path }
      advance()
      skipBlanks()
      path.append(try key())
    }
  }

  private mutating func key() throws(TOMLError) -> String {
    switch peek {
    case "\"", "'":
      guard peek(1) != peek || peek(2) != peek else { throw error("a key stands in one quote at each end") }
      return try string()
    case let scalar? where Self.isBareKey(scalar):
      var text = String.UnicodeScalarView()
      while let scalar = peek, Self.isBareKey(scalar) {
        text.append(scalar)
        advance()
      }
      return String(text)
    default: throw error("a key is expected: letters, digits, - and _, or anything in quotes")
    }
  }

  static func isBareKey(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
    default: false
    }
  }

  private func name(_ path: [String]) -> String { path.map(TOMLValue.key).joined(separator: ".") }

  // MARK: Values

  private mutating func value(depth: Int) throws(TOMLError) -> TOMLValue {
    switch peek {
    case "\"", "'": return .string(try string())
    case "[": return .array(try array(depth: depth + 1))
    default: return try word()
    }
  }

  private mutating func array(depth: Int) throws(TOMLError) -> [TOMLValue] {
    guard depth < Self.depthLimit else { throw error("too many brackets") }
    advance()
    var values: [TOMLValue] = []
    while true {
      try skipLines()
      if peek == "]" { break }
      guard peek != "{" else { throw error("tables in lists have no use here") }
      values.append(try value(depth: depth))
      try skipLines()
      if peek == "," { advance() } else if peek != "]" { throw error("in a list , or ] is expected") }
    }
    advance()
    return values
  }

  private mutating func word() throws(TOMLError) -> TOMLValue {
    let start = position
    var text = ""
    while let scalar = peek, Self.isBareKey(scalar) || scalar == "+" || scalar == "." || scalar == ":" {
      text.unicodeScalars.append(scalar)
      advance()
    }
    switch text {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "": throw error("a value is expected", at: start)
    default: break
    }
    let digits = text.replacing("_", with: "")
    let isSpaced = text.hasPrefix("_") || text.hasSuffix("_") || text.contains("__")
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) && !isSpaced {
      if let number = Int(digits.dropFirst(2), radix: radix) { return .integer(number) }
    }
    let unsigned = digits.drop { $0 == "+" || $0 == "-" }
    let isPadded = unsigned.count > 1 && unsigned.hasPrefix("0") && unsigned.dropFirst().first?.isNumber == true
    if !isSpaced, !isPadded, unsigned.first?.isNumber == true {
      if let number = Int(digits) { return .integer(number) }
      if let number = Double(digits), number.isFinite, !unsigned.hasSuffix("."), !digits.lowercased().contains("x") {
        return .number(number)
      }
    }
    throw error("\(text) is no value: a text stands in quotes", at: start)
  }

  // MARK: Texts

  private mutating func string() throws(TOMLError) -> String {
    let start = position
    guard let quote = peek else { throw error("a text is expected") }
    let isLiteral = quote == "'"
    let isLong = peek(1) == quote && peek(2) == quote
    advance(by: isLong ? 3 : 1)
    if isLong, peek == "\r", peek(1) == "\n" { advance() }
    if isLong, peek == "\n" { try newline() }
    var text = String.UnicodeScalarView()
    while true {
      guard let scalar = peek else { throw error("the text that begins here is not closed", at: start) }
      switch scalar {
      case quote where !isLong:
        advance()
        return String(text)
      case quote where peek(1) == quote && peek(2) == quote:
        // Up to two quotes may stand before the three that close.
        while peek(3) == quote {
          text.append(quote)
          advance()
        }
        advance(by: 3)
        return String(text)
      case "\n", "\r":
        guard isLong else { throw error("the text that begins here is not closed on its line", at: start) }
        try newline()
        text.append("\n")
      case "\\" where !isLiteral: try escape(into: &text, isLong: isLong)
      case _ where scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F:
        throw error("a control character stands in a text")
      default:
        text.append(scalar)
        advance()
      }
    }
  }

  private mutating func escape(into text: inout String.UnicodeScalarView, isLong: Bool) throws(TOMLError) {
    let start = position
    advance()
    guard let scalar = peek else { throw error("the text ends in \\", at: start) }
    let plain: [Unicode.Scalar: Unicode.Scalar] = [
      "b": "\u{8}", "t": "\t", "n": "\n", "f": "\u{C}", "r": "\r", "e": "\u{1B}", "\"": "\"", "\\": "\\",
    ]
    if let meant = plain[scalar] {
      text.append(meant)
      return advance()
    }
    if scalar == "u" || scalar == "U" {
      let count = scalar == "u" ? 4 : 8
      let digits = scalars.dropFirst(index + 1).prefix(count)
      let word = String(String.UnicodeScalarView(digits))
      guard digits.count == count, word.allSatisfy(\.isHexDigit),
        let meant = UInt32(word, radix: 16).flatMap(Unicode.Scalar.init)
      else { throw error("\\\(scalar) wants \(count) hexadecimal digits of a character", at: start) }
      text.append(meant)
      return advance(by: count + 1)
    }
    // A backslash at the end of a line joins it with the next.
    if isLong, scalar == "\n" || scalar == "\r" || scalar == " " || scalar == "\t" {
      skipBlanks()
      guard peek == "\n" || peek == "\r" else { throw error("\\ before a blank means nothing", at: start) }
      while let next = peek, next == "\n" || next == "\r" || next == " " || next == "\t" {
        if next == "\n" || next == "\r" { try newline() } else { advance() }
      }
      return
    }
    throw error("\\\(scalar) means nothing; a backslash is \\\\, or use single quotes", at: start)
  }

  // MARK: Characters

  private var peek: Unicode.Scalar? { peek(0) }

  private func peek(_ offset: Int) -> Unicode.Scalar? {
    index + offset < scalars.count ? scalars[index + offset] : nil
  }

  private mutating func advance(by count: Int = 1) { index += count }

  private mutating func skipBlanks() {
    while peek == " " || peek == "\t" { advance() }
  }

  private mutating func skipComment() throws(TOMLError) {
    while let scalar = peek, scalar != "\n", !(scalar == "\r" && peek(1) == "\n") {
      guard scalar.value >= 0x20 && scalar.value != 0x7F || scalar == "\t" else {
        throw error("a control character stands in a comment")
      }
      advance()
    }
  }

  /// Blanks, comments and ends of lines, as between the values of a list.
  private mutating func skipLines() throws(TOMLError) {
    while let scalar = peek {
      switch scalar {
      case " ", "\t": advance()
      case "\n", "\r": try newline()
      case "#": try skipComment()
      default: return
      }
    }
  }

  private mutating func endOfLine() throws(TOMLError) {
    skipBlanks()
    if peek == "#" { try skipComment() }
    guard peek != nil else { return }
    guard peek == "\n" || peek == "\r" else { throw error("the line should end here") }
    try newline()
  }

  private mutating func newline() throws(TOMLError) {
    if peek == "\r" { advance() }
    guard peek == "\n" else { throw error("a carriage return stands alone") }
    advance()
    line += 1
    lineStart = index
  }

  private var position: TOMLPosition { TOMLPosition(line: line, column: index - lineStart + 1) }

  private func error(_ reason: String, at place: TOMLPosition? = nil) -> TOMLError {
    TOMLError(position: place ?? position, reason: reason)
  }
}
