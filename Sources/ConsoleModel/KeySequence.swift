/// The keys that mean a verb, one after the other: mostly one, like `j`; with a prefix two, like `g g`.
///
/// In the table of verbs a single key is written as a key is (`.character("j")`, `.down`), and any sequence in words, as
/// in the settings (`"g g"`, `"Ctrl-K"`).
public struct KeySequence: Hashable, Sendable {
  /// The keys, in the order they are pressed.
  public let keys: [Key]

  /// Makes a sequence of keys.
  public init(_ keys: [Key]) {
    self.keys = keys
  }

  /// A sequence of one key.
  public init(_ key: Key) {
    keys = [key]
  }

  /// The sequence's name for hints and help: `j`, `g g`, `Ctrl-D`.
  public var label: String { keys.map(\.label).joined(separator: " ") }

  /// All proper beginnings of it.
  var prefixes: [KeySequence] { (1..<max(1, keys.count)).map { KeySequence(Array(keys[..<$0])) } }

  /// The sequence and one more key.
  func then(_ key: Key) -> KeySequence { KeySequence(keys + [key]) }

  /// Whether it goes on from another one.
  func hasPrefix(_ prefix: KeySequence) -> Bool { keys.starts(with: prefix.keys) }
}

extension KeySequence {
  /// Reads a sequence in words: keys as ``Key/label`` names them, parted by blanks.
  ///
  /// - Throws: ``KeyNameError`` with the word that names no key.
  public init(parsing text: String) throws(KeyNameError) {
    var keys: [Key] = []
    for word in text.split(separator: " ") {
      guard let key = Key(named: String(word)) else { throw KeyNameError(word: String(word)) }
      keys.append(key)
    }
    guard !keys.isEmpty else { throw KeyNameError(word: "") }
    self.keys = keys
  }
}

/// A word that is no key's name.
public struct KeyNameError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The word.
  public let word: String

  /// A sentence.
  public var description: String {
    word.isEmpty ? "no key is named" : "\"\(word)\" is not the name of a key"
  }
}

extension KeySequence: ExpressibleByStringLiteral {
  /// A sequence in words. A literal that names no key is a sequence of none, which a test of the table finds.
  public init(stringLiteral value: String) {
    self = (try? KeySequence(parsing: value)) ?? KeySequence([])
  }
}

// Single keys, written as keys are.
extension KeySequence {
  static func character(_ character: Character) -> KeySequence { KeySequence(.character(character)) }
  static func control(_ character: Character) -> KeySequence { KeySequence(.control(character)) }
  static func alt(_ character: Character) -> KeySequence { KeySequence(.alt(character)) }
  static let enter = KeySequence(.enter)
  static let escape = KeySequence(.escape)
  static let tab = KeySequence(.tab)
  static let backTab = KeySequence(.backTab)
  static let backspace = KeySequence(.backspace)
  static let delete = KeySequence(.delete)
  static let up = KeySequence(.up)
  static let down = KeySequence(.down)
  static let left = KeySequence(.left)
  static let right = KeySequence(.right)
  static let home = KeySequence(.home)
  static let end = KeySequence(.end)
  static let pageUp = KeySequence(.pageUp)
  static let pageDown = KeySequence(.pageDown)
}
