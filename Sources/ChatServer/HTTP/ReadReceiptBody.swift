import ChatProtocol
import Hummingbird

/// The body of `POST …/read`, for operators and visitors alike (part 2, Receipts).
struct ReadReceiptBody: Decodable {
  let messageID: MessageID

  enum CodingKeys: String, CodingKey { case messageID = "message_id" }

  /// Up to where the dialog is read now: it never goes back.
  struct Answer: Encodable {
    let dialogID: DialogID
    let lastRead: MessageID

    enum CodingKeys: String, CodingKey {
      case dialogID = "dialog_id"
      case lastRead = "last_read"
    }
  }
}
