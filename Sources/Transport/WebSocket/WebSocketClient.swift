public import NIOCore
import NIOPosix
import NIOSSL
public import WebSocket

/// Opens WebSockets.
public enum WebSocketClient {
  /// What to open, and how.
  public struct Request: Sendable {
    /// Where.
    public var url: WebSocketURL
    /// Further headers, such as `Authorization`.
    public var fields = HeaderFields()
    /// The subprotocols offered, the dearest first.
    public var subprotocols: [String] = []
    /// How long the name and TCP may take. Default 10 s.
    public var connectTimeout = TimeAmount.seconds(10)
    /// How long the proxy, TLS and the opening handshake may take after that. Default 10 s. Each redirect has these
    /// times anew.
    public var handshakeTimeout = TimeAmount.seconds(10)
    /// How long the open connection may go without a message either way before it is closed with 1000 and the reason
    /// `idle`; nil means for ever. Pings and pongs are no messages: whether the peer lives is
    /// `configuration.connection.keepalive`'s business. Default nil.
    public var idleTimeout: TimeAmount?
    /// The open connection's limits and times.
    public var configuration = WebSocketHandler.Configuration()
    /// Whom to trust with `wss:`; nil means the system's certificates.
    public var tls: ClientTLS?
    /// The proxies to go through. Default none; `ProxyConfiguration(environment:)` has those of the environment.
    public var proxies = ProxyConfiguration()
    /// The Unix socket on which the server listens, instead of TCP. `url` still says what is asked for, and with `wss:`
    /// whose certificate is expected; no proxy is used.
    public var unixSocketPath: String?
    /// Which redirects are followed.
    public var redirects = RedirectPolicy()
    /// Told what is not an event: for those who look into the connection itself. On its event loop.
    public var onDetail: (@Sendable (Detail) -> Void)?
    /// Who knows the addresses of hosts; nil means the system.
    var resolver: (any Resolver & Sendable)?

    /// A request with the defaults; its connection pings a silent server and so finds a dead one.
    public init(url: WebSocketURL) {
      self.url = url
      configuration.connection.keepalive = WebSocketConnection.Keepalive()
    }
  }

  /// What a connection is made of, and what it does by itself.
  public enum Detail: Hashable, Sendable {
    /// The server has answered the opening handshake, with 101 or not: its certificate, if it has one, and whether
    /// messages will be compressed.
    case answered(PeerCertificate?, isCompressed: Bool)
    /// The server sent a ping, which has been answered.
    case ping
  }

  /// What becomes of it. `closed`, `refused` and `failed` are terminal: one of them comes, once, as the last.
  public enum Event: Sendable {
    /// The connection is open, with the subprotocol the server chose.
    case opened(subprotocol: String?)
    /// A text message.
    case text(String)
    /// A binary message.
    case binary([UInt8])
    /// The answer to a ping, with the round trip when it can be told.
    case pong(roundTrip: Duration?)
    /// An open connection has ended.
    case closed(WebSocketConnection.Ending)
    /// The server answered, but not with 101.
    case refused(HTTPRefusal)
    /// There was no answer, or a wrong one.
    case failed(WebSocketClientError)
  }

  /// Takes a connection's events, on its event loop, in order.
  public typealias Listener = @Sendable (Event) -> Void

  /// Begins to open a connection and returns at once.
  ///
  /// - Parameters:
  ///   - group: whose event loop the connection shall live on.
  ///   - onEvent: called on that event loop, in order.
  @discardableResult
  public static func connect(
    _ request: Request, on group: any EventLoopGroup, onEvent: @escaping Listener
  ) -> Handle {
    connect(request, attaching: { _ in onEvent }, on: group)
  }

  /// The same for a listener that speaks: what it sends leaves with the other answers to the same read.
  ///
  /// - Parameters:
  ///   - attach: called at once with the handle, and gives the listener.
  ///   - group: whose event loop the connection shall live on.
  @discardableResult
  public static func connect(
    _ request: Request, attaching attach: (Handle) -> Listener, on group: any EventLoopGroup
  ) -> Handle {
    let handle = makeHandle(request, on: group.next())
    handle.start(attach(handle))
    return handle
  }

  static func makeHandle(_ request: Request, on eventLoop: any EventLoop) -> Handle {
    Handle(
      attempt: NIOLoopBoundBox.makeBoxSendingValue(
        ClientAttempt(request, eventLoop: eventLoop), eventLoop: eventLoop))
  }

  /// A way to speak into the connection, from any thread. Before it is open and after its end what is sent is lost.
  public struct Handle: Sendable {
    let attempt: NIOLoopBoundBox<ClientAttempt>

    func start(_ listener: @escaping Listener) {
      attempt.eventLoop.execute { [attempt] in attempt.value.start(listener) }
    }

    /// Sends a text message.
    public func send(text: String) { perform(.text(TextMessage(text))) }

    /// Sends a binary message.
    public func send(binary: [UInt8]) { perform(.binary(binary)) }

    /// Sends a ping.
    public func ping() { perform(.ping) }

    /// Begins the closing handshake; one that is not open yet is given up.
    public func close(_ frame: CloseFrame = CloseFrame(.normal)) { perform(.close(frame)) }

    /// Drops the connection at once, or gives it up.
    public func abort() { perform(.abort) }

    private func perform(_ command: WebSocketHandle.Command) {
      if attempt.eventLoop.inEventLoop {
        attempt.value.perform(command)
      } else {
        attempt.eventLoop.execute { attempt.value.perform(command) }
      }
    }
  }
}
