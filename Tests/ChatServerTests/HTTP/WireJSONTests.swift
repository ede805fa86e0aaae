import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

/// The short way to a message's JSON against the long one.
@Suite struct WireJSONTests {
  private struct Repeat: Encodable {
    let message: Message
    enum CodingKeys: String, CodingKey { case duplicate }
    func encode(to encoder: any Encoder) throws {
      try message.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(true, forKey: .duplicate)
    }
  }

  private func check(_ message: Message) throws {
    let long = try WireJSON.encoder().encode(message)
    #expect(WireJSON.text(message) == String(decoding: long, as: UTF8.self))
    #expect(
      WireJSON.text(message, isDuplicate: true)
        == String(decoding: try WireJSON.encoder().encode(Repeat(message: message)), as: UTF8.self))
    #expect(try JSONDecoder().decode(Message.self, from: long) == message)
  }

  @Test func everyShapeOfAMessage() throws {
    for sender in [Sender.user, .assistant, .manager, .system] {
      for clientID in [nil, "", "a\"b"] {
        for author in [nil, Manager(id: -1, name: nil), Manager(id: .max, name: "Анна \\ 🙂")] {
          for kind in MessageKind.allCases {
            for timestamp in [nil, Timestamp(milliseconds: 0), Timestamp(milliseconds: 1_700_000_000_405)] {
              try check(
                Message(
                  id: .min, sender: sender, text: "x", timestamp: timestamp, clientID: clientID, author: author,
                  kind: kind))
            }
          }
        }
      }
    }
    // What has no name on the wire.
    #expect(WireJSON.text(Message(id: 1, sender: .other(nil), text: "", timestamp: nil)).contains("\"sender\":null"))
  }

  @Test func everyScalarThatMatters() throws {
    let scalars = (0..<0x300).map { $0 } + [0x2028, 0x2029, 0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0xFFFF, 0x1F642, 0x10FFFF]
    let texts = scalars.compactMap { UInt32($0) }.compactMap(Unicode.Scalar.init).map { "a\($0)b" }
    for text in texts { try check(Message(id: 1, sender: .user, text: text, timestamp: nil)) }
    try check(Message(id: 1, sender: .user, text: texts.joined(), timestamp: nil))
    try check(Message(id: 1, sender: .user, text: "</script>//\u{7F}\r\n\r\n\"\\\"", timestamp: nil))
  }
}
