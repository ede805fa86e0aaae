/// How a client reaches its server: whom it trusts, as whom it shows itself, and by which proxies. The same for its
/// HTTP and its WebSockets.
public struct ClientNetwork: Sendable {
  /// Trust and certificate; nil means the system's trust and no certificate.
  public var tls: ClientTLS?
  /// The proxies to go through.
  public var proxies: ProxyConfiguration

  /// The system's trust and no proxy, unless given.
  public init(tls: ClientTLS? = nil, proxies: ProxyConfiguration = ProxyConfiguration()) {
    self.tls = tls
    self.proxies = proxies
  }
}
