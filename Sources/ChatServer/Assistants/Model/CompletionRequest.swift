import ChatProtocol
import FoundationEssentials

/// The body of `POST …/chat/completions`.
struct CompletionRequest: Encodable, Sendable, Hashable {
  struct Turn: Encodable, Sendable, Hashable {
    enum Role: String, Encodable { case system, user, assistant }

    var role: Role
    var content: String
  }

  /// How much of a conversation leaves this server.
  struct Limits: Sendable, Hashable {
    /// Messages, the newest ones.
    var messages = 30
    /// Bytes of UTF-8 of all of them together.
    var bytes = 32_768
  }

  let model: String
  let messages: [Turn]
  let temperature: Double?
  let stream = true

  enum CodingKeys: String, CodingKey { case model, messages, temperature, stream }

  /// Puts a conversation into a model's words: the visitor is the `user`, the AI and the operators are the
  /// `assistant`. Nothing else is told: neither what the server says itself nor what operators tell each other.
  init(model: String, settings: AssistantSettings, history: [Message], limits: Limits = Limits()) {
    self.model = model
    temperature = settings.temperature
    let prompt = [settings.systemPrompt?.trimmed, Self.convention].compactMap(\.self).filter { !$0.isEmpty }
    messages =
      [Turn(role: .system, content: prompt.joined(separator: "\n\n"))] + Self.turns(of: history, within: limits)
  }

  /// How the model can ask for a human; see `CompletionReader`.
  static let convention = """
    If you do not know the answer, or the visitor needs or wants a person, answer with \
    \(CompletionReader.handoffMarker) and nothing else: a person will take over.
    """

  private static func turns(of history: [Message], within limits: Limits) -> [Turn] {
    var turns: [Turn] = []
    var bytes = limits.bytes
    for message in history.reversed() {
      guard message.kind == .message, let role = message.sender.role else { continue }
      guard turns.count < limits.messages else { break }
      var text = message.text
      if text.utf8.count > bytes {
        // The newest is what is asked, so its beginning goes in all cases; others go whole or not at all.
        guard turns.isEmpty else { break }
        text = text.prefix(bytes: bytes)
      }
      bytes -= text.utf8.count
      turns.append(Turn(role: role, content: text))
    }
    return turns.reversed()
  }
}

extension Sender {
  fileprivate var role: CompletionRequest.Turn.Role? {
    switch self {
    case .user: .user
    case .assistant, .manager: .assistant
    case .system, .other: nil
    }
  }
}

extension String {
  /// The longest beginning of at most so many bytes of UTF-8 that cuts no scalar in two.
  fileprivate func prefix(bytes limit: Int) -> String {
    var end = utf8.index(startIndex, offsetBy: limit, limitedBy: endIndex) ?? endIndex
    while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    return String(self[..<end])
  }
}
