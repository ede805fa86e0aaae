import NIOCore
import NIOPosix

/// Over what a connection reaches its server.
enum ClientRoute: Hashable {
  case direct(host: String, port: Int)
  case proxy(Proxy)
  case unixSocket(path: String)

  init(_ request: WebSocketClient.Request) {
    let url = request.url
    if let path = request.unixSocketPath {
      self = .unixSocket(path: path)
    } else if let proxy = request.proxies.proxy(forHost: url.host, port: url.port, isSecure: url.isSecure) {
      self = .proxy(proxy)
    } else {
      self = .direct(host: url.host, port: url.port)
    }
  }

  /// Connects, with happy eyeballs if there are several addresses (RFC 8305).
  ///
  /// - Parameter onChannel: called on the event loop with each channel that may become the connection; one that it
  ///   throws for is given up.
  func connect(
    on eventLoop: any EventLoop, timeout: TimeAmount, resolver: (any Resolver & Sendable)?,
    onChannel: NIOLoopBound<(any Channel) throws -> Void>
  ) -> EventLoopFuture<any Channel> {
    let bootstrap = ClientBootstrap(group: eventLoop).connectTimeout(timeout).channelInitializer { channel in
      channel.eventLoop.makeCompletedFuture { try onChannel.value(channel) }
    }
    let (host, port): (String, Int)
    switch self {
    case .unixSocket(let path): return bootstrap.connect(unixDomainSocketPath: path)
    case .direct(let serverHost, let serverPort): (host, port) = (serverHost, serverPort)
    case .proxy(let proxy): (host, port) = (proxy.host, proxy.port)
    }
    return bootstrap.resolver(resolver).channelOption(.socketOption(.tcp_nodelay), value: 1)
      .connect(host: host, port: port)
  }
}
