public import ConsoleModel

extension Theme {
  /// Reads a theme's file: a TOML file that says how roles look, and how the rest does by a theme to begin with.
  ///
  /// ```toml
  /// base = "dark"
  ///
  /// [roles]
  /// waiting = "bold 214"
  /// selection = "white on #303040"
  /// ```
  ///
  /// A look is words: a colour (a name, an index of 256, `#rrggbb`, `default`), `on` and another one for the ground, and
  /// `bold`, `dim`, `italic`, `underline` and `reverse`.
  ///
  /// - Throws: `SettingsError` with the place of the first mistake.
  public init(parsing text: String, name: String, path: String) throws(SettingsError) {
    let document: TOMLDocument
    do {
      document = try TOMLDocument(parsing: text)
    } catch {
      throw SettingsError(path: path, position: error.position, reason: error.reason)
    }
    if let heading = document.headings.first(where: { $0.path != ["roles"] }) {
      throw SettingsError(
        path: path, position: heading.position, reason: "the only table of a theme is [roles]")
    }
    var theme = Theme(name: name, styles: [:])
    for entry in document.entries where entry.path == ["base"] { theme = try Self.base(entry, path: path) }
    theme.name = name
    for entry in document.entries where entry.path != ["base"] {
      let role = try Self.role(entry, path: path)
      guard case .string(let words) = entry.value, let style = Style(words: words) else {
        throw SettingsError(
          path: path, position: entry.valuePosition, key: entry.name,
          reason: "a look such as \"bold 214 on #202020\" is expected")
      }
      theme[role] = style
    }
    self = theme
  }

  private static func base(_ entry: TOMLDocument.Entry, path: String) throws(SettingsError) -> Theme {
    if case .string(let name) = entry.value, let theme = builtin.first(where: { $0.name == name }) { return theme }
    let names = builtin.map(\.name).joined(separator: ", ")
    throw SettingsError(
      path: path, position: entry.valuePosition, key: entry.name, reason: "a theme begins with one of \(names)")
  }

  private static func role(_ entry: TOMLDocument.Entry, path: String) throws(SettingsError) -> Role {
    let name = entry.path.count == 2 && entry.path[0] == "roles" ? entry.path[1] : ""
    if let role = Role.allCases.first(where: { $0.fileName == name }) { return role }
    let hint = name.suggestion(among: Role.allCases.map(\.fileName))
    throw SettingsError(
      path: path, position: entry.keyPosition, key: entry.name,
      reason: name.isEmpty ? "a theme has base and [roles] only" : "there is no such role\(hint)")
  }

  /// The theme as a file that says the same, every role named.
  public var file: String {
    var lines = ["base = \"mono\"", "", "[roles]"]
    for role in Role.allCases { lines.append("\(role.fileName) = \"\(self[role].words)\"") }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Role {
  /// The role's name in a theme's file: `focused_title`.
  var fileName: String {
    "\(self)".reduce(into: "") { name, character in
      if character.isUppercase { name += "_" }
      name += character.lowercased()
    }
  }
}

extension Style {
  private static let colorNames = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
  ]
  private static let attributeNames: [(name: String, attribute: Attributes)] = [
    ("bold", .bold), ("dim", .dim), ("italic", .italic), ("underline", .underline), ("reverse", .reverse),
  ]

  /// Reads a look in words; nil if one of them is none.
  init?(words: String) {
    self = .plain
    var isGround = false
    var hasForeground = false
    var hasBackground = false
    for word in words.lowercased().split(separator: " ") {
      if let attribute = Self.attributeNames.first(where: { $0.name == word })?.attribute {
        attributes.insert(attribute)
      } else if word == "on" {
        guard !isGround, !hasBackground else { return nil }
        isGround = true
      } else if let color = Self.color(String(word)) {
        if isGround {
          background = color
          hasBackground = true
          isGround = false
        } else {
          guard !hasForeground else { return nil }
          foreground = color
          hasForeground = true
        }
      } else {
        return nil
      }
    }
    if isGround { return nil }
  }

  /// The look in words.
  var words: String {
    var words = Self.attributeNames.filter { attributes.contains($0.attribute) }.map(\.name)
    if foreground != .standard || background == .standard && words.isEmpty { words.append(Self.word(foreground)) }
    if background != .standard { words += ["on", Self.word(background)] }
    return words.joined(separator: " ")
  }

  private static func color(_ word: String) -> Color? {
    if word == "default" { return .standard }
    if word.hasPrefix("#") {
      let digits = word.dropFirst()
      guard digits.count == 6, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16) else {
        return nil
      }
      return .rgb(
        UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value))
    }
    let isBright = word.hasPrefix("bright-")
    if let index = colorNames.firstIndex(of: isBright ? String(word.dropFirst(7)) : word) {
      return .indexed(UInt8(index + (isBright ? 8 : 0)))
    }
    return word.allSatisfy { $0.isASCII && $0.isNumber } ? UInt8(word).map { .indexed($0) } : nil
  }

  private static func word(_ color: Color) -> String {
    switch color.kind {
    case .standard: return "default"
    case .indexed(let index): return String(index)
    case .rgb(let red, let green, let blue):
      return "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}
