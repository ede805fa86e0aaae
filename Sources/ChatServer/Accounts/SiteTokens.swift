public import ChatProtocol
import Foundation
import GRDB

/// What lets a web site open dialogs for an account's visitors.
///
/// It stands in the site's pages for everybody to read, so it is no secret; what it is worth is bounded by its domains.
public struct SiteToken: Sendable, Hashable {
  /// The token, 43 characters of the URL-safe base64 alphabet.
  public var token: String
  /// The account whose dialogs it opens.
  public var ownerID: UserID
  /// The hosts whose pages may use it, in lower case; empty allows all.
  public var domains: [String]
  /// When it ends, if it does; the sockets that it opened end then too.
  public var expiresAt: Timestamp?

  /// Whether a page of this host may use the token: the domain itself or one below it. A page without a known host
  /// (no `Origin`) may only where every host may.
  public func allows(host: String?) -> Bool {
    guard !domains.isEmpty else { return true }
    guard let host = host?.lowercased() else { return false }
    return domains.contains { host == $0 || host.hasSuffix("." + $0) }
  }

  /// A domain as it is compared: lower case, without a dot at the end.
  ///
  /// - Throws: `StoreError.invalid` for anything but a host name (RFC 1123 §2.1): no scheme, port, path or wildcard.
  static func normalized(domain: String) throws(StoreError) -> String {
    let name = domain.hasSuffix(".") ? String(domain.dropLast()) : domain
    let isLabel: (Substring) -> Bool = { label in
      (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
        && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
    guard name.utf8.count <= 253, name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel)
    else {
      throw .invalid(
        field: "domain", reason: "\(domain.debugDescription) is not a host name such as shop.example.com")
    }
    return name.lowercased()
  }
}

extension ChatStore {
  /// Makes a new site token for an account. Older ones stay good: pages that hold them are still out there.
  ///
  /// - Throws: `StoreError.invalid` for a domain that is none, `.unknownUser`.
  public func addSiteToken(
    ownerID: UserID, domains: [String] = [], expiresAt: Timestamp? = nil, at now: Timestamp
  ) async throws -> SiteToken {
    let token = SiteToken(
      token: SiteToken.makeToken(), ownerID: ownerID, domains: try domains.map(SiteToken.normalized(domain:)),
      expiresAt: expiresAt)
    return try await write { database in
      guard try User.fetch(database, id: ownerID) != nil else { throw StoreError.unknownUser }
      try token.insert(database, at: now)
      return token
    }
  }

  /// Makes a site token in the place of an account's newest one, for the same domains. All that the account had end
  /// after a while, in which the pages are changed, or earlier if they were to.
  ///
  /// - Parameter grace: how long the old ones stay good; zero for one that is misused.
  /// - Throws: `StoreError.unknownUser`.
  public func rotateSiteToken(
    ownerID: UserID, grace: Duration, expiresAt: Timestamp? = nil, at now: Timestamp
  ) async throws -> SiteToken {
    let end = now.advanced(by: grace)
    return try await write { database in
      guard try User.fetch(database, id: ownerID) != nil else { throw StoreError.unknownUser }
      let newest = try SiteToken.fetch(database, where: "owner_id = ? ORDER BY id DESC", [ownerID])
      let token = SiteToken(
        token: SiteToken.makeToken(), ownerID: ownerID, domains: newest?.domains ?? [], expiresAt: expiresAt)
      try database.execute(
        sql: "UPDATE site_token SET expires_at = min(ifnull(expires_at, ?), ?) WHERE owner_id = ?",
        arguments: [end.milliseconds, end.milliseconds, ownerID])
      try token.insert(database, at: now)
      return token
    }
  }

  /// What a token that a page sent stands for, or nil if it is unknown.
  public func siteToken(_ token: String) async throws -> SiteToken? {
    try await read { try SiteToken.fetch($0, where: "token = ?", [token]) }
  }

  /// The newest token of an account that is good, or nil if it has none.
  public func latestSiteToken(ownerID: UserID, at now: Timestamp) async throws -> SiteToken? {
    try await read {
      try SiteToken.fetch(
        $0, where: "owner_id = ? AND ifnull(expires_at > ?, 1) ORDER BY id DESC", [ownerID, now.milliseconds])
    }
  }
}

extension SiteToken {
  fileprivate static func makeToken() -> String {
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
    return Data(bytes).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  fileprivate func insert(_ database: Database, at now: Timestamp) throws {
    let domains = String(decoding: try JSONEncoder().encode(domains), as: UTF8.self)
    try database.execute(
      sql: "INSERT INTO site_token (owner_id, token, domains, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
      arguments: [ownerID, token, domains, now.milliseconds, expiresAt?.milliseconds])
  }

  fileprivate static func fetch(
    _ database: Database, where condition: String, _ arguments: StatementArguments
  ) throws -> SiteToken? {
    try Row.fetchOne(
      database.cachedStatement(sql: "SELECT token, owner_id, domains, expires_at FROM site_token WHERE \(condition)"),
      arguments: arguments
    ).map { row in
      SiteToken(
        token: row["token"], ownerID: row["owner_id"],
        domains: try JSONDecoder().decode([String].self, from: Data((row["domains"] as String).utf8)),
        expiresAt: row.timestamp("expires_at"))
    }
  }
}
