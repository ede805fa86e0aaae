public import NIOCore
public import WebSocket

/// Runs one open WebSocket on a channel, at either end: bytes to the core, events to the listener, output to the
/// socket. All frames of one read are answered by one write.
///
/// What a peer can make this end hold is bounded. Reading stops while the socket takes nothing more, so a peer cannot
/// pile up answers; and a peer that does not read what it is sent (a slow consumer) is dropped once more than
/// `Configuration.maximumPendingOutput` bytes wait for it, or once its socket has been full for
/// `Configuration.stallTimeout`. Short of that a sender can wait: `WebSocketHandle.whenSendable()` tells it when the
/// queue has drained. A listener that hands messages on to a slower consumer sets `Configuration.receiveMarks`: TCP is
/// not read, and what has been read is not parsed, while more than that has been delivered and not consumed.
public final class WebSocketHandler: ChannelDuplexHandler {
  /// Bytes from the network.
  public typealias InboundIn = ByteBuffer
  /// Nothing: the handler is the pipeline's end.
  public typealias InboundOut = Never
  /// Nothing: messages go out by the handle.
  public typealias OutboundIn = Never
  /// Bytes to the network.
  public typealias OutboundOut = ByteBuffer

  /// Takes a connection's events, on its event loop.
  public typealias Listener = @Sendable (WebSocketConnection.Event) -> Void

  /// What a connection allows, how long it waits, what may wait for it.
  public struct Configuration: Sendable {
    /// The core's limits and times.
    public var connection = WebSocketConnection.Configuration()
    /// How many bytes may wait to be written before the peer is dropped as a slow consumer; one message may always
    /// be queued when nothing waits. Default 4 MiB.
    public var maximumPendingOutput = 4 << 20
    /// When the send queue counts as full for those who wait for it, in bytes. Default 64 and 256 KiB.
    public var sendMarks = WaterMarks(low: 64 << 10, high: 256 << 10)
    /// How many bytes of messages may be delivered and not yet consumed (`WebSocketHandle.consumed(_:)`) before reading
    /// stops, and when it goes on; nil: a message is consumed when the listener returns. Default nil.
    public var receiveMarks: WaterMarks?
    /// How long the peer's socket may be full before it is dropped as a slow consumer. Default 30 s.
    public var stallTimeout = TimeAmount.seconds(30)
    /// What is said when the server shuts down (`ChannelShouldQuiesceEvent`). Default 1001.
    public var shutdownFrame = CloseFrame(.goingAway, reason: "server shutting down")

    /// The defaults of each value.
    public init() {}
  }

  /// How much is written at once.
  private static let writeSize = 1 << 16

  private let maximumPendingOutput: Int
  private let stallTimeout: TimeAmount
  private let shutdownFrame: CloseFrame
  private let attach: @Sendable (WebSocketHandle) -> Listener
  private var connection: WebSocketConnection
  private var listener: Listener?
  private var context: ChannelHandlerContext?
  private var timer: (at: Duration, task: Scheduled<Void>)?
  private var stall: Scheduled<Void>?
  /// Bytes given to the channel that the socket has not taken.
  private var bytesInFlight = 0
  private var sendQueue: FlowMeter
  /// Kept when the send queue has run full and somebody waits for it to drain.
  private var drained: EventLoopPromise<Void>?
  /// What has been delivered and is not consumed.
  private var unconsumed: FlowMeter?
  /// What had been read when the consumer fell behind.
  private var unparsed: ByteBuffer?
  private var isParsing = false
  /// The peer's end of TCP is kept back behind `unparsed`.
  private var transportEndIsHeld = false
  private var isReading = false
  private var flushIsScheduled = false
  private var isFlushing = false
  private var readIsHeld = false
  private var followed = WebSocketConnection.TransportDirective.keepOpen

  /// A handler for a channel whose opening handshake is done.
  ///
  /// - Parameters:
  ///   - deflate: what the handshake has agreed on about compression; nil for none.
  ///   - attach: called once, on the event loop, when the handler is in place; gets the handle to speak by
  ///   and gives the listener. The listener's last event is `.ended`.
  public init(
    role: WebSocketConnection.Role, configuration: Configuration = Configuration(), deflate: PermessageDeflate? = nil,
    attach: @escaping @Sendable (WebSocketHandle) -> Listener
  ) {
    maximumPendingOutput = configuration.maximumPendingOutput
    stallTimeout = configuration.stallTimeout
    shutdownFrame = configuration.shutdownFrame
    self.attach = attach
    sendQueue = FlowMeter(configuration.sendMarks)
    unconsumed = configuration.receiveMarks.map(FlowMeter.init)
    connection = WebSocketConnection(
      role: role, configuration: configuration.connection, deflate: deflate, now: MonotonicTime.now)
  }

