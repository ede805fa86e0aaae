import ChatProtocol

/// The body of `POST …/messages`, for operators and visitors alike.
///
/// Its `sender` is not even read: who writes follows from the route and its token.
struct NewMessageBody: Decodable {
  let text: String
  let clientID: String?

  enum CodingKeys: String, CodingKey {
    case text
    case clientID = "client_id"
  }
}

/// What operators may say besides. A visitor's body is never asked for it.
struct OperatorMessageBody: Decodable {
  let message: NewMessageBody
  let kind: MessageKind
  let ifLastID: MessageID?

  enum CodingKeys: String, CodingKey {
    case kind
    case ifLastID = "if_last_id"
  }

  /// Strict: a kind that is not understood must not make of a note what a visitor sees.
  init(from decoder: any Decoder) throws {
    message = try NewMessageBody(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kind = try container.decodeIfPresent(MessageKind.self, forKey: .kind) ?? .message
    ifLastID = try container.decodeIfPresent(MessageID.self, forKey: .ifLastID)
  }
}
