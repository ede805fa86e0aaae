import NIOCore
import NIOPosix
import Transport
import WebSocket

extension WebSocketConnection.Configuration {
  /// Limits and compression of either end, without pings of its own. Every message is compressed: conformance suites look at what the compressor
  /// makes of the short ones too, and Autobahn's cases 12 and 13 take no others.
  static func testee(limit: Int) -> Self {
    var configuration = Self()
    configuration.maximumMessageSize = limit
    configuration.deflate?.minimumSize = 0
    configuration.deflate?.prefersShorter = false
    return configuration
  }
}

/// Connections of the client commands.
enum Conversation {
  /// What these clients ask for: messages up to `limit` bytes, compressed if the server can, each by itself, with any
  /// window the server wants.
  static func request(_ url: WebSocketURL, limit: Int) -> WebSocketClient.Request {
    var request = WebSocketClient.Request(url: url)
    request.configuration.connection = .testee(limit: limit)
    request.configuration.connection.deflate?.keepsContext = false
    request.configuration.maximumPendingOutput = limit
    return request
  }

  /// Runs one connection to its end.
  ///
  /// - Parameter answer: called on the event loop with each message, so that answers leave before a failure's Close.
  /// - Returns: the connection's terminal event.
  static func hold(
    _ request: WebSocketClient.Request, openingWithin timeout: TimeAmount = .seconds(10),
    answer: @escaping @Sendable (WebSocketClient.Handle, WebSocketClient.Event) -> Void
  ) async -> WebSocketClient.Event {
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    return await withCheckedContinuation { continuation in
      let attach: (WebSocketClient.Handle) -> WebSocketClient.Listener = { handle in
        let opening = eventLoop.scheduleTask(in: timeout) { handle.abort() }
        return { event in
          switch event {
          case .opened: opening.cancel()
          case .text, .binary, .pong: answer(handle, event)
          case .closed, .refused, .failed:
            opening.cancel()
            continuation.resume(returning: event)
          }
        }
      }
      WebSocketClient.connect(request, attaching: attach, on: eventLoop)
    }
  }

  /// Sends a message straight back.
  static func echo(_ handle: WebSocketClient.Handle, _ event: WebSocketClient.Event) {
    switch event {
    case .text(let text): handle.send(text: text)
    case .binary(let bytes): handle.send(binary: bytes)
    default: break
    }
  }
}
