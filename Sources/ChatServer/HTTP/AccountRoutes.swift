import ChatProtocol
import HTTPTypes
import Hummingbird
import Logging

/// Logging in, and what an account can ask about itself (part 1, Accounts).
struct AccountRoutes: Sendable {
  let store: ChatStore
  let tokens: TokenService
  let passwords: Passwords
  let logins: LoginLimiter
  let now: @Sendable () -> Timestamp

  func add(to open: RouterGroup<ChatRequestContext>) {
    open.post("login", use: login)
    open.post("refresh-token", use: refresh)
  }

  func add(to operators: RouterGroup<OperatorRequestContext>) {
    operators.get("me") { _, context in JSONResponse(context.user.account) }
    operators.get("site-token", use: siteToken)
  }

  private struct Credentials: Decodable {
    let username: String
    let password: String
  }

  @Sendable private func login(_ request: Request, _ context: ChatRequestContext) async throws -> some ResponseGenerator
  {
    let credentials: Credentials =
      request.isForm ? try await request.decodeForm() : try await request.decodeJSON()
    try logins.spend(peer: context.peer, username: credentials.username)
    guard
      let user = try await store.authenticate(
        email: credentials.username, password: credentials.password, using: passwords)
    else {
      context.logger.notice("login refused", metadata: ["peer": "\(context.peer)"])
      throw APIError.unauthorized("The e-mail address or the password is wrong")
    }
    logins.refund(peer: context.peer, username: credentials.username)
    context.logger.info("login", metadata: ["user": "\(user.id)", "peer": "\(context.peer)"])
    return JSONResponse(try await tokens.issuePair(for: user, at: now()))
  }

  private struct Refresh: Decodable {
    let refreshToken: String

    enum CodingKeys: String, CodingKey { case refreshToken = "refresh_token" }
  }

  @Sendable private func refresh(_ request: Request, _ context: ChatRequestContext) async throws
    -> some ResponseGenerator
  {
    let body: Refresh = try await request.decodeJSON()
    do {
      let claims = try await tokens.verify(body.refreshToken, as: .refresh, at: now())
      guard let user = try await store.user(id: claims.userID) else { throw TokenError.invalid }
      return JSONResponse(
        AccountTokens(accessToken: try await tokens.issue(.access, for: user, at: now()), refreshToken: nil))
    } catch is TokenError {
      throw APIError.unauthorized("The refresh token is not valid")
    }
  }

  private struct SiteTokenAnswer: Encodable {
    let siteToken: String

    enum CodingKeys: String, CodingKey { case siteToken = "site_token" }
  }

  @Sendable private func siteToken(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let id = context.user.id
    if let token = try await store.latestSiteToken(ownerID: id) {
      return JSONResponse(SiteTokenAnswer(siteToken: token.token))
    }
    // The contract knows no account without one. It opens every domain until one with domains is made.
    return JSONResponse(SiteTokenAnswer(siteToken: try await store.addSiteToken(ownerID: id, at: now()).token))
  }
}

extension Request {
  /// Whether the body is an HTML form, as part 1 has the login.
  fileprivate var isForm: Bool {
    headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
  }
}
