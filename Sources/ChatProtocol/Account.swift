/// The answer of `POST /api/login` and `POST /api/refresh-token`.
///
/// It is a secret: it has no description that shows the tokens.
public struct AccountTokens: Hashable, Sendable, Codable, CustomStringConvertible, CustomReflectable {
  /// The bearer token of HTTP and sockets, a JWT.
  public var accessToken: String
  /// What renews it; a refresh may leave it out, then the old one stays good.
  public var refreshToken: String?
  /// `bearer`.
  public var tokenType: String

  /// Makes a pair.
  public init(accessToken: String, refreshToken: String?, tokenType: String = "bearer") {
    self.accessToken = accessToken
    self.refreshToken = refreshToken
    self.tokenType = tokenType
  }

  enum CodingKeys: String, CodingKey {
    case accessToken = "access_token"
    case refreshToken = "refresh_token"
    case tokenType = "token_type"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      accessToken: try container.decode(String.self, forKey: .accessToken),
      refreshToken: container.lenientString(.refreshToken),
      tokenType: container.lenientString(.tokenType) ?? "bearer")
  }

  public var description: String { "AccountTokens(redacted)" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The answer of `GET /api/me`: who is logged in.
public struct Account: Hashable, Sendable, Codable {
  /// The account's id.
  public var id: UserID
  /// The address it logs in with.
  public var email: String
  /// `admin` sees every dialog, any other role its own.
  public var role: String
  /// The name to greet by; raw text.
  public var firstName: String?
  /// The family name; raw text.
  public var lastName: String?

  /// Makes an account of its parts.
  public init(id: UserID, email: String, role: String, firstName: String? = nil, lastName: String? = nil) {
    self.id = id
    self.email = email
    self.role = role
    self.firstName = firstName
    self.lastName = lastName
  }

  /// Whether it sees every dialog.
  public var isAdmin: Bool { role == "admin" }

  enum CodingKeys: String, CodingKey {
    case id, email, role
    case firstName = "first_name"
    case lastName = "last_name"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let id = container.lenientInt(.id) else {
      throw DecodingError.dataCorruptedError(forKey: .id, in: container, debugDescription: "an account needs an id")
    }
    self.init(
      id: id,
      email: container.lenientString(.email) ?? "",
      role: container.lenientString(.role) ?? "",
      firstName: container.lenientString(.firstName),
      lastName: container.lenientString(.lastName))
  }
}

/// The answer of `GET /api/capabilities` (part 2); a server that answers 404 has part 1 only.
public struct Capabilities: Hashable, Sendable, Codable {
  /// 2 where part 2 is offered.
  public var version: Int
  /// The features that are really there, by their names on the wire.
  public var features: Set<String>

  /// A server that has part 1 and nothing else.
  public static let partOne = Capabilities(version: 1, features: [])

  /// Makes a set of capabilities.
  public init(version: Int, features: Set<String>) {
    self.version = version
    self.features = features
  }

  /// POST message takes `client_id`, and a repeat makes no second message.
  public var hasClientID: Bool { features.contains("client-id") }
  /// POST message takes `if_last_id`, and sends nothing if somebody else wrote since.
  public var hasPrecondition: Bool { features.contains("precondition") }
  /// POST message takes a note: `kind`.
  public var hasNotes: Bool { features.contains("notes") }
  /// `GET messages` takes `after`, `before` and `limit`.
  public var hasPaging: Bool { features.contains("paging") }
  /// Whether operator text must be HTML-unescaped for showing: some part-1 servers escape it on the way in.
  public var mayEscapeOperatorText: Bool { version < 2 }

  enum CodingKeys: String, CodingKey {
    case version = "protocol"
    case features
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      version: container.lenientInt(.version) ?? 1,
      features: Set(container.lenient(LenientArray<String>.self, .features)?.elements ?? []))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(version, forKey: .version)
    try container.encode(features.sorted(), forKey: .features)
  }
}
