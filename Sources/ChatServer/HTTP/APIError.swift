import FoundationEssentials
import HTTPTypes
import Hummingbird

/// An answer that is not a success, in the protocol's shape: `{"detail": "<sentence>"}`.
///
/// What is unknown and what is forbidden must look alike to a stranger: use `notFound` for both.
struct APIError: HTTPResponseError, Hashable {
  let status: HTTPResponse.Status
  let detail: String
  var headers: HTTPFields = [:]

  /// 401, with the challenge that RFC 9110, section 11.6.1 asks for.
  static func unauthorized(_ detail: String) -> APIError {
    APIError(status: .unauthorized, detail: detail, headers: [.wwwAuthenticate: "Bearer"])
  }

  static func forbidden(_ detail: String) -> APIError { APIError(status: .forbidden, detail: detail) }

  static func notFound(_ detail: String) -> APIError { APIError(status: .notFound, detail: detail) }

  static func conflict(_ detail: String) -> APIError { APIError(status: .conflict, detail: detail) }

  static func unprocessable(_ detail: String) -> APIError {
    APIError(status: .unprocessableContent, detail: detail)
  }

  /// 429, with the seconds to wait, rounded up.
  static func tooManyRequests(retryAfter: Duration, _ detail: String) -> APIError {
    APIError(
      status: .tooManyRequests, detail: detail, headers: [.retryAfter: String(retryAfter.wholeSecondsRoundedUp)])
  }

  func response(from request: Request, context: some RequestContext) throws -> Response {
    try JSONResponse(ErrorBody(detail: detail), status: status, headers: headers)
      .response(from: request, context: context)
  }

  private struct ErrorBody: Encodable {
    let detail: String
  }
}

extension Duration {
  /// For `Retry-After`, which has no fractions: at least 1.
  var wholeSecondsRoundedUp: Int64 {
    max(1, components.attoseconds > 0 ? components.seconds + 1 : components.seconds)
  }
}

/// A JSON answer.
struct JSONResponse<Body: Encodable>: ResponseGenerator {
  let body: Body
  let status: HTTPResponse.Status
  let headers: HTTPFields

  init(_ body: Body, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
    self.body = body
    self.status = status
    self.headers = headers
  }

  func response(from request: Request, context: some RequestContext) throws -> Response {
    Response(json: ByteBuffer(bytes: try WireJSON.encoder().encode(body)), status: status, headers: headers)
  }
}

extension Response {
  /// An answer of JSON that is written already.
  init(json bytes: ByteBuffer, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
    var headers = headers
    headers[.contentType] = "application/json"
    headers[.contentLength] = String(bytes.readableBytes)
    // Histories, names and tokens: nothing here is for a cache on the way.
    headers[.cacheControl] = "no-store"
    self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
  }
}
