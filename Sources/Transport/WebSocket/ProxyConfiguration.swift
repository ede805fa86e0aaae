/// Which proxy a connection goes through, as the environment says it.
///
/// `wss:` and `https:` go by `HTTPS_PROXY`, `ws:` and `http:` by `HTTP_PROXY`, both otherwise by `ALL_PROXY`, unless
/// `NO_PROXY` has the host: the same variables that curl reads for these schemes. Each may be written in lower case,
/// which wins. WebSockets are tunnelled by CONNECT, `ws:` too. An empty variable means no proxy.
public struct ProxyConfiguration: Hashable, Sendable {
  /// A variable that cannot be understood.
  public struct VariableError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Its name.
    public let variable: String
    /// What is wrong with it.
    public let reason: Proxy.ParseError

    /// A sentence for a person, without the password.
    public var description: String { "\(variable): \(reason)" }
  }

  /// For `ws:` and `http:`.
  public var plain: Proxy?
  /// For `wss:` and `https:`.
  public var secure: Proxy?
  /// The hosts that are reached without a proxy.
  public var exceptions = NoProxyList("")

  /// No proxy.
  public init() {}

  /// What the variables of an environment say.
  ///
  /// - Throws: `VariableError` for a proxy that cannot be used: to go round it in silence could betray who was to be
  ///   hidden behind it.
  public init(environment: [String: String]) throws(VariableError) {
    func proxy(_ names: String...) throws(VariableError) -> Proxy? {
      for name in names {
        guard let text = environment[name] else { continue }
        guard !text.isEmpty else { return nil }
        do { return try Proxy(text) } catch { throw VariableError(variable: name, reason: error) }
      }
      return nil
    }
    // A CGI program gets the header `Proxy` of whoever asks as HTTP_PROXY (httpoxy.org).
    let http = environment["REQUEST_METHOD"] == nil ? "HTTP_PROXY" : "http_proxy"
    plain = try proxy("http_proxy", http, "all_proxy", "ALL_PROXY")
    secure = try proxy("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    exceptions = NoProxyList(environment["no_proxy"] ?? environment["NO_PROXY"] ?? "")
  }

  /// The proxy for a connection to a host; nil for none.
  public func proxy(forHost host: String, port: Int, isSecure: Bool) -> Proxy? {
    guard let proxy = isSecure ? secure : plain, !exceptions.contains(host: host, port: port) else { return nil }
    return proxy
  }
}
