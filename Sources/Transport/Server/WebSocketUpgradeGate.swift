public import NIOCore
public import NIOHTTP1
public import WebSocket

/// Stands between the HTTP/1.1 decoder and an HTTP application, and takes the WebSocket requests out.
///
/// Everything else passes untouched. A request with `Upgrade: websocket` is judged by the core, then by `decide`;
/// meanwhile nothing is read. On acceptance the HTTP handlers go, the 101 is written and a `WebSocketHandler` takes
/// their place, with the bytes that came early. The application's own handlers behind the gate stay, and see no
/// more than the end of the channel.
///
/// In a Hummingbird `ServerChildChannel`, `setup(channel:logger:)` calls, in place of
/// `configureHTTPServerPipeline`:
///
///     let idle = HTTPConnectionStateHandler(idleTimeout: idleTimeout, logger: logger)
///     try WebSocketUpgradeGate.addHTTPHandlers(to: channel, removingOnUpgrade: [idle]) { request, peer in
///       await sockets.decide(request, from: peer)
///     }
///     try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
///     try channel.pipeline.syncOperations.addHandler(idle)
///     return try NIOAsyncChannel(wrappingChannelSynchronously: channel, ...)
///
/// and leaves `handle(value:logger:)` as it is: after an upgrade its loop waits for a next request until the
/// WebSocket is over. What times idle HTTP connections out belongs into `removingOnUpgrade`.
public final class WebSocketUpgradeGate: ChannelDuplexHandler, RemovableChannelHandler {
  /// Parts of requests.
  public typealias InboundIn = HTTPServerRequestPart
  /// Parts of requests that are the application's.
  public typealias InboundOut = HTTPServerRequestPart
  /// Parts of the application's responses.
  public typealias OutboundIn = HTTPServerResponsePart
  /// The same.
  public typealias OutboundOut = HTTPServerResponsePart

  /// What a request's head may be long: 16 KiB in 128 fields, as where the core reads it itself. The decoder's own
  /// defaults are larger than a request to open a WebSocket ever is.
  public static let headLimits: NIOHTTPDecoderLimitConfiguration = {
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderListSize = 16 * 1024
    limits.maxHeaderFieldSize = 16 * 1024
    limits.maxHeaderFieldCount = 128
    return limits
  }()

  /// Decides on a sound request; the address is the peer's.
  public typealias Decide = @Sendable (UpgradeRequest, SocketAddress?) async -> UpgradeDecision

  private let timeouts: UpgradeTimeouts
  private let drain: WebSocketDrain?
  private let decide: Decide
  private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
  private let otherHandlers: [any RemovableChannelHandler]
  private var state = UpgradeGateState()
  private var timer: Scheduled<Void>?
  private var decision: PendingDecision?
  private var readIsHeld = false

  private init(
    timeouts: UpgradeTimeouts, drain: WebSocketDrain?, decoder: ByteToMessageHandler<HTTPRequestDecoder>,
    otherHandlers: [any RemovableChannelHandler], decide: @escaping Decide
  ) {
    self.timeouts = timeouts
    self.drain = drain
    self.decoder = decoder
    self.otherHandlers = otherHandlers
    self.decide = decide
  }

