public import ChatProtocol
import GRDB

/// What whoever runs the server changes about an account.
extension ChatStore {
  /// All accounts, the oldest first.
  public func users() async throws -> [User] {
    try await read(User.fetchAll)
  }

  /// Gives an account another password, and ends all its logins: whoever knew the old one is out.
  ///
  /// - Parameter hash: what `Passwords.hash(_:)` made.
  /// - Throws: `StoreError.unknownUser`.
  public func setPassword(ofUser id: UserID, to hash: PasswordHash) async throws {
    try await write { database in
      guard try User.fetch(database, id: id) != nil else { throw StoreError.unknownUser }
      try database.execute(sql: "UPDATE user SET password_hash = ? WHERE id = ?", arguments: [hash.encoded, id])
      try Self.endSessions(ofUser: id, database)
    }
  }

  /// Gives an account a role.
  ///
  /// - Throws: `StoreError.unknownUser`; `.lastAdmin` if no enabled admin would be left.
  public func setRole(ofUser id: UserID, to role: Role) async throws {
    try await write { database in
      if role != .admin { try Self.requireOtherAdmin(thanUser: id, database) }
      try database.execute(sql: "UPDATE user SET role = ? WHERE id = ?", arguments: [role.rawValue, id])
      guard database.changesCount > 0 else { throw StoreError.unknownUser }
    }
  }

  /// Takes from an account the right to log in, and ends all its logins. Done twice, the second changes nothing.
  ///
  /// - Throws: `StoreError.unknownUser`; `.lastAdmin` if no enabled admin would be left.
  public func disable(user id: UserID, at now: Timestamp) async throws {
    try await write { database in
      try Self.requireOtherAdmin(thanUser: id, database)
      try database.execute(
        sql: "UPDATE user SET disabled_at = ifnull(disabled_at, ?) WHERE id = ?", arguments: [now.milliseconds, id])
      guard database.changesCount > 0 else { throw StoreError.unknownUser }
      try Self.endSessions(ofUser: id, database)
    }
  }

  /// Lets an account log in again.
  ///
  /// - Throws: `StoreError.unknownUser`.
  public func enable(user id: UserID) async throws {
    try await write { database in
      try database.execute(sql: "UPDATE user SET disabled_at = NULL WHERE id = ?", arguments: [id])
      guard database.changesCount > 0 else { throw StoreError.unknownUser }
    }
  }

  private static func endSessions(ofUser id: UserID, _ database: Database) throws {
    try database.execute(sql: "DELETE FROM session WHERE user_id = ?", arguments: [id])
  }

  /// In the same transaction as the change: of two admins who demote each other one stays.
  private static func requireOtherAdmin(thanUser id: UserID, _ database: Database) throws {
    let admins = try User.fetchAll(database).filter { $0.role == .admin && !$0.isDisabled }
    if admins.count == 1, let last = admins.first, last.id == id { throw StoreError.lastAdmin(email: last.email) }
  }
}
