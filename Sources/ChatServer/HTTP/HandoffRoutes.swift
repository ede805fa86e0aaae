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
      .get("log", use: log)
      .post("request", use: request)
      .post("takeover", use: takeOver)
      .post("transfer", use: transfer)
      .post("requeue", use: requeue)
      .post("release") { _, context in try await command(.release, context) }
      .post("cancel") { _, context in try await command(.cancel, context) }
  }

  @Sendable private func status(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let dialog = try await context.requireDialog(in: store)
    return JSONResponse(try await engine.handoffStatus(dialogID: dialog.id))
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
    try checkLength(body.reason, of: "reason")
    try checkLength(body.lastUserText, of: "last_user_text")
    return try await command(
      .request(requestID: body.requestID, reason: body.reason, lastUserText: body.lastUserText), context)
  }

  private func checkLength(_ note: String?, of field: String) throws {
    if (note?.utf8.count ?? 0) > Self.longestNote { throw APIError.unprocessable("Field '\(field)' is too long") }
  }

  private struct TakeOverBody: Decodable {
    var force: Bool?
    var reason: String?
  }

  /// Part 1's body says nothing; ours may force it.
  @Sendable private func takeOver(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let body: TakeOverBody = try await request.decodeJSON(orEmpty: TakeOverBody())
    guard body.force == true else { return try await command(.takeOver, context) }
    guard let reason = body.reason, reason.contains(where: { !$0.isWhitespace }) else {
      throw APIError.unprocessable("Field 'reason' is required with 'force'")
    }
    try checkLength(reason, of: "reason")
    return try await command(.forceTakeOver(reason: reason), context)
  }

  private struct TransferBody: Decodable {
    let to: UserID
    let note: String?
  }

  @Sendable private func transfer(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let body: TransferBody = try await request.decodeJSON()
    try checkLength(body.note, of: "note")
    return try await command(.transfer(to: body.to, note: body.note), context)
  }

  private struct RequeueBody: Decodable {
    var reason: String?
  }

  @Sendable private func requeue(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let body: RequeueBody = try await request.decodeJSON(orEmpty: RequeueBody())
    try checkLength(body.reason, of: "reason")
    return try await command(.requeue(reason: body.reason), context)
  }

  /// The largest page of the log.
  private static let largestPage = 1000

  @Sendable private func log(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let query = QueryReader(request.uri)
    let page = HandoffLogQuery(
      dialogID: try await context.requireDialog(in: store).id, after: try query.integer("after", in: 0...Int.max) ?? 0,
      limit: try query.integer("limit", in: 1...Self.largestPage) ?? 100)
    return JSONResponse(try await store.handoffLog(page))
  }

  /// The bodies of release and cancel say nothing and are not read.
  private func command(
    _ command: HandoffCommand, _ context: OperatorRequestContext
  ) async throws -> JSONResponse<HandoffStatus> {
    let dialog = try await context.requireDialog(in: store)
    let status = try await engine.handoff(dialogID: dialog.id, command, by: .account(context.user))
    return JSONResponse(try await engine.estimated(status, dialogID: dialog.id))
  }
}
