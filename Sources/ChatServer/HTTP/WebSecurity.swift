import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging

/// The headers that tell a browser what it must not do with our answers. A route that needs others sets its own.
struct SecurityHeaders: RouterMiddleware {
  /// An answer of the API is data: it runs nothing, loads nothing and is shown in nobody's frame.
  private static let defaults: [(HTTPField.Name, String)] =
    [
      (.xContentTypeOptions, "nosniff"),
      (.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'"),
    ] + named("Referrer-Policy", "no-referrer")  // addresses hold visitors' tokens

  /// A field that the library has no constant for.
  private static func named(_ name: String, _ value: String) -> [(HTTPField.Name, String)] {
    HTTPField.Name(name).map { [($0, value)] } ?? []
  }

  func handle(
    _ request: Request, context: ChatRequestContext,
    next: (Request, ChatRequestContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    for (name, value) in Self.defaults where response.headers[name] == nil { response.headers[name] = value }
    return response
  }
}

/// Lets pages of other origins call the API (the Fetch standard's CORS protocol): those that the configuration lists,
/// and for a site token's routes those of the token's domains. No cookies are involved: whoever calls has a token.
struct CrossOriginAccess: RouterMiddleware {
  let origins: Set<WebOrigin>
  let visitors: VisitorAccess

  func handle(
    _ request: Request, context: ChatRequestContext,
    next: (Request, ChatRequestContext) async throws -> Response
  ) async throws -> Response {
    guard request.uri.path.hasPrefix("/api/"), let origin = request.headers[.origin] else {
      return try await next(request, context)
    }
    let isAllowed = await isAllowed(origin, for: request)
    let isPreflight = request.method == .options && request.headers[.accessControlRequestMethod] != nil
    var response: Response
    if isPreflight {
      response = Response(status: isAllowed ? .noContent : .forbidden)
      if isAllowed {
        response.headers[.accessControlAllowMethods] = "GET, POST"
        response.headers[.accessControlAllowHeaders] = "authorization, content-type"
        response.headers[.accessControlMaxAge] = "600"
      } else {
        context.logger.notice("preflight refused", metadata: ["peer": "\(context.peer)", "status": "403"])
      }
    } else {
      response = try await next(request, context)
    }
    // With or without leave: what a cache keeps for one origin is not for another.
    response.headers[.vary] = "Origin"
    if isAllowed {
      response.headers[.accessControlAllowOrigin] = origin
      response.headers[.accessControlExposeHeaders] = "Retry-After"
    }
    return response
  }

  private func isAllowed(_ origin: String, for request: Request) async -> Bool {
    if let origin = WebOrigin(origin), origins.contains(origin) { return true }
    guard request.uri.path.hasPrefix("/api/site/") else { return false }
    // A token without domains is for all; the route itself refuses an unknown one.
    return (try? await visitors.siteAllows(QueryReader(request.uri), origin: origin)) ?? false
  }
}
