/// A line of a `[keys.…]` table: `"g m" = "monitor"`, or `"t" = false` to take a key its meaning.
public struct KeyBinding: Hashable, Sendable {
  /// The keys.
  public let keys: KeySequence
  /// What they are to do; nil for nothing.
  public let command: Command?
  /// The table's name: `browse`.
  public let table: String
  /// The modes it is about.
  public let modes: [Mode]
  /// The file.
  public let path: String
  /// Where in it.
  public let position: TOMLPosition

  /// The tables of keys, and the modes of each. Questions have none: what they ask for must not be answered by habit.
  static let tables: [String: [Mode]] = [
    "browse": Mode.allCases.filter(\.isBrowse),
    "list": [.list],
    "conversation": [.conversation],
    "compose": [.compose],
    "filter": [.filter],
    "command": [.command],
    "palette": [.palette],
    "help": [.help],
  ]

  /// Flow control takes these two before any program sees them.
  private static let taken: [Key] = [.control("s"), .control("q")]

  /// Reads a line.
  init(_ entry: TOMLDocument.Entry, path: String) throws(SettingsError) {
    func error(_ reason: String, atValue: Bool = false) -> SettingsError {
      SettingsError(
        path: path, position: atValue ? entry.valuePosition : entry.keyPosition, key: entry.name, reason: reason)
    }
    let names = Self.tables.keys.sorted()
    guard entry.path.count == 3, let modes = Self.tables[entry.path[1]] else {
      let name = entry.path.count > 1 ? entry.path[1] : ""
      let hint =
        name.nearest(of: names).map { "did you mean keys.\($0)?" } ?? "there are \(names.joined(separator: ", "))"
      throw error("there is no such table of keys: \(hint)")
    }
    let keys: KeySequence
    do {
      keys = try KeySequence(parsing: entry.path[2])
    } catch let failure {
      throw error(failure.description)
    }
    if let key = keys.keys.first(where: Self.taken.contains) {
      throw error("\(key.label) never reaches a program in many terminals")
    }
    if keys.keys.contains(.control("c")) { throw error("Ctrl-C leaves what is open, always") }
    if modes.contains(where: \.isTyping), case .character = keys.keys[0] {
      throw error("\(keys.label) is text there: such a binding begins with a key that types nothing")
    }
    (self.keys, self.path) = (keys, path)
    table = entry.path[1]
    position = entry.keyPosition
    switch entry.value {
    case .boolean(false):
      command = nil
      self.modes = modes
    case .string(let line):
      let bound: Command
      do {
        bound = try Command(parsing: line, anyVerb: true)
      } catch let failure {
        throw error(failure.description, atValue: true)
      }
      command = bound
      // Only where the verb acts: a list's verb is none of the messages'.
      self.modes = modes.filter(Verb(bound.verb).modes.contains)
      if self.modes.isEmpty { throw error("that does nothing in this table's place", atValue: true) }
    default: throw error("a command in quotes is expected, or false for nothing", atValue: true)
    }
  }

  /// A mistake about it.
  func error(_ reason: String) -> SettingsError {
    SettingsError(path: path, position: position, key: "keys.\(table).\(TOMLValue.key(keys.label))", reason: reason)
  }
}

extension Keymap {
  /// Why keys cannot be bound: they begin others that are bound, or others begin them.
  func conflict(of keys: KeySequence, in mode: Mode) -> String? {
    if let shorter = keys.prefixes.first(where: { commands(in: mode)[$0] != nil }),
      let command = commands(in: mode)[shorter]
    {
      return
        "\(shorter.label) does \(command.verb.rawValue), and so nothing can follow it; \"\(shorter.label)\" = false frees it"
    }
    guard meaning(of: keys, in: mode) == .prefix else { return nil }
    let longer = commands(in: mode).filter { $0.key.hasPrefix(keys) }.sorted { $0.key.label < $1.key.label }
    let words = longer.prefix(3).map { "\($0.key.label) (\($0.value.verb.rawValue))" }.joined(separator: ", ")
    return "\(keys.label) begins \(words)\(longer.count > 3 ? " and more" : ""); \"…\" = false frees each"
  }
}
