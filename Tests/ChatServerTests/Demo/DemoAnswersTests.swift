import Foundation
import Testing

@testable import ChatServer

/// The demo's visitors and the assistant's knowledge base must fit each other: what the scripts ask is answered, and
/// what they say at the end calls nobody.
@Suite struct DemoAnswersTests {
  private static let resources = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Resources").standardizedFileURL

  private static let cast = Result { try DemoCast(folder: resources.appending(path: "demo")) }
  private static let responder = Result {
    try KnowledgeBaseResponder(directory: resources.appending(path: "knowledge"))
  }

  /// Everybody who comes but the one who types escape sequences.
  private static func scripts() throws -> [VisitorScript] {
    try cast.get().roles.map(\.script).filter { script in
      !script.questions.contains { $0.unicodeScalars.contains("\u{1B}") }
    }
  }

  @Test func everyQuestionOfAContentVisitorIsAnswered() async throws {
    let responder = try Self.responder.get()
    let content = try Self.scripts().filter { $0.askForPerson == nil }
    #expect(content.count >= 8)
    for question in content.flatMap(\.questions) {
      let decision = await responder.decide(on: Question(text: question))
      #expect({ if case .answer = decision { true } else { false } }(), "\(question) → \(decision)")
    }
  }

  @Test func theFirstQuestionOfADemandingVisitorIsAnswered() async throws {
    let responder = try Self.responder.get()
    let demanding = try Self.scripts().filter { $0.askForPerson != nil }
    #expect(demanding.count >= 10)
    for question in demanding.compactMap(\.questions.first) {
      let decision = await responder.decide(on: Question(text: question))
      #expect({ if case .answer = decision { true } else { false } }(), "\(question) → \(decision)")
    }
  }

  @Test func everyWishForAPersonIsUnderstood() async throws {
    let responder = try Self.responder.get()
    for wish in try Self.scripts().compactMap(\.askForPerson) {
      #expect(await responder.decide(on: Question(text: wish)) == .handOff(.personRequested), "\(wish)")
    }
  }

  /// A dialog that is released gets the AI back, and the visitor still says its goodbye.
  @Test func noGoodbyeCallsAnOperator() async throws {
    let responder = try Self.responder.get()
    let scripts = try Self.scripts() + Self.cast.get().dialogs.compactMap(\.afterwards)
    for goodbye in scripts.flatMap(\.goodbye) {
      let decision = await responder.decide(on: Question(text: goodbye))
      #expect({ if case .handOff = decision { false } else { true } }(), "\(goodbye) → \(decision)")
    }
  }
}
