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
  public func addSiteToken(ownerID: UserID, domains: [String] = [], at now: Timestamp) async throws -> SiteToken {
    let token = SiteToken(
      token: SiteToken.makeToken(), ownerID: ownerID, domains: try domains.map(SiteToken.normalized(domain:)))
    let encodedDomains = String(decoding: try JSONEncoder().encode(token.domains), as: UTF8.self)
    return try await write { database in
      guard try User.fetch(database, id: ownerID) != nil else { throw StoreError.unknownUser }
      try database.execute(
        sql: "INSERT INTO site_token (owner_id, token, domains, created_at) VALUES (?, ?, ?, ?)",
        arguments: [ownerID, token.token, encodedDomains, now.milliseconds])
      return token
    }
  }

  /// What a token that a page sent stands for, or nil if it is unknown.
  public func siteToken(_ token: String) async throws -> SiteToken? {
    try await read { try SiteToken.fetch($0, where: "token = ?", [token]) }
  }

  /// The newest token of an account, or nil if it has none.
  public func latestSiteToken(ownerID: UserID) async throws -> SiteToken? {
    try await read { try SiteToken.fetch($0, where: "owner_id = ? ORDER BY id DESC", [ownerID]) }
  }
}

extension SiteToken {
  fileprivate static func makeToken() -> String {
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
    return Data(bytes).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  fileprivate static func fetch(
    _ database: Database, where condition: String, _ arguments: StatementArguments
  ) throws -> SiteToken? {
    try Row.fetchOne(
      database.cachedStatement(sql: "SELECT token, owner_id, domains FROM site_token WHERE \(condition)"),
      arguments: arguments
    ).map { row in
      SiteToken(
        token: row["token"], ownerID: row["owner_id"],
        domains: try JSONDecoder().decode([String].self, from: Data((row["domains"] as String).utf8)))
    }
  }
}
