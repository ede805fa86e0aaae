public import Foundation

/// Answers from a folder of Markdown files; hands over when it finds nothing good or the visitor wants a person.
public struct KnowledgeBaseResponder: AnswerEngine {
  private let knowledge: KnowledgeBase
  private let detector = PersonRequestDetector()

  /// The least share of a question that a section must be about to be given as its answer.
  static let leastCoverage = 0.5
  /// The longest answer, in characters: what fits a chat window without scrolling.
  static let longestAnswer = 700

  /// Reads and indexes the folder: one section of a file is one answer, under its heading as the question.
  ///
  /// - Throws: `PathError` if it holds no Markdown file or one that is not UTF-8.
  public init(directory: URL) throws {
    knowledge = try KnowledgeBase(directory: directory)
  }

  init(knowledge: KnowledgeBase) {
    self.knowledge = knowledge
  }

  public func decide(on question: Question) async -> AnswerDecision {
    await decide(on: question, reportingTo: .nobody)
  }

  /// Looks for a wish for a person first: who says "I want a human, where is my order" has decided.
  public func decide(on question: Question, reportingTo reporter: AnswerReporter) async -> AnswerDecision {
    if question.texts.contains(where: detector.asksForPerson) { return .handOff(.personRequested) }
    // An index in memory that fails has no better answer than one that finds nothing.
    if let hit = try? await knowledge.hit(for: question.text) {
      reporter.tried(.knowledge(section: hit.section.path, coverage: hit.coverage))
      if hit.coverage >= KnowledgeBaseResponder.leastCoverage {
        return .answer(hit.section.excerpt(limit: KnowledgeBaseResponder.longestAnswer))
      }
    }
    return QuestionWords.isCourtesy(question.text) ? .silence : .handOff(.nothingFound)
  }
}

extension MarkdownSection {
  /// The section's name for a person.
  fileprivate var path: String { title.isEmpty || title == heading ? heading : "\(title): \(heading)" }
}
