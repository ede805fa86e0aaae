/// One line of a dialog's audit log, `GET …/handoff/log` (part 2, Leases): what was done, by whom, when and why.
public struct HandoffRecord: Hashable, Sendable, Identifiable {
  /// Who did it.
  public struct Actor: Hashable, Sendable, Codable {
    /// `visitor`, `assistant`, `operator` or `server`.
    public var kind: String
    /// The operator's account.
    public var id: UserID?
    /// The operator's name; raw text.
    public var name: String?

    /// Makes an actor of its parts.
    public init(kind: String, id: UserID? = nil, name: String? = nil) {
      self.kind = kind
      self.id = id
      self.name = name
    }

    enum CodingKeys: String, CodingKey { case kind, id, name }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        kind: container.lenientString(.kind) ?? "", id: container.lenientInt(.id), name: container.lenientString(.name))
    }
  }

  /// Rises over the whole server.
  public var id: Int
  /// The dialog; nil where the server leaves it out.
  public var dialogID: DialogID?
  /// When it was done.
  public var at: Timestamp?
  /// What was done: `request`, `takeover`, `forced_takeover`, `transfer`, `requeue`, `lease_expired`, `release`,
  /// `cancel`, or what a later server does.
  public var action: String
  /// Who did it.
  public var actor: Actor?
  /// Why, as far as it was said; raw text.
  public var reason: String?
  /// The operator who had the dialog before.
  public var from: Manager?
  /// The operator who had it after.
  public var to: Manager?
  /// Where the hand-off stood before.
  public var oldStatus: HandoffState
  /// Where it stood after.
  public var newStatus: HandoffState

  /// Makes a line of its parts.
  public init(
    id: Int, dialogID: DialogID?, at: Timestamp?, action: String, actor: Actor?, reason: String? = nil,
    from: Manager? = nil, to: Manager? = nil, oldStatus: HandoffState = .none, newStatus: HandoffState = .none
  ) {
    self.id = id
    self.dialogID = dialogID
    self.at = at
    self.action = action
    self.actor = actor
    self.reason = reason
    self.from = from
    self.to = to
    self.oldStatus = oldStatus
    self.newStatus = newStatus
  }
}

extension HandoffRecord: Codable {
  enum CodingKeys: String, CodingKey {
    case id, at, action, actor, reason, from, to
    case dialogID = "dialog_id"
    case oldStatus = "old_status"
    case newStatus = "new_status"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let id = container.lenientInt(.id) else {
      throw DecodingError.dataCorruptedError(forKey: .id, in: container, debugDescription: "a record needs an id")
    }
    self.init(
      id: id, dialogID: container.lenientInt(.dialogID), at: container.lenientTimestamp(.at),
      action: container.lenientString(.action) ?? "", actor: container.lenient(Actor.self, .actor),
      reason: container.lenientString(.reason), from: container.lenient(Manager.self, .from),
      to: container.lenient(Manager.self, .to), oldStatus: container.lenient(HandoffState.self, .oldStatus) ?? .none,
      newStatus: container.lenient(HandoffState.self, .newStatus) ?? .none)
  }
}
