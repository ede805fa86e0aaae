/// Places to be filled, and words to be completed.
extension Composer {
  // MARK: Places

  /// Puts a text with places in; the first place is the one that is typed into next.
  mutating func insertTemplate(_ text: String) {
    let start = buffer.cursor
    paste(text)
    markPlaces()
    if hasPlaces { selectField(from: start) }
  }

  /// Goes to the next place; what is typed takes its place.
  mutating func selectNextField() {
    selectField(from: selection?.upperBound ?? buffer.cursor)
  }

  /// Whether a place is chosen or being filled.
  public var isInPlace: Bool { selection != nil || isFilling }

  /// Whether what is typed now begins a line.
  var isAtLineStart: Bool { buffer.cursor == 0 || buffer.characters[buffer.cursor - 1].isNewline }

  // MARK: Completion

  /// What stands between the last blank and the cursor.
  var wordBeforeCursor: String {
    let before = buffer.characters[..<buffer.cursor]
    let start = before.lastIndex(where: \.isWhitespace).map { $0 + 1 } ?? 0
    // A word is short; a wall of letters is none.
    return before.count - start > 64 ? "" : String(before[start...])
  }
}
