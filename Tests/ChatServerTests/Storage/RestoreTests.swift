import ChatProtocol
import Foundation
import GRDB
import Testing

@testable import ChatServer

@Suite struct RestoreTests {
  private let data: TemporaryDirectory
  private let folder: TemporaryDirectory
  private var file: String { data.path + "/chat.sqlite" }
  private var backup: String { folder.path + "/backup" }

  init() throws {
    data = try TemporaryDirectory()
    folder = try TemporaryDirectory()
  }

  private func restore(_ backup: String? = nil, keyFile: String? = nil) throws -> ServerProgram.Result {
    try ServerProgram.run(
      ["restore", backup ?? self.backup, "--data", data.path],
      environment: keyFile.map { ["CHATAI_STORAGE_KEY_FILE": $0] } ?? [:])
  }

  /// The name that the command printed.
  private func kept(_ result: ServerProgram.Result) throws -> String {
    let line = "the database that was there is now "
    try #require(result.status == 0 && result.error == "" && result.output.hasPrefix(line), "\(result)")
    return String(result.output.dropFirst(line.count).dropLast())
  }

  private func open(keys: StorageKeys? = nil) async throws -> ChatStore {
    try await ChatStore.open(in: DataDirectory(path: data.path), keys: keys)
  }

  private func say(_ text: String, _ store: ChatStore) async throws {
    _ = try await store.append(NewMessage(dialogID: 1, sender: .user, text: text, timestamp: .now()))
  }

  private func texts(keys: StorageKeys? = nil) async throws -> [String] {
    let store = try await open(keys: keys)
    defer { try? store.close() }
    return try await store.messages(dialogID: 1).map(\.text)
  }

  /// A database whose first dialog has one message, and a backup of it.
  private func makeBackup(_ text: String, keys: StorageKeys? = nil) async throws -> ChatStore {
    let store = try await open(keys: keys)
    let ann = try await store.addUser(
      email: EmailAddress("ann@example.com"), passwordHash: PasswordHash(encoded: ""), role: .operator, at: .now())
    _ = try await store.openDialog(for: Visitor(entrance: .site(ownerID: ann.id), guestID: "guest"), at: .now())
    try await say(text, store)
    try await ChatStore.backUp(DataDirectory(path: data.path), to: backup)
    return store
  }

