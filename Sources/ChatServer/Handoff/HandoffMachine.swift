public import ChatProtocol

/// What somebody wants to do with a dialog's hand-off.
public enum HandoffCommand: Sendable, Hashable {
  /// A human is asked for. A repeat of a request id changes nothing, however late it comes.
  case request(requestID: String, reason: String?, lastUserText: String?)
  /// An operator takes the dialog.
  case takeOver
  /// An operator takes the dialog from whoever has it, or from the queue, and says why.
  case forceTakeOver(reason: String)
  /// The operator passes it on to another.
  case transfer(to: UserID, note: String?)
  /// The operator puts it back into the queue, before those who have never been served.
  case requeue(reason: String?)
  /// The operator who has it has been out of reach for too long: as `requeue`, if it still has it.
  case expireLease(of: UserID)
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
  /// An operator; an admin may release, pass on and put back what another took.
  case `operator`(UserID, isAdmin: Bool)
  /// The server itself.
  case server

  /// The actor for an account.
  public static func account(_ user: User) -> HandoffActor {
    .operator(user.id, isAdmin: user.role == .admin)
  }
}

extension HandoffActor: CustomStringConvertible {
  /// For logs: `operator 4`.
  public var description: String {
    switch self {
    case .visitor: "visitor"
    case .assistant: "assistant"
    case .operator(let id, _): "operator \(id)"
    case .server: "server"
    }
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
  /// The operator who would have the dialog has as many as it may.
  case atCapacity(limit: Int)
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
    case .atCapacity(let limit):
      "the operator has \(limit) \(limit == 1 ? "dialog" : "dialogs") already, the most one may have"
    }
  }
}

/// A dialog's hand-off as a value: `none → requested → active → released`, `requested → cancelled`, and from
/// `released` and `cancelled` back to `requested`. While `active` it may change hands, or come back to `requested`.
public struct HandoffMachine: Sendable, Hashable {
  /// Where it stands.
  public private(set) var state: HandoffState
  /// The id of the last request.
  public private(set) var requestID: String?
  /// When a human was last asked for.
  public private(set) var requestedAt: Timestamp?
  /// When it came back to the queue after an operator had it; nil once one has it again.
  public private(set) var returnedAt: Timestamp?
  /// When an operator took over from the queue; it stays while the dialog changes hands.
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
    state: HandoffState, requestID: String?, requestedAt: Timestamp?, returnedAt: Timestamp? = nil,
    startedAt: Timestamp?, resolvedAt: Timestamp?, reason: String?, lastUserText: String?, managerID: UserID?
  ) {
    self.state = state
    self.requestID = requestID
    self.requestedAt = requestedAt
    self.returnedAt = returnedAt
    self.startedAt = startedAt
    self.resolvedAt = resolvedAt
    self.reason = reason
    self.lastUserText = lastUserText
    self.managerID = managerID
  }

  /// Since when it has waited for an operator, if it does.
  public var queuedAt: Timestamp? {
    state == .requested ? returnedAt ?? requestedAt : nil
  }

  /// Carries a command out.
  ///
  /// A takeover by the operator who has the dialog already succeeds and changes nothing: the first answer may have
  /// been lost; so does a transfer to the operator who has it. A repeated release or cancel is refused: the dialog may
  /// be another's by then.
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
      start(with: id, at: now)
      return true

    case (.takeOver, .active):
      guard case .operator(let id, _) = actor else { throw .notAnOperator }
      try requireHolder(id)
      return false

    case (.forceTakeOver, .requested), (.forceTakeOver, .active):
      guard case .operator(let id, _) = actor else { throw .notAnOperator }
      if managerID == id { return false }
      start(with: id, at: now)
      return true

    case (.transfer(let target, _), .active):
      guard case .operator = actor else { throw .notAnOperator }
      if managerID == target { return false }
      try requireRights(actor)
      managerID = target
      return true

    case (.requeue(let note), .active):
      try requireRights(actor)
      comeBack(at: now)
      // What the next operator has to know; the first reason is in the log.
      reason = note ?? reason
      return true

    case (.expireLease(let id), _):
      guard managerID == id else { return false }
      comeBack(at: now)
      return true

    case (.release, .active):
      try requireRights(actor)
      state = .released
      managerID = nil
      resolvedAt = now
      return true

    case (.cancel, .requested):
      state = .cancelled
      resolvedAt = now
      return true

    case (.request, _), (.takeOver, _), (.forceTakeOver, _), (.transfer, _), (.requeue, _), (.release, _), (.cancel, _):
      throw .wrongState(state)
    }
  }

  private mutating func start(with id: UserID, at now: Timestamp) {
    if state == .requested { startedAt = now }
    state = .active
    returnedAt = nil
    managerID = id
  }

  private mutating func comeBack(at now: Timestamp) {
    state = .requested
    returnedAt = now
    startedAt = nil
    managerID = nil
  }

  /// The operator who has it may give it away, and any admin.
  private func requireRights(_ actor: HandoffActor) throws(HandoffConflict) {
    guard case .operator(let id, let isAdmin) = actor else { throw .notAnOperator }
    if !isAdmin { try requireHolder(id) }
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
