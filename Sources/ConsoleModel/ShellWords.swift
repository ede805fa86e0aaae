/// A command's words, parted as a shell does it, without anything being expanded: the command is run without one.
public enum ShellWords {
  /// The words of a command; nil if a quote is not closed, or a backslash stands at the end.
  ///
  /// Single quotes keep everything; in double quotes a backslash makes `"` and `\` plain; elsewhere any character.
  public static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var rest = text[...]
    while let character = rest.popFirst() {
      switch character {
      case " ", "\t", "\n":
        if let done = word { words.append(done) }
        word = nil
      case "'":
        guard let end = rest.firstIndex(of: "'") else { return nil }
        word = (word ?? "") + rest[..<end]
        rest = rest[rest.index(after: end)...]
      case "\"":
        guard let quoted = takeQuoted(from: &rest) else { return nil }
        word = (word ?? "") + quoted
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        word = (word ?? "") + String(next)
      default: word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words
  }

  private static func takeQuoted(from rest: inout Substring) -> String? {
    var text = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return text
      case "\\" where rest.first == "\"" || rest.first == "\\": if let next = rest.popFirst() { text.append(next) }
      default: text.append(character)
      }
    }
    return nil
  }
}
