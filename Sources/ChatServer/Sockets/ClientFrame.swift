import ChatProtocol
import FoundationEssentials

/// What a text frame from a client means. Messages come over HTTP: all that is stored of a client's frames is up to
/// where an operator has read.
///
/// An operator's stream is about many dialogs, so its frames name one; on other sockets that is not looked at.
enum ClientFrame: Hashable, Sendable {
  /// The answer to `__ping__`.
  case pong
  /// The author began (true) or stopped (false) to type.
  case typing(Bool, dialogID: DialogID? = nil)
  /// An operator has read a dialog up to a message.
  case read(MessageID, dialogID: DialogID)
  /// An operator looks at a dialog, or at none.
  case viewing(DialogID?)
  /// Nothing the contract knows; the reason never quotes the frame.
  case ignored(reason: String)

  /// Reads a frame. Never fails, whatever the text is.
  static func parse(_ text: String) -> ClientFrame {
    if text == ServerFrame.pong { return .pong }
    guard let frame = try? JSONDecoder().decode(Typed.self, from: Data(text.utf8)) else {
      return .ignored(reason: "not a typed JSON object")
    }
    switch frame.type {
    case "typing_start": return .typing(true, dialogID: frame.dialogID)
    case "typing_stop": return .typing(false, dialogID: frame.dialogID)
    case "viewing": return .viewing(frame.dialogID)
    case "read":
      guard let dialogID = frame.dialogID, let messageID = frame.messageID else {
        return .ignored(reason: "read without dialog_id and message_id")
      }
      return .read(messageID, dialogID: dialogID)
    default: return .ignored(reason: "unknown type")
    }
  }

  private struct Typed: Decodable {
    let type: String
    let dialogID: DialogID?
    let messageID: MessageID?

    enum CodingKeys: String, CodingKey {
      case type
      case dialogID = "dialog_id"
      case messageID = "message_id"
    }
  }
}
