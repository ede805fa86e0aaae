import ChatProtocol
import FoundationEssentials

/// How an export is written.
public enum ExportFormat: String, Sendable, Hashable, CaseIterable {
  /// One array of objects with `dialog`, `messages`, `proposals`, `handoff_briefs` and `operator_reads`.
  case json
  /// An object a line: `{"dialog":…}`, and behind it `{"dialog_id":…,"message":…}` for each of its messages, then the
  /// same with `proposal`, `handoff_brief` and `operator_read`.
  case jsonl
  /// For people.
  case text
}

/// The text of an export, piece by piece.
struct ExportDocument {
  /// What comes next.
  enum Event {
    case dialog(Dialog)
    /// Something of the dialog before. The parts come in their order.
    case part(DialogPart, DialogID)
    case end
  }

  let format: ExportFormat
  private var hasDialogs = false
  private var kind = DialogPart.Kind.message
  private var hasParts = false

  init(format: ExportFormat) {
    self.format = format
  }

  private struct DialogLine: Encodable {
    let dialog: Dialog
  }

  private struct PartLine: Encodable {
    let dialogID: DialogID
    let part: DialogPart

    private struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(_ part: DialogPart, of dialogID: DialogID) {
      (self.part, self.dialogID) = (part, dialogID)
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(dialogID, forKey: Key(stringValue: "dialog_id"))
      try container.encode(part, forKey: Key(stringValue: part.kind.rawValue))
    }
  }

  /// The next piece.
  mutating func handle(_ event: Event) throws -> String {
    switch (format, event) {
    case (.json, .dialog(let dialog)):
      let before = hasDialogs ? advance(to: nil) + ",\n" : "[\n"
      (hasDialogs, kind, hasParts) = (true, .message, false)
      return before + "{\"dialog\":" + (try Self.json(dialog)) + ",\"messages\":["
    case (.json, .part(let part, _)):
      let before = advance(to: part.kind)
      defer { hasParts = true }
      return before + (hasParts ? ",\n" : "\n") + (try Self.json(part))
    case (.json, .end):
      return hasDialogs ? advance(to: nil) + "\n]\n" : "[]\n"
    case (.jsonl, .dialog(let dialog)):
      return try Self.json(DialogLine(dialog: dialog)) + "\n"
    case (.jsonl, .part(let part, let id)):
      return try Self.json(PartLine(part, of: id)) + "\n"
    case (.jsonl, .end), (.text, .end):
      return ""
    case (.text, .dialog(let dialog)):
      defer { hasDialogs = true }
      let names = [dialog.name, dialog.firstName, dialog.lastName, dialog.guestID].compactMap(\.self)
      let read = dialog.visitorLastRead.map { ", read by the visitor up to message \($0)" } ?? ""
      return (hasDialogs ? "\n" : "") + "Dialog \(dialog.id): \(names.joined(separator: " ").withoutControls)\(read)\n"
    case (.text, .part(let part, _)):
      return part.line + "\n"
    }
  }

  /// Closes the array that is open and opens that of another kind, with those between left empty; or, for nil, closes
  /// the dialog.
  private mutating func advance(to next: DialogPart.Kind?) -> String {
    var text = ""
    while kind != next {
      guard let following = kind.next else { return text + "]}" }
      text += "],\"\(following.plural)\":["
      (kind, hasParts) = (following, false)
    }
    return text
  }

  private static func json(_ value: some Encodable) throws -> String {
    String(decoding: try WireJSON.encoder().encode(value), as: UTF8.self)
  }
}
