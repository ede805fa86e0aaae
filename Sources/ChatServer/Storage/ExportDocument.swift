import ChatProtocol
import FoundationEssentials

/// How an export is written.
public enum ExportFormat: String, Sendable, Hashable, CaseIterable {
  /// One array of objects with `dialog` and `messages`.
  case json
  /// An object a line: `{"dialog":…}`, and behind it `{"dialog_id":…,"message":…}` for each of its messages.
  case jsonl
  /// For people.
  case text
}

/// The text of an export, piece by piece.
struct ExportDocument {
  /// What comes next.
  enum Event {
    case dialog(Dialog)
    /// A message of the dialog before.
    case message(Message, DialogID)
    case end
  }

  let format: ExportFormat
  private var hasDialogs = false
  private var hasMessages = false

  init(format: ExportFormat) {
    self.format = format
  }

  private struct DialogLine: Encodable {
    let dialog: Dialog
  }

  private struct MessageLine: Encodable {
    let dialogID: DialogID
    let message: Message

    enum CodingKeys: String, CodingKey {
      case message
      case dialogID = "dialog_id"
    }
  }

  /// The next piece.
  mutating func handle(_ event: Event) throws -> String {
    switch (format, event) {
    case (.json, .dialog(let dialog)):
      let before = hasDialogs ? "]},\n" : "[\n"
      (hasDialogs, hasMessages) = (true, false)
      return before + "{\"dialog\":" + (try Self.json(dialog)) + ",\"messages\":["
    case (.json, .message(let message, _)):
      defer { hasMessages = true }
      return (hasMessages ? ",\n" : "\n") + (try Self.json(message))
    case (.json, .end):
      return hasDialogs ? "]}\n]\n" : "[]\n"
    case (.jsonl, .dialog(let dialog)):
      return try Self.json(DialogLine(dialog: dialog)) + "\n"
    case (.jsonl, .message(let message, let id)):
      return try Self.json(MessageLine(dialogID: id, message: message)) + "\n"
    case (.jsonl, .end), (.text, .end):
      return ""
    case (.text, .dialog(let dialog)):
      defer { hasDialogs = true }
      let names = [dialog.name, dialog.firstName, dialog.lastName, dialog.guestID].compactMap(\.self)
      return (hasDialogs ? "\n" : "") + "Dialog \(dialog.id): \(names.joined(separator: " ").withoutControls)\n"
    case (.text, .message(let message, _)):
      let time = message.timestamp.map { "\($0) " } ?? ""
      let author = message.author?.name?.withoutControls ?? message.sender.wireName ?? "?"
      // A line that somebody wrote must not look like the beginning of another message.
      let lines = message.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        .map { String($0).withoutControls }
      return "\(time)\(author)\(message.kind == .note ? " (note)" : ""): \(lines.joined(separator: "\n    "))\n"
    }
  }

  private static func json(_ value: some Encodable) throws -> String {
    String(decoding: try WireJSON.encoder().encode(value), as: UTF8.self)
  }
}
