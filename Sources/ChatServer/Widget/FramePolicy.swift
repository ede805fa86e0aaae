/// The Content-Security-Policy headers of the widget's pages.
///
/// Nothing may run or style a page but the server's own files, and no text can become markup: the pages may not turn
/// strings into HTML at all (Trusted Types), so even a mistake in a script of ours would inject nothing.
enum FramePolicy {
  /// Which pages may show the frame.
  enum Ancestors: Hashable, Sendable {
    /// Any: an assistant's id has no domains.
    case all
    /// Those of the token's domains and of the ones below them; none means any.
    case domains([String])
  }

  /// The policy of the chat itself.
  ///
  /// - Parameter host: the request's `Host`; sockets may be opened to it alone.
  static func frame(_ ancestors: Ancestors, host: String?) -> String {
    // Not every browser takes a socket of its own origin for 'self'.
    let sockets = host.flatMap(socketSources) ?? ""
    return base + "; connect-src 'self'\(sockets); frame-ancestors " + sources(ancestors)
      + "; require-trusted-types-for 'script'; trusted-types 'none'"
  }

  /// The policy of the demonstration page, which shows the chat in a frame as a customer's page does.
  static let demo = base + "; frame-src 'self'; frame-ancestors 'none'"

  private static let base =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"

  private static func sources(_ ancestors: Ancestors) -> String {
    switch ancestors {
    case .all, .domains([]): "*"
    case .domains(let domains):
      // A source with http matches https as well (CSP 3, section 6.7.2.9). The server's own demo page may always.
      "'self' " + domains.map { "http://\($0):* http://*.\($0):*" }.joined(separator: " ")
    }
  }

  /// The socket origins of a host; nil for one that a policy cannot name, as an IPv6 address. What is not a plain host
  /// and port never gets into a header.
  private static func socketSources(_ host: String) -> String? {
    guard !host.isEmpty, host.utf8.count <= 300, host.wholeMatch(of: /[A-Za-z0-9.\-]+(?::[0-9]{1,5})?/) != nil else {
      return nil
    }
    return " ws://\(host) wss://\(host)"
  }
}
