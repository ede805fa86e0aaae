/// Text under edit with its cursor. Everything is counted in graphemes, so that an emoji or a letter with its marks
/// is one step of the cursor and one erasure.
public struct TextBuffer: Hashable, Sendable {
  /// The graphemes; never other ones than `Array(text)`.
  public private(set) var characters: [Character]
  /// Where the next grapheme goes: 0 is before the first, `characters.count` after the last.
  public private(set) var cursor: Int
  /// What the last kill took; `yank` puts it back.
  private var killed: [Character] = []
  private var undoStack: [Edit] = []
  /// What undo took back, the next to come back last; any other edit empties it.
  private var redoStack: [Edit] = []

  /// What turns the text after an edit into the text before it.
  private struct Edit: Hashable, Sendable {
    var position: Int
    var removed: [Character]
    var insertedCount: Int
    var cursorBefore: Int
    /// Whether the next typed character may join it, so that undo takes words and not letters.
    var isTyping: Bool
  }

  /// Older edits than this cannot be undone.
  private static let undoLimit = 1000

  /// A buffer that holds a text, the cursor after it.
  public init(_ text: String = "") {
    characters = Array(text)
    cursor = characters.count
  }

  /// The whole text.
  public var text: String { String(characters) }
  /// How many Unicode scalars it has.
  public var scalarCount: Int { characters.reduce(0) { $0 + $1.unicodeScalars.count } }
  /// Whether there is no text.
  public var isEmpty: Bool { characters.isEmpty }

  // MARK: Editing

  /// Puts text where the cursor is.
  public mutating func insert(_ text: String) {
    replace(cursor..<cursor, with: Array(text), typed: false)
  }

  /// Puts text in the place of other text; the cursor goes behind it.
  public mutating func replace(_ range: Range<Int>, with text: String) {
    replace(range.clamped(to: 0..<characters.count), with: Array(text), typed: false)
  }

  /// Moves the cursor, held at the ends.
  public mutating func moveCursor(to position: Int) {
    cursor = min(max(0, position), characters.count)
  }

  /// Puts one typed character where the cursor is.
  public mutating func type(_ character: Character) {
    replace(cursor..<cursor, with: [character], typed: true)
  }

  /// Replaces everything, as one edit that undo takes back; the cursor goes to the end.
  public mutating func setText(_ text: String) {
    replace(0..<characters.count, with: Array(text), typed: false)
  }

  /// Carries an edit command out.
  public mutating func apply(_ command: EditCommand) {
    switch command {
    case .moveLeft: cursor = max(0, cursor - 1)
    case .moveRight: cursor = min(characters.count, cursor + 1)
    case .moveWordLeft: cursor = wordStart(before: cursor)
    case .moveWordRight: cursor = wordEnd(after: cursor)
    case .moveToLineStart: cursor = lineStart(of: cursor)
    case .moveToLineEnd: cursor = lineEnd(of: cursor)
    case .deleteLeft: replace(max(0, cursor - 1)..<cursor, with: [], typed: false)
    case .deleteRight: replace(cursor..<min(characters.count, cursor + 1), with: [], typed: false)
    case .killToLineEnd:
      // At the end of a line the newline goes, as in every readline.
      let end = lineEnd(of: cursor)
      kill(cursor..<(end == cursor ? min(end + 1, characters.count) : end))
    case .killToLineStart: kill(lineStart(of: cursor)..<cursor)
    case .killWordLeft: kill(blankSeparatedStart(before: cursor)..<cursor)
    case .yank: replace(cursor..<cursor, with: killed, typed: false)
    case .undo: undo()
    case .redo: redo()
    }
  }

  /// Moves the cursor to the line above, to the same column or the line's end; false on the first line.
  public mutating func moveLineUp() -> Bool {
    let start = lineStart(of: cursor)
    guard start > 0 else { return false }
    cursor = min(lineStart(of: start - 1) + cursor - start, start - 1)
    return true
  }

  /// Moves the cursor to the line below, to the same column or the line's end; false on the last line.
  public mutating func moveLineDown() -> Bool {
    let end = lineEnd(of: cursor)
    guard end < characters.count else { return false }
    cursor = min(end + 1 + cursor - lineStart(of: cursor), lineEnd(of: end + 1))
    return true
  }

  // MARK: The one way to change text

