import ChatProtocol
import Crypto
import Foundation
import GRDB
import Testing

@testable import ChatServer

/// The way from every earlier version's database to this one's.
@Suite struct MigrationTests {
  /// What has left the house, oldest first: the SQL of each migration by its SHA-256, and rows for each table it makes.
  ///
  /// A new migration is added here when it is released, never changed afterwards.
  private static let released: [(name: String, fingerprint: String, rows: String)] = [
    (
      "accounts", "72690356d20a3f868714c14cffd2081cec93ad0e6458fb8f1636ab6b538c1bca",
      """
      INSERT INTO user (email, password_hash, role, first_name, last_name, created_at) VALUES
        ('ada@example.com', 'hash1', 'admin', x'416461', NULL, 1), ('ann@example.com', 'hash2', 'operator', NULL, x'4C00', 2);
      INSERT INTO assistant (owner_id, name, created_at) VALUES (2, x'4A756E6F', 3);
      INSERT INTO site_token (owner_id, token, domains, created_at) VALUES (2, 'token', '["a.example"]', 4);
      """
    ),
    (
      "dialogs", "aafe48e567ed456205f49a6104009323a5f3ff1b37ee0e02141d545be2390af7",
      """
      INSERT INTO dialog (user_id, assistant_id, guest_id, channel_type, name, started_at, last_message_at,
        last_message_text, handoff_status, handoff_request_id, handoff_requested_at, handoff_started_at, handoff_reason,
        handoff_last_user_text, assigned_manager_id)
      VALUES (2, 1, x'6700', 'web', x'D09CD0B0D180D0B8D18F', 5, 9, x'6C617374', 'active', x'72', 6, 7, x'7768', x'68', 1),
        (2, NULL, x'68', 'telegram', NULL, 5, NULL, NULL, 'none', NULL, NULL, NULL, NULL, NULL, NULL);
      INSERT INTO dialog (user_id, assistant_id, guest_id, channel_type, started_at, ended_at) VALUES
        (2, NULL, x'68', 'web', 1, 2);
      INSERT INTO message (dialog_id, sender, author_id, text, client_id, created_at) VALUES
        (1, 'user', NULL, x'610062', x'63', 8), (1, 'manager', 1, x'6C617374', NULL, 9), (2, 'assistant', NULL, x'78', NULL, 9),
        (2, 'system', NULL, x'79', NULL, 9);
      """
    ),
    (
      "handoff-log", "859bd291c78032a3214259c0a942fffe8e7ef55a3ecd270574d3c56ddc141d19",
      """
      INSERT INTO handoff_log (dialog_id, command, request_id, actor, user_id, old_status, new_status, created_at) VALUES
        (1, 'request', x'72', 'visitor', NULL, 'none', 'requested', 6), (1, 'takeover', NULL, 'operator', 1, 'requested', 'active', 7);
      """
    ),
    (
      "notes", "1a8ebd866c9c6ea9f044b1ece0cbbd09bbb943ba1a2199f940d66107f3dd27d8",
      """
      INSERT INTO message (dialog_id, sender, author_id, text, kind, created_at) VALUES (1, 'manager', 1, x'6E', 'note', 9);
      """
    ),
    (
      "handoff-returns", "eccd148e1fb4a39e2b321d7dcfa5230085369877ded4cb6d525c00d5a346df3c",
      """
      INSERT INTO handoff_log (dialog_id, command, actor, user_id, old_status, new_status, created_at, reason,
        from_user_id, to_user_id, waited)
      VALUES (1, 'transfer', 'operator', 1, 'active', 'active', 8, x'6E6F7465', 1, 2, 1);
      UPDATE dialog SET handoff_returned_at = 6 WHERE id = 1;
      """
    ),
    (
      "handoff-overdue", "5c06eae570725693d188b264ad5f1ff4d90548a17ce049b2edc693998bcf59ae",
      "UPDATE dialog SET handoff_overdue_since = 6 WHERE id = 1;"
    ),
    (
      "search", "f12c2534c9f4895874098ff2148b105ee4d8cf9b3cffe5986b307d017dc4670b",
      """
      INSERT INTO message (dialog_id, sender, text, created_at) VALUES (2, 'user', CAST('Ёлка' AS BLOB), 9);
      INSERT INTO dialog (user_id, guest_id, channel_type, first_name, started_at) VALUES (2, x'69', 'web', x'4A61', 9);
      """
    ),
    (
      "sessions", "4e7047dc85733ce04bc150bdf7b903c16966cd2d15792b1cbb680934a8a842a5",
      """
      INSERT INTO session (user_id, current_token_id, previous_token_id, rotated_at, expires_at) VALUES (2, 'b', 'a', 5, 99);
      """
    ),
    (
      "site-token-expiry", "19e63c159164fb44c62a0472b4d5336cf8678d3589b3b4b53a9dd692cef825d0",
      "UPDATE site_token SET expires_at = 99 WHERE id = 1;"
    ),
    // No row: a server without the key must not start.
    ("storage-keys", "49c2d1ee35bfefc3c0dc400f8151c025ab93df36713c8e3b3ac81b62cc0cac54", ""),
    (
      "assistant-settings", "fc2ab0e39479d0a2628a953562ed13546892d60bcac8cb82f7359147c4edbab4",
      """
      UPDATE assistant SET mode = 'propose', responder = 'openai', base_url = 'http://127.0.0.1:1', model = 'm',
        system_prompt = x'6265206b696e64', temperature = 0.5, key_kind = 'environment', key_name = 'KEY' WHERE id = 1;
      """
    ),
    (
      "proposals", "03b6b5a7317e96a737b42b442b89c440b9211d2c45b4ef2af07710ef53afb6a4",
      """
      INSERT INTO proposal (dialog_id, message_id, text, state, decided_by, decided_at, posted_id, created_at) VALUES
        (1, 1, x'70', 'approved', 1, 9, 2, 8), (1, 1, x'71', 'open', NULL, NULL, NULL, 9);
      """
    ),
    (
      "handoff-briefs", "1f2489fb6e71734fc400270d158ca3ed8982980cee2346d3707bde459c4cc72d",
      "INSERT INTO handoff_brief (dialog_id, request_id, brief, created_at) VALUES (1, x'72', x'7B7D', 6);"
    ),
    (
      "receipts", "4701630a678a9f48f75b0c13f6f290b75a4868e9c062c0ab075a77e1aa68ce76",
      """
      UPDATE dialog SET visitor_last_read = 1, operator_last_read = 2 WHERE id = 1;
      INSERT INTO operator_read (dialog_id, user_id, message_id) VALUES (1, 1, 2), (1, 2, 1);
      """
    ),
    (
      "disabled-accounts", "d5b87f7262d6f7d7c29435b50158329e80e62d179abae898fab4ac01dffc635a",
      "UPDATE user SET disabled_at = 9 WHERE id = 2;"
    ),
    (
      "search-without-insert-trigger", "82d22a4989e86b46bce6d54bab54f6123f5a9fed85b15d08b59313dc5de82eae",
      "UPDATE user SET first_name = x'416E6E' WHERE id = 2;"
    ),
  ]

