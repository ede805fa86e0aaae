/// The reply being typed to one dialog.
public struct Composer: Hashable, Sendable {
  /// The text and its cursor.
  public private(set) var buffer: TextBuffer
  /// Block mode: a newline was typed or pasted, so Enter is a newline and only Ctrl-D sends.
  ///
  /// It stays on until the text is gone: if it went off with the last newline, an Enter meant as a newline would send.
  public private(set) var isBlock: Bool
  /// What was sent to this dialog from here, oldest first. Each dialog has its own, so that one customer's facts
  /// do not come up in the reply to another.
  private var history: [String] = []
  /// The place in the history while walking in it, and the text that was being typed before.
  private var recall: Recall?

  private struct Recall: Hashable, Sendable {
    var index: Int
    var typed: String
  }

  private static let historyLimit = 100

  /// A composer that holds a text.
  public init(_ text: String = "") {
    buffer = TextBuffer(text)
    isBlock = text.contains("\n")
  }

  /// The text as it stands.
  public var text: String { buffer.text }

  /// What would be sent: without blank lines and blanks at its end, and nil if nothing is left.
  public var sendable: String? {
    guard let last = buffer.characters.lastIndex(where: { !$0.isWhitespace }) else { return nil }
    return String(buffer.characters[...last])
  }

  /// Types one character.
  public mutating func type(_ character: Character) {
    buffer.type(character)
    noteChange()
  }

  /// Puts pasted text in, as it is but for its line breaks, which become newlines. Control characters come in too:
  /// they are the operator's own text, and the screen shows them as marks.
  public mutating func paste(_ text: String) {
    buffer.insert(text.replacingLineBreaks)
    noteChange()
  }

  /// Starts a new line, and block mode with it.
  public mutating func newline() {
    buffer.insert("\n")
    noteChange()
  }

  /// Carries an edit command out.
  public mutating func apply(_ command: EditCommand) {
    buffer.apply(command)
    noteChange()
  }

  /// One line up; from the first line to what was sent before.
  public mutating func up() {
    if buffer.moveLineUp() { return }
    let index = (recall?.index ?? history.count) - 1
    guard history.indices.contains(index) else { return }
    let typed = recall?.typed ?? text
    show(history[index])
    recall = Recall(index: index, typed: typed)
  }

  /// One line down; from the last line to what was sent after, and at last to what was being typed.
  public mutating func down() {
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
    recall = nil
  }

  private mutating func show(_ text: String) {
    buffer.setText(text)
    noteChange()
    recall = nil
  }

  private mutating func noteChange() {
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

  /// All in one line: for a filter, into which a paste may bring several.
  var joinedLines: String {
    replacingLineBreaks.split(separator: "\n").joined(separator: " ")
  }
}
