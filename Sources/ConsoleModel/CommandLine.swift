/// The line of a `:command` while it is typed.
public struct CommandLine: Hashable, Sendable {
  /// The text and its cursor.
  public internal(set) var input: TextBuffer
  /// What the word before the cursor may become, the likeliest first.
  public internal(set) var candidates: [Completion] = []
  /// Which of the candidates stands in the line; nil while what is typed does.
  public internal(set) var selected: Int?
  /// Why the line could not be done; nil once it has changed.
  public internal(set) var failure: String?

  /// The line as it was typed, while a candidate or an older line stands in its place.
  private var typed: TextBuffer?
  /// The place in the history while walking in it.
  private var historyIndex: Int?

  /// A line with a beginning.
  init(_ text: String = "") {
    input = TextBuffer(text)
  }

  /// Its text.
  public var text: String { input.text }

  /// Changes the line by hand: what was offered before is void.
  mutating func edit(_ edit: (inout TextBuffer) -> Void) {
    edit(&input)
    candidates = []
    selected = nil
    failure = nil
    typed = nil
    historyIndex = nil
  }

  // MARK: Completion

  /// Puts the next candidate (or the one before) into the line, in a ring with what was typed.
  mutating func select(_ step: Int) {
    guard !candidates.isEmpty else { return }
    let count = candidates.count + 1
    let place = selected.map { $0 + 1 } ?? 0
    let next = (place + step + count) % count
    let base = typed ?? input
    failure = nil
    guard next > 0 else {
      input = base
      typed = nil
      selected = nil
      return
    }
    typed = base
    selected = next - 1
    input = base.replacingWord(with: candidates[next - 1].quoted)
  }

  // MARK: History

  /// Puts the line before (or after) into this one's place. Only lines that begin as what was typed count.
  mutating func recall(_ step: Int, from history: [String]) {
    let base = typed ?? input
    let start = base.text
    var index = historyIndex ?? history.count
    repeat { index += step } while history.indices.contains(index) && !history[index].hasPrefix(start)
    guard index < history.count else {
      guard historyIndex != nil else { return }
      edit { $0 = base }
      return
    }
    guard index >= 0 else { return }
    edit { $0 = TextBuffer(history[index]) }
    typed = base
    historyIndex = index
  }
}

/// Something the word under the cursor may become.
public struct Completion: Hashable, Sendable {
  /// The word; may hold raw text of the server.
  public let text: String
  /// What it is, in a few words; may hold raw text of the server.
  public let note: String
  /// The key that does the same; empty for none.
  public let key: String

  /// Makes a candidate.
  public init(_ text: String, note: String = "", key: String = "") {
    self.text = text
    self.note = note
    self.key = key
  }

  /// The word as a command line takes it for one.
  var quoted: String {
    guard text.contains(where: { $0 == " " || $0 == "\"" }) else { return text }
    return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

extension TextBuffer {
  /// What stands before the cursor.
  var textBeforeCursor: String { String(characters[..<cursor]) }

  /// The buffer with the word before the cursor exchanged for another, and a blank after it.
  fileprivate func replacingWord(with word: String) -> TextBuffer {
    let words = CommandWords(textBeforeCursor)
    var buffer = TextBuffer(words.head + word)
    let end = buffer.cursor
    let tail = String(characters[cursor...])
    buffer.insert(tail)
    for _ in 0..<(buffer.cursor - end) { buffer.apply(.moveLeft) }
    return buffer
  }
}

/// The beginning of a command line, parted into its words: what completion looks at.
struct CommandWords: Hashable {
  /// The words that are complete.
  private(set) var words: [String] = []
  /// The word that is being typed, without its quote; empty after a blank.
  private(set) var current = ""
  /// All before that word.
  private(set) var head = ""

  init(_ text: String) {
    var rest = text[...]
    while true {
      let blanks = rest.prefix { $0 == " " }
      head += blanks
      rest = rest.dropFirst(blanks.count)
      let (raw, word, isClosed) = Self.word(rest)
      rest = rest.dropFirst(raw.count)
      guard isClosed else {
        current = word
        return
      }
      words.append(word)
      head += raw
    }
  }

  /// The first word of a text: as it stands there, without its quotes, and whether it has ended.
  private static func word(_ text: Substring) -> (raw: Substring, word: String, isClosed: Bool) {
    guard text.first == "\"" else {
      let raw = text.prefix { $0 != " " }
      return (raw, String(raw), raw.endIndex < text.endIndex)
    }
    var word = ""
    var index = text.index(after: text.startIndex)
    while index < text.endIndex {
      let next = text.index(after: index)
      switch text[index] {
      case "\"": return (text[..<next], word, next < text.endIndex)
      case "\\" where next < text.endIndex:
        word.append(text[next])
        index = text.index(after: next)
      default:
        word.append(text[index])
        index = next
      }
    }
    return (text, word, false)
  }
}
