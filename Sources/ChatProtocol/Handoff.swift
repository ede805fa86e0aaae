/// Where a dialog stands between the AI and a human: `none → requested → active → released`;
/// `requested → cancelled`; `released`/`cancelled → requested`.
public enum HandoffState: Hashable, Sendable {
  /// The AI answers.
  case none
  /// A human was asked for and has not come yet. The AI is silent.
  case requested
  /// An operator has the dialog. The AI is silent.
  case active
  /// The operator gave the dialog back to the AI.
  case released
  /// The request was withdrawn.
  case cancelled
  /// A state that this version does not know, kept as it came.
  case other(String)
}

extension HandoffState: Codable {
  /// Reads a wire name. Every name is accepted.
  public init(wireName: String) {
    switch wireName {
    case "none", "": self = .none
    case "requested": self = .requested
    case "active": self = .active
    case "released": self = .released
    case "cancelled": self = .cancelled
    default: self = .other(wireName)
    }
  }

  /// The name on the wire.
  public var wireName: String {
    switch self {
    case .none: "none"
    case .requested: "requested"
    case .active: "active"
    case .released: "released"
    case .cancelled: "cancelled"
    case .other(let name): name
    }
  }

  /// Whether the AI must not answer.
  public var silencesAssistant: Bool {
    self == .requested || self == .active
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    self.init(wireName: (try? container.decode(String.self)) ?? "none")
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wireName)
  }
}

/// An operator as others see them.
public struct Manager: Hashable, Sendable, Codable {
  /// The operator's account.
  public var id: UserID
  /// The name to show; raw text.
  public var name: String?

  /// Makes a manager of its parts.
  public init(id: UserID, name: String?) {
    self.id = id
    self.name = name
  }

  enum CodingKeys: String, CodingKey { case id, name }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let id = container.lenientInt(.id) else {
      throw DecodingError.dataCorruptedError(forKey: .id, in: container, debugDescription: "a manager needs an id")
    }
    self.init(id: id, name: container.lenientString(.name))
  }
}

/// The answer of the hand-off routes.
public struct HandoffStatus: Hashable, Sendable, Codable {
  /// Where the dialog stands.
  public var status: HandoffState
  /// Who has it, while `active`.
  public var assignedManager: Manager?
  /// When a human was asked for.
  public var requestedAt: Timestamp?
  /// When an operator took over.
  public var startedAt: Timestamp?
  /// When it was released or cancelled.
  public var resolvedAt: Timestamp?
  /// Why a human was asked for; raw text.
  public var reason: String?
  /// The place in the queue, from 1.
  public var queuePosition: Int?
  /// The wait that the server expects, in minutes.
  public var estimatedWaitMinutes: Double?

  /// Makes a status; everything but the state may be left out.
  public init(
    status: HandoffState, assignedManager: Manager? = nil, requestedAt: Timestamp? = nil,
    startedAt: Timestamp? = nil, resolvedAt: Timestamp? = nil, reason: String? = nil,
    queuePosition: Int? = nil, estimatedWaitMinutes: Double? = nil
  ) {
    self.status = status
    self.assignedManager = assignedManager
    self.requestedAt = requestedAt
    self.startedAt = startedAt
    self.resolvedAt = resolvedAt
    self.reason = reason
    self.queuePosition = queuePosition
    self.estimatedWaitMinutes = estimatedWaitMinutes
  }

  enum CodingKeys: String, CodingKey {
    case status, reason
    case assignedManager = "assigned_manager"
    case requestedAt = "requested_at"
    case startedAt = "started_at"
    case resolvedAt = "resolved_at"
    case queuePosition = "queue_position"
    case estimatedWaitMinutes = "estimated_wait_minutes"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      status: container.lenient(HandoffState.self, .status) ?? .none,
      assignedManager: container.lenient(Manager.self, .assignedManager),
      requestedAt: container.lenientTimestamp(.requestedAt),
      startedAt: container.lenientTimestamp(.startedAt),
      resolvedAt: container.lenientTimestamp(.resolvedAt),
      reason: container.lenientString(.reason),
      queuePosition: container.lenientInt(.queuePosition),
      estimatedWaitMinutes: container.lenientDouble(.estimatedWaitMinutes))
  }
}

/// One line of `GET /api/operator/queue`: a visitor who waits for a human.
public struct QueueEntry: Hashable, Sendable, Codable {
  /// The dialog that waits.
  public var dialogID: DialogID
  /// When a human was asked for.
  public var requestedAt: Timestamp?
  /// Why; raw text.
  public var reason: String?
  /// What the visitor wrote last; raw text.
  public var lastUserText: String?
  /// How long it has waited, in minutes.
  public var waitTimeMinutes: Double?
  /// The server's word for its urgency, such as `normal` or `high`.
  public var priority: String?

  /// Makes an entry; everything but the dialog may be left out.
  public init(
    dialogID: DialogID, requestedAt: Timestamp? = nil, reason: String? = nil, lastUserText: String? = nil,
    waitTimeMinutes: Double? = nil, priority: String? = nil
  ) {
    self.dialogID = dialogID
    self.requestedAt = requestedAt
    self.reason = reason
    self.lastUserText = lastUserText
    self.waitTimeMinutes = waitTimeMinutes
    self.priority = priority
  }

  enum CodingKeys: String, CodingKey {
    case reason, priority
    case dialogID = "dialog_id"
    case requestedAt = "requested_at"
    case lastUserText = "last_user_text"
    case waitTimeMinutes = "wait_time_minutes"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let dialogID = container.lenientInt(.dialogID) else {
      throw DecodingError.dataCorruptedError(
        forKey: .dialogID, in: container, debugDescription: "a queue entry needs a dialog_id")
    }
    self.init(
      dialogID: dialogID,
      requestedAt: container.lenientTimestamp(.requestedAt),
      reason: container.lenientString(.reason),
      lastUserText: container.lenientString(.lastUserText),
      waitTimeMinutes: container.lenientDouble(.waitTimeMinutes),
      priority: container.lenientString(.priority))
  }
}
