import CSQLite
public import ChatProtocol
import Foundation
import GRDB

/// Everything a server keeps: accounts, assistants, site tokens, dialogs, messages, hand-offs.
///
/// One SQLite database in WAL mode with `synchronous=FULL`: when a writing method returns, its change is on disk and
/// survives the loss of power. Reads run beside the writer on snapshots of their own. Time comes from the caller.
///
/// The methods stand in extensions, a file for each subject.
public struct ChatStore: Sendable {
  private let pool: DatabasePool
  private let commits: GroupCommit
  private let points: PointReader
  private let checkpointer: Checkpointer
  /// What stands in the columns of private text.
  let cipher: TextCipher
  /// Keeps the database's file in its place.
  private let lock: DataDirectoryLock?

  private init(
    pool: DatabasePool, points: PointReader, checkpointer: Checkpointer, cipher: TextCipher, lock: DataDirectoryLock?
  ) {
    self.pool = pool
    self.points = points
    self.checkpointer = checkpointer
    self.cipher = cipher
    self.lock = lock
    commits = GroupCommit(pool, checkpointer: checkpointer)
  }

  /// The database's name in the data directory.
  static let databaseFile = "chat.sqlite"

  /// Opens the database of a data directory, creating it and bringing its tables up to date.
  ///
  /// - Parameter keys: what private texts are encrypted with; nil writes them as they are.
  /// - Throws: `PathError` if the file cannot be used, if it was written by a newer version, and if a key is missing.
  public static func open(in directory: DataDirectory, keys: StorageKeys? = nil) async throws -> ChatStore {
    let lock = try DataDirectoryLock(directory, .shared)
    try directory.createPrivateFile(databaseFile)
    let path = directory.path(of: databaseFile)
    return try await open(path, as: path, keys: keys, lock: lock)
  }

  /// Takes SQLite's count of its allocations away, once, before its first use: each allocation of each connection takes
  /// that count's one lock, and a writer under load spent a fifth of its time in waiting for readers there. Where something
  /// else was quicker it stays.
  private static let withoutMemoryStatistics: Void = { _ = chatai_sqlite_disable_memory_statistics() }()

  /// Opens a database's file.
  ///
  /// - Parameters:
  ///   - name: what errors call it.
  ///   - lock: released when the store is closed.
  static func open(
    _ path: String, as name: String, keys: StorageKeys?, lock: DataDirectoryLock?
  ) async throws -> ChatStore {
    withoutMemoryStatistics
    var configuration = Configuration()
    configuration.label = "ChatStore"
    // A backup or the sqlite3 shell may hold the file for a moment.
    configuration.busyMode = .timeout(10)
    let cipher = TextCipher(keys: keys)
    configuration.prepareDatabase { database in
      for function in cipher.functions + [TypedText.foldedContains] { database.add(function: function) }
    }
    do {
      let pool = try DatabasePool(path: path, configuration: configuration)
      // GRDB sets NORMAL when it turns WAL on, after `prepareDatabase`; and inside a transaction the pragma is a no-op.
      // What is deleted is overwritten: a purged message must not stand in the file any more.
      try await pool.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0")
      }
      let migrator = Schema.migrator
      guard try await !pool.read(migrator.hasBeenSuperseded) else {
        throw PathError(
          path: name,
          reason: "was written by a newer version of chatai-server; run that version, or restore a backup")
      }
      try migrator.migrate(pool)
      let store = ChatStore(
        pool: pool, points: try PointReader(path: path, configuration: configuration),
        checkpointer: try Checkpointer(path: path, configuration: configuration), cipher: cipher, lock: lock)
      try await store.requireKeys(at: name)
      return store
    } catch let error as DatabaseError {
      throw PathError(path: name, reason: error.message ?? "cannot be opened")
    }
  }

  /// Whether messages can be found by their words: an index of encrypted texts would give them away.
  var isSearchable: Bool { cipher.keys == nil }

  /// Closes the database; every later call throws. Waits for writes that are under way.
  public func close() throws {
    try points.close()
    try checkpointer.close()
    try pool.close()
    lock?.release()
  }

  /// Brings the write-ahead log into the database and empties it, unless somebody reads from it just now.
  func checkpoint() async throws {
    try await pool.writeWithoutTransaction { database in
      do {
        try database.checkpoint(.truncate)
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED {
        return
      }
    }
  }

  /// Tries whether the store can be written, by a transaction that changes nothing.
  ///
  /// - Throws: what SQLite says: a full disk, a file that is gone or read-only.
  func probe() async throws {
    try await write { database in
      // Writing it back writes a page, and is all that a commit needs to show whether it can.
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      try database.execute(sql: "PRAGMA user_version = \(version)")
    }
  }

  /// Reads a consistent snapshot.
  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await pool.read(body)
  }

  /// Reads a few rows by their ids, on the caller's thread.
  func readPoint<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try points.read(body)
  }

  /// Runs one write, whole or not at all, and returns when it is on disk. Every write of the server comes through here,
  /// one after the other in the order of the calls; those that come at the same time share a commit.
  ///
  /// - Parameter committed: see `GroupCommit.write`.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value, committed: @escaping @Sendable (Value) -> Void = { _ in }
  ) async throws -> Value {
    try await commits.write(body, committed: committed)
  }
}

/// Whose eyes a dialog is looked up with. What is not visible is reported exactly like what does not exist.
public enum Visibility: Sendable, Hashable {
  /// An admin: every dialog.
  case everything
  /// An operator: the dialogs of this account.
  case account(UserID)
  /// A visitor: its own dialogs.
  case visitor(Visitor)
  /// A site's page: the dialogs that came in by the sites of this account.
  case site(ownerID: UserID)

  /// The condition on `dialog`, and its arguments.
  var condition: (sql: String, arguments: StatementArguments) {
    switch self {
    case .everything: ("1", [])
    case .account(let id): ("dialog.user_id = ?", [id])
    case .visitor(let visitor): visitor.condition
    case .site(let ownerID): ("dialog.user_id = ? AND dialog.assistant_id IS NULL", [ownerID])
    }
  }
}
