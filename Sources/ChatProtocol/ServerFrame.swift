import FoundationEssentials

/// What a text frame from a server means (part 1, Sockets).
public enum ServerFrame: Hashable, Sendable {
  /// The bare text `__ping__`; the client answers with `pong`.
  case ping
  /// A message, in the direct or the wrapped form.
  case message(Message)
  /// A typed event.
  case event(DialogEvent)
  /// Nothing the contract knows; to be logged, by its reason only, and ignored.
  case ignored(reason: String)

  /// The client's answer to `ping`.
  public static let pong = "__pong__"
  /// The server's heartbeat.
  public static let pingText = "__ping__"

  /// Tells frames apart in the contract's order: the text `__ping__`; an object with a string `type` is an event
  /// (its `message` may be a string); an object with an object `message` is a wrapped message; an object with an
  /// `id` is a message; all else is ignored. Never fails, whatever the text is.
  public static func parse(_ text: String) -> ServerFrame {
    if text == pingText { return .ping }
    guard text.utf8.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }) == UInt8(ascii: "{") else {
      return .ignored(reason: "not a JSON object")
    }
    do {
      return try JSONDecoder().decode(Envelope.self, from: Data(text.utf8)).frame
    } catch {
      return .ignored(reason: "not a frame of the protocol")
    }
  }

  private struct Envelope: Decodable {
    let frame: ServerFrame

    enum CodingKeys: String, CodingKey { case type, message, id }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      if let type = try? container.decodeIfPresent(String.self, forKey: .type) {
        frame = .event(try DialogEvent(type: type, from: decoder))
      } else if let wrapped = try? container.decodeIfPresent(Message.self, forKey: .message) {
        frame = .message(wrapped)
      } else if let message = try? Message(from: decoder) {
        frame = .message(message)
      } else {
        frame = .ignored(reason: "an object without type, message or id")
      }
    }
  }
}

/// A typed event of a dialog.
public enum DialogEvent: Hashable, Sendable {
  /// Somebody began to type; who, if the server said.
  case typingStarted(by: Sender?)
  /// Somebody stopped typing.
  case typingStopped(by: Sender?)
  /// The hand-off changed. The dialog is nil where the server left it out: it is the socket's own. The reason is told
  /// to operators when a dialog changes hands or comes back to the queue; raw text.
  case handoff(HandoffState, dialogID: DialogID?, manager: Manager?, reason: String? = nil)
  /// A visitor has waited too long; only operators are told.
  case handoffOverdue(OverdueKind, dialogID: DialogID?, waitedSeconds: Int)
  /// The AI proposes an answer, or something became of a proposal; for operators only.
  case proposal(Proposal)
  /// An operator began (true) or stopped (false) to type; told to its colleagues.
  case operatorTyping(Bool, by: Manager)
  /// Somebody has read up to a message: the visitor (`user`), or an operator (`manager`), who is named to operators.
  case receipt(MessageID, dialogID: DialogID, by: Sender, manager: Manager? = nil)
  /// The visitor came (true) or is gone.
  case visitorPresence(Bool)
  /// How an operator is now; of no dialog.
  case operatorPresence(Manager, OperatorStatus)
  /// These operators look at the dialog now, in the order of their ids; nobody is left out.
  case viewing([Manager])
  /// A new dialog, or one whose list facts have changed; a message tells its dialog's last message itself.
  case dialogUpdated(Dialog)
  /// An event that this version does not know.
  case other(type: String)

  private enum CodingKeys: String, CodingKey {
    case sender, manager, proposal, reason, kind, by
    case dialogID = "dialog_id"
    case waitedSeconds = "waited_seconds"
  }

  init(type: String, from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let state: HandoffState
    switch type {
    case "typing_start", "typing_stop":
      let starts = type == "typing_start"
      if let manager = container.lenient(Manager.self, .by) {
        self = .operatorTyping(starts, by: manager)
      } else {
        let sender = container.lenientString(.sender).map(Sender.init(wireName:))
        self = starts ? .typingStarted(by: sender) : .typingStopped(by: sender)
      }
      return
    case "handoff_overdue":
      guard let kind = container.lenient(OverdueKind.self, .kind) else {
        self = .other(type: type)
        return
      }
      self = .handoffOverdue(
        kind, dialogID: container.lenientInt(.dialogID), waitedSeconds: container.lenientInt(.waitedSeconds) ?? 0)
      return
    case "proposal":
      self = container.lenient(Proposal.self, .proposal).map(DialogEvent.proposal) ?? .other(type: type)
      return
    case "handoff_requested": state = .requested
    case "handoff_started": state = .active
    case "handoff_released": state = .released
    case "handoff_cancelled": state = .cancelled
    default:
      self = (try? DialogEvent(operatorEvent: type, from: decoder)) ?? .other(type: type)
      return
    }
    self = .handoff(
      state, dialogID: container.lenientInt(.dialogID), manager: container.lenient(Manager.self, .manager),
      reason: container.lenientString(.reason))
  }
}

extension DialogEvent: Encodable {
  private enum WireKeys: String, CodingKey {
    case type, sender, manager, proposal, reason, kind
    case dialogID = "dialog_id"
    case waitedSeconds = "waited_seconds"
  }

  /// The event's `type` on the wire.
  public var wireType: String {
    switch self {
    case .typingStarted, .operatorTyping(true, _): "typing_start"
    case .typingStopped, .operatorTyping(false, _): "typing_stop"
    case .receipt: "receipt"
    case .visitorPresence, .operatorPresence: "presence"
    case .viewing: "viewing"
    case .dialogUpdated: "dialog_updated"
    case .handoff(.active, _, _, _): "handoff_started"
    case .handoff(let state, _, _, _): "handoff_" + state.wireName
    case .handoffOverdue: "handoff_overdue"
    case .proposal: "proposal"
    case .other(let type): type
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: WireKeys.self)
    try container.encode(wireType, forKey: .type)
    switch self {
    case .typingStarted(let sender), .typingStopped(let sender):
      try container.encodeIfPresent(sender, forKey: .sender)
    case .operatorTyping, .receipt, .visitorPresence, .operatorPresence, .viewing, .dialogUpdated:
      try encodeOperatorEvent(to: encoder)
    case .handoff(_, let dialogID, let manager, let reason):
      try container.encodeIfPresent(dialogID, forKey: .dialogID)
      try container.encodeIfPresent(manager, forKey: .manager)
      try container.encodeIfPresent(reason, forKey: .reason)
    case .handoffOverdue(let kind, let dialogID, let waited):
      try container.encode(kind, forKey: .kind)
      try container.encodeIfPresent(dialogID, forKey: .dialogID)
      try container.encode(waited, forKey: .waitedSeconds)
    case .proposal(let proposal):
      try container.encode(proposal.dialogID, forKey: .dialogID)
      try container.encode(proposal, forKey: .proposal)
    case .other:
      break
    }
  }
}
