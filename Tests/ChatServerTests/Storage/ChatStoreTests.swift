import ChatProtocol
import Foundation
import GRDB
import Testing

@testable import ChatServer

@Suite struct ChatStoreTests {
  @Test func writesAreOnDiskBeforeTheyAreAnswered() async throws {
    let store = try await TemporaryStore().store
    // 2 is FULL (sqlite.org/pragma.html#pragma_synchronous). It is the connection's own setting, so ask the writer.
    #expect(try await store.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    #expect(try await store.write { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    #expect(try await store.write { try Int.fetchOne($0, sql: "PRAGMA foreign_keys") } == 1)
  }

  @Test func onlyTheOwnerCanReadTheFiles() async throws {
    let parent = try TemporaryDirectory()
    let directory = try DataDirectory(path: parent.path + "/a/b")
    let store = try await ChatStore.open(in: directory)
    _ = try TokenSecret.load(from: directory)
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try mode(directory.url.path(percentEncoded: false)) == 0o700)
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.url.path(percentEncoded: false))
    #expect(Set(names) == ["chat.sqlite", "chat.sqlite-wal", "chat.sqlite-shm", "token-secret"])
    for name in names {
      #expect(try mode(directory.path(of: name)) == 0o600, "\(name)")
    }
    try store.close()
  }

  @Test func everythingIsThereAfterReopening() async throws {
    let fixture = try await TemporaryStore()
    let dialog = try await fixture.openDialog()
    let message = try await fixture.post("hello", in: dialog, clientID: "c1").message
    try fixture.store.close()

    let store = try await ChatStore.open(in: DataDirectory(path: fixture.folder.path))
    #expect(try await store.messages(dialogID: dialog.id) == [message])
    #expect(try await store.user(id: fixture.ann.id) == fixture.ann)
    #expect(try await store.assistant(id: fixture.assistant.id) == fixture.assistant)
    #expect(try await store.openDialog(for: fixture.guest("guest"), at: TemporaryStore.start).id == dialog.id)
  }

  @Test func aDatabaseOfANewerVersionIsRefused() async throws {
    let fixture = try await TemporaryStore()
    try await fixture.store.write {
      try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('from the future')")
    }
    try fixture.store.close()
    await #expect(throws: PathError.self) { try await ChatStore.open(in: DataDirectory(path: fixture.folder.path)) }
  }

  @Test func aFileThatIsNoDatabaseIsRefusedAndLeftAlone() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.url.appending(path: "chat.sqlite")
    let bytes = Data(String(repeating: "not a database. ", count: 100).utf8)
    try bytes.write(to: file)
    await #expect(throws: PathError.self) { try await ChatStore.open(in: DataDirectory(path: folder.path)) }
    #expect(try Data(contentsOf: file) == bytes)
  }

  @Test func aFolderThatCannotBeMadeIsAnError() throws {
    let folder = try TemporaryDirectory()
    try Data().write(to: folder.url.appending(path: "file"))
    let error = #expect(throws: PathError.self) { try DataDirectory(path: folder.path + "/file/data") }
    #expect(error?.path.contains("file/data") == true)
  }

  @Test func theDefaultFolderFollowsTheXDGRules() {
    #expect(
      DataDirectory.defaultPath(environment: ["XDG_DATA_HOME": "/x", "HOME": "/home/ann"]) == "/x/chatai-server")
    #expect(
      DataDirectory.defaultPath(environment: ["XDG_DATA_HOME": "relative", "HOME": "/home/ann"])
        == "/home/ann/.local/share/chatai-server")
    #expect(DataDirectory.defaultPath(environment: ["HOME": "/"]) == "/.local/share/chatai-server")
  }

  /// The queries of the busy routes go through an index, however the tables grow.
  @Test(arguments: [
    ("SELECT * FROM message WHERE dialog_id = 1 AND id > 5 ORDER BY id LIMIT 9", "message_by_dialog"),
    ("SELECT * FROM message WHERE dialog_id = 1 AND sender = 'user' AND client_id = x'00'", "message_by_client_id"),
    ("SELECT * FROM dialog WHERE user_id = 1 ORDER BY id DESC LIMIT 9", "dialog_by_user"),
    ("SELECT id FROM dialog WHERE handoff_status = 'requested' ORDER BY handoff_requested_at, id", "dialog_waiting"),
    ("SELECT * FROM dialog WHERE assigned_manager_id = 1 ORDER BY handoff_started_at, id", "dialog_by_manager"),
    ("SELECT * FROM dialog WHERE assistant_id = 1 AND guest_id = x'00' AND ended_at IS NULL", "dialog_by_guest"),
    ("SELECT * FROM dialog WHERE user_id = 1 AND assistant_id IS NULL AND guest_id = x'00'", "dialog_by_guest"),
    ("SELECT * FROM dialog WHERE assistant_id = 1 ORDER BY id DESC LIMIT 9", "dialog_by_assistant"),
  ])
  func usesItsIndices(sql: String, index: String) async throws {
    let store = try await TemporaryStore().store
    let plan = try await store.read {
      try Row.fetchAll($0, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] as String }
    }
    #expect(plan.joined(separator: "; ").contains(index), "\(plan)")
  }
}
