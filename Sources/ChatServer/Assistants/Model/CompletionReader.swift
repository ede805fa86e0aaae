import ChatProtocol
import FoundationEssentials

/// What a model came to.
enum Completion: Sendable, Hashable {
  /// It says this.
  case answer(String)
  /// It asks for a human; what it said beside that is for operators only.
  case handOff(remark: String?)
}

/// Gathers the pieces of a streamed chat completion (OpenAI API, "The chat completion chunk object").
///
/// A model asks for a human with the marker `[[handoff]]` in its answer, or by calling a tool named `handoff`.
struct CompletionReader: Sendable {
  /// What a model writes to ask for a human.
  static let handoffMarker = "[[handoff]]"
  /// The name of the tool that a model calls to ask for a human.
  static let handoffTool = "handoff"
  /// The longest remark that is kept, in Unicode scalars.
  static let longestRemark = 1000

  private var text = ""
  private var toolNames: [Int: String] = [:]
  private var finishReason: String?
  private var hasRefused = false
  /// Whether the stream has said that it is complete.
  private(set) var isDone = false

  /// Takes one event of the stream.
  mutating func read(_ event: ServerSentEvent) throws(ModelFailure) {
    guard !isDone else { return }
    if event.data == "[DONE]" {
      isDone = true
    } else {
      try read(json: Data(event.data.utf8))
    }
  }

  /// Takes one JSON object: a chunk, or a whole completion of a server that does not stream.
  mutating func read(json: Data) throws(ModelFailure) {
    let chunk: Chunk
    do {
      chunk = try JSONDecoder().decode(Chunk.self, from: json)
    } catch {
      throw .garbled
    }
    guard !chunk.hasError else { throw .broken }
    // A chunk may have none, such as one with the usage; several are not asked for.
    guard let choice = chunk.choices?.first else { return }
    if let part = choice.delta ?? choice.message {
      text += part.content ?? ""
      hasRefused = hasRefused || part.refusal?.isEmpty == false
      for (index, call) in (part.toolCalls ?? []).enumerated().prefix(16) {
        toolNames[call.index ?? index, default: ""] += call.function?.name?.prefix(64) ?? ""
      }
    }
    finishReason = choice.finishReason ?? finishReason
  }

  /// What it came to, at the end of the stream.
  func end() throws(ModelFailure) -> Completion {
    // A stream that breaks off looks like one that ends; only these two tell.
    guard isDone || finishReason != nil else { throw .unreachable }
    let answer = text.trimmed
    if answer.contains(Self.handoffMarker) || toolNames.values.contains(Self.handoffTool) {
      let remark = String(
        answer.replacing(Self.handoffMarker, with: " ").trimmed.unicodeScalars.prefix(Self.longestRemark))
      return .handOff(remark: remark.isEmpty ? nil : remark)
    }
    guard !hasRefused, finishReason != "content_filter" else { throw .refused }
    guard finishReason != "length" else { throw .cutShort }
    guard !answer.isEmpty else { throw .empty }
    guard answer.unicodeScalars.count <= NewMessage.longestText else { throw .tooLong }
    return .answer(answer)
  }
}

/// The parts of a chunk that are looked at; everything may be missing.
private struct Chunk: Decodable {
  struct Choice: Decodable {
    var delta: Part?
    var message: Part?
    var finishReason: String?

    enum CodingKeys: String, CodingKey {
      case delta, message
      case finishReason = "finish_reason"
    }
  }

  struct Part: Decodable {
    var content: String?
    var refusal: String?
    var toolCalls: [ToolCall]?

    enum CodingKeys: String, CodingKey {
      case content, refusal
      case toolCalls = "tool_calls"
    }
  }

  struct ToolCall: Decodable {
    struct Function: Decodable {
      var name: String?
    }

    var index: Int?
    var function: Function?
  }

  let choices: [Choice]?
  let hasError: Bool

  enum CodingKeys: String, CodingKey { case choices, error }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    choices = try container.decodeIfPresent([Choice].self, forKey: .choices)
    hasError = try container.contains(.error) && !container.decodeNil(forKey: .error)
  }
}

extension String {
  /// Without the white space at both ends.
  var trimmed: String {
    var scalars = unicodeScalars[...]
    while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
    while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
    return String(scalars)
  }
}
