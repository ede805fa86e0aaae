import ChatProtocol
import HTTPTypes
import Hummingbird

/// The visitors' side, the same twice: for a widget and for a site (part 1, Visitors).
struct VisitorRoutes: Sendable {
  let store: ChatStore
  let engine: ChatEngine
  let access: VisitorAccess
  let posts: Throttle<Visitor>
  /// Each stores something, as messages do.
  let reads: Throttle<Visitor>

  func add(to open: RouterGroup<ChatRequestContext>) {
    add(to: open.group("widget")) { query, _ in try await access.widgetVisitor(query) }
    add(to: open.group("site")) { query, request in
      try await access.siteVisitor(query, from: RequestSource(request))
    }
  }

  private typealias Identify = @Sendable (QueryReader, Request) async throws -> Visitor

  private func add(to entrance: RouterGroup<ChatRequestContext>, identify: @escaping Identify) {
    let visitor: @Sendable (Request) async throws -> Visitor = { request in
      do {
        return try await identify(QueryReader(request.uri), request)
      } catch let refusal as VisitorAccess.Refusal {
        throw refusal.apiError
      }
    }
    entrance.group("dialogs")
      .get { request, _ in JSONResponse(try await dialogs(of: visitor(request))) }
      .post { request, _ in try await open(request, visitor(request)) }
      .get(":id/messages") { request, context in
        let range = try HistoryRange(QueryReader(request.uri))
        let dialog = try await dialog(context, of: visitor(request))
        return JSONResponse(try await store.messages(dialogID: dialog.id, range))
      }
      .post(":id/messages") { request, context in
        let visitor = try await visitor(request)
        let dialog = try await dialog(context, of: visitor)
        if let excess = posts.spend(visitor) {
          throw APIError.tooManyRequests(retryAfter: excess.retryAfter, "Too many messages; try again later")
        }
        return try await post(request, dialog)
      }
      .post(":id/read") { request, context in
        let visitor = try await visitor(request)
        let dialog = try await dialog(context, of: visitor)
        if let excess = reads.spend(visitor) {
          throw APIError.tooManyRequests(retryAfter: excess.retryAfter, "Too many receipts; try again later")
        }
        let body: ReadReceiptBody = try await request.decodeJSON()
        let receipt = try await engine.markRead(dialogID: dialog.id, through: body.messageID, by: .visitor)
        return JSONResponse(ReadReceiptBody.Answer(dialogID: dialog.id, lastRead: receipt.lastRead))
      }
  }

  private func dialogs(of visitor: Visitor) async throws -> [VisitorDialog] {
    var dialogs: [VisitorDialog] = []
    for dialog in try await store.dialogs(of: visitor) {
      var manager: Manager?
      if dialog.handoffStatus == .active, let id = dialog.assignedManagerID {
        manager = try await store.user(id: id)?.manager
      }
      dialogs.append(VisitorDialog(dialog: dialog, manager: manager))
    }
    return dialogs
  }

  /// - Throws: `APIError` 404 if the guest has no such dialog.
  private func dialog(_ context: ChatRequestContext, of visitor: Visitor) async throws -> Dialog {
    guard let id = context.parameters.dialogID,
      let dialog = try await store.dialog(id: id, visibleTo: .visitor(visitor))
    else { throw APIError.dialogNotFound }
    return dialog
  }

  // MARK: Opening

  /// What a visitor may say about itself; everything may be left out, and so may the body.
  private struct Profile: Decodable {
    var name: String?
    var firstName: String?
    var lastName: String?

    enum CodingKeys: String, CodingKey {
      case name
      case firstName = "first_name"
      case lastName = "last_name"
    }
  }

  private struct OpenedDialog: Encodable {
    let id: DialogID
  }

