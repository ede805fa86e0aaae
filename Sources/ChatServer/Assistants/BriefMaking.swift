import ChatProtocol

/// Why a human was asked for, as the server's own rules have it.
struct HandoffCause: Sendable, Hashable {
  /// The rule's name; see `HandoffBrief.rule`.
  var rule: String
  /// What the AI had tried by then.
  var attempts: [AnswerAttempt] = []
}

extension HandoffCause {
  /// The AI asks.
  init(_ reason: HandOffReason, attempts: [AnswerAttempt]) {
    let rule =
      switch reason {
      case .personRequested: "person_requested"
      case .nothingFound: "nothing_found"
      case .modelAsked: "model_asked"
      case .failed: "model_failed"
      }
    self.init(rule: rule, attempts: attempts)
  }

  /// Somebody else asks.
  init(actor: HandoffActor) {
    let rule =
      switch actor {
      case .visitor: "visitor"
      case .operator: "operator"
      case .assistant: "assistant"
      case .server: "server"
      }
    self.init(rule: rule)
  }
}

extension HandoffBrief {
  /// The most messages of each kind that a brief has.
  static let mostLines = 5

  /// Gathers the facts.
  ///
  /// - Parameter history: the dialog's newest messages in ascending order, without notes.
  init(
    dialog: Dialog, requestID: String, requestedAt: Timestamp, reason: String?, cause: HandoffCause,
    history: [Message]
  ) {
    let spoken = history.filter { $0.kind == .message }
    let lastAnswer = spoken.lastIndex { $0.sender == .assistant || $0.sender == .manager }
    let open = spoken[(lastAnswer.map { $0 + 1 } ?? 0)...].filter { $0.sender == .user }
    let waited = open.first?.timestamp.map { requestedAt.duration(since: $0) / .seconds(1) }
    self.init(
      dialogID: dialog.id, requestID: requestID, requestedAt: requestedAt, rule: cause.rule, reason: reason,
      asked: open.suffix(Self.mostLines).map(Line.init),
      answers: spoken.filter { $0.sender == .assistant }.suffix(Self.mostLines).map(Line.init),
      attempts: cause.attempts.map(Attempt.init), waitedSeconds: waited.map { max($0, 0) },
      startedAt: dialog.startedAt,
      language: LanguageGuess.language(of: spoken.filter { $0.sender == .user }.map(\.text)))
  }
}

extension HandoffBrief.Line {
  fileprivate init(_ message: Message) {
    self.init(id: message.id, text: message.text.preview, timestamp: message.timestamp)
  }
}

extension HandoffBrief.Attempt {
  fileprivate init(_ attempt: AnswerAttempt) {
    switch attempt {
    case .knowledge(let section, let coverage):
      // To the hundredth: more would say more than it knows.
      self.init(kind: "knowledge", name: section.preview, score: (coverage * 100).rounded() / 100)
    case .model(let name, let failure): self.init(kind: "model", name: name, detail: failure)
    case .remark(let text): self.init(kind: "remark", detail: text)
    }
  }
}