  private mutating func replace(_ range: Range<Int>, with replacement: [Character], typed: Bool) {
    guard !range.isEmpty || !replacement.isEmpty else { return }
    var edit = Edit(
      position: range.lowerBound, removed: Array(characters[range]), insertedCount: replacement.count,
      cursorBefore: cursor, isTyping: typed)
    let left = range.lowerBound > 0 ? [characters[range.lowerBound - 1]] : []
    let right = range.upperBound < characters.count ? [characters[range.upperBound]] : []
    let seam = left + replacement + right
    if Array(String(seam)) == seam {
      characters.replaceSubrange(range, with: replacement)
      cursor = range.lowerBound + replacement.count
    } else {
      // Neighbours joined into one grapheme (a mark on its letter, two halves of a flag): segment anew, which can
      // reach far, and count the cursor anew with it.
      edit = Edit(
        position: 0, removed: characters, insertedCount: 0, cursorBefore: cursor, isTyping: false)
      let head = String(characters[..<range.lowerBound] + replacement)
      characters = Array(head + String(characters[range.upperBound...]))
      cursor = min(head.count, characters.count)
      edit.insertedCount = characters.count
    }
    record(edit)
  }

  private mutating func record(_ edit: Edit) {
    redoStack.removeAll()
    if edit.isTyping, let last = undoStack.indices.last, undoStack[last].isTyping,
      undoStack[last].position + undoStack[last].insertedCount == edit.position,
      !startsWord(at: edit.position)
    {
      undoStack[last].insertedCount += edit.insertedCount
      return
    }
    undoStack.append(edit)
    if undoStack.count > Self.undoLimit { undoStack.removeFirst(undoStack.count - Self.undoLimit) }
  }

  private mutating func undo() {
    guard let edit = undoStack.popLast() else { return }
    redoStack.append(takeBack(edit))
  }

  private mutating func redo() {
    guard let edit = redoStack.popLast() else { return }
    let cursorAfter = edit.position + edit.removed.count
    undoStack.append(takeBack(edit))
    cursor = cursorAfter
  }

  /// Puts back what was before an edit; returns the edit that undoes this.
  private mutating func takeBack(_ edit: Edit) -> Edit {
    let range = edit.position..<(edit.position + edit.insertedCount)
    let inverse = Edit(
      position: edit.position, removed: Array(characters[range]), insertedCount: edit.removed.count,
      cursorBefore: cursor, isTyping: false)
    characters.replaceSubrange(range, with: edit.removed)
    cursor = edit.cursorBefore
    return inverse
  }

  private mutating func kill(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    killed = Array(characters[range])
    replace(range, with: [], typed: false)
  }

  // MARK: Lines and words

  private func lineStart(of position: Int) -> Int {
    characters[..<position].lastIndex(of: "\n").map { $0 + 1 } ?? 0
  }

  private func lineEnd(of position: Int) -> Int {
    characters[position...].firstIndex(of: "\n") ?? characters.count
  }

  private func startsWord(at position: Int) -> Bool {
    position > 0 && !characters[position].isWhitespace && characters[position - 1].isWhitespace
  }

  /// Where the word (letters and digits, as in readline's word motions) before a position begins.
  private func wordStart(before position: Int) -> Int {
    let word = characters[..<position].lastIndex(where: \.isWordPart) ?? 0
    return characters[..<word].lastIndex { !$0.isWordPart }.map { $0 + 1 } ?? 0
  }

  /// Where the word after a position ends.
  private func wordEnd(after position: Int) -> Int {
    guard let word = characters[position...].firstIndex(where: \.isWordPart) else { return characters.count }
    return characters[word...].firstIndex { !$0.isWordPart } ?? characters.count
  }

  /// Where the run of non-blanks before a position begins: Ctrl-W's word.
  private func blankSeparatedStart(before position: Int) -> Int {
    guard let word = characters[..<position].lastIndex(where: { !$0.isWhitespace }) else { return 0 }
    return characters[..<word].lastIndex(where: \.isWhitespace).map { $0 + 1 } ?? 0
  }
}

/// What a key can do to a text, by readline's names.
public enum EditCommand: Hashable, Sendable, CaseIterable {
  case moveLeft, moveRight, moveWordLeft, moveWordRight, moveToLineStart, moveToLineEnd
  case deleteLeft, deleteRight
  case killToLineEnd, killToLineStart, killWordLeft
  case yank, undo, redo
}

extension Character {
  fileprivate var isWordPart: Bool { isLetter || isNumber }
}
