public import ChatProtocol

// The calls of an operator (part 1, Dialogs), and those of part 2 that the console uses.
extension ChatAPI {
  /// The most messages asked for at once, where the server has paging.
  private static let pageSize = 1000

  // MARK: Session

  /// Who is logged in.
  public func me() async throws(APIFailure) -> Account {
    try await call(.init(path: "/api/me"))
  }

  /// What the server offers. One that does not know the route, or answers it with a page, has part 1 only.
  public func capabilities() async throws(APIFailure) -> Capabilities {
    do throws(APIFailure) {
      return try await call(.init(path: "/api/capabilities"))
    } catch .notFound, .invalid, .forbidden, .malformed {
      return .partOne
    }
  }

  /// Says that the operator is there, or is not. Servers of part 1 may answer 500 to it.
  public func heartbeat(status: OperatorStatus = .online) async throws(APIFailure) {
    let answer = try await call(.post("/api/operator/heartbeat", ["status": status]))
    if let failure = answer.failure { throw failure }
  }

  // MARK: Dialogs

  /// A page of the list, newest id first.
  ///
  /// - Parameters:
  ///   - page: From 1.
  ///   - limit: 1 to 100.
  ///   - all: Whether the dialogs of all accounts are asked for, which an admin may see.
  public func dialogs(page: Int, limit: Int, all: Bool) async throws(APIFailure) -> Page<Dialog> {
    try await call(.init(path: "/api/dialogs?page=\(page)&limit=\(limit)" + (all ? "&all=true" : "")))
  }

  /// One dialog; some servers leave out its hand-off.
  public func dialog(_ id: DialogID) async throws(APIFailure) -> Dialog {
    try await call(.init(path: "/api/dialogs/\(id)"))
  }

  /// A dialog's messages, ascending as the server has them.
  ///
  /// - Parameter after: Only what is newer than this id; for servers with paging only. Nil is the whole history.
  public func messages(in dialogID: DialogID, after: MessageID? = nil) async throws(APIFailure) -> [Message] {
    let path = "/api/dialogs/\(dialogID)/messages"
    guard let after else { return try await history(path) }
    var messages: [Message] = []
    var last = after
    while true {
      let page = try await history(path + "?after=\(last)&limit=\(Self.pageSize)")
      messages += page
      // A page that brings nothing newer would be asked for again for ever.
      guard page.count >= Self.pageSize, let newest = page.lazy.map(\.id).max(), newest > last else { return messages }
      last = newest
    }
  }

  private func history(_ path: String) async throws(APIFailure) -> [Message] {
    let request = HTTPExchange.Request(path: path, limit: Self.historyLimit, timeout: .seconds(60))
    return try await call(request, as: ListAnswer<Message>.self).items
  }

  private struct NewMessage: Encodable {
    let sender = Sender.manager
    let text: String
    let clientID: String?
    let kind: MessageKind?
    let ifLastID: MessageID?

    enum CodingKeys: String, CodingKey {
      case sender, text, kind
      case clientID = "client_id"
      case ifLastID = "if_last_id"
    }
  }

  /// Writes into a dialog as an operator.
  ///
  /// - Parameters:
  ///   - clientID: For servers that take it: a repeat with the same id makes no second message.
  ///   - kind: A note is for servers that have notes only: any other would show it to the visitor.
  ///   - ifLastID: For servers that take it: ``APIFailure/superseded(by:)`` if somebody else wrote after this message.
  /// - Returns: The message as it is stored.
  public func send(
    _ text: String, to dialogID: DialogID, clientID: String?, kind: MessageKind = .message,
    ifLastID: MessageID? = nil
  ) async throws(APIFailure) -> Message {
    // Part 1 knows no kinds: a reply says none.
    let message = NewMessage(
      text: text, clientID: clientID, kind: kind == .message ? nil : kind, ifLastID: ifLastID)
    return try await call(.post("/api/dialogs/\(dialogID)/messages", message), as: StoredMessage.self).message
  }

  /// The answer to a POST: the message, bare or wrapped.
  private struct StoredMessage: Decodable {
    let message: Message

    enum CodingKeys: String, CodingKey { case message }

    init(from decoder: any Decoder) throws {
      if let bare = try? Message(from: decoder) {
        message = bare
      } else {
        message = try decoder.container(keyedBy: CodingKeys.self).decode(Message.self, forKey: .message)
      }
    }
  }

  // MARK: Work

  /// Who waits for a human, oldest first.
  public func queue() async throws(APIFailure) -> [QueueEntry] {
    try await call(.init(path: "/api/operator/queue"), as: ListAnswer<QueueEntry>.self).items
  }

  /// The dialogs that are assigned to this operator.
  public func myDialogs() async throws(APIFailure) -> [Dialog] {
    try await call(.init(path: "/api/operator/my-dialogs"), as: ListAnswer<Dialog>.self).items
  }
}
