/// How one assistant answers; kept in the database with it.
public struct AssistantSettings: Sendable, Hashable {
  /// What the AI may do in the assistant's dialogs.
  public enum Mode: String, Sendable, CaseIterable, Codable {
    /// It answers visitors by itself.
    case auto
    /// It proposes answers to the operators, who approve, edit or reject them.
    case propose
    /// It is silent.
    case off
  }

  /// Who thinks of the answers.
  public enum Responder: String, Sendable, CaseIterable, Codable {
    /// The knowledge base of this server.
    case knowledge
    /// A language model behind an OpenAI-compatible endpoint.
    case openAI = "openai"
  }

  /// Where the key of the model's endpoint is read from, anew for each question: the key itself is not stored.
  public enum KeySource: Sendable, Hashable {
    /// The first line of this file.
    case file(path: String)
    /// This variable of the server's environment.
    case environment(name: String)
  }

  /// What the AI may do.
  public var mode = Mode.auto
  /// Who thinks of the answers.
  public var responder = Responder.knowledge
  /// The model's endpoint without `/chat/completions`, such as `https://api.example.com/v1`.
  public var baseURL: String?
  /// The model's name as the endpoint knows it.
  public var model: String?
  /// What the model is told before the conversation; raw text.
  public var systemPrompt: String?
  /// How freely the model chooses, 0 to 2; nil leaves it to the endpoint.
  public var temperature: Double?
  /// The endpoint's key; nil for an endpoint that asks for none.
  public var key: KeySource?

  /// The settings of a new assistant: it answers by itself from the knowledge base.
  public init() {}

  /// The longest system prompt, in bytes of UTF-8.
  public static let longestPrompt = 1 << 16
  /// The longest URL, name and path, in bytes of UTF-8.
  public static let longestName = 2000

  /// Whether there is all that the responder needs, and nothing it could stumble over.
  ///
  /// - Throws: `StoreError.invalid`, by the name of the value.
  public func check() throws(StoreError) {
    for (field, value) in [("base_url", baseURL), ("model", model), ("api_key", key?.name)] {
      guard let value else { continue }
      guard !value.isEmpty, value.utf8.count <= Self.longestName,
        !value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
      else {
        throw .invalid(field: field, reason: "must have 1 to \(Self.longestName) bytes and no control characters")
      }
    }
    if let baseURL, ModelEndpoint(baseURL: baseURL) == nil {
      throw .invalid(
        field: "base_url", reason: "must be an http or https URL with a host and without user, query and fragment")
    }
    if let systemPrompt, systemPrompt.utf8.count > Self.longestPrompt {
      throw .invalid(field: "prompt", reason: "must not be longer than \(Self.longestPrompt) bytes")
    }
    if let temperature, !(0...2).contains(temperature) {
      throw .invalid(field: "temperature", reason: "must be from 0 to 2")
    }
    guard responder == .openAI else { return }
    if baseURL == nil { throw .invalid(field: "base_url", reason: "is needed for the responder openai") }
    if model == nil { throw .invalid(field: "model", reason: "is needed for the responder openai") }
  }
}

extension AssistantSettings.KeySource {
  /// The path or the variable's name.
  public var name: String {
    switch self {
    case .file(let path): path
    case .environment(let name): name
    }
  }
}
