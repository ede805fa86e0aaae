import ChatProtocol
import Hummingbird

/// Finding messages by their words (part 2, search).
///
/// `GET /api/search?q=…&limit&before` answers `{"items":[…],"dialogs":[…],"next_before":…}`, newest first. Each item has
/// `dialog_id`, `message_id`, `sender`, `kind`, `timestamp`, `name`, and a `snippet` of the text with the `matches` in it
/// as pairs of offsets in Unicode scalars. `dialogs` are those whose visitors are called so, with `dialog_id` and `name`;
/// on the first page only. `next_before` is null on the last page.
struct SearchRoutes: Sendable {
  let store: ChatStore

  func add(to operators: RouterGroup<OperatorRequestContext>) {
    operators.get("search", use: search)
  }

  /// The most hits of a page.
  static let largestPage = 50

  private struct Answer: Encodable {
    let page: SearchPage

    enum CodingKeys: String, CodingKey {
      case items, dialogs
      case nextBefore = "next_before"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(page.hits.map(Item.init), forKey: .items)
      try container.encode(page.dialogs.map { Named(dialogID: $0.id, name: $0.visitorName) }, forKey: .dialogs)
      try container.encode(page.nextBefore, forKey: .nextBefore)
    }
  }

  private struct Named: Encodable {
    let dialogID: DialogID
    let name: String?

    enum CodingKeys: String, CodingKey {
      case dialogID = "dialog_id"
      case name
    }
  }

  private struct Item: Encodable {
    let dialogID: DialogID
    let messageID: MessageID
    let sender: Sender
    let kind: MessageKind
    let timestamp: Timestamp?
    let name: String?
    let snippet: String
    let matches: [[Int]]

    init(_ hit: SearchHit) {
      dialogID = hit.dialogID
      messageID = hit.message.id
      sender = hit.message.sender
      kind = hit.message.kind
      timestamp = hit.message.timestamp
      name = hit.name
      snippet = hit.snippet
      matches = hit.matches.map { [$0.lowerBound, $0.upperBound] }
    }

    enum CodingKeys: String, CodingKey {
      case dialogID = "dialog_id"
      case messageID = "message_id"
      case sender, kind, timestamp, name, snippet, matches
    }
  }

  @Sendable private func search(
    _ request: Request, _ context: OperatorRequestContext
  ) async throws -> some ResponseGenerator {
    guard store.isSearchable else { throw APIError.notFound("Encrypted messages cannot be searched") }
    let parameters = QueryReader(request.uri)
    let text = try parameters.requiredText("q")
    guard text.unicodeScalars.count <= SearchQuery.longest else {
      throw APIError.unprocessable("Query parameter 'q' may have \(SearchQuery.longest) characters at most")
    }
    let limit = try parameters.integer("limit", in: 1...Self.largestPage) ?? 20
    let before = try parameters.integer("before")
    // Nothing but punctuation is nowhere.
    guard let query = SearchQuery(text) else { return JSONResponse(Answer(page: SearchPage())) }
    return JSONResponse(
      Answer(
        page: try await store.search(query, visibleTo: context.user.visibility, before: before, limit: limit)))
  }
}
