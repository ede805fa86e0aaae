import NIOCore
import WebSocket

/// A request and its answer, behind which the connection is something else.
protocol OpeningExchange {
  associatedtype Outcome
  var requestBytes: [UInt8] { get }
  mutating func receive(_ bytes: RawSpan, from offset: inout Int) throws(HandshakeError) -> Outcome?
  func receiveEnd() throws(HandshakeError) -> Outcome
}

extension ClientHandshake: OpeningExchange {}
extension ConnectHandshake: OpeningExchange {}

/// Sends the request of an exchange, reads the answer and gives way to the handlers for what follows, to which it
/// leaves the bytes that came with the answer.
final class OpeningHandler<Exchange: OpeningExchange>: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var exchange: Exchange
  /// Nil once the exchange is over.
  private var take: ((Result<Exchange.Outcome, any Error>) throws -> [any ChannelHandler])?

  /// A handler for a channel that is connected already.
  ///
  /// - Parameter take: called once with the outcome, or the error that came instead; gives the handlers for what
  ///   follows, none to end the connection.
  init(_ exchange: Exchange, take: @escaping (Result<Exchange.Outcome, any Error>) throws -> [any ChannelHandler]) {
    self.exchange = exchange
    self.take = take
  }

  func handlerAdded(context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: exchange.requestBytes)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard take != nil else { return context.fireChannelRead(data) }
    var buffer = unwrapInboundIn(data)
    var offset = 0
    do {
      guard let outcome = try exchange.receive(buffer.readableBytesSpan, from: &offset) else { return }
      buffer.moveReaderIndex(forwardBy: offset)
      finish(context, .success(outcome), rest: buffer)
    } catch {
      finish(context, .failure(error))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish(context, Result { try exchange.receiveEnd() })
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    finish(context, .failure(error))
  }

  private func finish(
    _ context: ChannelHandlerContext, _ result: Result<Exchange.Outcome, any Error>, rest: ByteBuffer = ByteBuffer()
  ) {
    guard let take else { return }
    self.take = nil
    let handlers = (try? take(result)) ?? []
    guard !handlers.isEmpty, context.channel.isActive else { return context.drop() }
    do {
      // One after the other: each may write as soon as it is added, through those before it.
      var previous: any ChannelHandler = self
      for handler in handlers {
        try context.pipeline.syncOperations.addHandler(handler, position: .after(previous))
        previous = handler
      }
    } catch {
      // Only a channel that is closing takes no handlers.
      return context.drop()
    }
    if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
  }
}
