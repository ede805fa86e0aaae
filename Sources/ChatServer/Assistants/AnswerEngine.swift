public import ChatProtocol

/// Decides what the AI does about a visitor's messages.
public protocol AnswerEngine: Sendable {
  /// Answers or hands over. It is asked only where `AssistantPolicy` lets the AI speak, and never throws: an engine
  /// that fails hands over. Once its task is cancelled nobody wants its decision any more, and it should end soon.
  func decide(on question: Question) async -> AnswerDecision

  /// The same, telling what it does meanwhile.
  func decide(on question: Question, reportingTo reporter: AnswerReporter) async -> AnswerDecision
}

extension AnswerEngine {
  /// For an engine that has nothing to tell.
  public func decide(on question: Question, reportingTo reporter: AnswerReporter) async -> AnswerDecision {
    await decide(on: question)
  }
}

/// What is to be answered.
public struct Question: Sendable, Hashable {
  /// The visitor's messages that nobody has answered, oldest first; raw text of any length.
  public var texts: [String]
  /// The conversation so far, oldest first, these messages included.
  public var history: [Message]
  /// How the assistant that is asked answers.
  public var settings: AssistantSettings

  /// Makes a question of several messages.
  public init(texts: [String], history: [Message] = [], settings: AssistantSettings = AssistantSettings()) {
    self.texts = texts
    self.history = history
    self.settings = settings
  }

  /// Makes a question of one message.
  public init(text: String) {
    self.init(texts: [text])
  }

  /// All of the messages, each from a line of its own on.
  public var text: String { texts.joined(separator: "\n") }
}

/// Where an engine tells what it does while it works.
public struct AnswerReporter: Sendable {
  /// The engine thinks, and it takes time: to be told when it begins and whenever it has come further.
  public let thinking: @Sendable () -> Void
  /// Something was tried that may or may not have led to an answer.
  public let tried: @Sendable (AnswerAttempt) -> Void

  /// Makes a reporter.
  public init(thinking: @escaping @Sendable () -> Void, tried: @escaping @Sendable (AnswerAttempt) -> Void) {
    self.thinking = thinking
    self.tried = tried
  }

  /// For whom nobody wants to know.
  public static let nobody = AnswerReporter(thinking: {}, tried: { _ in })
}

/// One thing that the AI tried.
public enum AnswerAttempt: Sendable, Hashable {
  /// It found this section of the knowledge base, which is about this share of the question, 0 to 1.
  case knowledge(section: String, coverage: Double)
  /// It asked a model, which gave no answer for this reason.
  case model(name: String, failure: String)
  /// The model said this when it asked for a human; raw text.
  case remark(String)
}

/// What the AI does.
public enum AnswerDecision: Sendable, Hashable {
  /// It says this; plain text.
  case answer(String)
  /// It says nothing: the visitor greeted, thanked or took leave, and asked nothing.
  case silence
  /// It asks for a human and falls silent until it is released.
  case handOff(HandOffReason)
}

/// Why the AI asks for a human.
public enum HandOffReason: Sendable, Hashable, CustomStringConvertible {
  /// The visitor wants one.
  case personRequested
  /// It has no good answer.
  case nothingFound
  /// The model asks for one.
  case modelAsked
  /// It could not answer; the rest of the sentence "the assistant could not answer: …".
  case failed(String)

  /// One line for the operator.
  public var description: String {
    switch self {
    case .personRequested: "The visitor asks for a person"
    case .nothingFound: "The assistant found no answer"
    case .modelAsked: "The assistant asks for a person"
    case .failed(let why): "The assistant could not answer: \(why)"
    }
  }
}
