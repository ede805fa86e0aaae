import NIOCore
import WebSocket

/// Sends the opening request, judges the answer and gives way to a `WebSocketHandler`, to which it leaves the bytes
/// that came with the 101.
final class ClientHandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var handshake: ClientHandshake
  private let timeout: TimeAmount
  private let attempt: ClientAttempt
  private var timer: Scheduled<Void>?
  private var isDone = false

  init(_ handshake: ClientHandshake, timeout: TimeAmount, attempt: ClientAttempt) {
    self.handshake = handshake
    self.timeout = timeout
    self.attempt = attempt
  }

  func channelActive(context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: handshake.requestBytes)), promise: nil)
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [self] in
      finish(context) { attempt.handshakeTimedOut() }
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isDone else { return context.fireChannelRead(data) }
    var buffer = unwrapInboundIn(data)
    var offset = 0
    do {
      guard let outcome = try handshake.receive(buffer.readableBytesSpan, from: &offset) else { return }
      buffer.moveReaderIndex(forwardBy: offset)
      switch outcome {
      case .accepted(let subprotocol, let deflate, _): try accept(subprotocol, deflate, rest: buffer, context)
      case .refused(let refusal): finish(context) { attempt.refused(refusal) }
      }
    } catch {
      finish(context) { attempt.failed(error) }
    }
  }

  private func accept(
    _ subprotocol: String?, _ deflate: PermessageDeflate?, rest: ByteBuffer, _ context: ChannelHandlerContext
  ) throws {
    timer?.cancel()
    isDone = true
    guard let handler = attempt.accepted(subprotocol: subprotocol, deflate: deflate) else {
      return context.close(promise: nil)
    }
    try context.pipeline.syncOperations.addHandler(handler, position: .after(self))
    if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish(context) {
      do {
        if case .refused(let refusal) = try handshake.receiveEnd() { attempt.refused(refusal) }
      } catch {
        attempt.failed(error)
      }
    }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    finish(context) { attempt.failed(error) }
  }

  /// Tells the attempt and ends TCP, once.
  private func finish(_ context: ChannelHandlerContext, _ tell: () -> Void) {
    guard !isDone else { return }
    isDone = true
    timer?.cancel()
    tell()
    context.close(promise: nil)
  }
}
