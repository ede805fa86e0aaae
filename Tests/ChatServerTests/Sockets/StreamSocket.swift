import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

/// What an operator's stream says, as a client reads it.
struct StreamFrame: Decodable, Sendable {
  let seq: Int?
  let type: String
  let dialogID: Int?
  let epoch: String?
  let resumed: Bool?
  let message: Message?
  let dialog: Dialog?
  let sender: String?
  let status: String?
  let messageID: Int?
  let viewers: [Manager]?
  let manager: Manager?
  /// Who did it: a sender's name, or an operator.
  let byName: String?
  let by: Manager?
  /// Whose presence it is, if it is an operator's.
  let colleague: Manager?

  enum CodingKeys: String, CodingKey {
    case seq, type, epoch, resumed, message, dialog, sender, status, viewers, manager, by
    case dialogID = "dialog_id"
    case messageID = "message_id"
    case colleague = "operator"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    seq = try container.decodeIfPresent(Int.self, forKey: .seq)
    type = try container.decode(String.self, forKey: .type)
    dialogID = try container.decodeIfPresent(Int.self, forKey: .dialogID)
    epoch = try container.decodeIfPresent(String.self, forKey: .epoch)
    resumed = try container.decodeIfPresent(Bool.self, forKey: .resumed)
    message = try container.decodeIfPresent(Message.self, forKey: .message)
    dialog = try container.decodeIfPresent(Dialog.self, forKey: .dialog)
    sender = try container.decodeIfPresent(String.self, forKey: .sender)
    status = try container.decodeIfPresent(String.self, forKey: .status)
    messageID = try container.decodeIfPresent(Int.self, forKey: .messageID)
    viewers = try container.decodeIfPresent([Manager].self, forKey: .viewers)
    manager = try container.decodeIfPresent(Manager.self, forKey: .manager)
    byName = try? container.decodeIfPresent(String.self, forKey: .by)
    colleague = try container.decodeIfPresent(Manager.self, forKey: .colleague)
    by = try? container.decodeIfPresent(Manager.self, forKey: .by)
  }
}

/// An operator's stream that is open: its events one after the other, batches taken apart, numbers checked.
actor StreamSocket {
  nonisolated let socket: TestSocket
  nonisolated let hello: StreamFrame
  private var ready: [StreamFrame] = []
  private(set) var lastSequence: Int
  /// How many events came in batches.
  private(set) var batched = 0
  /// How colleagues are, by name, as it was told last.
  private(set) var colleagues: [String: String] = [:]

  private struct Batch: Decodable { let batch: [StreamFrame] }

  init(_ server: TestServer, _ user: User, since: (seq: Int, epoch: String)? = nil) async throws {
    let resume = since.map { "&since=\($0.seq)&epoch=\($0.epoch)" } ?? ""
    socket = try TestSocket(server, "/ws/operator?token=\(try await server.accessToken(user))\(resume)")
    try #require(try await socket.next() == .opened)
    guard case .text(let text) = try await socket.next() else { throw TestSocket.Impatience() }
    hello = try JSONDecoder().decode(StreamFrame.self, from: Data(text.utf8))
    try #require(hello.type == "hello")
    lastSequence = try #require(hello.seq)
  }

  /// The next event; what is said of colleagues' presence, which comes at any time, is only noted.
  func next() async throws -> StreamFrame {
    while true {
      let frame = try await nextOfAny()
      guard let name = frame.colleague?.name else { return frame }
      colleagues[name] = frame.status
    }
  }

  /// Waits until a colleague is said to be so.
  func waitUntil(_ name: String, is status: String) async throws {
    while colleagues[name] != status {
      let frame = try await nextOfAny()
      if let name = frame.colleague?.name { colleagues[name] = frame.status }
    }
  }

  private func nextOfAny() async throws -> StreamFrame {
    while ready.isEmpty {
      let event = try await socket.next()
      guard case .text(let text) = event else {
        if event == .pong { continue }
        throw TestSocket.NoFrame(event: event)
      }
      if text == "__ping__" { continue }
      let data = Data(text.utf8)
      if let batch = try? JSONDecoder().decode(Batch.self, from: data) {
        ready = batch.batch
        batched += batch.batch.count
      } else {
        ready = [try JSONDecoder().decode(StreamFrame.self, from: data)]
      }
    }
    let frame = ready.removeFirst()
    #expect(frame.seq == lastSequence + 1)
    lastSequence += 1
    return frame
  }

  /// The next event of a type, whatever comes before it.
  func next(_ type: String) async throws -> StreamFrame {
    while true {
      let frame = try await next()
      if frame.type == type { return frame }
    }
  }

  /// What comes before the next message of this text.
  func untilMessage(_ text: String) async throws -> [StreamFrame] {
    var frames: [StreamFrame] = []
    while true {
      let frame = try await next()
      if frame.message?.text == text { return frames }
      frames.append(frame)
    }
  }

  nonisolated func send(_ text: String) { socket.send(text) }
  nonisolated func close() { socket.close() }
  nonisolated func abort() { socket.abort() }
}
