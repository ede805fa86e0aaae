/// What somebody typed into a search field: words, each of which may go on, and phrases in quotes.
///
/// All of them must be found. Nothing in it is a command: whatever is typed, the expression is a valid one.
struct SearchQuery: Sendable, Hashable {
  /// A part of the query that is looked for as it stands.
  private struct Phrase: Sendable, Hashable {
    var text: String
    /// Whether its last word may go on.
    var isPrefix: Bool
  }

  private let phrases: [Phrase]

  /// The longest query, in Unicode scalars.
  static let longest = 200

  /// Reads what was typed; nil if there is nothing in it to look for, or it is longer than `longest`.
  init?(_ text: String) {
    guard text.unicodeScalars.prefix(Self.longest + 1).count <= Self.longest else { return nil }
    var phrases: [Phrase] = []
    // Every second piece stands between quotes; a quote that is not closed goes on to the end.
    for (index, piece) in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
      if index.isMultiple(of: 2) {
        phrases += piece.split { $0.isWhitespace || $0 == "\0" }.map { Phrase(text: String($0), isPrefix: true) }
      } else {
        phrases.append(Phrase(text: String(piece), isPrefix: false))
      }
    }
    self.phrases = phrases.filter { $0.text.contains { $0.isLetter || $0.isNumber } }
    guard !self.phrases.isEmpty else { return nil }
  }

  /// The query as an expression of FTS5 (sqlite.org/fts5.html, section 3): strings only, no operators.
  var expression: String {
    phrases.map { phrase in
      // A NUL would end the expression inside of a string.
      let text = Self.folded(phrase.text).replacing("\0", with: " ").replacing("\"", with: "\"\"")
      return "\"\(text)\"" + (phrase.isPrefix ? "*" : "")
    }.joined(separator: " ")
  }

  /// The tokenizer drops diacritics of Latin letters only, and Russian is written with and without the dots of ё: the
  /// index has it without, so has what is looked for.
  private static func folded(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "ё" ? "е" : $0 == "Ё" ? "Е" : $0 }))
  }
}
