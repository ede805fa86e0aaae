public import ChatProtocol
import GRDB

extension ChatStore {
  /// Adds an account.
  ///
  /// - Parameter passwordHash: what `Passwords.hash(_:)` made.
  /// - Throws: `StoreError.emailTaken`.
  public func addUser(
    email: EmailAddress, passwordHash: PasswordHash, role: Role, firstName: String? = nil, lastName: String? = nil,
    at now: Timestamp
  ) async throws -> User {
    try await write { database in
      guard try User.fetch(database, email: email) == nil else { throw StoreError.emailTaken(email.description) }
      try database.execute(
        sql: """
          INSERT INTO user (email, password_hash, role, first_name, last_name, created_at) VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          email.description, passwordHash.encoded, role.rawValue, TypedText(firstName), TypedText(lastName),
          now.milliseconds,
        ])
      return User(
        id: UserID(database.lastInsertedRowID), email: email.description, role: role, firstName: firstName,
        lastName: lastName)
    }
  }

  /// An account by its id.
  public func user(id: UserID) async throws -> User? {
    try await read { try User.fetch($0, id: id) }
  }

  /// An account by its address.
  public func user(email: EmailAddress) async throws -> User? {
    try await read { try User.fetch($0, email: email) }
  }

  /// The account that an address and a password open, or nil if they do not. A wrong password, an unknown address, a
  /// disabled account and a string that is no address at all cost the same time, so the answer's delay tells nothing
  /// about who has an account.
  public func authenticate(email: String, password: String, using passwords: Passwords) async throws -> User? {
    try await check(email: email, password: password, using: passwords)?.user
  }

  /// As `authenticate`, with the hash that the password was good for: what it is by then, `beginSession` looks at.
  func check(
    email: String, password: String, using passwords: Passwords
  ) async throws -> (user: User, hash: PasswordHash)? {
    let address = try? EmailAddress(email)
    let row: (user: User, hash: PasswordHash)? =
      if let address {
        try await read { database in
          guard let user = try User.fetch(database, email: address),
            let hash = try PasswordHash.fetch(database, userID: user.id)
          else { return nil }
          return (user, hash)
        }
      } else {
        nil
      }
    guard await passwords.verify(password, against: row?.hash), let row, !row.user.isDisabled else { return nil }
    return row
  }
}

extension PasswordHash {
  static func fetch(_ database: Database, userID: UserID) throws -> PasswordHash? {
    try String.fetchOne(database, sql: "SELECT password_hash FROM user WHERE id = ?", arguments: [userID])
      .map(PasswordHash.init(encoded:))
  }
}

extension User {
  static func fetch(_ database: Database, id: UserID) throws -> User? {
    try fetch(database, where: "id = ?", [id])
  }

  /// The account of a login, in one look: each request begins with it.
  static func fetch(_ database: Database, id: UserID, session: SessionID) throws -> User? {
    try fetch(
      database, where: "id = ? AND EXISTS (SELECT 1 FROM session WHERE session.id = ? AND user_id = user.id)",
      [id, session])
  }

  static func fetch(_ database: Database, email: EmailAddress) throws -> User? {
    try fetch(database, where: "email = ?", [email.description])
  }

  /// All of them, the oldest first.
  static func fetchAll(_ database: Database) throws -> [User] {
    try Row.fetchAll(database, sql: "SELECT \(columns) FROM user ORDER BY id").compactMap(User.init(row:))
  }

  private static let columns = "id, email, role, first_name, last_name, disabled_at IS NOT NULL"

  private static func fetch(
    _ database: Database, where condition: String, _ arguments: StatementArguments
  ) throws -> User? {
    let statement = try database.cachedStatement(sql: "SELECT \(columns) FROM user WHERE \(condition)")
    return try Row.first(statement, arguments, User.init(row:)) ?? nil
  }

  /// - Parameter row: `columns`, in their order.
  private init?(row: Row) {
    var columns = ColumnReader(row)
    let id: UserID = columns.next()
    let email: String = columns.next()
    // The column's CHECK allows no other.
    guard let role = Role(rawValue: columns.next()) else { return nil }
    self.init(
      id: id, email: email, role: role, firstName: columns.text(), lastName: columns.text(),
      isDisabled: columns.next())
  }
}
