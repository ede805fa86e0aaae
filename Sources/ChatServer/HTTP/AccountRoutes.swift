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
  let rooms: Rooms
  let now: @Sendable () -> Timestamp

  func add(to open: RouterGroup<ChatRequestContext>) {
    open.post("login", use: login)
    open.post("refresh-token", use: refresh)
  }

  func add(to operators: RouterGroup<OperatorRequestContext>) {
    operators.post("logout", use: logOut)
    operators.get("me") { _, context in JSONResponse(context.user.account) }
    operators.get("site-token", use: siteToken)
    operators.post("site-token/rotate", use: rotateSiteToken)
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
    do {
      guard
        let (user, hash) = try await store.check(
          email: credentials.username, password: credentials.password, using: passwords)
      else { throw StoreError.unknownUser }
      let session = try await store.beginSession(
        userID: user.id, tokenID: TokenService.makeTokenID(), passwordHash: hash, at: now())
      logins.refund(peer: context.peer, username: credentials.username)
      context.logger.info("login", metadata: ["user": "\(user.id)", "peer": "\(context.peer)"])
      return JSONResponse(try await tokens.issuePair(for: user, session: session, at: now()))
    } catch StoreError.unknownUser {
      context.logger.notice("login refused", metadata: ["peer": "\(context.peer)"])
      throw APIError.unauthorized("The e-mail address or the password is wrong")
    }
  }

  private struct Refresh: Decodable {
    let refreshToken: String

    enum CodingKeys: String, CodingKey { case refreshToken = "refresh_token" }
  }

  @Sendable private func refresh(_ request: Request, _ context: ChatRequestContext) async throws
    -> some ResponseGenerator
  {
    let body: Refresh = try await request.decodeJSON()
    let refused = APIError.unauthorized("The refresh token is not valid")
    guard let claims = try? await tokens.verify(body.refreshToken, as: .refresh, at: now()),
      let sessionID = claims.sessionID, let tokenID = claims.tokenID,
      let user = try await store.user(id: claims.userID)
    else { throw refused }
    let outcome = try await store.refreshSession(
      id: sessionID, userID: user.id, tokenID: tokenID, next: TokenService.makeTokenID(), at: now())
    switch outcome {
    case .goesOn(let session):
      return JSONResponse(try await tokens.issuePair(for: user, session: session, at: now()))
    case .endedByReuse:
      context.logger.warning(
        "a refresh token was used twice; its login was ended",
        metadata: ["user": "\(user.id)", "session": "\(sessionID)", "peer": "\(context.peer)"])
      rooms.end(sessionID)
      throw refused
    case .unknown:
      throw refused
    }
  }

  /// Ends the login of the token: its refresh token, its access tokens and the sockets that they opened.
  @Sendable private func logOut(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> Response {
    if let sessionID = context.sessionID {
      try await store.endSession(id: sessionID)
      rooms.end(sessionID)
      context.logger.info("logout", metadata: ["user": "\(context.user.id)", "session": "\(sessionID)"])
    }
    return Response(status: .noContent)
  }

  fileprivate struct SiteTokenAnswer: Encodable {
    let siteToken: String

    enum CodingKeys: String, CodingKey { case siteToken = "site_token" }
  }

  @Sendable private func siteToken(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let id = context.user.id
    if let token = try await store.latestSiteToken(ownerID: id, at: now()) {
      return JSONResponse(SiteTokenAnswer(siteToken: token.token))
    }
    // The contract knows no account without one. It opens every domain until one with domains is made.
    return JSONResponse(SiteTokenAnswer(siteToken: try await store.addSiteToken(ownerID: id, at: now()).token))
  }
}

extension AccountRoutes {
  private struct Rotation: Decodable {
    /// How long the old tokens stay good, in seconds.
    var graceSeconds: Int?

    enum CodingKeys: String, CodingKey { case graceSeconds = "grace_seconds" }
  }

  /// The longest time that old site tokens are kept for, in seconds: a year.
  private static let longestGrace = 366 * 86_400

  @Sendable private func rotateSiteToken(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let grace = try await request.decodeJSON(orEmpty: Rotation()).graceSeconds ?? 0
    guard (0...Self.longestGrace).contains(grace) else {
      throw APIError.unprocessable("Field 'grace_seconds' must be from 0 to \(Self.longestGrace)")
    }
    let token = try await store.rotateSiteToken(ownerID: context.user.id, grace: .seconds(grace), at: now())
    context.logger.notice("site token rotated", metadata: ["user": "\(context.user.id)", "grace": "\(grace)"])
    return JSONResponse(SiteTokenAnswer(siteToken: token.token))
  }
}

extension Request {
  /// Whether the body is an HTML form, as part 1 has the login.
  fileprivate var isForm: Bool {
    headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
  }
}
