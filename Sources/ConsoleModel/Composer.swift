/// The reply being typed to one dialog.
public struct Composer: Hashable, Sendable {
  /// The text and its cursor.
  public private(set) var buffer: TextBuffer
  /// Block mode: a newline was typed or pasted, so Enter is a newline and only Ctrl-D sends.
  ///
  /// It stays on until the text is gone: if it went off with the last newline, an Enter meant as a newline would send.
  public private(set) var isBlock: Bool
  /// Whether the text was written as a note and is a reply now: sending it needs the operator's word.
  public private(set) var isFormerNote = false
  /// The place of a canned reply that is being filled: what is typed next takes its place.
  public private(set) var selection: Range<Int>?
  /// Whether what is typed goes on filling a place: then Enter ends the place, and not the line.
  public private(set) var isFilling = false
  /// Whether the text came with places that have to be filled before it is sent.
  public private(set) var hasPlaces = false
  /// Whether the text came from a template: then what undo brings back is a place again.
  private var cameWithPlaces = false
  /// The completion that Tab walks in.
  private var walk: Walk?
  /// What was sent to this dialog from here, oldest first. Each dialog has its own, so that one customer's facts
  /// do not come up in the reply to another.
  private var history: [String] = []
  /// The place in the history while walking in it, and the text that was being typed before.
  private var recall: Recall?

  private struct Recall: Hashable, Sendable {
    var index: Int
    var typed: String
  }

  private struct Walk: Hashable, Sendable {
    var offers: [InlineCompletion]
    var index: Int
    var start: Int
  }

  private static let historyLimit = 100

  /// A composer that holds a text.
  public init(_ text: String = "") {
    buffer = TextBuffer(text)
    isBlock = text.contains("\n")
    // Whatever it was before a restart, a place that is not filled must not go out.
    markPlaces()
  }

  /// What Tab walks in; nil when it does not.
  var offered: [InlineCompletion]? { walk?.offers }

  /// The text as it stands.
  public var text: String { buffer.text }

  /// How long the text is, as servers count: in Unicode scalars.
  public var length: Int { buffer.scalarCount }

  /// From this length on the screen says how long a text is.
  public static let countFrom = 9_000

  /// What would be sent: without blank lines and blanks at its end, and nil if nothing is left.
  public var sendable: String? {
    guard let last = buffer.characters.lastIndex(where: { !$0.isWhitespace }) else { return nil }
    return String(buffer.characters[...last])
  }

  /// Types one character.
  public mutating func type(_ character: Character) {
    beginNewText()
    if takeSelection() { isFilling = true }
    buffer.type(character)
    if character == ":" { expandEmoji() }
    noteChange()
  }

  /// Puts pasted text in, as it is but for its line breaks, which become newlines. Control characters come in too:
  /// they are the operator's own text, and the screen shows them as marks.
  public mutating func paste(_ text: String) {
    beginNewText()
    if takeSelection() { isFilling = true }
    buffer.insert(text.replacingLineBreaks)
    noteChange()
  }

  /// Starts a new line, and block mode with it.
  public mutating func newline() {
    takeSelection()
    isFilling = false
    buffer.insert("\n")
    noteChange()
  }

  /// Carries an edit command out.
  public mutating func apply(_ command: EditCommand) {
    let isDeletion = command == .deleteLeft || command == .deleteRight
    if !isDeletion { isFilling = false }
    if !(isDeletion && takeSelection()) { buffer.apply(command) }
    noteChange()
  }

  /// Puts the cursor somewhere; on a place that is to be filled it chooses that, as Tab does.
  mutating func placeCursor(at position: Int) {
    isFilling = false
    buffer.moveCursor(to: position)
    noteChange()
    guard hasPlaces, let field = buffer.fields.first(where: { $0.contains(position) }) else { return }
    selectField(from: field.lowerBound)
  }

  /// One line up; from the first line to what was sent before.
  public mutating func up() {
    selection = nil
    isFilling = false
    walk = nil
    if buffer.moveLineUp() { return }
    let index = (recall?.index ?? history.count) - 1
    guard history.indices.contains(index) else { return }
    let typed = recall?.typed ?? text
    show(history[index])
    recall = Recall(index: index, typed: typed)
  }

  /// One line down; from the last line to what was sent after, and at last to what was being typed.
  public mutating func down() {
    selection = nil
    isFilling = false
    walk = nil
    if buffer.moveLineDown() { return }
    guard let recall else { return }
    let index = recall.index + 1
    guard index < history.count else {
      show(recall.typed)
      return
    }
    show(history[index])
    self.recall = Recall(index: index, typed: recall.typed)
  }

