/// An operator as its colleagues see it: one line of `GET /api/operator/team` (part 2, Presence).
public struct Colleague: Hashable, Sendable, Identifiable {
  /// The account.
  public var id: UserID
  /// The name to show; raw text.
  public var name: String?
  /// `admin` sees every dialog, any other role its own.
  public var role: String?
  /// Whether it is there.
  public var status: OperatorStatus
  /// How many dialogs it has; nil if the server does not say.
  public var dialogs: Int?
  /// How many it may have; nil if the server does not say.
  public var capacity: Int?

  /// Makes a colleague of its parts.
  public init(
    id: UserID, name: String?, role: String? = nil, status: OperatorStatus = .offline, dialogs: Int? = nil,
    capacity: Int? = nil
  ) {
    self.id = id
    self.name = name
    self.role = role
    self.status = status
    self.dialogs = dialogs
    self.capacity = capacity
  }

  /// The operator as events name it.
  public var manager: Manager { Manager(id: id, name: name) }

  /// Whether it has as many dialogs as it may have.
  public var isFull: Bool {
    if let dialogs, let capacity { dialogs >= capacity } else { false }
  }
}

extension Colleague: Codable {
  enum CodingKeys: String, CodingKey { case id, name, role, status, dialogs, capacity }

  /// Only the id is required. One whose status is missing or unknown is taken for gone: nobody waits for it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let id = container.lenientInt(.id) else {
      throw DecodingError.dataCorruptedError(forKey: .id, in: container, debugDescription: "a colleague needs an id")
    }
    self.init(
      id: id, name: container.lenientString(.name), role: container.lenientString(.role),
      status: container.lenient(OperatorStatus.self, .status) ?? .offline,
      dialogs: container.lenientInt(.dialogs), capacity: container.lenientInt(.capacity))
  }
}
