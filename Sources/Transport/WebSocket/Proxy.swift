public import WebSocket

/// An HTTP proxy through which a connection is tunnelled by CONNECT.
public struct Proxy: Hashable, Sendable {
  /// Why a text is no proxy's address.
  public enum ParseError: Error, Hashable, Sendable {
    /// A scheme other than `http` and `https`, such as `socks5`.
    case scheme(String)
    /// No host or no port where they should be.
    case address(String)
    /// A `%` without two hexadecimal digits behind it, bytes that are not UTF-8, or a colon within the user's name.
    case userInfo
  }

  /// Whether the connection to the proxy itself is encrypted.
  public let isSecure: Bool
  /// The proxy's host name or address, without the brackets of IPv6.
  public let host: String
  /// The proxy's port.
  public let port: Int
  /// Whom the proxy is told it serves; nil for nobody.
  public let credentials: ConnectHandshake.Credentials?

  /// Reads `http://user:password@host:port` and the like. Without a scheme it is `http`, without a port the scheme's
  /// own, 80 or 443. User and password are percent-decoded. A path means nothing and is ignored.
  public init(_ text: String) throws(ParseError) {
    var rest = text[...]
    if let mark = text.firstRange(of: "://") {
      switch text[..<mark.lowerBound].lowercased() {
      case "http": isSecure = false
      case "https": isSecure = true
      case let scheme: throw .scheme(scheme)
      }
      rest = text[mark.upperBound...]
    } else {
      isSecure = false
    }
    var authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    // The last one: a password that was not encoded may have others.
    if let at = authority.lastIndex(of: "@") {
      credentials = try Proxy.credentials(authority[..<at])
      authority = authority[at...].dropFirst()
    } else {
      credentials = nil
    }
    do {
      let url = try WebSocketURL((isSecure ? "wss://" : "ws://") + authority)
      (host, port) = (url.host, url.port)
    } catch {
      // Never with what stood before the @.
      throw .address(String(authority))
    }
  }

  private static func credentials(_ userInfo: Substring) throws(ParseError) -> ConnectHandshake.Credentials {
    let parts = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let user = parts[0].percentDecoded, let password = parts.count == 2 ? parts[1].percentDecoded : "",
      !user.contains(":")
    else { throw .userInfo }
    return ConnectHandshake.Credentials(user: user, password: password)
  }

  /// Host and port, for a sentence. Never the password.
  public var name: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}

extension Proxy.ParseError: CustomStringConvertible {
  /// A sentence for a person, without the password.
  public var description: String {
    switch self {
    case .scheme(let scheme): "proxies of the kind \"\(scheme)\" are not supported: it must be http:// or https://"
    case .address(let address): "\"\(address)\" is no proxy's address"
    case .userInfo: "the proxy's user name or password is not percent-encoded as it must be"
    }
  }
}

extension Substring {
  /// The text with its `%XX` decoded; nil when that makes no text.
  fileprivate var percentDecoded: String? {
    var bytes: [UInt8] = []
    var rest = utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let high = Character(Unicode.Scalar(rest.removeFirst())).hexDigitValue,
        let low = Character(Unicode.Scalar(rest.removeFirst())).hexDigitValue
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
