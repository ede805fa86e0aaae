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
