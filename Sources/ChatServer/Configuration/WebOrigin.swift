import FoundationEssentials

/// The origin of a web page (RFC 6454): scheme, host and port, as a browser writes it into `Origin`.
public struct WebOrigin: Sendable, Hashable, CustomStringConvertible {
  /// Serialised (RFC 6454, section 6.1): lower case, the scheme's own port left out.
  public let description: String

  /// Reads `https://host` or `http://host:port`; nil for anything else, `null` and addresses with a path included.
  public init?(_ text: String) {
    guard text.utf8.count <= 300, let url = URL(string: text.lowercased()), let scheme = url.scheme,
      let defaultPort = ["http": 80, "https": 443][scheme], let host = url.host(), !host.isEmpty,
      url.path().isEmpty || url.path() == "/", url.query() == nil, url.fragment() == nil, url.user() == nil
    else { return nil }
    let authority = host.contains(":") ? "[\(host)]" : host
    let port = url.port.flatMap { $0 == defaultPort ? nil : ":\($0)" } ?? ""
    description = "\(scheme)://\(authority)\(port)"
  }
}