  // MARK: The channel's events

  /// Attaches the listener.
  public func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    listener = attach(WebSocketHandle(self, channel: context.channel))
    settle()
  }

  /// Takes one read.
  public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isReading = true
    var buffer = unwrapInboundIn(data)
    if unparsed == nil { parse(buffer) } else { unparsed?.writeBuffer(&buffer) }
  }

  /// Delivers what is in the bytes, up to where the consumer falls behind.
  private func parse(_ buffer: ByteBuffer) {
    isParsing = true
    defer { isParsing = false }
    let now = MonotonicTime.now
    var offset = 0
    while let event = connection.receive(buffer.readableBytesSpan, from: &offset, now: now) {
      deliver(event)
      guard unconsumed?.isFull == true, !connection.hasEnded else { continue }
      unparsed = buffer.getSlice(at: buffer.readerIndex + offset, length: buffer.readableBytes - offset)
      return
    }
  }

  /// Answers what has been read.
  public func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    settle()
  }

  /// Reads on only while the socket takes what is written and the consumer what is delivered.
  public func read(context: ChannelHandlerContext) {
    readIsHeld = true
    readOn()
  }

  private func readOn() {
    guard readIsHeld, unparsed == nil, unconsumed?.isFull != true, let context, context.channel.isWritable else {
      return
    }
    readIsHeld = false
    context.read()
  }

  /// Takes nothing from handlers behind: an HTTP application that is still there has no say any more.
  public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    promise?.fail(ChannelError.ioOnClosedChannel)
  }

  /// Watches for a peer that does not read.
  public func channelWritabilityChanged(context: ChannelHandlerContext) {
    stall?.cancel()
    stall = nil
    if !context.channel.isWritable {
      stall = context.eventLoop.assumeIsolated().scheduleTask(in: stallTimeout) { [self] in
        drop(.slowConsumer)
      }
    } else {
      readOn()
      settle()
    }
  }

  /// The peer, an error or this end has ended TCP.
  public func channelInactive(context: ChannelHandlerContext) {
    isReading = false
    stall?.cancel()
    if unparsed == nil {
      deliver(connection.transportEnded())
      settle()
    } else {
      transportEndIsHeld = true
    }
    context.fireChannelInactive()
  }

  /// An error of the transport ends it: half a stream is of no use.
  public func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  /// A server that shuts down says so to its peers.
  public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
    perform(.close(shutdownFrame))
  }

  /// Ends the connection, if the channel has not.
  public func handlerRemoved(context: ChannelHandlerContext) {
    if !transportEndIsHeld { deliver(connection.abort()) }
    settle()
    self.context = nil
  }

  // MARK: The handle's commands

  func perform(_ command: WebSocketHandle.Command) {
    guard context != nil || transportEndIsHeld else { return }
    switch command {
    case .text(let message): send { connection throws(SendError) in try connection.send(message) }
    case .binary(let bytes): send { connection throws(SendError) in try connection.send(bytes) }
    case .ping: send { connection throws(SendError) in try connection.sendPing() }
    case .close(let frame):
      do { try connection.close(frame, now: MonotonicTime.now) } catch {
        try? connection.close(.empty, now: MonotonicTime.now)
      }
    case .abort: deliver(connection.abort())
    case .consumed(let size):
      guard consumed(size) else { return }
    }
    updateSendQueue()
    settleSoon()
  }

  /// Goes on with what was held back once the consumer has caught up.
  ///
  /// - Returns: whether there was anything to do.
  private func consumed(_ size: Int) -> Bool {
    guard let before = unconsumed?.size, unconsumed?.set(before - size - FlowMeter.messageOverhead) == true else {
      return false
    }
    // Within the listener: the loop that delivers goes on by itself.
    guard !isParsing else { return false }
    // The silence was ours.
    connection.excuseSilence(now: MonotonicTime.now)
    if let bytes = unparsed {
      unparsed = nil
      parse(bytes)
    }
    guard unparsed == nil else { return true }
    if transportEndIsHeld { deliver(connection.transportEnded()) }
    readOn()
    return true
  }

  var isOpen: Bool { connection.isOpen }
  var isSendQueueFull: Bool { sendQueue.isFull }

  /// The bytes to send that the socket has not taken.
  var sendQueueSize: Int { bytesInFlight + connection.pendingOutputSize }

  /// Completes when the send queue is not full, or, having been, has drained; fails when the connection is over.
  func whenSendable(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
    guard connection.isOpen else { return eventLoop.makeFailedFuture(SendError.notOpen) }
    guard sendQueue.isFull else { return eventLoop.makeSucceededVoidFuture() }
    let promise = drained ?? eventLoop.makePromise(of: Void.self)
    drained = promise
    return promise.futureResult
  }

  private func updateSendQueue() {
    let isReady = sendQueue.set(sendQueueSize)
    guard let promise = drained, isReady || !connection.isOpen else { return }
    drained = nil
    if connection.isOpen { promise.succeed() } else { promise.fail(SendError.notOpen) }
  }

  private typealias SendError = WebSocketConnection.SendError

  /// A message to a connection that is closing is lost, as it would be on the wire; one to a slow consumer ends it.
  private func send(_ message: (inout WebSocketConnection) throws(SendError) -> Void) {
    guard sendQueueSize <= maximumPendingOutput else {
      return drop(.slowConsumer)
    }
    try? message(&connection)
  }

  private func drop(_ cause: WebSocketConnection.Ending.Cause) {
    deliver(connection.abort(cause))
    settleSoon()
  }

  // MARK: Carrying out what the core wants

  private func deliver(_ event: WebSocketConnection.Event?) {
    guard let event else { return }
    let listener = listener
    switch event {
    case .text(let message): count(message.utf8.count)
    case .binary(let bytes): count(bytes.count)
    case .ended:
      // The listener may hold the handle, and with it this handler.
      self.listener = nil
      unparsed = nil
    case .ping, .pong, .closeReceived: break
    }
    listener?(event)
  }

  private func count(_ size: Int) {
    guard let before = unconsumed?.size else { return }
    unconsumed?.set(before + size + FlowMeter.messageOverhead)
  }

  /// Settles once for all that is done in this turn of the event loop.
  private func settleSoon() {
    guard !isReading, !flushIsScheduled, let context else { return }
    flushIsScheduled = true
    context.eventLoop.assumeIsolated().execute { [self] in
      flushIsScheduled = false
      settle()
    }
  }

  private func settle() {
    updateSendQueue()
    guard let context else { return }
    flush(context)
    follow(connection.directive, context)
    setTimer(context)
  }

  /// Writes the output in parts: the copy of one is still in the processor's cache when the socket takes it. Behind a
  /// full socket the output waits in the core: there a small frame costs its bytes and no more, a long message is
  /// shared with whoever else sends it, and all that has waited leaves together.
  private func flush(_ context: ChannelHandlerContext) {
    // A write that makes the channel writable again comes back here.
    guard !isFlushing else { return }
    isFlushing = true
    defer { isFlushing = false }
    let channel = context.channel
    var buffer = ByteBuffer()
    while connection.pendingOutputSize > 0, channel.isWritable || !channel.isActive {
      // Its memory serves again if the socket has taken what was in it.
      buffer.clear(minimumCapacity: min(connection.pendingOutputSize, WebSocketHandler.writeSize))
      let mark = connection.drainOutput(atMost: WebSocketHandler.writeSize) { buffer.writeBytes($0) }
      if channel.isActive { write(buffer, mark, context) }
    }
  }

  private func write(_ buffer: ByteBuffer, _ mark: WebSocketConnection.PingMark?, _ context: ChannelHandlerContext) {
    let size = buffer.readableBytes
    bytesInFlight += size
    context.writeAndFlush(wrapOutboundOut(buffer)).assumeIsolated().whenComplete { [self] result in
      bytesInFlight -= size
      updateSendQueue()
      guard let mark, case .success = result else { return }
      connection.pingsLeft(mark, now: MonotonicTime.now)
      setTimer(context)
    }
  }

  /// Ends TCP as the core says, behind what is still to be written; when all is over, at once.
  private func follow(_ directive: WebSocketConnection.TransportDirective, _ context: ChannelHandlerContext) {
    guard context.channel.isActive else { return }
    if connection.hasEnded { return context.drop() }
    guard directive != followed, connection.pendingOutputSize == 0 else { return }
    followed = directive
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
      context.close(mode: directive == .close ? .all : .output, promise: nil)
    }
  }

  /// Keeps one timer, which may be early: a deadline that has moved away is looked at again when it fires.
  private func setTimer(_ context: ChannelHandlerContext) {
    guard let deadline = connection.deadline, !transportEndIsHeld else {
      timer?.task.cancel()
      timer = nil
      return
    }
    if let timer, timer.at <= deadline { return }
    timer?.task.cancel()
    let delay = TimeAmount(max(deadline - MonotonicTime.now, .zero))
    let task = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [self] in
      timer = nil
      // A peer that is not read cannot be heard.
      if readIsHeld { connection.excuseSilence(now: MonotonicTime.now) }
      deliver(connection.timerFired(now: MonotonicTime.now))
      settle()
    }
    timer = (deadline, task)
  }
}
