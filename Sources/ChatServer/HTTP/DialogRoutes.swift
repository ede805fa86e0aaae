import ChatProtocol
import Hummingbird
import NIOCore

/// The operators' view of dialogs (part 1, Dialogs).
struct DialogRoutes: Sendable {
  let store: ChatStore
  let engine: ChatEngine
  let rooms: Rooms

  func add(to operators: RouterGroup<OperatorRequestContext>) {
    operators.group("dialogs")
      .get(use: list)
      .get(":id", use: dialog)
      .get(":id/messages", use: messages)
      .post(":id/messages", use: post)
      .post(":id/read", use: read)
  }

  @Sendable private func list(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let query = QueryReader(request.uri)
    var dialogs = DialogQuery(
      page: try query.integer("page") ?? 1,
      limit: try query.integer("limit", in: 1...DialogQuery.largestPage) ?? 20,
      search: query.text("search"),
      channel: query.text("channel"),
      assistantID: try query.integer("assistant_id"))
    if let states = query.text("status") {
      dialogs.states = Set(states.split(separator: ",").map { HandoffState(wireName: String($0)) })
    }
    // An admin may ask for its own dialogs only; nobody may ask for more than it sees.
    let visibility: Visibility = query.flag("all") == false ? .account(context.user.id) : context.user.visibility
    var page = try await store.dialogs(dialogs, visibleTo: visibility)
    page.items = try await withPresence(page.items, for: context.user)
    return JSONResponse(page)
  }

  @Sendable private func dialog(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let dialog = try await context.requireDialog(in: store)
    return JSONResponse(try await withPresence([dialog], for: context.user).first)
  }

  /// Dialogs with who is there, who looks at them, and up to where the operator has read them.
  private func withPresence(_ dialogs: [Dialog], for user: User) async throws -> [Dialog] {
    let lastReads = try await store.lastReads(userID: user.id, dialogIDs: dialogs.map(\.id))
    return dialogs.map { dialog in
      var dialog = dialog
      dialog.visitorOnline = rooms.presence.isOnline(dialog.id)
      dialog.viewers = rooms.views.viewers(of: dialog.id)
      dialog.lastRead = lastReads[dialog.id]
      return dialog
    }
  }

  @Sendable private func read(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let body: ReadReceiptBody = try await request.decodeJSON()
    let dialog = try await context.requireDialog(in: store)
    let receipt = try await engine.markRead(
      dialogID: dialog.id, through: body.messageID, by: .operator(context.user))
    return JSONResponse(ReadReceiptBody.Answer(dialogID: dialog.id, lastRead: receipt.lastRead))
  }

  @Sendable private func messages(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    let range = try HistoryRange(QueryReader(request.uri))
    let dialogID = try await context.requireDialogID(in: store)
    return JSONResponse(try await store.messages(dialogID: dialogID, range, includesNotes: true))
  }

  /// Answers with the saved message, and with a repeated `client_id` that it is a repeat.
  @Sendable private func post(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> Response {
    let body: OperatorMessageBody = try await request.decodeJSON()
    let dialogID = try await context.requireDialogID(in: store)
    do {
      let appended = try await engine.postAsOperator(
        context.user, dialogID: dialogID, kind: body.kind, text: body.message.text, clientID: body.message.clientID,
        ifLastID: body.ifLastID)
      return Response(
        json: ByteBuffer(string: WireJSON.text(appended.message, isDuplicate: appended.isDuplicate)))
    } catch let failure as PreconditionFailure {
      return try JSONResponse(NewerMessages(newer: failure.newer), status: .conflict)
        .response(from: request, context: context)
    }
  }

  /// Why nothing was sent (part 2, Precondition).
  private struct NewerMessages: Encodable {
    let detail = "Somebody else wrote in the meantime"
    let newer: [Message]
  }
}

extension OperatorRequestContext {
  /// The dialog that the path names.
  ///
  /// - Throws: `APIError` 404 if there is none that this operator may see.
  func requireDialog(in store: ChatStore) async throws -> Dialog {
    guard let id = parameters.dialogID, let dialog = try await store.dialog(id: id, visibleTo: user.visibility)
    else { throw APIError.dialogNotFound }
    return dialog
  }

  /// The id of the dialog that the path names, for those who need no more of it.
  ///
  /// - Throws: as `requireDialog`.
  func requireDialogID(in store: ChatStore) async throws -> DialogID {
    guard let id = parameters.dialogID, try await store.isVisible(dialogID: id, to: user.visibility)
    else { throw APIError.dialogNotFound }
    return id
  }
}

extension Parameters {
  /// The id in a path `…/dialogs/:id/…`; nil if it is no id.
  var dialogID: DialogID? { self.get("id").flatMap(DialogID.init) }
}

extension HistoryRange {
  /// The most messages of one page.
  static let largestPage = 1000

  /// `after=ID` or `before=ID`, with `limit`; none of them is the whole history (part 2, Paging).
  init(_ query: QueryReader) throws {
    let limit = try query.integer("limit", in: 1...Self.largestPage)
    let after = try query.integer("after", in: 0...Int.max)
    let before = try query.integer("before", in: 0...Int.max)
    switch (after, before) {
    case (let after?, nil): self = .after(after, limit: limit ?? Self.largestPage)
    case (nil, let before?): self = .before(before, limit: limit ?? Self.largestPage)
    case (nil, nil): self = limit.map { .latest(limit: $0) } ?? .all
    case (.some, .some): throw APIError.unprocessable("Query parameters 'after' and 'before' exclude each other")
    }
  }
}
