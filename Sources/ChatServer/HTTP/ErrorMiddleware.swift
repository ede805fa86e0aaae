import ChatProtocol
import HTTPTypes
import Hummingbird
import Logging

/// Turns whatever a route throws into an answer of the protocol's shape, and logs each request.
///
/// The log has the path without its query: that is where visitors' and sockets' tokens stand.
struct ErrorMiddleware: RouterMiddleware {
  let metrics: ServerMetrics

  func handle(
    _ request: Request, context: ChatRequestContext,
    next: (Request, ChatRequestContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    var response: Response
    do {
      response = try await next(request, context)
    } catch {
      let error = Self.apiError(for: error, logger: context.logger)
      if error.isRefusal {
        context.logger.notice(
          "request refused",
          metadata: [
            "method": "\(request.method)", "path": "\(request.uri.path)", "status": "\(error.status.code)",
            "detail": "\(error.detail)", "peer": "\(context.peer)",
          ])
      }
      response = try error.response(from: request, context: context)
    }
    let duration = start.duration(to: .now)
    metrics.request(status: response.status.code, took: duration)
    context.logger.debug(
      "request",
      metadata: [
        "method": "\(request.method)", "path": "\(request.uri.path)", "status": "\(response.status.code)",
        "ms": "\(duration / .milliseconds(1))",
      ])
    return response
  }

  private static func apiError(for error: any Error, logger: Logger) -> APIError {
    switch error {
    case let error as APIError:
      return error
    case let error as HandoffConflict:
      return .conflict(error.description.sentence)
    case StoreError.unknownDialog:
      return .dialogNotFound
    case let error as StoreError:
      return .unprocessable(error.description.sentence)
    case let error as any HTTPResponseError:
      // Hummingbird's own: no such route, a body that broke off.
      return APIError(status: error.status, detail: error.status.reasonPhrase)
    default:
      // What happened is for the log; to a stranger it could tell of the database.
      logger.error("request failed", metadata: ["error": "\(error)"])
      return APIError(status: .internalServerError, detail: "Internal server error")
    }
  }
}

extension APIError {
  /// Whether a limit or a right stood in the way, which whoever runs the server wants to see; not for what is every
  /// day's, a token that has run out or a path that is not there.
  fileprivate var isRefusal: Bool {
    switch status {
    case .forbidden, .requestTimeout, .contentTooLarge, .tooManyRequests: true
    default: false
    }
  }

  /// One answer for a dialog that does not exist and for one that is somebody else's.
  static let dialogNotFound = APIError.notFound("Dialog not found")
}

extension String {
  /// With a capital at the head; the first word may be a field's name, then it stays.
  fileprivate var sentence: String {
    contains(":") ? self : prefix(1).uppercased() + dropFirst()
  }
}
