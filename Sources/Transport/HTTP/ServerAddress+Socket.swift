extension ServerAddress {
  /// The parameter of an operator's socket that tells the server that nobody is there: what it shows is looked at by a
  /// program, or by somebody who only looks on. Servers that do not know it ignore it.
  public static let passive: (name: String, value: String) = ("passive", "1")

  /// The address of any of the server's sockets.
  ///
  /// - Parameters:
  ///   - path: Behind the server's prefix, such as `/ws/operator`, with or without a query.
  ///   - query: What is added to the query, percent-encoded here. With a token in it the address must not be logged.
  /// - Throws: If the path has characters that no URL can carry.
  public func socket(
    _ path: String, query: [(name: String, value: String)] = []
  ) throws(WebSocketURL.ParseError) -> WebSocketURL {
    var target = pathPrefix + path
    for (name, value) in query {
      target += (target.contains("?") ? "&" : "?") + name.percentEncoded + "=" + value.percentEncoded
    }
    return try WebSocketURL((isSecure ? "wss://" : "ws://") + authority + target)
  }

  /// Whether an address of a socket is of this server: the same scheme, host and port, and below its prefix. Only there
  /// may its token go.
  public func owns(_ url: WebSocketURL) -> Bool {
    guard let own = try? socket("/"), own.hasSameOrigin(as: url) else { return false }
    return pathPrefix.isEmpty || url.target == pathPrefix || url.target.hasPrefix(pathPrefix + "/")
  }
}
