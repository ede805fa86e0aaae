/// A client's request to an HTTP proxy for a tunnel to the server, and the proxy's answer (RFC 9110, section 9.3.6).
public struct ConnectHandshake: Sendable {
  /// A user's name and password for the proxy (RFC 7617).
  public struct Credentials: Hashable, Sendable {
    /// The name; it cannot have a colon.
    public var user: String
    /// The password.
    public var password: String

    /// A name and its password.
    public init(user: String, password: String) {
      self.user = user
      self.password = password
    }

    var basic: String { "Basic " + Base64.encode(Array("\(user):\(password)".utf8)) }
  }

  /// The proxy's answer.
  public enum Outcome: Hashable, Sendable {
    /// What follows comes from the server.
    case established
    /// Anything but a success, such as 407, with the body or as much of it as is kept.
    case refused(HTTPRefusal)
  }

  /// The bytes to send first.
  public let requestBytes: [UInt8]

  private var response = HTTPResponseReader()

  /// Asks for a tunnel.
  ///
  /// - Parameters:
  ///   - host: the server's name or address, without brackets.
  ///   - port: its port, which is always named.
  ///   - credentials: for whom the tunnel is; nil for nobody.
  /// - Throws: `invalidTarget` for a host that cannot stand in a request.
  public init(host: String, port: Int, credentials: Credentials? = nil) throws(HandshakeError) {
    let authority = (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
    guard ASCII.isVisible(authority) else { throw .invalidTarget(authority) }
    var head = "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n"
    if let credentials { head += "Proxy-Authorization: \(credentials.basic)\r\n" }
    requestBytes = Array((head + "\r\n").utf8)
  }

  /// Takes bytes of the answer.
  ///
  /// - Parameters:
  ///   - bytes: what one read has brought.
  ///   - offset: where to go on in them; left behind the answer, where the server's first bytes may already stand.
  /// - Returns: the outcome once it is known; nil before.
  public mutating func receive(_ bytes: RawSpan, from offset: inout Int) throws(HandshakeError) -> Outcome? {
    try bytes.withUnsafeBytes { bytes throws(HandshakeError) in
      // A success to CONNECT has no body, whatever its fields say (RFC 9112, section 6.3).
      switch try response.receive(bytes, &offset, isAwaited: { (200..<300).contains($0) }) {
      case .head: return .established
      case .refusal(let refusal): return .refused(refusal)
      case nil: return nil
      }
    }
  }

  /// TCP has ended: a refusal whose body was to go on till then is whole now, or as whole as it gets.
  public func receiveEnd() throws(HandshakeError) -> Outcome { .refused(try response.receiveEnd()) }
}
