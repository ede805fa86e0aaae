/// One line of `GET /api/dialogs`: a conversation with what a list shows of it. Any field but the id may be missing.
public struct Dialog: Hashable, Sendable, Identifiable, Codable {
  /// The dialog's id.
  public var id: DialogID
  /// The account whose assistant or site it belongs to.
  public var userID: UserID?
  /// The assistant that answers in it.
  public var assistantID: Int?
  /// When it began.
  public var startedAt: Timestamp?
  /// When it ended, if it did.
  public var endedAt: Timestamp?
  /// When the last message was written.
  public var lastMessageAt: Timestamp?
  /// The last message; raw text.
  public var lastMessageText: String?
  /// The visitor's first name; raw text, like all the names.
  public var firstName: String?
  /// The visitor's last name.
  public var lastName: String?
  /// The visitor's name as one string.
  public var name: String?
  /// The visitor's id, a free string that the visitor's side chose.
  public var guestID: String?
  /// `web` or `telegram`.
  public var channelType: String?
  /// Where it stands between the AI and a human.
  public var handoffStatus: HandoffState
  /// When a human was asked for.
  public var handoffRequestedAt: Timestamp?
  /// When an operator took over.
  public var handoffStartedAt: Timestamp?
  /// When it was released or cancelled.
  public var handoffResolvedAt: Timestamp?
  /// Why a human was asked for; raw text.
  public var handoffReason: String?
  /// The operator who has it.
  public var assignedManagerID: UserID?
  /// Whether an operator has it (0/1 on the wire).
  public var isTakenOver: Bool?
  /// Whether the AI may answer (0/1 on the wire).
  public var autoResponse: Bool?
  /// Whether the visitor has a socket open; nil if the server does not say (part 2, Presence).
  public var visitorOnline: Bool?
  /// The operators who look at it now; nil if the server does not say.
  public var viewers: [Manager]?
  /// Up to which message the account that asks has read it (part 2, Receipts).
  public var lastRead: MessageID?
  /// Up to which message the visitor has read it.
  public var visitorLastRead: MessageID?
  /// Up to which message any operator has read what the visitor sees.
  public var operatorLastRead: MessageID?

  /// Makes a dialog of which only the id and the state are known; set what else there is.
  public init(id: DialogID, handoffStatus: HandoffState = .none) {
    self.id = id
    self.handoffStatus = handoffStatus
  }

