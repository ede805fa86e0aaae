import HTTPTypes
import Hummingbird
import NIOCore

/// Finds out where a request comes from, behind proxies too.
///
/// `X-Forwarded-For` is believed as far as it was written by proxies that the configuration names: from its end
/// backwards, each entry is vouched for by who is behind it, and the first address that is no trusted proxy is the
/// client's. What stands before that the client may have made up.
struct ClientAddress: Sendable {
  let trustedProxies: [AddressBlock]

  /// More proxies than this in a row are no proxies.
  private static let longestChain = 16

  /// The key of rate limits.
  ///
  /// - Parameter forwardedFor: the values of all `X-Forwarded-For` fields, in their order.
  func rateLimitKey(peer: SocketAddress?, forwardedFor: [String]) -> String {
    guard let address = IPAddress(peer) else { return peer == nil ? "unknown" : "local" }
    return client(peer: address, forwardedFor: forwardedFor).rateLimitKey
  }

  func client(peer: IPAddress, forwardedFor: [String]) -> IPAddress {
    guard isTrusted(peer), !forwardedFor.isEmpty else { return peer }
    let entries = forwardedFor.joined(separator: ",").split(separator: ",", omittingEmptySubsequences: false)
    var client = peer
    for entry in entries.reversed().prefix(Self.longestChain) {
      // An entry that is no address: who is behind it is the last that is known.
      guard let address = Self.address(in: entry) else { return client }
      client = address
      if !isTrusted(address) { return client }
    }
    return client
  }

  private func isTrusted(_ address: IPAddress) -> Bool {
    trustedProxies.contains { $0.contains(address) }
  }

  /// The address of an entry: some proxies add a port, and brackets around IPv6.
  private static func address(in entry: Substring) -> IPAddress? {
    let text = entry.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      return IPAddress(text[text.index(after: text.startIndex)..<end])
    }
    if let colon = text.firstIndex(of: ":"), text[text.index(after: colon)...].allSatisfy(\.isNumber),
      text[..<colon].contains(".")
    {
      return IPAddress(text[..<colon])
    }
    return IPAddress(text)
  }
}

extension HTTPField.Name {
  /// The de facto standard that RFC 7239 is to follow.
  static let xForwardedFor: HTTPField.Name? = HTTPField.Name("X-Forwarded-For")
}

/// Says to what is behind it where the request comes from.
struct ClientAddressMiddleware: RouterMiddleware {
  let addresses: ClientAddress

  func handle(
    _ request: Request, context: ChatRequestContext,
    next: (Request, ChatRequestContext) async throws -> Response
  ) async throws -> Response {
    let forwardedFor = HTTPField.Name.xForwardedFor.map { request.headers[values: $0] } ?? []
    var context = context
    context.peer = addresses.rateLimitKey(peer: context.remoteAddress, forwardedFor: forwardedFor)
    return try await next(request, context)
  }
}
