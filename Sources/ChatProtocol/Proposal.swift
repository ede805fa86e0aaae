/// What became of a proposal.
public enum ProposalState: String, Hashable, Sendable, Codable, CaseIterable {
  /// It waits for an operator.
  case open
  /// An operator sent it as it was.
  case approved
  /// An operator sent it with other words.
  case edited
  /// An operator does not want it.
  case rejected
  /// The conversation has gone on without it.
  case stale
}

/// An answer of the AI that an operator is to approve, edit or reject. No visitor ever sees it.
public struct Proposal: Hashable, Sendable, Identifiable {
  /// Unique on its server, rising.
  public var id: Int
  /// The dialog it is for.
  public var dialogID: DialogID
  /// The visitor's newest message that it answers.
  public var messageID: MessageID
  /// What the AI would say; raw text.
  public var text: String
  /// What became of it.
  public var state: ProposalState
  /// When the AI made it.
  public var createdAt: Timestamp?
  /// The operator who decided.
  public var decidedBy: UserID?
  /// Why it was rejected; raw text.
  public var reason: String?

  /// Makes a proposal of its parts.
  public init(
    id: Int, dialogID: DialogID, messageID: MessageID, text: String, state: ProposalState, createdAt: Timestamp?,
    decidedBy: UserID? = nil, reason: String? = nil
  ) {
    self.id = id
    self.dialogID = dialogID
    self.messageID = messageID
    self.text = text
    self.state = state
    self.createdAt = createdAt
    self.decidedBy = decidedBy
    self.reason = reason
  }
}

extension Proposal: Codable {
  enum CodingKeys: String, CodingKey {
    case id, text, state, reason
    case dialogID = "dialog_id"
    case messageID = "message_id"
    case createdAt = "created_at"
    case decidedBy = "decided_by"
  }
}
