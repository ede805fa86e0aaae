/// The id of a dialog: one visitor's conversation.
public typealias DialogID = Int
/// The id of a message; rises with every message a server stores, and is what removes duplicates.
public typealias MessageID = Int
/// The id of an account.
public typealias UserID = Int

/// Who wrote a message (part 1, Conventions).
public enum Sender: Hashable, Sendable {
  /// The visitor.
  case user
  /// The AI.
  case assistant
  /// A human operator.
  case manager
  /// The server itself: hand-offs and other facts.
  case system
  /// `null`, or a name that this version does not know, kept as it came.
  case other(String?)
}

extension Sender: Codable {
  /// Reads a wire name. Every name is accepted.
  public init(wireName: String?) {
    switch wireName {
    case "user": self = .user
    case "assistant": self = .assistant
    case "manager": self = .manager
    case "system": self = .system
    default: self = .other(wireName)
    }
  }

  /// The name on the wire; nil is `null`.
  public var wireName: String? {
    switch self {
    case .user: "user"
    case .assistant: "assistant"
    case .manager: "manager"
    case .system: "system"
    case .other(let name): name
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    self.init(wireName: try? container.decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wireName {
      try container.encode(wireName)
    } else {
      try container.encodeNil()
    }
  }
}

/// What a message is, and so who may see it (part 2, Notes).
public enum MessageKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// Said in the conversation: the visitor sees it.
  case message
  /// Written by an operator for operators; no visitor ever sees it.
  case note
}

/// A stored message.
public struct Message: Hashable, Sendable, Identifiable {
  /// Unique in its dialog, rising.
  public var id: MessageID
  /// Who wrote it.
  public var sender: Sender
  /// What was written, raw: it may hold anything a stranger can type.
  public var text: String
  /// When the server stored it; nil if the server did not say or said it unreadably.
  public var timestamp: Timestamp?
  /// The id its author gave it before it was sent (part 2, exactly-once send), a UUID.
  public var clientID: String?
  /// The operator who wrote it, for a `manager` message of a server that says so.
  public var author: Manager?
  /// What it is; anything but a `note` is for the visitor, too.
  public var kind: MessageKind

  /// Makes a message of its parts.
  public init(
    id: MessageID, sender: Sender, text: String, timestamp: Timestamp?, clientID: String? = nil,
    author: Manager? = nil, kind: MessageKind = .message
  ) {
    self.id = id
    self.sender = sender
    self.text = text
    self.timestamp = timestamp
    self.clientID = clientID
    self.author = author
    self.kind = kind
  }
}

extension Message: Codable {
  enum CodingKeys: String, CodingKey {
    case id, sender, text, timestamp, author, kind
    case clientID = "client_id"
  }

  /// Only the id is required: a message without a readable text is shown empty rather than lost.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let id = container.lenientInt(.id) else {
      throw DecodingError.dataCorruptedError(forKey: .id, in: container, debugDescription: "a message needs an id")
    }
    self.init(
      id: id,
      sender: container.lenient(Sender.self, .sender) ?? .other(nil),
      text: container.lenientString(.text) ?? "",
      timestamp: container.lenientTimestamp(.timestamp),
      clientID: container.lenientString(.clientID),
      author: container.lenient(Manager.self, .author),
      kind: container.lenient(MessageKind.self, .kind) ?? .message)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(sender, forKey: .sender)
    try container.encode(text, forKey: .text)
    try container.encode(timestamp, forKey: .timestamp)
    try container.encodeIfPresent(clientID, forKey: .clientID)
    try container.encodeIfPresent(author, forKey: .author)
    // Part 1 has no kinds: what it knows looks as it always did.
    if kind != .message { try container.encode(kind, forKey: .kind) }
  }
}
