import ChatProtocol
import Hummingbird

/// What an operator asks about the work that waits and about its colleagues, and says about itself.
struct OperatorRoutes: Sendable {
  let store: ChatStore
  let engine: ChatEngine
  let now: @Sendable () -> Timestamp

  func add(to operators: RouterGroup<OperatorRequestContext>) {
    operators.group("operator")
      .get("queue") { _, context in
        JSONResponse(
          try await store.queue(
            visibleTo: context.user.visibility, at: now(), urgentAfter: engine.handoffPolicy.takeoverLimit))
      }
      .get("my-dialogs") { _, context in JSONResponse(try await store.myDialogs(userID: context.user.id)) }
      .post("heartbeat", use: heartbeat)
      .get("team", use: team)
  }

  /// An operator's own word for whether it is there.
  private struct Heartbeat: Codable {
    let status: OperatorStatus
  }

  @Sendable private func heartbeat(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let heartbeat: Heartbeat = try await request.decodeJSON()
    engine.operators.handle(.said(heartbeat.status, context.user.id))
    return JSONResponse(heartbeat)
  }

  private struct Colleague: Encodable {
    let id: UserID
    let name: String
    let role: String
    let status: OperatorStatus
    let dialogs: Int
    let capacity: Int
  }

  @Sendable private func team(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let members = try await store.team(of: context.user)
    let statuses = engine.operators.read { registry in members.map { registry.status(of: $0.user.id) } }
    return JSONResponse(
      zip(members, statuses).map { member, status in
        Colleague(
          id: member.user.id, name: member.user.displayName, role: member.user.role.rawValue, status: status,
          dialogs: member.dialogs, capacity: engine.handoffPolicy.capacity)
      })
  }
}
