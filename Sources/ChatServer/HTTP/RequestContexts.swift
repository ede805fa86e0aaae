import ChatProtocol
import Glibc
import Hummingbird
import Logging
import NIOCore

/// What every request carries.
struct ChatRequestContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The key of rate limits.
  let peer: String
  /// Who asks, once `BearerAuthentication` has found out.
  var user: User?

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    peer = source.channel.remoteAddress.rateLimitKey
  }
}

/// What a request of a logged-in operator carries: in its routes there is always somebody.
struct OperatorRequestContext: ChildRequestContext {
  var coreContext: CoreRequestContextStorage
  let user: User

  init(context: ChatRequestContext) throws {
    guard let user = context.user else { throw APIError.unauthorized("Not authenticated") }
    coreContext = context.coreContext
    self.user = user
  }
}

extension SocketAddress? {
  /// What one client's connections have in common: the IPv4 address, or the /64 network of an IPv6 one, since a
  /// single host commands all of a /64.
  var rateLimitKey: String {
    switch self {
    case .some(let address) where address.protocol == .inet6:
      address.withSockAddr { pointer, size in
        // sockaddr_in6: family, port and flow label, then the address (RFC 3493, section 3.3).
        let bytes = Array(UnsafeRawBufferPointer(start: pointer, count: size)[8..<24])
        // An IPv4 client of a socket that takes both (RFC 4291, section 2.5.5.2) has its address at the end.
        let isMappedIPv4 = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMappedIPv4
          ? bytes[12...].map { String($0) }.joined(separator: ".")
          : bytes[..<8].map { String($0, radix: 16) }.joined(separator: ":") + "/64"
      }
    case .some(let address): address.ipAddress ?? "local"
    case nil: "unknown"
    }
  }
}