  enum CodingKeys: String, CodingKey {
    case id, name
    case userID = "user_id"
    case assistantID = "assistant_id"
    case startedAt = "started_at"
    case endedAt = "ended_at"
    case lastMessageAt = "last_message_at"
    case lastMessageText = "last_message_text"
    case firstName = "first_name"
    case lastName = "last_name"
    case guestID = "guest_id"
    case channelType = "channel_type"
    case handoffStatus = "handoff_status"
    case handoffRequestedAt = "handoff_requested_at"
    case handoffStartedAt = "handoff_started_at"
    case handoffResolvedAt = "handoff_resolved_at"
    case handoffReason = "handoff_reason"
    case assignedManagerID = "assigned_manager_id"
    case isTakenOver = "is_taken_over"
    case autoResponse = "auto_response"
    case visitorOnline = "visitor_online"
    case viewers
    case lastRead = "last_read"
    case visitorLastRead = "visitor_last_read"
    case operatorLastRead = "operator_last_read"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let id = container.lenientInt(.id) else {
      throw DecodingError.dataCorruptedError(forKey: .id, in: container, debugDescription: "a dialog needs an id")
    }
    self.init(id: id, handoffStatus: container.lenient(HandoffState.self, .handoffStatus) ?? .none)
    userID = container.lenientInt(.userID)
    assistantID = container.lenientInt(.assistantID)
    startedAt = container.lenientTimestamp(.startedAt)
    endedAt = container.lenientTimestamp(.endedAt)
    lastMessageAt = container.lenientTimestamp(.lastMessageAt)
    lastMessageText = container.lenientString(.lastMessageText)
    firstName = container.lenientString(.firstName)
    lastName = container.lenientString(.lastName)
    name = container.lenientString(.name)
    guestID = container.lenientString(.guestID)
    channelType = container.lenientString(.channelType)
    handoffRequestedAt = container.lenientTimestamp(.handoffRequestedAt)
    handoffStartedAt = container.lenientTimestamp(.handoffStartedAt)
    handoffResolvedAt = container.lenientTimestamp(.handoffResolvedAt)
    handoffReason = container.lenientString(.handoffReason)
    assignedManagerID = container.lenientInt(.assignedManagerID)
    isTakenOver = container.lenientBool(.isTakenOver)
    autoResponse = container.lenientBool(.autoResponse)
    visitorOnline = container.lenientBool(.visitorOnline)
    viewers = container.lenient(LenientArray<Manager>.self, .viewers)?.elements
    lastRead = container.lenientInt(.lastRead)
    visitorLastRead = container.lenientInt(.visitorLastRead)
    operatorLastRead = container.lenientInt(.operatorLastRead)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encodeIfPresent(userID, forKey: .userID)
    try container.encodeIfPresent(assistantID, forKey: .assistantID)
    try container.encodeIfPresent(startedAt, forKey: .startedAt)
    try container.encodeIfPresent(endedAt, forKey: .endedAt)
    try container.encodeIfPresent(lastMessageAt, forKey: .lastMessageAt)
    try container.encodeIfPresent(lastMessageText, forKey: .lastMessageText)
    try container.encodeIfPresent(firstName, forKey: .firstName)
    try container.encodeIfPresent(lastName, forKey: .lastName)
    try container.encodeIfPresent(name, forKey: .name)
    try container.encodeIfPresent(guestID, forKey: .guestID)
    try container.encodeIfPresent(channelType, forKey: .channelType)
    try container.encode(handoffStatus, forKey: .handoffStatus)
    try container.encodeIfPresent(handoffRequestedAt, forKey: .handoffRequestedAt)
    try container.encodeIfPresent(handoffStartedAt, forKey: .handoffStartedAt)
    try container.encodeIfPresent(handoffResolvedAt, forKey: .handoffResolvedAt)
    try container.encodeIfPresent(handoffReason, forKey: .handoffReason)
    try container.encodeIfPresent(assignedManagerID, forKey: .assignedManagerID)
    // The contract has these two as 0/1, not as booleans.
    try container.encodeIfPresent(isTakenOver.map { $0 ? 1 : 0 }, forKey: .isTakenOver)
    try container.encodeIfPresent(autoResponse.map { $0 ? 1 : 0 }, forKey: .autoResponse)
    try container.encodeIfPresent(visitorOnline, forKey: .visitorOnline)
    try container.encodeIfPresent(viewers, forKey: .viewers)
    try container.encodeIfPresent(lastRead, forKey: .lastRead)
    try container.encodeIfPresent(visitorLastRead, forKey: .visitorLastRead)
    try container.encodeIfPresent(operatorLastRead, forKey: .operatorLastRead)
  }
}

/// One page of a list.
public struct Page<Item: Codable & Sendable>: Sendable, Codable {
  /// The items of this page.
  public var items: [Item]
  /// How many items there are on all pages.
  public var total: Int
  /// This page's number, from 1.
  public var page: Int
  /// How many pages there are.
  public var pages: Int
  /// How many items a page holds.
  public var limit: Int

  /// Makes a page; `pages` follows from `total` and `limit`.
  public init(items: [Item], total: Int, page: Int, limit: Int) {
    self.items = items
    self.total = total
    self.page = page
    self.limit = limit
    pages = limit > 0 ? (total + limit - 1) / limit : 0
  }

  enum CodingKeys: String, CodingKey { case items, total, page, pages, limit }

  /// Items that cannot be read are dropped; the numbers default to what the items imply.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    items = try container.decode(LenientArray<Item>.self, forKey: .items).elements
    total = container.lenientInt(.total) ?? items.count
    page = container.lenientInt(.page) ?? 1
    pages = container.lenientInt(.pages) ?? 1
    limit = container.lenientInt(.limit) ?? items.count
  }
}
