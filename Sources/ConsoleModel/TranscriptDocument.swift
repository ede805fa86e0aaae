public import ChatProtocol

/// A dialog's messages written down, to be kept or passed on outside of the console.
///
/// What a stranger wrote may go to a terminal again (`cat`, `less -r`, a pager of a mail): controls are written as
/// marks in text and Markdown, and escaped in JSON.
public struct TranscriptDocument: Sendable {
  /// Which dialog.
  public var dialogID: DialogID
  /// The visitor's name; raw text.
  public var visitor: String?
  /// The dialog's channel; raw text.
  public var channel: String?
  /// When it was written down.
  public var writtenAt: Timestamp
  /// The messages, ascending.
  public var messages: [Message]
  /// What the server offers: some escape what operators write.
  public var capabilities: Capabilities

  /// A document of its parts.
  public init(
    dialogID: DialogID, visitor: String?, channel: String?, writtenAt: Timestamp, messages: [Message],
    capabilities: Capabilities
  ) {
    self.dialogID = dialogID
    self.visitor = visitor
    self.channel = channel
    self.writtenAt = writtenAt
    self.messages = messages
    self.capabilities = capabilities
  }

  /// The whole document.
  public func rendered(as format: TranscriptFormat) -> String {
    switch format {
    case .text: text
    case .json: json
    case .markdown: markdown
    }
  }

  private var title: String {
    "Dialog #\(dialogID)" + (visitor.map { " with \($0.onOneLine)" } ?? "")
      + (channel.map { " (\($0.onOneLine))" } ?? "")
  }

  private func writer(_ message: Message) -> String {
    let name =
      switch message.sender {
      case .user: visitor?.onOneLine ?? "visitor"
      case .assistant: "AI"
      case .manager: message.author?.name.map { "\($0.onOneLine) (operator)" } ?? "operator"
      case .system: "server"
      case .other(let name): name?.onOneLine ?? "unknown"
      }
    return message.kind == .note ? "NOTE of \(name)" : name
  }

  // MARK: Text

  private var text: String {
    var lines = [title, "Written down \(writtenAt), \(messages.count) messages", ""]
    for message in messages {
      lines.append("[\(message.timestamp.map { "\($0)" } ?? "no time")] \(writer(message)):")
      lines += message.visibleText(on: capabilities).withVisibleControls.linesOfText.map { "    \($0)" }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }

  // MARK: Markdown

  private var markdown: String {
    var lines = ["# \(title.escapedForMarkdown)", "", "Written down \(writtenAt), \(messages.count) messages.", ""]
    for message in messages {
      lines.append("**\(writer(message).escapedForMarkdown)**, \(message.timestamp.map { "\($0)" } ?? "no time")")
      lines.append("")
      // A quotation holds whatever stands in it: a message cannot end it and pretend to be the next one's head.
      lines += message.visibleText(on: capabilities).withVisibleControls.linesOfText.map {
        "> \($0.escapedForMarkdown)"
      }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }

  // MARK: JSON

  private var json: String {
    var members = ["\"dialog_id\": \(dialogID)"]
    if let visitor { members.append("\"visitor\": \(visitor.asJSON)") }
    if let channel { members.append("\"channel\": \(channel.asJSON)") }
    members.append("\"written_at\": \("\(writtenAt)".asJSON)")
    let rows = messages.map { message in
      var fields = ["\"id\": \(message.id)", "\"sender\": \(message.sender.wireName?.asJSON ?? "null")"]
      if message.kind != .message { fields.append("\"kind\": \("note".asJSON)") }
      if let author = message.author {
        fields.append("\"author\": {\"id\": \(author.id), \"name\": \(author.name?.asJSON ?? "null")}")
      }
      fields.append("\"timestamp\": \(message.timestamp.map { "\($0)".asJSON } ?? "null")")
      fields.append("\"text\": \(message.visibleText(on: capabilities).asJSON)")
      return "    {" + fields.joined(separator: ", ") + "}"
    }
    members.append("\"messages\": [\n" + rows.joined(separator: ",\n") + (rows.isEmpty ? "]" : "\n  ]"))
    return "{\n  " + members.joined(separator: ",\n  ") + "\n}\n"
  }
}

extension String {
  /// Controls as marks (`^[`), but for line breaks and tabs; bidi controls and other invisible ones by their number.
  var withVisibleControls: String {
    var result = String.UnicodeScalarView()
    for scalar in replacingLineBreaks.unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A: result.append(scalar)
      case 0..<0x20:
        result.append(contentsOf: "^\(Character(Unicode.Scalar(UInt8(scalar.value) + 0x40)))".unicodeScalars)
      case 0x7F: result.append(contentsOf: "^?".unicodeScalars)
      case 0x80..<0xA0, 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xE0000...0xE007F:
        result.append(contentsOf: "‹U+\(String(scalar.value, radix: 16, uppercase: true))›".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// The same without line breaks.
  fileprivate var onOneLine: String { joinedLines.withVisibleControls }

  fileprivate var linesOfText: [Substring] { split(separator: "\n", omittingEmptySubsequences: false) }

  /// A JSON string (RFC 8259), controls escaped, C1 and invisible ones as well.
  var asJSON: String {
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF:
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}

extension StringProtocol {
  /// With what Markdown and HTML would read as theirs escaped.
  fileprivate var escapedForMarkdown: String {
    var result = ""
    for character in self {
      switch character {
      case "\\", "`", "*", "_", "[", "]", "#", "|", "~", "!": result += "\\\(character)"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      default: result.append(character)
      }
    }
    return result
  }
}