  /// Adds the HTTP/1.1 encoder, the decoder and the gate to the pipeline's end; on the channel's event loop.
  ///
  /// - Parameters:
  ///   - limits: of the decoder.
  ///   - drain: what ends the WebSockets with all the server's others.
  ///   - removingOnUpgrade: handlers, added behind the gate by the caller, that must not see a WebSocket.
  ///   - decide: asked for each sound request, off the event loop; cancelled when the channel ends.
  public static func addHTTPHandlers(
    to channel: any Channel, timeouts: UpgradeTimeouts = UpgradeTimeouts(),
    limits: NIOHTTPDecoderLimitConfiguration = headLimits, drain: WebSocketDrain? = nil,
    removingOnUpgrade: [any RemovableChannelHandler] = [], decide: @escaping Decide
  ) throws {
    let encoder = HTTPResponseEncoder()
    let decoder = ByteToMessageHandler(
      HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits),
      maximumBufferSize: UpgradeTimeouts.maximumEarlyBytes)
    let gate = WebSocketUpgradeGate(
      timeouts: timeouts, drain: drain, decoder: decoder, otherHandlers: [encoder] + removingOnUpgrade, decide: decide)
    try channel.pipeline.syncOperations.addHandlers([encoder, decoder, gate])
  }

  // MARK: The channel's events

  /// Begins the wait for the first request.
  public func handlerAdded(context: ChannelHandlerContext) {
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeouts.request) {
      context.close(promise: nil)
    }
  }

  /// Ends what is still going on.
  public func handlerRemoved(context: ChannelHandlerContext) { end() }

  /// Ends what is still going on.
  public func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  /// Looks at each request.
  public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    if case .head = part {
      timer?.cancel()
      timer = nil
    }
    carryOut(state.received(part), part, context)
  }

  /// Counts the responses: an upgrade waits for those before it.
  public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    // Behind a refusal there is no encoder any more.
    guard !state.isOver else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    let isEnd = if case .end = unwrapOutboundIn(data) { true } else { false }
    context.write(data, promise: promise)
    if isEnd { carryOut(state.answered(), nil, context) }
  }

  /// Reads nothing while a decision is awaited, so that nothing piles up.
  public func read(context: ChannelHandlerContext) {
    if state.holdsReads {
      readIsHeld = true
    } else {
      context.read()
    }
  }

  /// A server that shuts down turns away who asks to be let in; what else goes on here the application ends.
  public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
    let action = state.quiesce()
    if case .forward = action { return context.fireUserInboundEventTriggered(event) }
    carryOut(action, nil, context)
  }

  /// What is no HTTP is answered with 400, or 431 when it is too much of it, and ends the connection.
  public func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is HTTPParserError || error is ByteToMessageDecoderError.PayloadTooLargeError else {
      return context.fireErrorCaught(error)
    }
    guard !state.isOver else { return }
    guard state.failed() else { return context.close(promise: nil) }
    let isTooBig = error as? HTTPParserError == .headerOverflow
    refuse(HTTPRefusal(status: isTooBig ? 431 : 400, text: isTooBig ? "request head too big" : "no HTTP"), context)
  }

  // MARK: The decision

  private func carryOut(
    _ action: UpgradeGateState.Action, _ part: HTTPServerRequestPart?, _ context: ChannelHandlerContext
  ) {
    switch action {
    case .forward:
      if let part { context.fireChannelRead(wrapInboundOut(part)) }
    case .hold:
      break
    case .decide(let head):
      do throws(HTTPRefusal) {
        ask(about: try UpgradeRequest(head), head, context)
      } catch {
        carryOut(.refuse(error), for: nil, head, context)
      }
    case .turnAway:
      refuse((drain ?? WebSocketDrain()).refusal, context)
    }
  }

  private func ask(about request: UpgradeRequest, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let (decide, peer) = (decide, context.remoteAddress)
    decision = PendingDecision(on: context.eventLoop, timeout: timeouts.decision) {
      await decide(request, peer)
    } carryOut: { [self] decision in
      carryOut(decision, for: request, head, context)
    }
    drain?.enter(context.channel)
  }

  private func carryOut(
    _ decision: UpgradeDecision, for request: UpgradeRequest?, _ head: HTTPRequestHead, _ context: ChannelHandlerContext
  ) {
    let isPassed = if case .pass = decision { true } else { false }
    guard state.decided(passing: isPassed) else { return }
    self.decision = nil
    readOn(context)
    switch (decision, request) {
    case (.pass, _):
      pass(head, context)
    case (.accept(let acceptance), let request?):
      accept(acceptance, request, context)
    case (.refuse(let refusal), _):
      refuse(refusal, context)
    case (.accept, nil):
      break
    }
  }

  /// Before the gate leaves the pipeline: a context that has left reads nothing.
  private func readOn(_ context: ChannelHandlerContext) {
    guard readIsHeld else { return }
    readIsHeld = false
    context.read()
  }

  private func refuse(_ refusal: HTTPRefusal, _ context: ChannelHandlerContext) {
    end()
    readOn(context)
    removeHandlers(context)
    context.refuse(refusal)
  }

  /// The decoder reads no further behind a request to upgrade, so this must be the connection's last.
  private func pass(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    var head = head
    head.headers.remove(name: "Upgrade")
    head.headers.replaceOrAdd(name: "Connection", value: "close")
    context.fireChannelRead(wrapInboundOut(.head(head)))
    context.fireChannelRead(wrapInboundOut(.end(nil)))
    context.fireChannelReadComplete()
  }

  /// The encoder goes first, for the 101 is bytes; then the gate, for a listener may speak as soon as it is attached;
  /// the decoder last, for it hands on the bytes that came early.
  private func accept(
    _ acceptance: UpgradeAcceptance, _ request: UpgradeRequest, _ context: ChannelHandlerContext
  ) {
    let pipeline = context.pipeline.syncOperations
    removeHandlers(context)
    let (response, handler) = acceptance.answer(request)
    context.writeAndFlush(NIOAny(response), promise: nil)
    pipeline.removeHandler(context: context, promise: nil)
    do {
      try pipeline.addHandler(handler, position: .after(decoder))
    } catch {
      return pipeline.close(promise: nil)
    }
    // What the decoder hands on as it goes is a read like any other, and must end like one to be answered.
    pipeline.removeHandler(decoder).assumeIsolated().whenComplete { _ in pipeline.fireChannelReadComplete() }
  }

  private func removeHandlers(_ context: ChannelHandlerContext) {
    for handler in otherHandlers { context.pipeline.syncOperations.removeHandler(handler, promise: nil) }
  }

  private func end() {
    state.closed()
    timer?.cancel()
    timer = nil
    decision?.cancel()
    decision = nil
  }
}

extension UpgradeRequest {
  fileprivate init(_ head: HTTPRequestHead) throws(HTTPRefusal) {
    try self.init(
      method: head.method.rawValue, target: head.uri, isHTTP11: head.version == .http1_1,
      fields: HeaderFields(head.headers))
  }
}
