public import NIOCore
public import WebSocket

/// What a server says to a request to open a WebSocket.
public enum UpgradeDecision: Sendable {
  /// Yes: answer 101 and run the connection.
  case accept(UpgradeAcceptance)
  /// No: answer with this, and end the connection.
  case refuse(HTTPRefusal)
  /// Not a matter of WebSockets: the HTTP application answers, and the connection ends with its answer.
  case pass
}

/// How an accepted WebSocket is answered and run.
public struct UpgradeAcceptance: Sendable {
  /// One of the subprotocols offered, or nil for none.
  public var subprotocol: String?
  /// Further headers of the 101.
  public var fields: HeaderFields
  /// The connection's limits and times.
  public var configuration: WebSocketHandler.Configuration
  /// See `WebSocketHandler.init(role:configuration:attach:)`. A refusal after the upgrade, with a close code, is an
  /// acceptance whose `attach` closes the handle at once.
  public var attach: @Sendable (WebSocketHandle) -> WebSocketHandler.Listener

  /// An acceptance.
  public init(
    subprotocol: String? = nil, fields: HeaderFields = HeaderFields(),
    configuration: WebSocketHandler.Configuration = WebSocketHandler.Configuration(),
    attach: @escaping @Sendable (WebSocketHandle) -> WebSocketHandler.Listener
  ) {
    self.subprotocol = subprotocol
    self.fields = fields
    self.configuration = configuration
    self.attach = attach
  }

  /// The 101, and the handler that runs the connection it opens.
  func answer(_ request: UpgradeRequest) -> (response: ByteBuffer, handler: WebSocketHandler) {
    let deflate = configuration.connection.deflate.flatMap {
      PermessageDeflate.accept(request.extensions, configuration: $0)
    }
    let response = request.acceptance(subprotocol: subprotocol, deflate: deflate, fields: fields)
    let handler = WebSocketHandler(role: .server, configuration: configuration, deflate: deflate, attach: attach)
    return (ByteBuffer(bytes: response), handler)
  }
}

/// How long a server waits for a request to open a WebSocket, and for its own answer.
public struct UpgradeTimeouts: Sendable {
  /// For the head of a connection's first request, whole; a connection that stays silent, or trickles, is closed.
  /// Default 15 s.
  public var request = TimeAmount.seconds(15)
  /// For the decision; then the answer is 503. Default 15 s.
  public var decision = TimeAmount.seconds(15)

  /// The defaults of each value.
  public init() {}

  /// How many bytes behind a request are kept for the frames while it is decided on. A client must wait for the
  /// answer (RFC 6455, section 4.1), so that this is a courtesy.
  static let maximumEarlyBytes = 64 << 10
}

extension ChannelHandlerContext {
  /// Writes a refusal and ends the connection behind it. This direction first: closing both while bytes are unread
  /// makes the kernel send RST, which can take the refusal with it. A peer that does not follow is dropped.
  func refuse(_ refusal: HTTPRefusal) {
    writeAndFlush(NIOAny(ByteBuffer(bytes: refusal.serialized()))).assumeIsolated().whenComplete { _ in
      self.close(mode: .output, promise: nil)
      self.read()
    }
    let channel = channel
    let linger = eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    channel.closeFuture.whenComplete { _ in linger.cancel() }
  }
}
