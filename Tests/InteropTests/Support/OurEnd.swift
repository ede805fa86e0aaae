import NIOCore
import NIOPosix
import NIOSSL
import Transport
import WebSocket

/// What both kinds of handle can do.
protocol Speaker: Sendable {
  func send(text: String)
  func send(binary: [UInt8])
  func ping()
  func close(_ frame: CloseFrame)
  func abort()
}

extension WebSocketHandle: Speaker {}
extension WebSocketClient.Handle: Speaker {}

/// Our end of a connection, a client's or a server's.
struct OurEnd: Sendable {
  enum Event: Sendable {
    case opened(subprotocol: String?)
    case text(String)
    case binary([UInt8])
    case pong(Duration?)
    case ended(WebSocketConnection.Ending)
    case refused(HTTPRefusal)
    case failed(String)
  }

  let speaker: any Speaker
  let events: Inbox<Event>

  /// A client that begins to open a connection to a peer.
  static func client(of port: Int, _ settings: Settings) throws -> OurEnd {
    var request = WebSocketClient.Request(url: try WebSocketURL(settings.url(port: port)))
    request.subprotocols = settings.subprotocols
    request.configuration = settings.configuration
    if settings.isSecure { request.tls = try ClientTLS(trustingFile: Peer.authority) }
    let events = Inbox<Event>()
    let handle = WebSocketClient.connect(request, on: MultiThreadedEventLoopGroup.singleton) { event in
      switch event {
      case .opened(let subprotocol): events.add(.opened(subprotocol: subprotocol))
      case .text(let text): events.add(.text(text))
      case .binary(let bytes): events.add(.binary(bytes))
      case .pong(let roundTrip): events.add(.pong(roundTrip))
      case .closed(let ending): events.add(.ended(ending))
      case .refused(let refusal): events.add(.refused(refusal))
      case .failed(let error): events.add(.failed(error.description))
      }
    }
    return OurEnd(speaker: handle, events: events)
  }

  /// A server's end; gives its listener.
  static func server(_ handle: WebSocketHandle) -> (end: OurEnd, listener: WebSocketHandler.Listener) {
    let events = Inbox<Event>()
    return (
      OurEnd(speaker: handle, events: events),
      { event in
        switch event {
        case .text(let text): events.add(.text(text.string))
        case .binary(let bytes): events.add(.binary(bytes))
        case .pong(let roundTrip): events.add(.pong(roundTrip))
        case .ended(let ending): events.add(.ended(ending))
        case .ping, .closeReceived: break
        }
      }
    )
  }

  // MARK: What is expected next

  func opened() async throws -> String? {
    guard case .opened(let subprotocol) = try await next("to be opened") else { return nil }
    return subprotocol
  }

  func text() async throws -> String {
    let event = try await next("a text")
    guard case .text(let text) = event else { throw InteropFailure("we get no text, but \(event)") }
    return text
  }

  func binary() async throws -> [UInt8] {
    let event = try await next("a binary message")
    guard case .binary(let bytes) = event else { throw InteropFailure("we get no binary message, but \(event)") }
    return bytes
  }

  func pong() async throws -> Duration? {
    let event = try await next("a pong")
    guard case .pong(let roundTrip) = event else { throw InteropFailure("we get no pong, but \(event)") }
    return roundTrip
  }

  func ended() async throws -> WebSocketConnection.Ending {
    let event = try await next("the end")
    guard case .ended(let ending) = event else { throw InteropFailure("we are not at the end, but get \(event)") }
    return ending
  }

  func refused() async throws -> HTTPRefusal {
    let event = try await next("a refusal")
    guard case .refused(let refusal) = event else { throw InteropFailure("we are not refused, but get \(event)") }
    return refusal
  }

  private func next(_ expected: String) async throws -> Event {
    guard let event = await events.next() else { throw InteropFailure("we wait for \(expected), and nothing comes") }
    return event
  }
}
