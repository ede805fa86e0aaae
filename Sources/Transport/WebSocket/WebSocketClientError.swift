import NIOCore
import NIOPosix
import NIOSSL
public import WebSocket

/// Why a connection could not be opened.
public indirect enum WebSocketClientError: Error, Sendable {
  /// Nobody knows the host.
  case unknownHost(String)
  /// No address of the host took the connection: refused, unreachable.
  case cannotConnect(host: String, port: Int, reason: String)
  /// The Unix socket did not take the connection.
  case cannotConnectToSocket(path: String, reason: String)
  /// TCP took too long.
  case connectTimedOut(host: String, port: Int)
  /// TLS failed: a certificate that is not trusted, not for this host, or out of date, or no TLS at all.
  case tls(host: String, TLSFailure)
  /// The proxy, TLS or the opening handshake took too long.
  case handshakeTimedOut(host: String)
  /// The server's answer, or the request itself, breaks the protocol.
  case handshake(HandshakeError)
  /// The server redirects to where the client does not go.
  case redirect(RedirectPolicy.Failure)
  /// The proxy answered, but made no tunnel: 407, 403 and the like.
  case proxyRefused(proxy: String, HTTPRefusal)
  /// The proxy itself could not be reached or broke the protocol.
  case proxy(name: String, WebSocketClientError)
  /// The caller gave it up.
  case cancelled
}

extension WebSocketClientError: CustomStringConvertible {
  /// A sentence for a person.
  public var description: String {
    switch self {
    case .unknownHost(let host): "the host \(host) is not known"
    case .cannotConnect(let host, let port, let reason): "cannot connect to \(host), port \(port): \(reason)"
    case .cannotConnectToSocket(let path, let reason): "cannot connect to the socket \(path): \(reason)"
    case .connectTimedOut(let host, let port): "\(host), port \(port), did not take the connection in time"
    case .tls(let host, let reason): "no secure connection to \(host): \(reason)"
    case .handshakeTimedOut(let host): "\(host) did not answer in time"
    case .handshake(let error): error.description
    case .redirect(let failure): failure.description
    case .proxyRefused(let proxy, let refusal) where refusal.status == 407:
      "the proxy \(proxy) wants a user name and a password, or others (HTTP 407)"
    case .proxyRefused(let proxy, let refusal): "the proxy \(proxy) refuses to connect (HTTP \(refusal.status))"
    case .proxy(let name, let reason): "the proxy \(name): \(reason)"
    case .cancelled: "given up"
    }
  }
}

extension WebSocketClientError {
  /// Whom an error is about.
  enum Peer {
    case host(String, port: Int)
    case socket(path: String)

    var name: String {
      switch self {
      case .host(let host, _): host
      case .socket(let path): path
      }
    }
  }

  /// What an error of the connecting or of the transport means to the caller.
  ///
  /// - Parameter certificate: the peer's, if it has shown one.
  init(_ error: any Error, peer: Peer, certificate: NIOSSLCertificate?) {
    if let failure = TLSFailure(error, certificate: certificate) {
      self = .tls(host: peer.name, failure)
      return
    }
    switch (error, peer) {
    case (let error as WebSocketClientError, _): self = error
    case (let error as HandshakeError, _): self = .handshake(error)
    case (let error as NIOConnectionError, .host(let host, let port)):
      self.init(connecting: error, host: host, port: port)
    case (ChannelError.connectTimeout, .host(let host, let port)): self = .connectTimedOut(host: host, port: port)
    case (_, .host(let host, let port)): self = .cannotConnect(host: host, port: port, reason: Self.reason(of: error))
    case (_, .socket(let path)): self = .cannotConnectToSocket(path: path, reason: Self.reason(of: error))
    }
  }

  private init(connecting error: NIOConnectionError, host: String, port: Int) {
    if let attempt = error.connectionErrors.last {
      if case ChannelError.connectTimeout = attempt.error {
        self = .connectTimedOut(host: host, port: port)
      } else {
        self = .cannotConnect(host: host, port: port, reason: Self.reason(of: attempt.error))
      }
    } else if error.dnsAError != nil || error.dnsAAAAError != nil {
      self = .unknownHost(host)
    } else {
      self = .connectTimedOut(host: host, port: port)
    }
  }

  private static func reason(of error: any Error) -> String {
    if case SocketAddressError.unixDomainSocketPathTooLong = error { return "its path is too long" }
    guard let error = error as? IOError else { return String(describing: error) }
    return switch error.errnoCode {
    case ECONNREFUSED: "connection refused"
    case EHOSTUNREACH, ENETUNREACH: "no route to it"
    case ECONNRESET: "connection reset"
    case ENOENT: "there is no such socket"
    case EACCES: "permission denied"
    default: error.description
    }
  }
}
