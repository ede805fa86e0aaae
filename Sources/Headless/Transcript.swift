public import ChatProtocol
import ConsoleModel
import ConsoleView

/// A dialog and its messages, to be shown, or kept in a file.
public struct Transcript: Sendable {
  /// The forms it can have.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// A line for each message, indented where a message has several.
    case text
    /// An object with the `dialog` and its `messages`.
    case json
    /// Markdown, the visitors' text in it kept from being taken for markup.
    case md
  }

  /// The dialog.
  public var dialog: Dialog
  /// Its messages, ascending; their texts as people wrote them.
  public var messages: [Message]

  /// Makes a transcript; what a server has escaped in the operators' texts is as it was typed.
  public init(dialog: Dialog, messages: [Message], capabilities: Capabilities) {
    self.dialog = dialog
    self.messages = messages.map { message in
      var message = message
      message.text = message.visibleText(on: capabilities)
      return message
    }
  }

  private struct Content: Encodable {
    let dialog: Dialog
    let messages: [Message]
  }

  /// The transcript in a format, with a newline at its end.
  public func rendered(as format: Format, local: LocalMoment) throws -> String {
    switch format {
    case .text: textLines(local: local).map { $0 + "\n" }.joined()
    case .json: try JSONText.pretty(Content(dialog: dialog, messages: messages)) + "\n"
    case .md: markdownLines(local: local).map { $0 + "\n" }.joined()
    }
  }

  /// One line of JSON.
  public func jsonLine() throws -> String {
    try JSONText.line(Content(dialog: dialog, messages: messages))
  }

  // MARK: Text

  /// The head and the messages.
  public func textLines(local: LocalMoment) -> [String] {
    [title + ", \(state)"] + messages.flatMap { Self.lines(of: $0, visitor: visitor, local: local) }
  }

  /// A message as lines: the moment, who, what; the lines after the first are indented below it.
  public static func lines(of message: Message, visitor: String, local: LocalMoment) -> [String] {
    let head = PlainText.line("\(local.seconds(message.timestamp)) \(author(of: message, visitor: visitor)): ")
    return PlainText.lines(message.text).enumerated().map { $0.offset == 0 ? head + $0.element : "    " + $0.element }
  }

  /// Who wrote a message.
  public static func author(of message: Message, visitor: String) -> String {
    let name =
      switch message.sender {
      case .user: visitor
      case .assistant: "AI"
      case .manager: message.author?.name ?? "operator"
      case .system: "system"
      case .other(let name): name ?? "unknown"
      }
    return message.kind == .note ? "\(name) (note)" : name
  }

  private var visitor: String { DialogEntry(dialog: dialog).visitorName ?? "visitor" }

  private var title: String { PlainText.line("#\(dialog.id) \(visitor)") }

  private var state: String {
    switch dialog.handoffStatus {
    case .none: "with the AI"
    case .requested: "waiting for a human"
    case .active: dialog.assignedManagerID.map { "with operator \($0)" } ?? "with an operator"
    case .released: "given back to the AI"
    case .cancelled: "request withdrawn"
    case .other(let name): PlainText.line(name)
    }
  }

  // MARK: Markdown

  private func markdownLines(local: LocalMoment) -> [String] {
    ["# \(Self.escapingMarkdown(title))", "", "\(state)", ""]
      + messages.flatMap { message -> [String] in
        let author = Self.escapingMarkdown(PlainText.line(Self.author(of: message, visitor: visitor)))
        let text = PlainText.lines(message.text).map { "> " + Self.escapingMarkdown($0) }
        return ["**\(author)**, \(local.seconds(message.timestamp)):", ""] + text + [""]
      }
  }

  /// A line that Markdown shows as it is: every ASCII punctuation that can begin something has its backslash
  /// (CommonMark, section 2.4).
  static func escapingMarkdown(_ line: String) -> String {
    var escaped = ""
    for character in line {
      if "\\`*_{}[]<>()#+-.!|&~=:$^\"'@".contains(character) { escaped += "\\" }
      escaped.append(character)
    }
    return escaped
  }
}
