/// Decides what the AI does about a visitor's message.
public protocol AnswerEngine: Sendable {
  /// Answers or hands over. It is asked only where `AssistantPolicy` lets the AI speak, and never throws: an engine
  /// that fails hands over.
  func decide(on question: Question) async -> AnswerDecision
}

/// What a visitor wrote.
public struct Question: Sendable, Hashable {
  /// The message; raw text of any length.
  public var text: String

  /// Makes a question.
  public init(text: String) {
    self.text = text
  }
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

  /// One line for the operator.
  public var description: String {
    switch self {
    case .personRequested: "The visitor asks for a person"
    case .nothingFound: "The assistant found no answer"
    }
  }
}
