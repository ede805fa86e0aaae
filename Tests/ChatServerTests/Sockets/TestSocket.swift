import ChatProtocol
import Foundation
import NIOPosix
import Testing
import Transport
import WebSocket

@testable import ChatServer

/// A client's socket, as a test sees it: what came, one after the other.
final class TestSocket: Sendable {
  enum Event: Sendable, Equatable {
    case opened
    case text(String)
    case pong
    case closed(code: UInt16, reason: String)
    case refused(status: Int)
    case failed
  }

  private let handle: WebSocketClient.Handle
  private let events: AsyncStream<Event>

  /// How long a test waits for what must come: far more than a busy machine needs.
  private static let patience = Duration.seconds(60)

  init(_ server: TestServer, _ target: String, fields: [(String, String)] = []) throws {
    let (events, next) = AsyncStream.makeStream(of: Event.self)
    self.events = events
    var request = WebSocketClient.Request(
      url: try WebSocketURL("ws://\(server.address.host):\(server.address.port)\(target)"))
    request.fields = HeaderFields(fields)
    handle = WebSocketClient.connect(request, on: MultiThreadedEventLoopGroup.singleton) { event in
      switch event {
      case .opened: next.yield(.opened)
      case .text(let text): next.yield(.text(text))
      case .binary: break
      case .pong: next.yield(.pong)
      case .closed(let ending): next.yield(.closed(code: ending.code.rawValue, reason: ending.reason))
      case .refused(let refusal): next.yield(.refused(status: refusal.status))
      case .failed: next.yield(.failed)
      }
    }
  }

  /// An operator's socket that is open.
  static func open(_ server: TestServer, operator user: User, dialog: DialogID) async throws -> TestSocket {
    let socket = try TestSocket(server, "/ws/dialogs/\(dialog)?token=\(try await server.accessToken(user))")
    try #require(try await socket.next() == .opened)
    return socket
  }

  /// A widget visitor's socket that is open.
  static func open(_ server: TestServer, guest: String, dialog: DialogID) async throws -> TestSocket {
    let socket = try TestSocket(server, "/ws/widget/dialogs/\(dialog)?\(server.widgetQuery(guest))")
    try #require(try await socket.next() == .opened)
    return socket
  }

  struct Impatience: Error {}

  /// What comes next.
  ///
  /// - Throws: `Impatience` if nothing comes.
  func next() async throws -> Event {
    try await withThrowingTaskGroup(of: Event?.self) { group in
      group.addTask { [events] in
        for await event in events { return event }
        return nil
      }
      group.addTask {
        try await Task.sleep(for: Self.patience)
        throw Impatience()
      }
      defer { group.cancelAll() }
      guard let event = try await group.next() ?? nil else { throw Impatience() }
      return event
    }
  }

  /// The message that comes next, heartbeats left out.
  func nextMessage() async throws -> Message {
    let frame = try await nextFrame()
    guard case .message(let message) = frame else { throw Unexpected(frame: frame) }
    return message
  }

  /// The event that comes next, heartbeats left out.
  func nextEvent() async throws -> DialogEvent {
    let frame = try await nextFrame()
    guard case .event(let event) = frame else { throw Unexpected(frame: frame) }
    return event
  }

  struct Unexpected: Error { let frame: ServerFrame }
  struct NoFrame: Error { let event: Event }

  private func nextFrame() async throws -> ServerFrame {
    while true {
      let event = try await next()
      if event == .pong { continue }
      guard case .text(let text) = event else { throw NoFrame(event: event) }
      let frame = ServerFrame.parse(text)
      if frame != .ping { return frame }
    }
  }

  /// The code that the server closed it with, refusals after the upgrade included.
  func closeCode() async throws -> UInt16 {
    while true {
      switch try await next() {
      case .closed(let code, _): return code
      case .opened, .text, .pong: continue
      case let event: throw NoFrame(event: event)
      }
    }
  }

  func send(_ text: String) { handle.send(text: text) }

  func ping() { handle.ping() }

  func close() { handle.close() }

  func abort() { handle.abort() }
}