  @Test func whatWasReleasedIsNotEdited() {
    for (migration, released) in zip(Schema.migrations, Self.released) {
      #expect(migration.name == released.name)
      let fingerprint = SHA256.hash(data: Data(migration.sql.utf8)).map { String(format: "%02x", $0) }.joined()
      #expect(
        fingerprint == released.fingerprint, "\(migration.name) was edited: undo that, and append a migration instead")
    }
    #expect(Schema.migrations.count >= Self.released.count, "a released migration is gone")
    #expect(Set(Schema.migrations.map(\.name)).count == Schema.migrations.count)
  }

  /// From each version, with rows that were written at every version up to it.
  @Test(arguments: 0...released.count)
  func everyVersionsContentIsThere(version: Int) async throws {
    let folder = try TemporaryDirectory()
    let path = folder.path + "/chat.sqlite"
    let old = try DatabaseQueue(path: path)
    for step in Self.released.prefix(version) {
      try Schema.migrator.migrate(old, upTo: step.name)
      try await old.write { try $0.execute(sql: step.rows) }
    }
    let tables = try await old.read(Self.content)
    #expect(
      tables.allSatisfy { !$0.rows.isEmpty || $0.name == "storage_key" }, "a table without a row proves nothing")
    try old.close()

    let store = try await ChatStore.open(in: DataDirectory(path: folder.path))
    for table in tables {
      let rows = try await store.read { try Table($0, name: table.name, columns: table.columns).rows }
      #expect(rows == table.rows, "\(table.name)")
    }
    let (schema, newest) = (try await store.read(Self.schema), try Self.newestSchema())
    #expect(schema == newest)
    try await store.read { (database: Database) throws in
      #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
      #expect(try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty)
    }
    if version >= 2 { try await checkUse(of: store) }
    try store.close()
  }

  /// The old rows through the eyes of this version, and the constraints that hold for them.
  private func checkUse(of store: ChatStore) async throws {
    let mary = try #require(try await store.dialog(id: 1, visibleTo: .account(2)))
    #expect(mary.name == "Мария" && mary.guestID == "g\0" && mary.handoffStatus == .active)
    #expect(mary.assignedManagerID == 1 && mary.handoffReason == "wh" && mary.lastMessageText == "last")
    #expect(try await store.messages(dialogID: 1).map(\.text) == ["a\0b", "last"])
    let query = try #require(SearchQuery("LAS"))
    let found = try await store.search(query, visibleTo: .everything, before: nil, limit: 9)
    #expect(found.hits.map(\.snippet) == ["last"])
    let guest = try Visitor(entrance: .widget(assistantID: 1), guestID: "g\0")
    #expect(try await store.openDialog(for: guest, at: .now()).id == 1)
    let repeated = NewMessage(dialogID: 1, sender: .user, text: "again", clientID: "c", timestamp: .now())
    #expect(try await store.append(repeated).isDuplicate)
    let fresh = NewMessage(dialogID: 2, sender: .user, text: "new", timestamp: .now())
    #expect(try await store.append(fresh).message.id > 4, "an id is never used twice")
    for sql in [
      "INSERT INTO message (dialog_id, sender, text, created_at) VALUES (99, 'user', x'61', 1)",
      "INSERT INTO message (dialog_id, sender, text, created_at) VALUES (1, 'root', x'61', 1)",
      "INSERT INTO message (dialog_id, sender, text, client_id, created_at) VALUES (1, 'user', x'61', x'63', 1)",
      "INSERT INTO dialog (user_id, assistant_id, guest_id, channel_type, started_at) VALUES (2, 1, x'6700', 'web', 1)",
      "UPDATE dialog SET assigned_manager_id = NULL WHERE id = 1",
      "INSERT INTO user (email, password_hash, role, created_at) VALUES ('ada@example.com', '', 'admin', 1)",
    ] {
      await #expect(throws: DatabaseError.self, "\(sql)") { try await store.write { try $0.execute(sql: sql) } }
    }
  }

  // MARK: Looking

  private struct Table: Sendable {
    let name: String
    let columns: [String]
    let rows: [[DatabaseValue]]

    init(_ database: Database, name: String, columns: [String]) throws {
      self.name = name
      self.columns = columns
      let list = columns.joined(separator: ", ")
      rows = try Row.fetchAll(database, sql: "SELECT \(list) FROM \(name) ORDER BY \(list)").map {
        Array($0.databaseValues)
      }
    }
  }

  /// All that stands in a database's own tables.
  private static func content(_ database: Database) throws -> [Table] {
    let names = try String.fetchAll(
      database,
      sql: """
        SELECT name FROM sqlite_master
        WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '*_search*' AND name <> 'grdb_migrations'
        """)
    return try names.map { try Table(database, name: $0, columns: database.columns(in: $0).map(\.name)) }
  }

  private static func schema(_ database: Database) throws -> Set<String> {
    Set(try String.fetchAll(database, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
  }

  private static func newestSchema() throws -> Set<String> {
    let queue = try DatabaseQueue()
    try Schema.migrator.migrate(queue)
    return try queue.read(schema)
  }
}