  private func open(_ request: Request, _ visitor: Visitor) async throws -> JSONResponse<OpenedDialog> {
    let profile = try await request.decodeJSON(orEmpty: Profile())
    for name in [profile.name, profile.firstName, profile.lastName] where (name?.utf8.count ?? 0) > 400 {
      throw APIError.unprocessable("A name may have 400 bytes at most")
    }
    let dialog = try await engine.openDialog(
      for: visitor,
      profile: VisitorProfile(name: profile.name, firstName: profile.firstName, lastName: profile.lastName))
    return JSONResponse(OpenedDialog(id: dialog.id))
  }

  /// What a visitor sees of its dialog: nothing of the operators' work on it but whom it is talking with.
  private struct VisitorDialog: Encodable {
    let dialog: Dialog
    /// The operator, while the hand-off is active.
    let manager: Manager?

    enum CodingKeys: String, CodingKey {
      case id, manager
      case startedAt = "started_at"
      case endedAt = "ended_at"
      case lastMessageAt = "last_message_at"
      case lastMessageText = "last_message_text"
      case handoffStatus = "handoff_status"
      case lastRead = "last_read"
      case operatorLastRead = "operator_last_read"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(dialog.id, forKey: .id)
      try container.encodeIfPresent(dialog.startedAt, forKey: .startedAt)
      try container.encodeIfPresent(dialog.endedAt, forKey: .endedAt)
      try container.encodeIfPresent(dialog.lastMessageAt, forKey: .lastMessageAt)
      try container.encodeIfPresent(dialog.lastMessageText, forKey: .lastMessageText)
      try container.encode(dialog.handoffStatus, forKey: .handoffStatus)
      try container.encodeIfPresent(manager, forKey: .manager)
      try container.encodeIfPresent(dialog.visitorLastRead, forKey: .lastRead)
      try container.encodeIfPresent(dialog.operatorLastRead, forKey: .operatorLastRead)
    }
  }

  // MARK: Posting

  private struct Posted: Encodable {
    let message: Message
    let isDuplicate: Bool
    /// Nil if the client did not wait for it.
    let turn: ChatEngine.AssistantTurn?
    /// What a visitor who was handed over has to expect.
    let handoff: HandoffStatus?

    enum CodingKeys: String, CodingKey {
      case duplicate
      case userMessage = "user_message"
      case assistantMessage = "assistant_message"
      case handoffTriggered = "handoff_triggered"
      case handoffStatus = "handoff_status"
      case queuePosition = "queue_position"
      case estimatedWaitMinutes = "estimated_wait_minutes"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(message, forKey: .userMessage)
      if isDuplicate { try container.encode(true, forKey: .duplicate) }
      switch turn {
      case .answered(let answer):
        try container.encode(answer, forKey: .assistantMessage)
      case .handedOff(let status):
        try container.encode(true, forKey: .handoffTriggered)
        try container.encode(status, forKey: .handoffStatus)
        try container.encodeIfPresent(handoff?.queuePosition, forKey: .queuePosition)
        try container.encodeIfPresent(handoff?.estimatedWaitMinutes, forKey: .estimatedWaitMinutes)
      case .silent, nil:
        try container.encodeNil(forKey: .assistantMessage)
      }
    }
  }

  private func post(_ request: Request, _ dialog: Dialog) async throws -> JSONResponse<Posted> {
    let body: NewMessageBody = try await request.decodeJSON()
    let post = try await engine.postAsVisitor(dialogID: dialog.id, text: body.text, clientID: body.clientID)
    let waits = QueryReader(request.uri).flag("wait") != false
    let turn = waits ? await post.assistantTurn() : nil
    var handoff: HandoffStatus?
    if case .handedOff = turn { handoff = try await engine.handoffStatus(dialogID: dialog.id) }
    return JSONResponse(Posted(message: post.message, isDuplicate: post.isDuplicate, turn: turn, handoff: handoff))
  }
}

extension VisitorAccess.Refusal {
  var apiError: APIError {
    switch self {
    case .malformed(let parameter): .unprocessable("Query parameter '\(parameter)' is missing or not valid")
    case .unknownAssistant: .notFound("Assistant not found")
    case .unknownSiteToken: .unauthorized("The site token is not valid")
    case .foreignDomain: .forbidden("The site token is not for this site")
    }
  }
}
