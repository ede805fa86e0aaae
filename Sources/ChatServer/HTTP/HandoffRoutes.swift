import ChatProtocol
import FoundationEssentials
import Hummingbird

/// The hand-off of a dialog between the AI and a human (part 1, Dialogs).
struct HandoffRoutes: Sendable {
  let store: ChatStore
  let engine: ChatEngine

  func add(to operators: RouterGroup<OperatorRequestContext>) {
    operators.group("dialogs/:id/handoff")
      .get("status", use: status)
      .post("request", use: request)
      .post("takeover") { _, context in try await command(.takeOver, context) }
      .post("release") { _, context in try await command(.release, context) }
      .post("cancel") { _, context in try await command(.cancel, context) }
  }

  @Sendable private func status(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let dialog = try await context.requireDialog(in: store)
    return JSONResponse(try await store.handoffStatus(dialogID: dialog.id))
  }

  private struct RequestBody: Decodable {
    let requestID: String
    let reason: String?
    let lastUserText: String?

    enum CodingKeys: String, CodingKey {
      case reason
      case requestID = "request_id"
      case lastUserText = "last_user_text"
    }
  }

  /// The longest reason and quoted text, in bytes.
  private static let longestNote = 4 * NewMessage.longestText

  @Sendable private func request(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let body: RequestBody = try await request.decodeJSON()
    guard UUID(uuidString: body.requestID) != nil else {
      throw APIError.unprocessable("Field 'request_id' must be a UUID")
    }
    for (name, note) in [("reason", body.reason), ("last_user_text", body.lastUserText)]
    where (note?.utf8.count ?? 0) > Self.longestNote {
      throw APIError.unprocessable("Field '\(name)' is too long")
    }
    return try await command(
      .request(requestID: body.requestID, reason: body.reason, lastUserText: body.lastUserText), context)
  }

  /// The bodies of takeover, release and cancel say nothing and are not read.
  private func command(
    _ command: HandoffCommand, _ context: OperatorRequestContext
  ) async throws -> JSONResponse<HandoffStatus> {
    let dialog = try await context.requireDialog(in: store)
    return JSONResponse(
      try await engine.handoff(dialogID: dialog.id, command, by: .account(context.user)))
  }
}
