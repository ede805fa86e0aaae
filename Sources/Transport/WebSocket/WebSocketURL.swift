/// A `ws:` or `wss:` address (RFC 6455, section 3).
public struct WebSocketURL: Hashable, Sendable {
  /// Why a text is no such address.
  public enum ParseError: Error, Hashable, Sendable {
    /// Neither `ws` nor `wss`.
    case scheme(String)
    /// A user name or password, which would end up in logs; a header is the place for them.
    case userInfo
    /// No host, or one with characters that no host has.
    case host(String)
    /// No number from 1 to 65535.
    case port(String)
    /// White space, control characters or characters outside ASCII, which must be percent-encoded.
    case target(String)
  }

  /// Whether the connection is encrypted.
  public let isSecure: Bool
  /// The host name or address, without the brackets of IPv6.
  public let host: String
  /// The port, the scheme's own when none was given.
  public let port: Int
  /// The path and query.
  public let target: String

  /// Parses an address; a fragment is left out, for it is never sent.
  public init(_ text: String) throws(ParseError) {
    guard let schemeEnd = text.range(of: "://") else { throw .scheme(text) }
    switch text[..<schemeEnd.lowerBound].lowercased() {
    case "ws": isSecure = false
    case "wss": isSecure = true
    default: throw .scheme(String(text[..<schemeEnd.lowerBound]))
    }
    let rest = text[schemeEnd.upperBound...].prefix { $0 != "#" }
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let target = rest[authority.endIndex...]
    guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .target(String(target)) }
    self.target = target.hasPrefix("/") ? String(target) : "/" + target
    guard !authority.contains("@") else { throw .userInfo }

    let host: Substring
    let afterHost: Substring
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      host = authority[..<end].dropFirst()
      afterHost = authority[end...].dropFirst()
      guard host.contains(":") else { throw .host(String(authority)) }
    } else {
      host = authority.prefix { $0 != ":" }
      afterHost = authority[host.endIndex...]
    }
    guard !host.isEmpty, host.utf8.allSatisfy(WebSocketURL.isHostByte) else { throw .host(String(authority)) }
    self.host = String(host)
    if afterHost.isEmpty {
      port = isSecure ? 443 : 80
    } else {
      let digits = afterHost.dropFirst()
      guard afterHost.hasPrefix(":"), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let port = Int(digits), (1...65535).contains(port)
      else { throw .port(String(digits)) }
      self.port = port
    }
  }

  /// The `Host` header: the port only if it is not the scheme's own.
  public var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: "-._~:".utf8.contains(byte)
    }
  }
}

extension WebSocketURL.ParseError: CustomStringConvertible {
  /// A sentence for a person.
  public var description: String {
    switch self {
    case .scheme(let scheme): "\"\(scheme)\" is no WebSocket address: it must begin with ws:// or wss://"
    case .userInfo: "a user name in the address is not supported"
    case .host(let host): "\"\(host)\" is no host"
    case .port(let port): "\"\(port)\" is no port: it must be a number from 1 to 65535"
    case .target(let target): "\"\(target)\" must be percent-encoded"
    }
  }
}

extension String {
  fileprivate func range(of mark: String) -> Range<Index>? {
    indices.first { self[$0...].hasPrefix(mark) }.map { $0..<index($0, offsetBy: mark.count) }
  }
}
