import NIOCore
import NIOWebSocket

/// Sends every data frame back, unmasked; all frames of one read leave with one flush.
final class EchoHandler: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame
  typealias OutboundOut = WebSocketFrame

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.opcode {
    case .text, .binary, .continuation: write(frame.opcode, fin: frame.fin, answering: frame, context)
    case .ping: write(.pong, fin: true, answering: frame, context)
    case .connectionClose:
      write(.connectionClose, fin: true, answering: frame, context)
      context.flush()
      context.close(promise: nil)
    default: break
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func write(
    _ opcode: WebSocketOpcode, fin: Bool, answering frame: WebSocketFrame, _ context: ChannelHandlerContext
  ) {
    let answer = WebSocketFrame(fin: fin, opcode: opcode, data: frame.unmaskedData)
    context.write(wrapOutboundOut(answer), promise: nil)
  }
}
