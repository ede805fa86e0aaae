public import ChatProtocol

/// Which dialogs of the list are asked for. What is nil does not narrow it.
public struct DialogSelection: Hashable, Sendable {
  /// Words of the visitor's name, guest id or last line, as the server understands them.
  public var search: String?
  /// Where the hand-off stands; empty for anywhere.
  public var states: [HandoffState]
  /// `web` or `telegram`.
  public var channel: String?
  /// The assistant that answers.
  public var assistantID: Int?

  /// Everything, unless narrowed.
  public init(search: String? = nil, states: [HandoffState] = [], channel: String? = nil, assistantID: Int? = nil) {
    self.search = search
    self.states = states
    self.channel = channel
    self.assistantID = assistantID
  }

  /// The query behind the paging's; begins with `&`, or is empty.
  var query: String {
    var query = ""
    if let search, !search.isEmpty { query += "&search=" + search.percentEncoded }
    if !states.isEmpty { query += "&status=" + states.map(\.wireName).joined(separator: ",").percentEncoded }
    if let channel { query += "&channel=" + channel.percentEncoded }
    if let assistantID { query += "&assistant_id=\(assistantID)" }
    return query
  }
}

// Finding dialogs and messages.
extension ChatAPI {
  /// The largest history that is taken, in bytes.
  static let historyLimit = 64 << 20

  /// A page of the list, narrowed, newest id first.
  ///
  /// - Parameters:
  ///   - page: From 1.
  ///   - limit: 1 to 100.
  ///   - all: Whether the dialogs of all accounts are asked for, which an admin may see.
  public func dialogs(
    page: Int, limit: Int, all: Bool, _ selection: DialogSelection
  ) async throws(APIFailure) -> Page<Dialog> {
    try await call(
      .init(path: "/api/dialogs?page=\(page)&limit=\(limit)" + (all ? "&all=true" : "") + selection.query))
  }

  /// One page of a dialog's messages, ascending; for servers with paging only (`Capabilities.hasPaging`).
  ///
  /// - Parameters:
  ///   - before: Only what is older than this id; nil for the newest messages.
  ///   - limit: 1 to 1000.
  public func page(
    of dialogID: DialogID, before: MessageID?, limit: Int
  ) async throws(APIFailure) -> [Message] {
    let path = "/api/dialogs/\(dialogID)/messages?" + (before.map { "before=\($0)&" } ?? "") + "limit=\(limit)"
    let request = HTTPExchange.Request(path: path, limit: Self.historyLimit, timeout: .seconds(60))
    return try await call(request, as: ListAnswer<Message>.self).items
  }

  /// Messages of all dialogs with some words, newest first (`Capabilities.hasSearch`).
  ///
  /// - Parameters:
  ///   - text: The words; ``APIFailure/invalid(_:)`` if they are more than the server takes.
  ///   - before: ``SearchAnswer/nextBefore`` of the page before; nil for the first page.
  ///   - limit: 1 to 50.
  public func search(
    _ text: String, before: MessageID? = nil, limit: Int = 20
  ) async throws(APIFailure) -> SearchAnswer {
    let older = before.map { "&before=\($0)" } ?? ""
    return try await call(.init(path: "/api/search?q=\(text.percentEncoded)&limit=\(limit)" + older))
  }
}
