public import ChatProtocol

/// Something that a watch tells.
public struct WatchEvent: Hashable, Sendable {
  /// What kind of thing.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Somebody wrote something that the visitor sees.
    case message
    /// An operator wrote a note for operators.
    case note
    /// A human was asked for, took over, gave back; or the request was withdrawn.
    case handoff
    /// A visitor has waited too long.
    case overdue
    /// The AI proposes an answer, or something became of a proposal.
    case proposal
    /// Somebody has read up to a message.
    case receipt
    /// A visitor or an operator came or went.
    case presence
    /// Somebody began or stopped to type.
    case typing
    /// Other operators look at a dialog.
    case viewing

    /// What is told if nothing else is asked for. The others come from an operator's stream only, and what of them
    /// happened during an outage is not told later.
    public static let usual: Set<Kind> = [.message, .note, .handoff, .overdue]
  }

  /// What happened.
  public enum Content: Hashable, Sendable {
    /// A message or a note.
    case message(Message)
    /// The dialog's new state; the operator it went to; why.
    case handoff(HandoffState, Manager?, reason: String?)
    /// Anything else, as the protocol has it.
    case event(DialogEvent)
  }

  /// The dialog; nil for what is about none.
  public var dialogID: DialogID?
  /// What happened.
  public var content: Content
  /// The visitor's name, where it is known.
  public var visitor: String?

  /// Makes an event.
  public init(dialogID: DialogID?, content: Content, visitor: String? = nil) {
    self.dialogID = dialogID
    self.content = content
    self.visitor = visitor
  }

  /// What kind it is; nil for what no watch tells.
  public var kind: Kind? {
    switch content {
    case .message(let message): message.kind == .note ? .note : .message
    case .handoff, .event(.handoff): .handoff
    case .event(.handoffOverdue): .overdue
    case .event(.proposal): .proposal
    case .event(.receipt): .receipt
    case .event(.visitorPresence), .event(.operatorPresence): .presence
    case .event(.typingStarted), .event(.typingStopped), .event(.operatorTyping): .typing
    case .event(.viewing): .viewing
    case .event: nil
    }
  }
}

/// An event with the cursor behind it: whoever goes on from there is told what comes after it, and not the event again.
public struct WatchRecord: Sendable, Encodable {
  /// The event.
  public let event: WatchEvent
  /// Where to go on.
  public let cursor: String

  /// Makes a record.
  public init(event: WatchEvent, cursor: String) {
    self.event = event
    self.cursor = cursor
  }

  private enum CodingKeys: String, CodingKey {
    case cursor, type, message, status, manager, reason, visitor, event
    case dialogID = "dialog_id"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(cursor, forKey: .cursor)
    try container.encode(event.kind?.rawValue ?? "other", forKey: .type)
    try container.encodeIfPresent(event.dialogID, forKey: .dialogID)
    try container.encodeIfPresent(event.visitor, forKey: .visitor)
    switch event.content {
    case .message(let message): try container.encode(message, forKey: .message)
    case .handoff(let state, let manager, let reason):
      try container.encode(state, forKey: .status)
      try container.encodeIfPresent(manager, forKey: .manager)
      try container.encodeIfPresent(reason, forKey: .reason)
    case .event(let event): try container.encode(event, forKey: .event)
    }
  }

  /// The line for a person; a message's further lines are marks in it.
  public func line(local: LocalMoment, now: Timestamp) -> String {
    let dialog = event.dialogID.map { "#\($0)" } ?? "-"
    let visitor = event.visitor ?? "visitor"
    let (moment, words): (Timestamp, String) =
      switch event.content {
      case .message(let message):
        (message.timestamp ?? now, Transcript.author(of: message, visitor: visitor) + ": " + message.text)
      case .handoff(let state, let manager, let reason):
        (now, "* " + Self.words(state, manager, visitor: event.visitor) + (reason.map { ": " + $0 } ?? ""))
      case .event(let event): (now, "* " + Self.words(event))
      }
    return PlainText.line("\(local.seconds(moment)) \(dialog) \(words)")
  }

  private static func words(_ state: HandoffState, _ manager: Manager?, visitor: String?) -> String {
    switch state {
    case .requested: "\(visitor ?? "the visitor") waits for a human"
    case .active: "handed to \(manager.map { $0.name ?? "operator \($0.id)" } ?? "an operator")"
    case .released: "given back to the AI"
    case .cancelled: "the request for a human was withdrawn"
    case .none: "with the AI"
    case .other(let name): name
    }
  }

  private static func words(_ event: DialogEvent) -> String {
    switch event {
    case .handoffOverdue(.takeover, _, let seconds): "has waited \(seconds) s for an operator"
    case .handoffOverdue(.answer, _, let seconds): "has waited \(seconds) s for an answer"
    case .proposal(let proposal): "the AI proposes (\(proposal.state.rawValue)): \(proposal.text)"
    case .receipt(let id, _, let sender, let manager):
      "\(manager?.name ?? sender.wireName ?? "somebody") has read up to message \(id)"
    case .visitorPresence(let isOnline): "the visitor is \(isOnline ? "online" : "offline")"
    case .operatorPresence(let manager, let status): "\(manager.name ?? "operator \(manager.id)") is \(status.rawValue)"
    case .typingStarted(let sender): "\(sender?.wireName ?? "somebody") types"
    case .typingStopped(let sender): "\(sender?.wireName ?? "somebody") stopped typing"
    case .operatorTyping(let types, let manager):
      "\(manager.name ?? "operator \(manager.id)") \(types ? "types" : "stopped typing")"
    case .viewing(let managers):
      managers.isEmpty
        ? "nobody looks at it"
        : managers.map { $0.name ?? "operator \($0.id)" }.joined(separator: ", ") + " look at it"
    case .handoff, .dialogUpdated, .other: event.wireType
    }
  }
}
