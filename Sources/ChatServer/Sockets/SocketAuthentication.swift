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
  /// Where an operator's stream was when its client lost it, if it asks to go on from there.
  var since: OperatorStreams.Position? = nil
  /// When its token ends, if it does.
  let expiresAt: Timestamp?
  /// Whether it is no sign that the operator is there (`passive=1`): a program's, or of somebody who only looks on.
  var isPassive = false
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
    let isPassive = query.text("passive") == "1"
    switch route {
    case .operatorStream:
      let (user, claims) = try await operatorAccount(request, query)
      return SocketIdentity(
        seat: .operatorStream(user.id), user: user, since: OperatorStreams.Position(query),
        expiresAt: claims.expiresAt, isPassive: isPassive, sessionID: claims.sessionID,
        role: user.logName)
    case .dialog(let id):
      let (user, claims) = try await operatorAccount(request, query)
      guard try await access.store.dialog(id: id, visibleTo: user.visibility) != nil else {
        throw SocketEnding.notYourDialog
      }
      return SocketIdentity(
        seat: .dialog(id, .admin), user: user, expiresAt: claims.expiresAt, isPassive: isPassive,
        sessionID: claims.sessionID, role: user.logName)
    case .site(let id):
      let (visibility, expiresAt) = try await identified {
        try await visitors.siteSocket(query, from: request.source)
      }
      try await requireDialog(id, visibility)
      return SocketIdentity(seat: .dialog(id, .visitor), expiresAt: expiresAt, role: "site visitor")
    case .widget(let id):
      try await requireDialog(id, try await identified { .visitor(try await visitors.widgetVisitor(query)) })
      return SocketIdentity(seat: .dialog(id, .visitor), expiresAt: nil, role: "widget visitor")
    }
  }

  private func operatorAccount(
    _ request: SocketRequest, _ query: QueryReader
  ) async throws -> (user: User, claims: TokenClaims) {
    // In the query, because a browser's WebSocket cannot set a header; others may.
    guard let token = query.text("token") ?? AccessControl.bearerToken(in: request.authorization) else {
      throw SocketEnding.badToken
    }
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

extension User {
  fileprivate var logName: String { "\(role.rawValue) \(id)" }
}

extension OperatorStreams.Position {
  /// `since=SEQ&epoch=E`; nil if it is not there, or is nothing that this server has ever said.
  fileprivate init?(_ query: QueryReader) {
    guard let sequence = query.text("since").flatMap(Int.init), let epoch = query.text("epoch") else { return nil }
    self.init(sequence: sequence, epoch: epoch)
  }
}
