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
  let now: @Sendable () -> Timestamp

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
    try visitor(.site(ownerID: try await siteToken(query, from: source).ownerID), query)
  }

  /// What a site's socket may see, and until when: the guest's dialogs, or those of all the site's guests for a page that names none.
  /// Part 1 has the token alone on this socket, so the token is all that can be asked for.
  func siteSocket(
    _ query: QueryReader, from source: RequestSource
  ) async throws -> (visibility: Visibility, expiresAt: Timestamp?) {
    let token = try await siteToken(query, from: source)
    let entrance = Visitor.Entrance.site(ownerID: token.ownerID)
    return (
      query.text("guest_id") == nil ? .site(ownerID: token.ownerID) : .visitor(try visitor(entrance, query)),
      token.expiresAt
    )
  }

  /// Whether a page of this origin may use the site token of a request.
  func siteAllows(_ query: QueryReader, origin: String) async throws -> Bool {
    _ = try await siteToken(query, from: RequestSource(origin: origin, host: nil))
    return true
  }

  /// The site token of a request, if the page it comes from may use it.
  private func siteToken(_ query: QueryReader, from source: RequestSource) async throws -> SiteToken {
    let token = try await liveSiteToken(query)
    guard source.isOwnFrame || token.allows(host: source.pageHost) else { throw Refusal.foreignDomain }
    return token
  }

  /// The site token of a request, whatever page it comes from.
  func liveSiteToken(_ query: QueryReader) async throws -> SiteToken {
    guard let text = query.text("site_token") else { throw Refusal.malformed(parameter: "site_token") }
    // One that has run out is none: its pages cannot fetch another, and are to be changed.
    guard let token = try await store.siteToken(text), token.expiresAt.map({ now() < $0 }) ?? true else {
      throw Refusal.unknownSiteToken
    }
    return token
  }

  private func visitor(_ entrance: Visitor.Entrance, _ query: QueryReader) throws -> Visitor {
    guard let guestID = query.text("guest_id"), let visitor = try? Visitor(entrance: entrance, guestID: guestID) else {
      throw Refusal.malformed(parameter: "guest_id")
    }
    return visitor
  }
}
