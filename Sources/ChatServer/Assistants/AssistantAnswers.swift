import Logging

/// The AI of a server: asks for each assistant whoever its settings name.
struct AssistantAnswers: AnswerEngine {
  /// The knowledge base.
  let knowledge: any AnswerEngine
  /// The way to language models.
  let models: ModelClient
  let logger: Logger
  private let detector = PersonRequestDetector()

  init(knowledge: any AnswerEngine, models: ModelClient, logger: Logger) {
    self.knowledge = knowledge
    self.models = models
    self.logger = logger
  }

  func decide(on question: Question) async -> AnswerDecision {
    await decide(on: question, reportingTo: .nobody)
  }

  func decide(on question: Question, reportingTo reporter: AnswerReporter) async -> AnswerDecision {
    switch question.settings.responder {
    case .knowledge: await knowledge.decide(on: question, reportingTo: reporter)
    case .openAI: await askModel(question, reporter)
    }
  }

  /// Who asks for a person in words gets one, whatever a model would say to it.
  private func askModel(_ question: Question, _ reporter: AnswerReporter) async -> AnswerDecision {
    if question.texts.contains(where: detector.asksForPerson) { return .handOff(.personRequested) }
    let settings = question.settings
    let model = settings.model ?? ""
    do {
      guard let endpoint = settings.baseURL.flatMap(ModelEndpoint.init(baseURL:)), !model.isEmpty else {
        throw ModelFailure.misconfigured
      }
      let completion = try await models.complete(
        CompletionRequest(model: model, settings: settings, history: question.history), at: endpoint,
        key: try settings.key?.load(), progress: reporter.thinking)
      switch completion {
      case .answer(let text):
        return .answer(text)
      case .handOff(let remark):
        if let remark { reporter.tried(.remark(remark)) }
        return .handOff(.modelAsked)
      }
    } catch is CancellationError {
      return .silence
    } catch {
      let failure = error as? ModelFailure ?? .garbled
      reporter.tried(.model(name: model, failure: failure.description))
      // Neither the key nor what was said.
      logger.warning(
        "a model gave no answer",
        metadata: [
          "model": "\(model)", "endpoint": "\(settings.baseURL ?? "")", "reason": "\(failure.description)",
          "key_from": "\(settings.key?.name ?? "none")",
        ])
      return .handOff(.failed(failure.description))
    }
  }
}