  /// Empties the composer after its text was sent, and remembers that.
  public mutating func sent(_ text: String) {
    if history.last != text { history.append(text) }
    if history.count > Self.historyLimit { history.removeFirst() }
    buffer = TextBuffer()
    isBlock = false
    isFormerNote = false
    recall = nil
    noteChange()
  }

  /// Puts another text in the place of this one, as one edit that undo takes back.
  mutating func replaceAll(with text: String) {
    guard text != self.text else { return }
    beginNewText()
    show(text)
    markPlaces()
  }

  /// Remembers a text as if it had been sent, so that it can be recalled.
  mutating func remember(_ text: String) {
    if !text.isEmpty, history.last != text { history.append(text) }
  }

  /// Empties the composer; undo and the history have what was in it.
  mutating func drop() {
    remember(text)
    show("")
  }

  /// Takes the text and the cursor of another composer over; each keeps its own history.
  mutating func takeOver(_ other: Composer?, isFormerNote: Bool) {
    guard let other else { return }
    buffer = other.buffer
    isBlock = other.isBlock
    self.isFormerNote = isFormerNote
    hasPlaces = other.hasPlaces
    cameWithPlaces = other.cameWithPlaces
    selection = nil
    walk = nil
    recall = nil
  }

  /// Empties the composer after its text has moved to another one.
  mutating func giveUp() {
    buffer = TextBuffer()
    noteChange()
    recall = nil
  }

  private mutating func show(_ text: String) {
    buffer.setText(text)
    noteChange()
    recall = nil
  }

  // MARK: Places and words

  /// Looks whether there are places to be filled.
  mutating func markPlaces() {
    cameWithPlaces = cameWithPlaces || !buffer.fields.isEmpty
    hasPlaces = !buffer.fields.isEmpty
  }

  /// Chooses the place at or after a position.
  mutating func selectField(from position: Int) {
    isFilling = false
    guard let field = buffer.field(from: position) else { return }
    buffer.moveCursor(to: field.lowerBound)
    selection = field
  }

  /// Ends the place that is being filled: goes to the next, and after the last to the end of the text.
  mutating func endField() {
    isFilling = false
    guard selection == nil, !hasPlaces else { return selectNextField() }
    buffer.moveCursor(to: buffer.characters.count)
  }

  /// Takes the chosen place out, for what is typed to take its place; false if none is chosen.
  @discardableResult
  private mutating func takeSelection() -> Bool {
    guard let selection else { return false }
    self.selection = nil
    buffer.replace(selection, with: "")
    return true
  }

  /// Puts the first of some completions in the place of the word before the cursor; again: the next one.
  mutating func complete(with offers: [InlineCompletion]) {
    let next: Walk
    if var walk {
      walk.index = (walk.index + 1) % walk.offers.count
      next = walk
    } else {
      next = Walk(offers: offers, index: 0, start: buffer.cursor - wordBeforeCursor.count)
    }
    guard next.offers.indices.contains(next.index), next.start <= buffer.cursor else { return }
    buffer.replace(next.start..<buffer.cursor, with: next.offers[next.index].text)
    noteChange()
    walk = next
  }

  /// `:tada:` becomes what it names, when its second colon is typed.
  private mutating func expandEmoji() {
    let word = wordBeforeCursor
    guard word.count > 2, word.hasPrefix(":"), let emoji = EmojiNames.emoji(named: String(word.dropFirst().dropLast()))
    else { return }
    buffer.replace(buffer.cursor - word.count..<buffer.cursor, with: emoji)
  }

  /// What is typed into an empty composer is a new text; what undo brings back into it is not.
  private mutating func beginNewText() {
    guard buffer.isEmpty else { return }
    isFilling = false
    isFormerNote = false
    cameWithPlaces = false
  }

  private mutating func noteChange() {
    selection = nil
    walk = nil
    hasPlaces = cameWithPlaces && !buffer.fields.isEmpty
    if buffer.isEmpty { isFilling = false }
    isBlock = !buffer.isEmpty && (isBlock || buffer.characters.contains("\n"))
  }
}

extension String {
  /// CR LF and lone CR as newlines.
  var replacingLineBreaks: String {
    guard unicodeScalars.contains("\r") else { return self }
    var result = String.UnicodeScalarView()
    var wasReturn = false
    for scalar in unicodeScalars {
      if !(wasReturn && scalar == "\n") { result.append(scalar == "\r" ? "\n" : scalar) }
      wasReturn = scalar == "\r"
    }
    return String(result)
  }

  /// How many lines it has; a line break at its end begins none.
  var lineCount: Int {
    let lines = replacingLineBreaks.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.last == "" ? max(1, lines.count - 1) : lines.count
  }

  /// All in one line: for a filter, into which a paste may bring several.
  var joinedLines: String {
    replacingLineBreaks.split(separator: "\n").joined(separator: " ")
  }
}
