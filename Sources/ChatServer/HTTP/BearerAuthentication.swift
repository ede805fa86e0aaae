import HTTPTypes
import Hummingbird

/// Lets only operators with a good access token through, and says who it is.
struct BearerAuthentication: RouterMiddleware {
  private static let passive = HTTPField.Name("X-ChatAI-Passive")

  let access: AccessControl
  /// Told of every operator that is seen.
  let operators: Operators

  func handle(
    _ request: Request, context: ChatRequestContext,
    next: (Request, ChatRequestContext) async throws -> Response
  ) async throws -> Response {
    guard let token = AccessControl.bearerToken(in: request.headers[.authorization]) else {
      throw APIError.unauthorized("Not authenticated")
    }
    var context = context
    do {
      let (user, claims) = try await access.authenticate(token)
      context.user = user
      context.sessionID = claims.sessionID
    } catch AccessControl.Refusal.expired {
      throw APIError.unauthorized("The token has expired")
    } catch AccessControl.Refusal.bad {
      throw APIError.unauthorized("The token is not valid")
    }
    // A program that only looks says so: it is no sign that its operator is there.
    let isPassive = Self.passive.map { request.headers[$0] == "1" } ?? false
    if let user = context.user, !isPassive { operators.handle(.requestSeen(user.id)) }
    return try await next(request, context)
  }
}
