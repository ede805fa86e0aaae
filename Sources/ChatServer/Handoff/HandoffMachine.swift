public import ChatProtocol

/// What somebody wants to do with a dialog's hand-off.
public enum HandoffCommand: Sendable, Hashable {
  /// A human is asked for. A repeat of a request id changes nothing, however late it comes.
  case request(requestID: String, reason: String?, lastUserText: String?)
  /// An operator takes the dialog.
  case takeOver
  /// The operator gives it back to the AI.
  case release
  /// The request is withdrawn.
  case cancel
}

/// Who commands.
public enum HandoffActor: Sendable, Hashable {
  /// The visitor of the dialog.
  case visitor
  /// The AI.
  case assistant
  /// An operator; an admin may release what another took.
  case `operator`(UserID, isAdmin: Bool)

  /// The actor for an account.
  public static func account(_ user: User) -> HandoffActor {
    .operator(user.id, isAdmin: user.role == .admin)
  }
}

/// Why a hand-off command was refused: HTTP 409.
public enum HandoffConflict: Error, Sendable, Hashable {
  /// The command does not fit the state.
  case wrongState(HandoffState)
  /// Another operator has the dialog.
  case heldByAnother(UserID)
  /// Only an operator can do this.
  case notAnOperator
}

extension HandoffConflict: CustomStringConvertible {
  /// One line for a person.
  public var description: String {
    switch self {
    case .wrongState(.none): "no operator was asked for in this dialog"
    case .wrongState(.requested): "an operator was already asked for and has not come yet"
    case .wrongState(.active): "an operator has this dialog"
    case .wrongState(.released): "this dialog was released"
    case .wrongState(.cancelled): "the request for an operator was withdrawn"
    case .wrongState(.other(let name)): "the hand-off is in the unknown state \(name)"
    case .heldByAnother: "another operator has this dialog"
    case .notAnOperator: "only an operator can do this"
    }
  }
}

/// A dialog's hand-off as a value: `none → requested → active → released`, `requested → cancelled`, and from
/// `released` and `cancelled` back to `requested`.
public struct HandoffMachine: Sendable, Hashable {
  /// Where it stands.
  public private(set) var state: HandoffState
  /// The id of the last request.
  public private(set) var requestID: String?
  /// When a human was last asked for.
  public private(set) var requestedAt: Timestamp?
  /// When an operator took over after that.
  public private(set) var startedAt: Timestamp?
  /// When it was released or cancelled after that.
  public private(set) var resolvedAt: Timestamp?
  /// Why a human was asked for; raw text.
  public private(set) var reason: String?
  /// What the visitor had written last when a human was asked for; raw text.
  public private(set) var lastUserText: String?
  /// The operator who has it; there is one exactly while `active`.
  public private(set) var managerID: UserID?

  /// A dialog in which nobody was asked for.
  public init() {
    state = .none
  }

  /// A hand-off as it was stored.
  init(
    state: HandoffState, requestID: String?, requestedAt: Timestamp?, startedAt: Timestamp?, resolvedAt: Timestamp?,
    reason: String?, lastUserText: String?, managerID: UserID?
  ) {
    self.state = state
    self.requestID = requestID
    self.requestedAt = requestedAt
    self.startedAt = startedAt
    self.resolvedAt = resolvedAt
    self.reason = reason
    self.lastUserText = lastUserText
    self.managerID = managerID
  }

  /// Carries a command out.
  ///
  /// A takeover by the operator who has the dialog already succeeds and changes nothing: the first answer may have
  /// been lost. A repeated release or cancel is refused: the dialog may be another's by then.
  ///
  /// - Returns: whether anything changed, so that it is to be saved, logged and announced.
  /// - Throws: the conflict; then nothing has changed.
  public mutating func handle(
    _ command: HandoffCommand, by actor: HandoffActor, at now: Timestamp
  ) throws(HandoffConflict) -> Bool {
    switch (command, state) {
    case (.request(let id, _, _), _) where id == requestID:
      return false

    case (.request(let id, let reason, let lastUserText), .none),
      (.request(let id, let reason, let lastUserText), .released),
      (.request(let id, let reason, let lastUserText), .cancelled):
      self = HandoffMachine(
        state: .requested, requestID: id, requestedAt: now, startedAt: nil, resolvedAt: nil, reason: reason,
        lastUserText: lastUserText, managerID: nil)
      return true

    case (.takeOver, .requested):
      guard case .operator(let id, _) = actor else { throw .notAnOperator }
      state = .active
      managerID = id
      startedAt = now
      return true

    case (.takeOver, .active):
      guard case .operator(let id, _) = actor else { throw .notAnOperator }
      try requireHolder(id)
      return false

    case (.release, .active):
      guard case .operator(let id, let isAdmin) = actor else { throw .notAnOperator }
      if !isAdmin { try requireHolder(id) }
      state = .released
      managerID = nil
      resolvedAt = now
      return true

    case (.cancel, .requested):
      state = .cancelled
      resolvedAt = now
      return true

    case (.request, _), (.takeOver, _), (.release, _), (.cancel, _):
      throw .wrongState(state)
    }
  }

  private func requireHolder(_ id: UserID) throws(HandoffConflict) {
    if let managerID, managerID != id { throw .heldByAnother(managerID) }
  }
}

/// When the AI may speak.
public enum AssistantPolicy {
  /// Whether the AI may answer a visitor: it is switched on for the dialog, and no human was asked for or is there.
  public static func mayAnswer(handoff: HandoffState, isSwitchedOn: Bool) -> Bool {
    isSwitchedOn && !handoff.silencesAssistant
  }
}
