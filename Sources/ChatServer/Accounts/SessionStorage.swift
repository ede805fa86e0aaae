import ChatProtocol
import GRDB

extension ChatStore {
  /// The most logins of one account at a time; the oldest gives way.
  static let mostSessions = 50

  /// Begins a login. What has ended by itself is cleared away on this occasion.
  ///
  /// - Parameters:
  ///   - tokenID: the id of its first refresh token.
  ///   - hash: what the password was found good for, if one was checked.
  /// - Throws: `StoreError.unknownUser` for an account that is gone or disabled, or has another password by now:
  ///   checking takes a while, and who changes a password wants nobody in who knew the old one.
  func beginSession(
    userID: UserID, tokenID: String, passwordHash hash: PasswordHash? = nil, at now: Timestamp
  ) async throws -> LoginSession {
    let expiresAt = now.advanced(by: TokenKind.refresh.lifetime)
    return try await write { database in
      guard try User.fetch(database, id: userID)?.isDisabled == false,
        try hash == nil || PasswordHash.fetch(database, userID: userID) == hash
      else { throw StoreError.unknownUser }
      try database.execute(sql: "DELETE FROM session WHERE expires_at <= ?", arguments: [now.milliseconds])
      try database.execute(
        sql: """
          DELETE FROM session WHERE user_id = ? AND id NOT IN
            (SELECT id FROM session WHERE user_id = ? ORDER BY rotated_at DESC, id DESC LIMIT ?)
          """, arguments: [userID, userID, Self.mostSessions - 1])
      try database.execute(
        sql: "INSERT INTO session (user_id, current_token_id, rotated_at, expires_at) VALUES (?, ?, ?, ?)",
        arguments: [userID, tokenID, now.milliseconds, expiresAt.milliseconds])
      return LoginSession(
        id: SessionID(database.lastInsertedRowID), userID: userID, currentTokenID: tokenID, rotatedAt: now,
        expiresAt: expiresAt)
    }
  }

  /// What became of a refresh token that was used.
  enum Refreshed: Sendable, Hashable {
    /// The login goes on; its current token's id is in it.
    case goesOn(LoginSession)
    /// The token had been used before: the login has been ended.
    case endedByReuse
    /// There is no such login, any more.
    case unknown
  }

  /// Uses a refresh token of a login, in one transaction: of two at once one makes the next.
  func refreshSession(
    id: SessionID, userID: UserID, tokenID: String, next: String, at now: Timestamp
  ) async throws -> Refreshed {
    try await write { database in
      guard var session = try LoginSession.fetch(database, id: id), session.userID == userID, session.expiresAt > now
      else { return .unknown }
      switch session.use(tokenID, next: next, at: now) {
      case .rotated:
        try database.execute(
          sql: """
            UPDATE session SET current_token_id = ?, previous_token_id = ?, rotated_at = ?, expires_at = ? WHERE id = ?
            """,
          arguments: [
            session.currentTokenID, session.previousTokenID, now.milliseconds, session.expiresAt.milliseconds, id,
          ])
        return .goesOn(session)
      case .repeated:
        return .goesOn(session)
      case .reused:
        try database.execute(sql: "DELETE FROM session WHERE id = ?", arguments: [id])
        return .endedByReuse
      }
    }
  }

  /// Ends a login: none of its tokens is good any more.
  func endSession(id: SessionID) async throws {
    try await write { try $0.execute(sql: "DELETE FROM session WHERE id = ?", arguments: [id]) }
  }

  /// The account of a token, or nil if it is disabled, or if it or the login that the token belongs to is no more.
  func user(id: UserID, session: SessionID?) async throws -> User? {
    try readPoint { try TokenHolder(userID: id, sessionID: session).user($0) }
  }

  /// The accounts of many tokens, as `user(id:session:)` finds each.
  func users(of holders: Set<TokenHolder>) async throws -> [TokenHolder: User] {
    try await read { database in
      try holders.reduce(into: [:]) { $0[$1] = try $1.user(database) }
    }
  }
}

/// Whom a token was made for: an account, and the login if the token belongs to one.
struct TokenHolder: Hashable, Sendable {
  let userID: UserID
  let sessionID: SessionID?

  fileprivate func user(_ database: Database) throws -> User? {
    let user =
      if let sessionID {
        try User.fetch(database, id: userID, session: sessionID)
      } else {
        try User.fetch(database, id: userID)
      }
    return user.flatMap { $0.isDisabled ? nil : $0 }
  }
}

extension LoginSession {
  fileprivate static func fetch(_ database: Database, id: SessionID) throws -> LoginSession? {
    let statement = try database.cachedStatement(sql: "SELECT * FROM session WHERE id = ?")
    return try Row.fetchOne(statement, arguments: [id]).flatMap { row in
      guard let rotatedAt = row.timestamp("rotated_at"), let expiresAt = row.timestamp("expires_at") else { return nil }
      return LoginSession(
        id: id, userID: row["user_id"], currentTokenID: row["current_token_id"],
        previousTokenID: row["previous_token_id"], rotatedAt: rotatedAt, expiresAt: expiresAt)
    }
  }
}
