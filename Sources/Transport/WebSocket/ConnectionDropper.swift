import NIOCore

/// Stands between TLS and the socket, and closes the socket at once when a handler behind TLS asks for it. TLS itself
/// would wait for the peer to say goodbye, and a peer that is being dropped may never.
final class ConnectionDropper: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  /// The wish, as an outbound event.
  struct Drop: Sendable {}

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard event is Drop else { return context.triggerUserOutboundEvent(event, promise: promise) }
    context.close(promise: promise)
  }
}

extension ChannelHandlerContext {
  /// Closes the channel, past TLS if there is any.
  func drop() {
    triggerUserOutboundEvent(ConnectionDropper.Drop(), promise: nil)
    close(promise: nil)
  }
}

extension Channel {
  /// Closes the channel, past TLS if there is any.
  func drop() {
    triggerUserOutboundEvent(ConnectionDropper.Drop(), promise: nil)
    close(promise: nil)
  }
}
