public import NIOCore
public import WebSocket

/// A way to speak into an open WebSocket, from any thread.
///
/// What is done from the connection's own event loop, such as within its listener, happens at once and leaves in one
/// write with the rest of that read's answers. After the end every call does nothing.
public final class WebSocketHandle: Sendable {
  enum Command: Sendable {
    case text(TextMessage)
    case binary([UInt8])
    case ping
    case close(CloseFrame)
    case abort
    case consumed(Int)
  }

  /// Where the listener is called.
  public let eventLoop: any EventLoop
  /// The peer's address, if it has one.
  public let remoteAddress: SocketAddress?
  private let handler: NIOLoopBound<WebSocketHandler>

  /// To be made on the channel's event loop.
  init(_ handler: WebSocketHandler, channel: any Channel) {
    eventLoop = channel.eventLoop
    remoteAddress = channel.remoteAddress
    self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
  }

  /// Sends a text message.
  public func send(_ text: TextMessage) { perform(.text(text)) }

  /// Sends a text message.
  public func send(text: String) { perform(.text(TextMessage(text))) }

  /// Sends a binary message.
  public func send(binary: [UInt8]) { perform(.binary(binary)) }

  /// Sends a ping; its pong comes to the listener with the round trip.
  public func ping() { perform(.ping) }

  /// Begins the closing handshake; a code that may not be on the wire closes without one.
  public func close(_ frame: CloseFrame = CloseFrame(.normal)) { perform(.close(frame)) }

  /// Drops the connection at once.
  public func abort() { perform(.abort) }

  /// Says that a message of so many bytes, text or binary, that the listener was given has been consumed. Reading stops
  /// while too much has not; see `WebSocketHandler.Configuration.receiveMarks`, without which it has no meaning.
  public func consumed(_ payloadSize: Int) { perform(.consumed(payloadSize)) }

  /// How many bytes wait to be sent, or have been given to the socket and are not taken yet. To be asked on
  /// `eventLoop`.
  public var sendQueueSize: Int { handler.value.sendQueueSize }

  /// Whether messages can be sent. To be asked on `eventLoop`.
  var isOpen: Bool { handler.value.isOpen }

  /// Whether who can wait should. To be asked on `eventLoop`.
  var isSendQueueFull: Bool { handler.value.isSendQueueFull }

  /// Completes when the send queue is below `Configuration.sendMarks`: at once, or when, having been full, it has
  /// drained. Fails with `WebSocketConnection.SendError.notOpen` when the connection is closing or over.
  public func whenSendable() -> EventLoopFuture<Void> {
    if eventLoop.inEventLoop { return handler.value.whenSendable(on: eventLoop) }
    return eventLoop.flatSubmit { [handler, eventLoop] in handler.value.whenSendable(on: eventLoop) }
  }

  func perform(_ command: Command) {
    if eventLoop.inEventLoop {
      handler.value.perform(command)
    } else {
      eventLoop.execute { [handler] in handler.value.perform(command) }
    }
  }
}
