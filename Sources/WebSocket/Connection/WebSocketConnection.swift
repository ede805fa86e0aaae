/// One WebSocket connection after its opening handshake, either end, without any I/O (RFC 6455).
///
/// Bytes from the network go into `receive(_:from:now:)`, which is called until it returns nil; messages and pings
/// go out by the `send` functions; both leave bytes to write, which `drainOutput(atMost:_:)` hands over, those of many
/// frames at once. After each of them the shell looks at `directive` and `deadline`:
///
///     var offset = 0
///     while let event = connection.receive(bytes, from: &offset, now: now) { handle(event) }
///     connection.drainOutput { write($0) }
///     if connection.directive == .close { dropTCP() }
///
/// Times are monotonic, counted from any fixed origin, and come from the caller.
///
/// It cannot be copied: two copies would give the same bytes out twice, and the state of the compression has one owner.
public struct WebSocketConnection: ~Copyable, Sendable {
  /// Names the last of the pings among some output; see `drainOutput(atMost:_:)`.
  public struct PingMark: Hashable, Sendable {
    let number: UInt64
  }

  /// Which end this is.
  public let role: Role
  let configuration: Configuration

  // Receiving.
  var decoder: FrameHeaderDecoder
  var frame: FrameHeader?
  var frameOffset = 0
  var message: MessageAssembler
  var control: [UInt8] = []
  /// When the storage of the last long message is freed, unless another such comes before.
  var spareStorageDeadline: Duration?
  static let spareStorageTime = Duration.seconds(1)

  // Sending.
  var output = OutputQueue()
  var maskingKeys: MaskingKeySource
  /// How to compress; nil when nothing is to be compressed.
  var deflation: Deflater.Settings?
  /// Made when the first message is compressed.
  var deflater: Deflater?
  var pings = PingLedger()

  // Life and death.
  var keepalive: KeepaliveMonitor?
  var received: CloseFrame?
  var sent: CloseFrame?
  var violation: ProtocolViolation?
  var closingDeadline: Duration?
  /// Whether `.ended` has been given out: nothing is received or sent any more.
  public internal(set) var hasEnded = false

  /// A connection whose opening handshake is done.
  ///
  /// - Parameters:
  ///   - role: which end this is.
  ///   - configuration: limits and times.
  ///   - deflate: what the handshake has agreed on about compression; nil for none.
  ///   - now: the time of the handshake's end, from which the first keepalive interval counts.
  ///   - generator: where a client's masking keys come from; must not be predictable (RFC 6455, section 10.3).
  public init(
    role: Role, configuration: Configuration = Configuration(), deflate: PermessageDeflate? = nil, now: Duration,
    generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) {
    self.role = role
    self.configuration = configuration
    decoder = FrameHeaderDecoder(expectsMask: role == .server)
    if deflate != nil { decoder.extensionBits = .rsv1 }
    message = MessageAssembler(limit: configuration.maximumMessageSize, inflater: deflate?.inflater)
    deflation = deflate?.deflater
    maskingKeys = MaskingKeySource(generator)
    keepalive = configuration.keepalive.map { KeepaliveMonitor($0, now: now) }
  }

  /// Whether messages can be sent.
  public var isOpen: Bool { sent == nil && received == nil && !hasEnded }

  /// The number of bytes that wait in `drainOutput(atMost:_:)`.
  public var pendingOutputSize: Int { output.count }

  /// Hands the bytes to write to `body` and forgets them. The frames of many messages come in one call, a long payload
  /// in one of its own.
  ///
  /// - Parameters:
  ///   - limit: how many bytes to hand out; the others stay. Default all.
  ///   - body: takes them, in order; what it throws ends the draining, and what that call was given stays.
  /// - Returns: when pings are among them, a mark to pass to `pingsLeft(_:now:)` once the bytes have been written:
  ///   until then the pings' clocks stand still.
  public mutating func drainOutput<Failure: Error>(
    atMost limit: Int = .max, _ body: (RawSpan) throws(Failure) -> Void
  ) throws(Failure) -> PingMark? {
    // The compressor is given room for all of a message, most of which it leaves empty.
    try output.drain(atMost: limit, reusingStorage: deflater == nil, body)
    return pings.mark(drained: output.drainedSize)
  }

  /// The pings up to `mark` have been written: their round trips and their time-outs count from now.
  public mutating func pingsLeft(_ mark: PingMark, now: Duration) {
    pings.left(mark, at: now)
    keepalive?.pingLeft(at: now)
  }
}
