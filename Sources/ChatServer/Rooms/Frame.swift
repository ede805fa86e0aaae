import ChatProtocol
import FoundationEssentials
import WebSocket

/// A text frame as it goes out, encoded and checked once however many sockets it is for.
struct Frame: Hashable, Sendable {
  /// The frame's payload.
  let message: TextMessage

  /// The server's heartbeat.
  static let ping = Frame(text: ServerFrame.pingText)

  init(text: String) { message = TextMessage(text) }

  private init(encoding value: some Encodable) throws {
    self.init(text: String(decoding: try WireJSON.encoder().encode(value), as: UTF8.self))
  }

  /// A stored message, in the direct form.
  static func message(_ message: Message) throws -> Frame { try Frame(encoding: message) }

  /// A typed event.
  static func event(_ event: DialogEvent) throws -> Frame { try Frame(encoding: event) }
}
