/// The answer of `POST …/read` (part 2, Receipts): up to where a dialog is read now, which never goes back.
public struct ReadAnswer: Hashable, Sendable, Codable {
  /// The dialog.
  public var dialogID: DialogID?
  /// The newest message that was read.
  public var lastRead: MessageID?

  enum CodingKeys: String, CodingKey {
    case dialogID = "dialog_id"
    case lastRead = "last_read"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    dialogID = container.lenientInt(.dialogID)
    lastRead = container.lenientInt(.lastRead)
  }
}
