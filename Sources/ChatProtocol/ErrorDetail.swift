import FoundationEssentials

/// The sentence in an error's body, whatever its shape (part 1, Conventions): `detail` as a string, as an object
/// (`{"error","message","field"}`) or as an array (`[{"loc","msg"}]`); `{"error": …}`; or no JSON at all.
public struct ErrorDetail: Hashable, Sendable, CustomStringConvertible {
  /// One line for a person; raw text of the server.
  public var description: String
  /// The field it is about, if the server named one.
  public var field: String?

  /// Makes a detail of a sentence of our own.
  public init(_ description: String, field: String? = nil) {
    self.description = description
    self.field = field
  }

  /// Reads a response's body. Anything that has no readable sentence becomes `HTTP <status>`.
  public init(body: [UInt8], status: Int) {
    if let detail = try? JSONDecoder().decode(Body.self, from: Data(body)).detail, !detail.description.isEmpty {
      self = detail
    } else {
      self.init("HTTP \(status)")
    }
  }

  private struct Body: Decodable {
    let detail: ErrorDetail?

    enum CodingKeys: String, CodingKey { case detail, error, message }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      if let text = container.lenientString(.detail) ?? container.lenientString(.error)
        ?? container.lenientString(.message)
      {
        detail = ErrorDetail(text)
      } else if let object = container.lenient(Fields.self, .detail), let text = object.text {
        detail = ErrorDetail(text, field: object.field)
      } else if let list = container.lenient(LenientArray<Fields>.self, .detail)?.elements, !list.isEmpty {
        detail = ErrorDetail(
          list.compactMap(\.text).joined(separator: "; "), field: list.lazy.compactMap(\.field).first)
      } else {
        detail = nil
      }
    }
  }

  /// One problem: FastAPI's `{"loc": ["body", "text"], "msg": …}` or `{"error", "message", "field"}`.
  private struct Fields: Decodable {
    let text: String?
    let field: String?

    enum CodingKeys: String, CodingKey { case error, message, msg, field, loc }

    private struct Location: Decodable {
      let name: String
      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        name = try (try? container.decode(String.self)) ?? String(container.decode(Int.self))
      }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      text = container.lenientString(.message) ?? container.lenientString(.msg) ?? container.lenientString(.error)
      field = container.lenientString(.field) ?? container.lenient([Location].self, .loc)?.last?.name
    }
  }
}
