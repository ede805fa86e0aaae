public import NIOCore
public import WebSocket

/// The opening handshake of a server that speaks nothing but WebSocket: reads the request with the core's own strict
/// parser and gives way to a `WebSocketHandler`.
public final class ServerHandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
  /// Bytes from the network.
  public typealias InboundIn = ByteBuffer
  /// Bytes that came behind the request.
  public typealias InboundOut = ByteBuffer
  /// Bytes to the network.
  public typealias OutboundOut = ByteBuffer

  private let timeout: TimeAmount
  private let decide: @Sendable (UpgradeRequest) -> UpgradeDecision
  private var handshake = ServerHandshake()
  private var timer: Scheduled<Void>?
  private var isRefused = false

  /// - Parameters:
  ///   - timeout: for the whole request; then the connection is closed.
  ///   - decide: called on the event loop; `.pass` is answered with 404, for there is nobody to pass to.
  public init(
    timeout: TimeAmount = .seconds(10), decide: @escaping @Sendable (UpgradeRequest) -> UpgradeDecision
  ) {
    self.timeout = timeout
    self.decide = decide
  }

  /// Begins the wait for the request.
  public func handlerAdded(context: ChannelHandlerContext) {
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { context.close(promise: nil) }
  }

  /// Ends the wait.
  public func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  /// Reads the request.
  public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isRefused else { return }
    var buffer = unwrapInboundIn(data)
    var offset = 0
    do throws(HTTPRefusal) {
      guard let request = try handshake.receive(buffer.readableBytesSpan, from: &offset) else { return }
      buffer.moveReaderIndex(forwardBy: offset)
      switch decide(request) {
      case .accept(let acceptance): accept(acceptance, request, rest: buffer, context)
      case .refuse(let refusal): throw refusal
      case .pass: throw HTTPRefusal(status: 404, text: "nothing here")
      }
    } catch {
      isRefused = true
      timer?.cancel()
      context.refuse(error)
    }
  }

  /// An error of the transport ends it.
  public func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func accept(
    _ acceptance: UpgradeAcceptance, _ request: UpgradeRequest, rest: ByteBuffer, _ context: ChannelHandlerContext
  ) {
    let (response, handler) = acceptance.answer(request)
    context.writeAndFlush(wrapOutboundOut(response), promise: nil)
    do {
      try context.pipeline.syncOperations.addHandler(handler, position: .after(self))
    } catch {
      return context.close(promise: nil)
    }
    if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
  }
}
