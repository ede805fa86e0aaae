import ChatProtocol
import Hummingbird
import Logging
import NIOCore

/// What every request carries.
struct ChatRequestContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The other end of the connection.
  let remoteAddress: SocketAddress?
  /// The key of rate limits, once `ClientAddressMiddleware` has found out.
  var peer = "unknown"
  /// Who asks, once `BearerAuthentication` has found out.
  var user: User?
  /// The login of its token.
  var sessionID: SessionID?

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    remoteAddress = source.channel.remoteAddress
  }
}

/// What a request of a logged-in operator carries: in its routes there is always somebody.
struct OperatorRequestContext: ChildRequestContext {
  var coreContext: CoreRequestContextStorage
  let user: User
  /// The login of its token.
  let sessionID: SessionID?

  init(context: ChatRequestContext) throws {
    guard let user = context.user else { throw APIError.unauthorized("Not authenticated") }
    coreContext = context.coreContext
    self.user = user
    sessionID = context.sessionID
  }
}
