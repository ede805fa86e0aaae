public import ChatProtocol
import FoundationEssentials

// Who has a dialog: the AI, the queue, an operator.
extension ChatAPI {
  /// The verbs of `POST …/handoff/…`.
  public enum HandoffVerb: Hashable, Sendable {
    /// Ask for a human; why, and what the visitor said last.
    case request(reason: String?, lastUserText: String? = nil)
    /// Take the dialog.
    case takeover
    /// Take the dialog from whoever has it; why, which the log keeps (`Capabilities.hasLeases`).
    case forceTakeover(reason: String)
    /// Pass the dialog on to a colleague; the note is for them (`Capabilities.hasLeases`).
    case transfer(to: UserID, note: String?)
    /// Put the dialog back into the queue; why (`Capabilities.hasLeases`).
    case requeue(reason: String?)
    /// Give it back to the AI.
    case release
    /// Withdraw the request.
    case cancel

    /// The last part of its route.
    var route: String {
      switch self {
      case .request: "request"
      case .takeover, .forceTakeover: "takeover"
      case .transfer: "transfer"
      case .requeue: "requeue"
      case .release: "release"
      case .cancel: "cancel"
      }
    }
  }

  /// The bodies of all the verbs: each has some of the fields, and what is nil is not written.
  private struct HandoffBody: Encodable {
    var requestID: String?
    var reason: String?
    var lastUserText: String?
    var force: Bool?
    var to: UserID?
    var note: String?

    enum CodingKeys: String, CodingKey {
      case reason, force, to, note
      case requestID = "request_id"
      case lastUserText = "last_user_text"
    }

    init(_ verb: HandoffVerb) {
      switch verb {
      case .request(let reason, let text):
        requestID = UUID().uuidString.lowercased()
        self.reason = reason
        lastUserText = text
      case .forceTakeover(let reason):
        force = true
        self.reason = reason
      case .transfer(let to, let note):
        self.to = to
        self.note = note
      case .requeue(let reason): self.reason = reason
      case .takeover, .release, .cancel: break
      }
    }
  }

  /// Does a hand-off verb. 409 (``APIFailure/conflict(_:)``) if the dialog is not in the state for it, somebody was
  /// faster, or the operator who would get it has as many as it may have.
  public func handoff(_ verb: HandoffVerb, in dialogID: DialogID) async throws(APIFailure) -> HandoffStatus {
    try await call(.post("/api/dialogs/\(dialogID)/handoff/" + verb.route, HandoffBody(verb)))
  }
}
