import ChatProtocol
import FoundationEssentials
import WebSocket

/// A text frame as it goes out, encoded and checked once however many sockets it is for.
struct Frame: Hashable, Sendable {
  /// What it says, as far as the operators' streams need to know it.
  private enum Content: Hashable {
    case message
    case event(DialogEvent)
    case other
  }

  /// The frame's payload.
  let message: TextMessage
  private let content: Content

  /// The server's heartbeat.
  static let ping = Frame(text: ServerFrame.pingText)

  init(text: String) { self.init(text: text, content: .other) }

  private init(text: String, content: Content) {
    message = TextMessage(text)
    self.content = content
  }

  /// A stored message, in the direct form.
  static func message(_ message: Message) -> Frame {
    Frame(text: WireJSON.text(message), content: .message)
  }

  /// A typed event.
  static func event(_ event: DialogEvent) throws -> Frame {
    Frame(text: try WireJSON.text(event), content: .event(event))
  }

  /// The first frame of an operator's stream (part 2).
  ///
  /// - Parameter last: the number of the last event that is replayed behind it, so that a client can tell what it
  ///   missed from what happens.
  static func hello(sequence: Int, epoch: String, resumed: Bool, last: Int) -> Frame {
    Frame(
      text: "{\"type\":\"hello\",\"seq\":\(sequence),\"epoch\":\"\(epoch)\",\"resumed\":\(resumed),\"last\":\(last)}")
  }

  /// The frame as an operator's stream has it: the inside of a JSON object, to be given a number. Nil for what is not
  /// for streams.
  ///
  /// - Parameter dialogID: the dialog it is about, if it is about one.
  func streamEvent(dialogID: DialogID?) throws -> String? {
    switch content {
    case .message:
      guard let dialogID else { return nil }
      // The message as it is encoded already: a history's worth of them is not to be encoded twice.
      return "\"type\":\"message\",\"dialog_id\":\(dialogID),\"message\":\(message.string)"
    case .event(let event):
      return String(try WireJSON.text(Numbered(event: event, dialogID: dialogID)).dropFirst().dropLast())
    case .other:
      return nil
    }
  }

  /// An event with its dialog's id, which not every event has of itself.
  private struct Numbered: Encodable {
    let event: DialogEvent
    let dialogID: DialogID?

    private enum CodingKeys: String, CodingKey { case dialogID = "dialog_id" }

    func encode(to encoder: any Encoder) throws {
      try event.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encodeIfPresent(dialogID, forKey: .dialogID)
    }
  }
}
