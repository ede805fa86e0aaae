import NIOCore
import NIOPosix
import NIOSSL
public import WebSocket

/// Why a connection could not be opened.
public enum WebSocketClientError: Error, Sendable {
  /// Nobody knows the host.
  case unknownHost(String)
  /// No address of the host took the connection: refused, unreachable.
  case cannotConnect(host: String, port: Int, reason: String)
  /// TCP took too long.
  case connectTimedOut(host: String, port: Int)
  /// TLS failed: a certificate that is not trusted, not for this host, or out of date, or no TLS at all.
  case tls(host: String, reason: String)
  /// TLS or the opening handshake took too long.
  case handshakeTimedOut(host: String)
  /// The server's answer, or the request itself, breaks the protocol.
  case handshake(HandshakeError)
  /// The caller gave it up.
  case cancelled
}

extension WebSocketClientError: CustomStringConvertible {
  /// A sentence for a person.
  public var description: String {
    switch self {
    case .unknownHost(let host): "the host \(host) is not known"
    case .cannotConnect(let host, let port, let reason): "cannot connect to \(host), port \(port): \(reason)"
    case .connectTimedOut(let host, let port): "\(host), port \(port), did not take the connection in time"
    case .tls(let host, let reason): "no secure connection to \(host): \(reason)"
    case .handshakeTimedOut(let host): "\(host) did not answer in time"
    case .handshake(let error): error.description
    case .cancelled: "given up"
    }
  }
}

extension WebSocketClientError {
  /// What an error of the connecting or of the transport means to the caller.
  init(_ error: any Error, url: WebSocketURL) {
    switch error {
    case let error as WebSocketClientError: self = error
    case let error as HandshakeError: self = .handshake(error)
    case let error as NIOConnectionError: self.init(connecting: error, url: url)
    case ChannelError.connectTimeout: self = .connectTimedOut(host: url.host, port: url.port)
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
      self = .tls(host: url.host, reason: String(describing: error))
    default: self = .cannotConnect(host: url.host, port: url.port, reason: Self.reason(of: error))
    }
  }

  private init(connecting error: NIOConnectionError, url: WebSocketURL) {
    if let attempt = error.connectionErrors.last {
      if case ChannelError.connectTimeout = attempt.error {
        self = .connectTimedOut(host: url.host, port: url.port)
      } else {
        self = .cannotConnect(host: url.host, port: url.port, reason: Self.reason(of: attempt.error))
      }
    } else if error.dnsAError != nil || error.dnsAAAAError != nil {
      self = .unknownHost(url.host)
    } else {
      self = .connectTimedOut(host: url.host, port: url.port)
    }
  }

  private static func reason(of error: any Error) -> String {
    guard let error = error as? IOError else { return String(describing: error) }
    return switch error.errnoCode {
    case ECONNREFUSED: "connection refused"
    case EHOSTUNREACH, ENETUNREACH: "no route to it"
    case ECONNRESET: "connection reset"
    default: error.description
    }
  }
}
