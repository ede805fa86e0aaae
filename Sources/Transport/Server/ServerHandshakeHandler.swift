public import NIOCore
public import WebSocket

/// The opening handshake of a server that speaks nothing but WebSocket: reads the request with the core's own strict
/// parser and gives way to a `WebSocketHandler`.
///
/// What a stranger can hold by it is bounded: a head of 16 KiB, the time of `UpgradeTimeouts`, and while a decision is
/// awaited, during which nothing is read, 64 KiB of frames that came too early.
public final class ServerHandshakeHandler: ChannelDuplexHandler, RemovableChannelHandler {
  /// Bytes from the network.
  public typealias InboundIn = ByteBuffer
  /// Bytes that came behind the request.
  public typealias InboundOut = ByteBuffer
  /// Bytes to the network.
  public typealias OutboundIn = ByteBuffer
  /// The same.
  public typealias OutboundOut = ByteBuffer

  private enum Decider {
    case immediate(@Sendable (UpgradeRequest) -> UpgradeDecision)
    case awaited(WebSocketUpgradeGate.Decide)
  }

  private enum Stage {
    case reading
    case deciding(PendingDecision)
    case over
  }

  private let timeouts: UpgradeTimeouts
  private let drain: WebSocketDrain?
  private let decider: Decider
  private var stage = Stage.reading
  private var handshake = ServerHandshake()
  private var timer: Scheduled<Void>?
  private var early = ByteBuffer()
  private var readIsHeld = false

  /// - Parameters:
  ///   - drain: what ends the connection with all the server's others.
  ///   - decide: called on the event loop; `.pass` is answered with 404, for there is nobody to pass to.
  public convenience init(
    timeouts: UpgradeTimeouts = UpgradeTimeouts(), drain: WebSocketDrain? = nil,
    decide: @escaping @Sendable (UpgradeRequest) -> UpgradeDecision
  ) {
    self.init(timeouts, drain, .immediate(decide))
  }

  /// - Parameters:
  ///   - drain: what ends the connection with all the server's others.
  ///   - decide: asked off the event loop, and cancelled when the channel ends or the time is over; `.pass` is
  ///     answered with 404, for there is nobody to pass to.
  public convenience init(
    timeouts: UpgradeTimeouts = UpgradeTimeouts(), drain: WebSocketDrain? = nil,
    awaiting decide: @escaping WebSocketUpgradeGate.Decide
  ) {
    self.init(timeouts, drain, .awaited(decide))
  }

  private init(_ timeouts: UpgradeTimeouts, _ drain: WebSocketDrain?, _ decider: Decider) {
    self.timeouts = timeouts
    self.drain = drain
    self.decider = decider
  }

  /// Begins the wait for the request.
  public func handlerAdded(context: ChannelHandlerContext) {
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeouts.request) { context.close(promise: nil) }
    drain?.enter(context.channel)
  }

  /// Ends the wait.
  public func handlerRemoved(context: ChannelHandlerContext) { end() }

  /// Ends the wait.
  public func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  /// Reads the request.
  public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    switch stage {
    case .reading: receive(buffer, context)
    case .deciding:
      guard early.readableBytes + buffer.readableBytes <= UpgradeTimeouts.maximumEarlyBytes else {
        return refuse(HTTPRefusal(status: 400, text: "frames before the answer"), context)
      }
      early.writeBuffer(&buffer)
    case .over: break
    }
  }

  /// Reads nothing while a decision is awaited, so that nothing piles up.
  public func read(context: ChannelHandlerContext) {
    if case .deciding = stage {
      readIsHeld = true
    } else {
      context.read()
    }
  }

  /// A server that shuts down turns away who is not in yet.
  public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
    if case .over = stage { return }
    refuse((drain ?? WebSocketDrain()).refusal, context)
  }

  /// An error of the transport ends it.
  public func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func receive(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
    var buffer = buffer
    var offset = 0
    let request: UpgradeRequest
    do throws(HTTPRefusal) {
      guard let whole = try handshake.receive(buffer.readableBytesSpan, from: &offset) else { return }
      request = whole
    } catch {
      return refuse(error, context)
    }
    buffer.moveReaderIndex(forwardBy: offset)
    early = buffer
    timer?.cancel()
    switch decider {
    case .immediate(let decide): carryOut(decide(request), request, context)
    case .awaited(let decide):
      let peer = context.remoteAddress
      stage = .deciding(
        PendingDecision(on: context.eventLoop, timeout: timeouts.decision) {
          await decide(request, peer)
        } carryOut: { [self] decision in
          carryOut(decision, request, context)
        })
    }
  }

  private func carryOut(_ decision: UpgradeDecision, _ request: UpgradeRequest, _ context: ChannelHandlerContext) {
    switch decision {
    case .accept(let acceptance): accept(acceptance, request, context)
    case .refuse(let refusal): refuse(refusal, context)
    case .pass: refuse(HTTPRefusal(status: 404, text: "nothing here"), context)
    }
  }

  private func accept(_ acceptance: UpgradeAcceptance, _ request: UpgradeRequest, _ context: ChannelHandlerContext) {
    finish(context)
    let (response, handler) = acceptance.answer(request)
    context.writeAndFlush(wrapOutboundOut(response), promise: nil)
    do {
      try context.pipeline.syncOperations.addHandler(handler, position: .after(self))
    } catch {
      return context.close(promise: nil)
    }
    if early.readableBytes > 0 {
      context.fireChannelRead(wrapInboundOut(early))
      // A read that ended while the decision was awaited ends for the frames now.
      context.fireChannelReadComplete()
    }
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
  }

  private func refuse(_ refusal: HTTPRefusal, _ context: ChannelHandlerContext) {
    finish(context)
    context.refuse(refusal)
  }

  /// Before the handler leaves the pipeline: a context that has left reads nothing.
  private func finish(_ context: ChannelHandlerContext) {
    end()
    guard readIsHeld else { return }
    readIsHeld = false
    context.read()
  }

  private func end() {
    timer?.cancel()
    if case .deciding(let pending) = stage { pending.cancel() }
    stage = .over
  }
}
