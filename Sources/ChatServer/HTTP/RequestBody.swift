import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// Reading what a client sent, with errors that say what is wrong.
extension Request {
  /// The body as JSON.
  ///
  /// - Throws: `APIError` 422 for one that is not JSON or lacks a field.
  func decodeJSON<Body: Decodable>(_ type: Body.Type = Body.self) async throws -> Body {
    let bytes = try await collectBody()
    do {
      return try JSONDecoder().decode(type, from: Data(bytes.readableBytesView))
    } catch let error as DecodingError {
      throw APIError.unprocessable(error.sentence)
    }
  }

  /// The body as JSON, or a default for a body that is empty: part 1 has calls whose body says nothing.
  func decodeJSON<Body: Decodable>(orEmpty body: Body) async throws -> Body {
    if headers[.contentLength] == "0" || (headers[.contentLength] == nil && headers[.transferEncoding] == nil) {
      return body
    }
    return try await decodeJSON()
  }

  /// The body as an HTML form.
  ///
  /// - Throws: `APIError` 422 for one that is no form or lacks a field.
  func decodeForm<Body: Decodable>(_ type: Body.Type = Body.self) async throws -> Body {
    let text = String(buffer: try await collectBody())
    do {
      return try URLEncodedFormDecoder().decode(type, from: text)
    } catch let error as DecodingError {
      throw APIError.unprocessable(error.sentence)
    }
  }

  /// `BodyMiddleware` has read it, and has seen to its length.
  private func collectBody() async throws -> ByteBuffer { try await body.collect(upTo: .max) }
}

extension DecodingError {
  /// What is wrong, by the field's name and never by its value: the value may be a password.
  fileprivate var sentence: String {
    switch self {
    case .keyNotFound(let key, let context):
      "Field '\(Self.path(context.codingPath + [key]))' is required"
    case .valueNotFound(_, let context):
      "Field '\(Self.path(context.codingPath))' must not be null"
    case .typeMismatch(_, let context):
      context.codingPath.isEmpty
        ? "The body must be an object" : "Field '\(Self.path(context.codingPath))' has the wrong type"
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      "Field '\(Self.path(context.codingPath))' is not valid"
    default:
      "The body is not valid JSON"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.map(\.stringValue).joined(separator: ".")
  }
}
