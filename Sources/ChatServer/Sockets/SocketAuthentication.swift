import ChatProtocol
import HummingbirdCore
import Logging

/// What a socket's request shows of itself.
struct SocketRequest: Sendable {
  /// The path and query, as the client wrote them.
  let target: String
  /// The `Authorization` header.
  let authorization: String?
  /// The page that opens it: the `Origin` and `Host` headers.
  let source: RequestSource
  /// Where it comes from: the key of rate limits.
  let peer: String
}

/// Whom a socket speaks for.
struct SocketIdentity: Sendable {
  let seat: Seat
  /// The operator; nil for a visitor.
  var user: User? = nil
  /// When its token ends, if it does.
  let expiresAt: Timestamp?
  /// The login of an operator's token: the socket ends with it.
  var sessionID: SessionID?
  /// Who it is, for the log; never a token and never a guest's id, which is as good as one.
  let role: String
}

/// Looks at a socket's token and decides which seat it gets.
struct SocketAuthentication: Sendable {
  let access: AccessControl
  let visitors: VisitorAccess

  /// - Throws: `SocketEnding` that says why not, or what the store throws.
  func authenticate(_ request: SocketRequest, route: SocketRoute) async throws -> SocketIdentity {
    let query = QueryReader(URI(request.target))
    let seat = Seat(dialogID: route.dialogID, pool: route.pool)
    switch route {
    case .dialog(let id):
      // In the query, because a browser's WebSocket cannot set a header; others may.
      guard let token = query.text("token") ?? AccessControl.bearerToken(in: request.authorization) else {
        throw SocketEnding.badToken
      }
      let (user, claims) = try await operatorAccount(token)
      guard try await access.store.dialog(id: id, visibleTo: user.visibility) != nil else {
        throw SocketEnding.notYourDialog
      }
      return SocketIdentity(
        seat: seat, user: user, expiresAt: claims.expiresAt, sessionID: claims.sessionID,
        role: "\(user.role.rawValue) \(user.id)")
    case .site(let id):
      let (visibility, expiresAt) = try await identified {
        try await visitors.siteSocket(query, from: request.source)
      }
      try await requireDialog(id, visibility)
      return SocketIdentity(seat: seat, expiresAt: expiresAt, role: "site visitor")
    case .widget(let id):
      try await requireDialog(id, try await identified { .visitor(try await visitors.widgetVisitor(query)) })
      return SocketIdentity(seat: seat, expiresAt: nil, role: "widget visitor")
    }
  }

  private func operatorAccount(_ token: String) async throws -> (user: User, claims: TokenClaims) {
    do {
      return try await access.authenticate(token)
    } catch AccessControl.Refusal.expired {
      throw SocketEnding.tokenExpired
    } catch AccessControl.Refusal.bad {
      throw SocketEnding.badToken
    }
  }

  private func identified<Identity>(_ identify: () async throws -> Identity) async throws -> Identity {
    do {
      return try await identify()
    } catch let refusal as VisitorAccess.Refusal {
      throw switch refusal {
      case .unknownSiteToken, .malformed(parameter: "site_token"): SocketEnding.badToken
      case .foreignDomain: SocketEnding.foreignDomain
      case .unknownAssistant, .malformed(parameter: "assistant_id"): SocketEnding.unknown("assistant")
      case .malformed: SocketEnding.unknown("dialog")
      }
    }
  }

  /// A visitor's socket shows what its token and its guest id open; unknown and forbidden look alike.
  private func requireDialog(_ id: DialogID, _ visibility: Visibility) async throws {
    guard try await access.store.dialog(id: id, visibleTo: visibility) != nil else {
      throw SocketEnding.unknown("dialog")
    }
  }
}
