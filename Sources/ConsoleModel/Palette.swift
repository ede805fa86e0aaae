/// The palette: every command, found by any part of its name, its help or its key.
public struct Palette: Hashable, Sendable {
  /// What is looked for.
  public internal(set) var input = TextBuffer()
  /// What was found, the best first.
  public internal(set) var matches: [VerbID] = []
  /// Which of them Enter does.
  public internal(set) var selected = 0

  init() {}

  /// Moves the cursor among the matches.
  mutating func move(by lines: Int) {
    selected = min(max(0, selected + lines), max(0, matches.count - 1))
  }
}

extension Keymap {
  /// The commands that fit a query, the best first: all of them for an empty one.
  func commands(matching query: String) -> [VerbID] {
    let terms = query.split(separator: " ").map(String.init)
    guard !terms.isEmpty else { return Verb.commands.map(\.id) }
    var found: [(id: VerbID, score: Int)] = []
    for verb in Verb.commands {
      let scores = terms.map { score(of: $0, for: verb) }
      guard scores.allSatisfy({ $0 > 0 }) else { continue }
      // The whole query may be a key: `g g`.
      let isKey = keys(of: verb.id).contains { $0.label == query }
      found.append((verb.id, scores.reduce(isKey ? 1000 : 0, +)))
    }
    // Sorting is not stable; the order of the table decides among equals.
    return found.sorted { ($1.score, Verb.rank(of: $0.id)) < ($0.score, Verb.rank(of: $1.id)) }.map(\.id)
  }

  /// How well a word fits a verb; 0 for not at all.
  private func score(of term: String, for verb: Verb) -> Int {
    let word = term.lowercased()
    let labels = keys(of: verb.id).map(\.label)
    if labels.contains(term) { return 100 }
    let keyScore = labels.contains { $0.lowercased().contains(word) } ? 30 : 0
    let helpScore = word.count > 1 && verb.help.lowercased().contains(word) ? 20 : 0
    return max(Self.score(of: word, in: verb.name), Self.score(of: word, in: verb.title), keyScore, helpScore)
  }

  /// How well a word fits a name: whole, at its start, at the start of one of its words, inside, by its letters in order.
  static func score(of word: String, in name: String) -> Int {
    let name = name.lowercased()
    if name == word { return 90 }
    if name.hasPrefix(word) { return 80 }
    if name.contains("-" + word) || name.contains(" " + word) { return 60 }
    if name.contains(word) { return 40 }
    var rest = name[...]
    for character in word {
      guard let index = rest.firstIndex(of: character) else { return 0 }
      rest = rest[rest.index(after: index)...]
    }
    return 10
  }
}
