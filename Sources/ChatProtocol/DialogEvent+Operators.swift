/// The events that only operators are told, but for receipts, which visitors are told as well (part 2).
extension DialogEvent {
  private enum WireKeys: String, CodingKey {
    case by, sender, status, viewers, dialog, manager
    case operatorKey = "operator"
    case dialogID = "dialog_id"
    case messageID = "message_id"
  }

  private enum Presence: String, Codable {
    case online, offline
  }

  /// - Throws: if it is another event, or lacks what makes it one of these.
  init(operatorEvent type: String, from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: WireKeys.self)
    switch type {
    case "receipt":
      guard let messageID = container.lenientInt(.messageID), let dialogID = container.lenientInt(.dialogID) else {
        throw DecodingError.dataCorruptedError(
          forKey: .messageID, in: container, debugDescription: "a receipt needs a message and a dialog")
      }
      self = .receipt(
        messageID, dialogID: dialogID, by: Sender(wireName: container.lenientString(.by)),
        manager: container.lenient(Manager.self, .manager))
    case "presence":
      if let manager = container.lenient(Manager.self, .operatorKey) {
        self = .operatorPresence(manager, try container.decode(OperatorStatus.self, forKey: .status))
      } else {
        self = .visitorPresence(try container.decode(Presence.self, forKey: .status) == .online)
      }
    case "viewing":
      self = .viewing(try container.decode(LenientArray<Manager>.self, forKey: .viewers).elements)
    case "dialog_updated":
      self = .dialogUpdated(try container.decode(Dialog.self, forKey: .dialog))
    default:
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "not an operators' event"))
    }
  }

  /// What such an event has besides its type.
  func encodeOperatorEvent(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: WireKeys.self)
    switch self {
    case .operatorTyping(_, let manager):
      try container.encode(Sender.manager, forKey: .sender)
      try container.encode(manager, forKey: .by)
    case .receipt(let messageID, let dialogID, let sender, let manager):
      try container.encode(messageID, forKey: .messageID)
      try container.encode(dialogID, forKey: .dialogID)
      try container.encode(sender, forKey: .by)
      try container.encodeIfPresent(manager, forKey: .manager)
    case .visitorPresence(let isOnline):
      try container.encode(Sender.user, forKey: .sender)
      try container.encode(isOnline ? Presence.online : .offline, forKey: .status)
    case .operatorPresence(let manager, let status):
      try container.encode(manager, forKey: .operatorKey)
      try container.encode(status, forKey: .status)
    case .viewing(let viewers):
      try container.encode(viewers, forKey: .viewers)
    case .dialogUpdated(let dialog):
      try container.encode(dialog, forKey: .dialog)
    case .typingStarted, .typingStopped, .handoff, .handoffOverdue, .proposal, .other:
      break
    }
  }
}
