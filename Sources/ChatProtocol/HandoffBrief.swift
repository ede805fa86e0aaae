/// What an operator should know before it takes a dialog over: facts only, as they were when a human was asked for.
public struct HandoffBrief: Hashable, Sendable, Codable {
  /// A message of the conversation, or its beginning.
  public struct Line: Hashable, Sendable, Codable {
    /// The message's id.
    public var id: MessageID
    /// Its text, or the beginning of a long one; raw.
    public var text: String
    /// When it was written.
    public var timestamp: Timestamp?

    /// Makes a line of its parts.
    public init(id: MessageID, text: String, timestamp: Timestamp?) {
      self.id = id
      self.text = text
      self.timestamp = timestamp
    }
  }

  /// Something that the AI tried.
  public struct Attempt: Hashable, Sendable, Codable {
    /// `knowledge`, `model`, or `remark` for what a model said when it asked for a human.
    public var kind: String
    /// The section of the knowledge base, or the model.
    public var name: String?
    /// How much of the question the section is about, 0 to 1.
    public var score: Double?
    /// Why it led to nothing, or the remark; raw text.
    public var detail: String?

    /// Makes an attempt of its parts.
    public init(kind: String, name: String? = nil, score: Double? = nil, detail: String? = nil) {
      self.kind = kind
      self.name = name
      self.score = score
      self.detail = detail
    }
  }

  /// The dialog.
  public var dialogID: DialogID
  /// The request that it belongs to.
  public var requestID: String
  /// When a human was asked for.
  public var requestedAt: Timestamp
  /// The rule that led to it: `person_requested`, `nothing_found`, `model_asked`, `model_failed`, or
  /// who asked: `operator`, `visitor`, `assistant`, `server`.
  public var rule: String
  /// Why, in words; raw text.
  public var reason: String?
  /// What the visitor wrote and nobody answered, oldest first.
  public var asked: [Line]
  /// What the AI answered last, oldest first.
  public var answers: [Line]
  /// What the AI tried for the last question.
  public var attempts: [Attempt]
  /// How many seconds the first of `asked` had waited by then.
  public var waitedSeconds: Double?
  /// When the dialog began.
  public var startedAt: Timestamp?
  /// In which language the visitor writes: a tag of BCP 47 (RFC 5646), or nil if that is not sure.
  public var language: String?

  /// Makes a brief of its parts.
  public init(
    dialogID: DialogID, requestID: String, requestedAt: Timestamp, rule: String, reason: String?, asked: [Line],
    answers: [Line], attempts: [Attempt], waitedSeconds: Double?, startedAt: Timestamp?, language: String? = nil
  ) {
    self.dialogID = dialogID
    self.requestID = requestID
    self.requestedAt = requestedAt
    self.rule = rule
    self.reason = reason
    self.asked = asked
    self.answers = answers
    self.attempts = attempts
    self.waitedSeconds = waitedSeconds
    self.startedAt = startedAt
    self.language = language
  }

  enum CodingKeys: String, CodingKey {
    case rule, reason, asked, answers, attempts, language
    case dialogID = "dialog_id"
    case requestID = "request_id"
    case requestedAt = "requested_at"
    case waitedSeconds = "waited_seconds"
    case startedAt = "started_at"
  }
}
