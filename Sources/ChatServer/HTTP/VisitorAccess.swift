import ChatProtocol
import HummingbirdCore

/// Finds out which guest a visitor's request or socket speaks for.
struct VisitorAccess: Sendable {
  /// Why a visitor is not let in.
  enum Refusal: Error, Hashable {
    /// The query parameter is missing or cannot be used.
    case malformed(parameter: String)
    case unknownAssistant
    case unknownSiteToken
    /// The page is not of one of the token's domains.
    case foreignDomain
  }

  let store: ChatStore

  /// The guest of `assistant_id=…&guest_id=…`.
  func widgetVisitor(_ query: QueryReader) async throws -> Visitor {
    guard let text = query.text("assistant_id") else { throw Refusal.malformed(parameter: "assistant_id") }
    guard let id = Int(text), try await store.assistant(id: id) != nil else { throw Refusal.unknownAssistant }
    return try visitor(.widget(assistantID: id), query)
  }

  /// The guest of `site_token=…&guest_id=…`, if the page it comes from may use the token.
  ///
  /// - Parameter source: the page it comes from.
  func siteVisitor(_ query: QueryReader, from source: RequestSource) async throws -> Visitor {
    try visitor(.site(ownerID: try await siteOwner(query, from: source)), query)
  }

  /// What a site's socket may see: the guest's dialogs, or those of all the site's guests for a page that names none.
  /// Part 1 has the token alone on this socket, so the token is all that can be asked for.
  func siteSocketVisibility(_ query: QueryReader, from source: RequestSource) async throws -> Visibility {
    guard query.text("guest_id") == nil else { return .visitor(try await siteVisitor(query, from: source)) }
    return .site(ownerID: try await siteOwner(query, from: source))
  }

  /// Whether a page of this origin may use the site token of a request.
  func siteAllows(_ query: QueryReader, origin: String) async throws -> Bool {
    _ = try await siteOwner(query, from: RequestSource(origin: origin, host: nil))
    return true
  }

  private func siteOwner(_ query: QueryReader, from source: RequestSource) async throws -> UserID {
    guard let text = query.text("site_token") else { throw Refusal.malformed(parameter: "site_token") }
    guard let token = try await store.siteToken(text) else { throw Refusal.unknownSiteToken }
    guard source.isOwnFrame || token.allows(host: source.pageHost) else { throw Refusal.foreignDomain }
    return token.ownerID
  }

  private func visitor(_ entrance: Visitor.Entrance, _ query: QueryReader) throws -> Visitor {
    guard let guestID = query.text("guest_id"), let visitor = try? Visitor(entrance: entrance, guestID: guestID) else {
      throw Refusal.malformed(parameter: "guest_id")
    }
    return visitor
  }
}