  private func names() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: data.path)) }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  // MARK: Going back

  @Test func goesBackAndForth() async throws {
    let store = try await makeBackup("before")
    try await say("after", store)
    try store.close()

    let first = try kept(restore())
    #expect(try names() == ["chat.sqlite", URL(filePath: first).lastPathComponent])
    #expect(try mode(file) == 0o600 && mode(first) == 0o600)
    #expect(try await texts() == ["before"])
    // What was kept is a backup, too.
    _ = try kept(restore(first))
    #expect(try await texts() == ["before", "after"])
    #expect(FileManager.default.fileExists(atPath: first))
    _ = try kept(restore())
    #expect(try await texts() == ["before"])
    // A server runs on it.
    let server = try await ServerProcess.start(data: data, log: folder.url.appending(path: "log"))
    server.terminate()
    #expect(await server.ended().status == 0)
  }

  @Test func whereNoDatabaseIsNoneIsKept() async throws {
    try await makeBackup("hello").close()
    try FileManager.default.removeItem(atPath: file)
    // What is left of another database must not be taken for this one's.
    try Data("no log".utf8).write(to: URL(filePath: file + "-wal"))
    #expect(try restore() == ServerProgram.Result(output: "", error: "", status: 0))
    #expect(try names() == ["chat.sqlite"])
    #expect(try await texts() == ["hello"])
  }

  /// What a server that was killed leaves in the log belongs to its database.
  @Test func theLogIsPartOfTheDatabase() async throws {
    let store = try await makeBackup("before")
    try await say("in the log", store)
    let killed = folder.path + "/killed"
    for ending in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: file + ending, toPath: killed + ending)
    }
    try store.close()
    // As a backup…
    _ = try kept(restore(killed))
    #expect(try await texts() == ["before", "in the log"])
    // … and as the database that is put away.
    for name in try names() { try FileManager.default.removeItem(atPath: data.path + "/" + name) }
    for ending in ["", "-wal"] { try FileManager.default.copyItem(atPath: killed + ending, toPath: file + ending) }
    let old = try kept(restore())
    #expect(try await texts() == ["before"])
    _ = try kept(restore(old))
    #expect(try await texts() == ["before", "in the log"])
  }

  /// That may be why it is replaced.
  @Test func aDamagedDatabaseIsKeptAsItIs() async throws {
    try await makeBackup("hello").close()
    // The last has no content of its own.
    let endings = ["", "-wal", "-journal", "-shm"]
    func content(_ ending: String) -> Data { Data(String(repeating: "no database\(ending) ", count: 100).utf8) }
    for ending in endings { try content(ending).write(to: URL(filePath: file + ending)) }
    let old = try kept(restore())
    for ending in endings.dropLast() {
      #expect(try Data(contentsOf: URL(filePath: old + ending)) == content(ending), "\(ending)")
    }
    #expect(try names().filter { !$0.contains("replaced") } == ["chat.sqlite"])
    #expect(try await texts() == ["hello"])
  }

  @Test func aBackupOfAnOlderVersionIsBroughtUpToDate() async throws {
    let old = try DatabaseQueue(path: backup)
    try Schema.migrator.migrate(old, upTo: "notes")
    try old.close()
    #expect(try restore().status == 0)
    let store = try await open()
    #expect(try await store.read { try Schema.migrator.hasCompletedMigrations($0) })
    try store.close()
  }

  @Test func anEncryptedOneNeedsItsKey() async throws {
    let (keyFile, other) = (folder.path + "/keys", folder.path + "/other")
    for file in [keyFile, other] { try StorageKeys.addKey(to: file) }
    let keys = try StorageKeys.load(from: keyFile)
    try await makeBackup("secret", keys: keys).close()
    for (file, reason) in [(nil, "give its file as storage.key_file"), (other, "does not hold the key")] {
      try check(restore(keyFile: file), refuses: reason)
    }
    _ = try kept(restore(keyFile: keyFile))
    #expect(try await texts(keys: keys) == ["secret"])
  }

  // MARK: Refusals

  /// Refused with one line, and everything as it was.
  private func check(
    _ result: @autoclosure () throws -> ServerProgram.Result, refuses reason: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    // Not by its bytes: closing the file would take this process' locks from it.
    func number() throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: file)[.systemFileNumber] as? Int
    }
    let (before, old) = (try names(), try number())
    let result = try result()
    #expect(
      result.status == 1 && result.output == "" && result.error.contains(reason)
        && result.error.split(separator: "\n").count == 1, "\(result)", sourceLocation: sourceLocation)
    #expect(try names() == before, sourceLocation: sourceLocation)
    #expect(try number() == old && old != nil, sourceLocation: sourceLocation)
  }

  @Test func refusesWhileTheDatabaseIsInUse() async throws {
    try await makeBackup("hello").close()
    let server = try await ServerProcess.start(data: data, log: folder.url.appending(path: "log"))
    try check(restore(), refuses: "a server or another command is using it; stop it first")
    server.kill()
    _ = await server.ended()
    // Another program.
    let queue = try DatabaseQueue(path: file)
    _ = try await queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM message") }
    try check(restore(), refuses: "another program is using it; stop it first")
    try queue.close()
    _ = try kept(restore())
  }

  @Test func nobodyOpensTheDatabaseMeanwhile() async throws {
    try await makeBackup("hello").close()
    let directory = try DataDirectory(path: data.path)
    let lock = try DataDirectoryLock(directory, .exclusive)
    let refusal = await #expect(throws: PathError.self) { try await ChatStore.open(in: directory) }
    #expect(refusal?.reason.hasPrefix("a backup is being put in place") == true)
    await #expect(throws: PathError.self) { try await ChatStore.backUp(directory, to: folder.path + "/second") }
    try check(restore(), refuses: "is using it")
    lock.release()
    // Those who share it do not exclude one another.
    let (first, second) = (try await open(), try await open())
    try check(restore(), refuses: "is using it")
    try first.close()
    try check(restore(), refuses: "is using it")
    try second.close()
    _ = try kept(restore())
  }

  @Test func refusesWhatIsNoBackup() async throws {
    try await makeBackup("hello").close()
    let whole = try Data(contentsOf: URL(filePath: backup))
    func write(_ bytes: Data) throws { try bytes.write(to: URL(filePath: backup)) }
    func change(_ sql: String) async throws {
      try write(whole)
      let queue = try DatabaseQueue(path: backup)
      try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + sql) }
      try queue.close()
    }
    try check(restore(folder.path + "/none"), refuses: "No such file")
    try check(restore(folder.path), refuses: "is not a file")
    try write(Data(String(repeating: "not a database. ", count: 300).utf8))
    try check(restore(), refuses: "is not a database")
    try write(Data())
    try check(restore(), refuses: "is not a database of chatai-server")
    try write(whole.prefix(whole.count - 4096))
    try check(restore(), refuses: "is damaged")
    var torn = whole
    torn.replaceSubrange(20_000..<60_000, with: Data(repeating: 0x55, count: 40_000))
    try write(torn)
    try check(restore(), refuses: "is damaged")
    try FileManager.default.removeItem(atPath: backup)
    try await change("DROP TABLE grdb_migrations")
    try check(restore(), refuses: "is not a database of chatai-server")
    try await change("DELETE FROM dialog")
    try check(restore(), refuses: "rows that refer to others")
    try await change("INSERT INTO grdb_migrations VALUES ('from-the-future')")
    try check(restore(), refuses: "was written by a newer version")
    try write(whole)
    _ = try kept(restore())
  }

  // MARK: Cut off

  /// At each moment there is the one database or the other, and the one that was there is never lost.
  @Test func isWholeOrNotDoneWhenItIsKilled() async throws {
    let store = try await makeBackup("before")
    try await say("in the log", store)
    let killed = folder.path + "/killed"
    for ending in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: file + ending, toPath: killed + ending)
    }
    try store.close()
    let start = ContinuousClock.now
    _ = try restore()
    let duration = start.duration(to: .now)
    for _ in 0..<10 {
      for name in try names() { try FileManager.default.removeItem(atPath: data.path + "/" + name) }
      for ending in ["", "-wal"] { try FileManager.default.copyItem(atPath: killed + ending, toPath: file + ending) }
      let process = try ServerProgram.start(["restore", backup, "--data", data.path])
      try await Task.sleep(for: duration * Double.random(in: 0..<1))
      process.kill()
      let found = try await texts()
      if found == ["before"] {
        let old = try #require(try names().first { $0.contains("replaced") && !$0.hasSuffix("-wal") })
        _ = try kept(restore(data.path + "/" + old))
        #expect(try await texts() == ["before", "in the log"])
      } else {
        #expect(found == ["before", "in the log"])
        // What it left behind is in nobody's way.
        _ = try kept(restore())
        #expect(try names().filter { $0.contains(".new") } == [])
        #expect(try await texts() == ["before"])
      }
    }
  }
}
