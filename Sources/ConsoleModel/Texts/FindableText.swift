/// A text that was written in advance, as who looks for one sees it.
protocol FindableText {
  /// The name it is called by.
  var name: String { get }
  /// What it is about, in one line.
  var title: String { get }
  /// What is in it, for a word that is in neither.
  var searchedText: String { get }
}

extension CannedReply: FindableText {
  var searchedText: String { text.source }
}

extension Macro: FindableText {
  var searchedText: String { note + " " + steps.map(\.line).joined(separator: " ") }
}

extension FindableText {
  /// How well it fits what is looked for; 0 for not at all. Every word must be in the name, the title or the text.
  fileprivate func score(of words: [String]) -> Int {
    var total = 0
    for word in words {
      let lower = word.lowercased()
      let inTitle = Keymap.score(of: lower, in: title)
      let inText = searchedText.lowercased().contains(lower) ? 15 : 0
      // Letters in order find a name; in a sentence they would find everything.
      let best = max(Keymap.score(of: lower, in: name), inTitle > 10 ? inTitle : 0, inText)
      guard best > 0 else { return 0 }
      total += best
    }
    return total
  }
}

extension Array where Element: FindableText {
  /// Those that have every word that was typed, the best first; all of them for no word.
  func found(by typed: String) -> [Element] {
    let words = typed.split(separator: " ").map(String.init)
    guard !words.isEmpty else { return self }
    return enumerated().map { (rank: $0.offset, text: $0.element, score: $0.element.score(of: words)) }
      .filter { $0.score > 0 }.sorted { ($1.score, $0.rank) < ($0.score, $1.rank) }.map(\.text)
  }
}
