/// Where a ChatAI server is: one origin, and maybe a path that a proxy put before it.
public struct ServerAddress: Hashable, Sendable {
  /// Why a text is no address of a server.
  public enum ParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It begins with neither `http://` nor `https://`.
    case scheme(String)
    /// The rest is not one, for the reason given.
    case malformed(String)

    public var description: String {
      switch self {
      case .scheme(let text): "\"\(text)\" is not a server's address: it must begin with http:// or https://"
      case .malformed(let reason): reason
      }
    }
  }

  /// Whether it is `https`.
  public let isSecure: Bool
  /// Host and port; the port only if it is not the scheme's own. For the status bar and the `Host` header.
  public let authority: String
  /// What precedes `/api` and `/ws`: empty, or a path without a slash at its end.
  public let pathPrefix: String

  /// Reads `http://host`, `https://host:8443/chat/` and the like.
  ///
  /// - Throws: ``ParseError``, with a sentence for a person.
  public init(_ text: String) throws(ParseError) {
    let lowercased = text.lowercased()
    let socket: String
    if lowercased.hasPrefix("https://") {
      socket = "wss" + text.dropFirst("https".count)
    } else if lowercased.hasPrefix("http://") {
      socket = "ws" + text.dropFirst("http".count)
    } else {
      throw .scheme(text)
    }
    // The address of its sockets differs in nothing but the scheme, and has its parser already.
    let url: WebSocketURL
    do {
      url = try WebSocketURL(socket)
    } catch {
      throw .malformed(error.description)
    }
    guard !url.target.contains("?") else { throw .malformed("a server's address has no query: \"\(text)\"") }
    isSecure = url.isSecure
    authority = url.authority
    var path = Substring(url.target)
    while path.last == "/" { path.removeLast() }
    pathPrefix = String(path)
  }

  /// The address as text, in one spelling.
  public var url: String { (isSecure ? "https://" : "http://") + authority + pathPrefix }

  /// The host and the port, named or not.
  var endpoint: (host: String, port: Int)? {
    (try? WebSocketURL((isSecure ? "wss://" : "ws://") + authority)).map { ($0.host, $0.port) }
  }

  /// The address of the operator's stream (part 2), to go on behind an event that is known already, if there is one. It
  /// holds the token and must not be logged.
  ///
  /// - Throws: If the token has characters that no URL can carry.
  public func operatorStream(
    since: (sequence: Int, epoch: String)?, token: String, isPresent: Bool = true
  ) throws(WebSocketURL.ParseError) -> WebSocketURL {
    let position = since.map { [("since", String($0.sequence)), ("epoch", $0.epoch)] } ?? []
    return try socket("/ws/operator", query: [("token", token)] + position + (isPresent ? [] : [Self.passive]))
  }

  /// The address of an operator's socket. It holds the token and must not be logged.
  ///
  /// - Throws: If the token has characters that no URL can carry.
  public func operatorSocket(
    dialogID: Int, token: String, isPresent: Bool = true
  ) throws(WebSocketURL.ParseError) -> WebSocketURL {
    try socket("/ws/dialogs/\(dialogID)", query: [("token", token)] + (isPresent ? [] : [Self.passive]))
  }
}

extension String {
  /// With everything but RFC 3986's unreserved characters percent-encoded: a query's or a form's value.
  var percentEncoded: String {
    var encoded = ""
    encoded.reserveCapacity(utf8.count)
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        encoded += byte < 16 ? "%0" : "%"
        encoded += String(byte, radix: 16, uppercase: true)
      }
    }
    return encoded
  }
}
