/// What the keys mean, in every mode: made from the table of verbs and what the operator's settings change in it. A
/// value of the state, so that all that shows a key shows the one in force.
public struct Keymap: Hashable, Sendable {
  /// What a sequence of keys means.
  public enum Meaning: Hashable, Sendable {
    /// It does something.
    case command(Command)
    /// More keys may follow.
    case prefix
  }

  private var bindings: [Mode: [KeySequence: Command]] = [:]
  /// The proper beginnings of all that is bound, with how many sequences go on from each.
  private var prefixes: [Mode: [KeySequence: Int]] = [:]

  /// The keys of the table of verbs.
  public static let standard: Keymap = {
    var keymap = Keymap()
    for verb in Verb.all {
      for mode in verb.modes {
        for keys in verb.keys { keymap.bind(keys, to: Command(verb.id), in: mode) }
      }
    }
    return keymap
  }()

  /// A keymap without keys.
  public init() {}

  /// What keys mean in a mode; nil for nothing.
  public func meaning(of keys: KeySequence, in mode: Mode) -> Meaning? {
    if let command = bindings[mode]?[keys] { return .command(command) }
    return prefixes[mode]?[keys] == nil ? nil : .prefix
  }

  /// The keys that do a verb (without an argument) in a mode, the one to show first.
  public func keys(of verb: VerbID, in mode: Mode) -> [KeySequence] {
    let command = Command(verb)
    let preferred = Verb(verb).keys
    // Those of the table first and in its order: it names the handiest one first.
    let kept = preferred.filter { bindings[mode]?[$0] == command }
    let added = bindings[mode, default: [:]].filter { $0.value == command && !kept.contains($0.key) }.map(\.key)
    return added.sorted { ($0.keys.count, $0.label) < ($1.keys.count, $1.label) } + kept
  }

  /// The keys that do a verb in any of its modes, the one to show first.
  public func keys(of verb: VerbID) -> [KeySequence] {
    var all: [KeySequence] = []
    for mode in Mode.allCases where Verb(verb).modes.contains(mode) {
      all += keys(of: verb, in: mode).filter { !all.contains($0) }
    }
    return all
  }

  /// The key that does a verb, for a sentence; its command where there is none.
  public func label(of verb: VerbID) -> String { keys(of: verb).first?.label ?? ":" + verb.rawValue }

  /// Binds keys, instead of what they meant before.
  mutating func bind(_ keys: KeySequence, to command: Command, in mode: Mode) {
    unbind(keys, in: mode)
    bindings[mode, default: [:]][keys] = command
    for prefix in keys.prefixes { prefixes[mode, default: [:]][prefix, default: 0] += 1 }
  }

  /// Takes keys their meaning.
  mutating func unbind(_ keys: KeySequence, in mode: Mode) {
    guard bindings[mode]?.removeValue(forKey: keys) != nil else { return }
    for prefix in keys.prefixes {
      let left = (prefixes[mode]?[prefix] ?? 1) - 1
      prefixes[mode]?[prefix] = left > 0 ? left : nil
    }
  }

  /// What is bound in a mode.
  func commands(in mode: Mode) -> [KeySequence: Command] { bindings[mode] ?? [:] }

  /// A key that may follow a prefix, and what it leads to.
  public struct Continuation: Hashable, Sendable {
    /// The key to press next.
    public let key: Key
    /// What it does; nil if it is a prefix itself.
    public let command: Command?
    /// In a word or two.
    public let title: String
  }

  /// What may follow a prefix in a mode, in the order of the table of verbs.
  public func continuations(of prefix: KeySequence, in mode: Mode) -> [Continuation] {
    var found: [Key: (rank: Int, continuation: Continuation)] = [:]
    for (keys, command) in commands(in: mode) where keys.keys.count > prefix.keys.count && keys.hasPrefix(prefix) {
      let key = keys.keys[prefix.keys.count]
      let isLast = keys.keys.count == prefix.keys.count + 1
      let rank = Verb.rank(of: command.verb)
      if let known = found[key], known.rank <= rank { continue }
      let continuation =
        isLast
        ? Continuation(key: key, command: command, title: command.title)
        : Continuation(key: key, command: nil, title: Verb.prefixTitle(prefix.then(key)) + "…")
      found[key] = (rank, continuation)
    }
    return found.values.sorted { ($0.rank, $0.continuation.key.label) < ($1.rank, $1.continuation.key.label) }
      .map(\.continuation)
  }
}
