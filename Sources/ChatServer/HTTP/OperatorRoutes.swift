import ChatProtocol
import Hummingbird
import Logging

/// What an operator asks about the work that waits, and says about itself (part 1, Dialogs).
struct OperatorRoutes: Sendable {
  let store: ChatStore
  let now: @Sendable () -> Timestamp

  func add(to operators: RouterGroup<OperatorRequestContext>) {
    operators.group("operator")
      .get("queue") { _, context in
        JSONResponse(try await store.queue(visibleTo: context.user.visibility, at: now()))
      }
      .get("my-dialogs") { _, context in JSONResponse(try await store.myDialogs(userID: context.user.id)) }
      .post("heartbeat", use: heartbeat)
  }

  /// An operator's own word for whether it is there.
  private enum Presence: String, Codable {
    case online, away, offline
  }

  private struct Heartbeat: Codable {
    let status: Presence
  }

  /// Nobody is shown an operator's presence in part 1, so nothing is kept of it.
  @Sendable private func heartbeat(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let heartbeat: Heartbeat = try await request.decodeJSON()
    context.logger.debug(
      "heartbeat", metadata: ["user": "\(context.user.id)", "status": "\(heartbeat.status.rawValue)"])
    return JSONResponse(heartbeat)
  }
}
