import ChatProtocol
import Logging

/// Looks at what an operator's stream asks for: whether the operator may see the dialog, and what is to be stored.
struct OperatorDesk: Sendable {
  let store: ChatStore
  let engine: ChatEngine
  let logger: Logger

  /// Stores what is to be stored.
  ///
  /// - Returns: false if there is no such dialog that the operator may see, and nothing is to come of the frame.
  func carryOut(_ frame: ClientFrame, by user: User) async -> Bool {
    do {
      guard let dialogID = frame.dialogID else { return true }
      guard try await store.dialog(id: dialogID, visibleTo: user.visibility) != nil else { return false }
      if case .read(let messageID, _) = frame {
        _ = try await engine.markRead(dialogID: dialogID, through: messageID, by: .operator(user))
      }
      return true
    } catch {
      logger.error("an operator's frame failed", metadata: ["user": "\(user.id)", "error": "\(error)"])
      return false
    }
  }
}

extension ClientFrame {
  /// The dialog that it names.
  fileprivate var dialogID: DialogID? {
    switch self {
    case .typing(_, let dialogID), .viewing(let dialogID): dialogID
    case .read(_, let dialogID): dialogID
    case .pong, .ignored: nil
    }
  }
}
