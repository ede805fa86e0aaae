import ChatProtocol

/// The search in what was sent from this console, as readline has it: what is typed finds the newest text that has it,
/// the same key again an older one. It touches no composer before a text is taken.
public struct SentSearch: Hashable, Sendable {
  /// What is looked for.
  public private(set) var input = TextBuffer()
  /// The texts, newest first.
  public let texts: [SentText]
  /// Those of them that have what is looked for, by their places.
  public private(set) var matches: [Int]
  /// Which of the matches is shown.
  public private(set) var position = 0

  /// Begins with the newest text.
  init(_ texts: [SentText]) {
    self.texts = texts
    matches = Array(texts.indices)
  }

  /// The text that is found; nil for none.
  public var match: SentText? { matches.indices.contains(position) ? texts[matches[position]] : nil }

  /// Changes what is looked for. What was found goes on being shown as long as it has it.
  mutating func edit(_ edit: (inout TextBuffer) -> Void) {
    let before = input.text
    edit(&input)
    guard input.text != before else { return }
    let shown = matches.indices.contains(position) ? matches[position] : nil
    let matcher = TextMatcher(input.text)
    matches = texts.indices.filter { matcher?.isFound(in: texts[$0].text) ?? true }
    // A longer text goes on from where it stands; a shorter one begins anew.
    let start = input.text.hasPrefix(before) ? shown ?? 0 : 0
    position = matches.firstIndex { $0 >= start } ?? 0
  }

  /// To an older match, or a newer one; held at the ends.
  mutating func move(by steps: Int) {
    position = min(max(0, position + steps), max(0, matches.count - 1))
  }
}

extension ConsoleState {
  /// Opens the search in what was sent. A note is offered to notes only: the visitor must not get one by a slip.
  mutating func openSentSearch() {
    let kind = openKind
    let texts = sentTexts.reversed().filter { $0.kind == kind }
    guard !texts.isEmpty else {
      return say(.info, "No \(kind == .note ? "note" : "reply") was sent from this console yet")
    }
    sentSearch = SentSearch(texts)
  }

  /// Takes the text that is found into the composer, to be changed and sent. What was typed there is one undo away,
  /// and in the history.
  mutating func takeSentText() {
    let text = sentSearch?.match?.text
    sentSearch = nil
    guard let text else { return }
    editComposer {
      $0.remember($0.text)
      $0.replaceAll(with: text)
    }
  }
}
