import Foundation

/// Where a model's chat completions are asked for.
struct ModelEndpoint: Sendable, Hashable {
  /// The URL of `POST …/chat/completions`.
  let url: String

  /// Nil for what is no `http` or `https` URL with a host, and for one with a user, a query or a fragment: a key does
  /// not belong into a URL, which is stored and logged.
  init?(baseURL: String) {
    guard let parts = URLComponents(string: baseURL), let scheme = parts.scheme?.lowercased(),
      scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty, parts.user == nil,
      parts.password == nil, parts.query == nil, parts.fragment == nil
    else { return nil }
    url = baseURL + (baseURL.hasSuffix("/") ? "" : "/") + "chat/completions"
  }
}
