import ChatProtocol
import Crypto
import Foundation
import GRDB
import Testing

@testable import ChatServer

@Suite struct EncryptionTests {
  private let folder: TemporaryDirectory
  private var keyFile: String { folder.path + "/keys" }
  private var data: String { folder.path + "/data" }

  init() throws { folder = try TemporaryDirectory() }

  private func open(_ keys: StorageKeys?) async throws -> ChatStore {
    try await ChatStore.open(in: DataDirectory(path: data), keys: keys)
  }

  /// Text in every column that is encrypted.
  private func fill(_ store: ChatStore) async throws {
    let ann = try await store.addUser(
      email: EmailAddress("ann@example.com"), passwordHash: PasswordHash(encoded: ""), role: .operator, at: .now())
    let assistant = try await store.addAssistant(name: "Juno", ownerID: ann.id, at: .now())
    let dialog = try await store.openDialog(
      for: Visitor(entrance: .widget(assistantID: assistant.id), guestID: "guest"),
      profile: VisitorProfile(name: "Private Name", firstName: "Private First", lastName: "Private Last"), at: .now())
    for text in ["Private message\0tail", "Private last"] {
      _ = try await store.append(NewMessage(dialogID: dialog.id, sender: .user, text: text, timestamp: .now()))
    }
    _ = try await store.handoff(
      dialogID: dialog.id, .request(requestID: "r", reason: "Private reason", lastUserText: "Private question"),
      by: .visitor, at: .now())
    // In a dialog of its own: this one waits for an operator, who needs no proposals.
    let other = try await store.openDialog(
      for: Visitor(entrance: .widget(assistantID: assistant.id), guestID: "other"), at: .now())
    for text in ["Private proposal", "Private rejected"] {
      _ = try await store.addProposal(text, dialogID: other.id, about: 2, at: .now())
    }
    _ = try await store.rejectProposal(id: 2, dialogID: other.id, reason: "Private no", by: ann, at: .now())
  }

  /// All that `fill` wrote, read back.
  private func check(_ store: ChatStore, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let dialog = try #require(try await store.dialog(id: 1, visibleTo: .everything), sourceLocation: sourceLocation)
    #expect(
      [dialog.name, dialog.firstName, dialog.lastName, dialog.lastMessageText, dialog.handoffReason]
        == ["Private Name", "Private First", "Private Last", "Private last", "Private reason"],
      sourceLocation: sourceLocation)
    #expect(
      try await store.messages(dialogID: 1).map(\.text) == ["Private message\0tail", "Private last"],
      sourceLocation: sourceLocation)
    #expect(try await store.handoffStatus(dialogID: 1).reason == "Private reason", sourceLocation: sourceLocation)
    let entry = try await store.queue(visibleTo: .everything, at: .now()).first
    #expect(entry?.reason == "Private reason" && entry?.lastUserText == "Private last", sourceLocation: sourceLocation)
    #expect(
      try await store.handoffLog(HandoffLogQuery()).map(\.reason) == ["Private reason"], sourceLocation: sourceLocation)
    let found = try await store.dialogs(DialogQuery(search: "private first"), visibleTo: .everything)
    #expect(found.total == 1 && found.items == [dialog], sourceLocation: sourceLocation)
    #expect(
      try await store.brief(dialogID: 1)?.asked.map(\.text) == ["Private message\0tail", "Private last"],
      sourceLocation: sourceLocation)
    #expect(
      try await store.openProposals(dialogID: 2).map(\.text) == ["Private proposal"], sourceLocation: sourceLocation)
    let exported = Collected<String>()
    _ = try await store.export(.everything, as: .text) { exported.add($0) }
    #expect(exported.all.joined().contains("user: Private last"), sourceLocation: sourceLocation)
  }

  /// The files that hold a word, in any case and as the index would spell it.
  private func files(holding word: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: data).filter { name in
      let bytes = try Data(contentsOf: URL(filePath: data + "/" + name))
      return [word, word.lowercased()].contains { bytes.firstRange(of: Data($0.utf8)) != nil }
    }
  }

  private func makeKeys() throws -> StorageKeys {
    try StorageKeys.addKey(to: keyFile)
    return try StorageKeys.load(from: keyFile)
  }

  @Test func noPlainTextIsInTheFiles() async throws {
    let store = try await open(try makeKeys())
    try await fill(store)
    try await check(store)
    let names = try FileManager.default.contentsOfDirectory(atPath: data)
    #expect(names.contains("chat.sqlite-wal"))
    #expect(try files(holding: "Private") == [])
    let word = try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM message_search('private')") }
    #expect(word == 0)
    try store.close()
    #expect(try files(holding: "Private") == [])
    try await check(try await open(try StorageKeys.load(from: keyFile)))
  }

  /// The test above would also pass if it could not find anything.
  @Test func plainTextIsThereWithoutKeys() async throws {
    let store = try await open(nil)
    try await fill(store)
    #expect(try !files(holding: "Private").isEmpty)
  }

  @Test func rotatesFromPlainTextThroughTwoKeysAndBack() async throws {
    let plain = try await open(nil)
    try await fill(plain)
    try plain.close()

    let first = try await open(try makeKeys())
    try await check(first)
    #expect(try await first.rotateKeys() == 7)
    try await check(first)
    #expect(try files(holding: "Private") == [])
    #expect(try await first.rotateKeys() == 0, "what is done is left alone")
    try first.close()

    let old = try String(contentsOfFile: keyFile, encoding: .utf8)
    let second = try await open(try makeKeys())
    try await check(second)
    _ = try await second.append(NewMessage(dialogID: 1, sender: .user, text: "Private last", timestamp: .now()))
    #expect(try await second.rotateKeys() == 7)
    try second.close()
    // The old key is not needed any more.
    let lines = try String(contentsOfFile: keyFile, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2 && lines[1] == old.dropLast())
    try Data((lines[0] + "\n").utf8).write(to: URL(filePath: keyFile))
    let alone = try await open(try StorageKeys.load(from: keyFile))
    #expect(
      try await alone.messages(dialogID: 1).map(\.text) == ["Private message\0tail", "Private last", "Private last"])
    try alone.close()

    let back = try await open(try StorageKeys.load(from: keyFile).forReadingOnly)
    #expect(try await back.rotateKeys() == 8)
    try back.close()
    let open = try await self.open(nil)
    #expect(try await open.messages(dialogID: 1).count == 3)
    // What can be read can be looked up again.
    let query = try #require(SearchQuery("private mess"))
    #expect(try await open.search(query, visibleTo: .everything, before: nil, limit: 9).hits.count == 1)
    try open.close()
  }

  @Test func aMissingOrWrongKeyIsToldAtStart() async throws {
    let store = try await open(try makeKeys())
    try await fill(store)
    try store.close()
    let without = await #expect(throws: PathError.self) { try await open(nil) }
    #expect(without?.reason.contains("give its file as storage.key_file") == true, "\(String(describing: without))")
    try FileManager.default.removeItem(atPath: keyFile)
    let other = try makeKeys()
    let wrong = await #expect(throws: PathError.self) { try await open(other) }
    #expect(wrong?.path == keyFile && wrong?.reason.contains("does not hold the key") == true)
  }

  @Test(arguments: [
    "", "\n", "short", "AAAA", String(repeating: "A", count: 42) + "==", String(repeating: "A", count: 43) + "=\nxyz",
  ])
  func aKeyFileIsWholeOrRefused(text: String) throws {
    _ = try PrivateFile.create(at: keyFile).write(contentsOf: Data(text.utf8))
    #expect(throws: PathError.self) { try StorageKeys.load(from: keyFile) }
    #expect(throws: PathError.self) { try StorageKeys.addKey(to: keyFile) }
    #expect(try String(contentsOfFile: keyFile, encoding: .utf8) == text)
  }

  @Test func aKeyFileIsForItsOwnerOnly() throws {
    try StorageKeys.addKey(to: keyFile)
    #expect(try FileManager.default.attributesOfItem(atPath: keyFile)[.posixPermissions] as? Int == 0o600)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: keyFile)
    let error = #expect(throws: PathError.self) { try StorageKeys.load(from: keyFile) }
    #expect(error?.reason.contains("can be read by others") == true)
    #expect(throws: PathError.self) { try StorageKeys.load(from: folder.path + "/none") }
  }

  @Test func aTextIsReadInItsPlaceOnlyAndUnchanged() throws {
    let cipher = TextCipher(keys: try makeKeys())
    let text = Data("hello".utf8)
    let place = TextCipher.place("message.text", dialogID: 4)
    let sealed = try cipher.seal(text, place)
    #expect(try cipher.unseal(sealed, place) == text)
    #expect(try cipher.seal(text, place) != sealed, "no two ciphertexts are alike")
    #expect(try cipher.unseal(text, place) == text, "what is not encrypted is read as it is")
    for other in [TextCipher.place("message.text", dialogID: 5), TextCipher.place("dialog.name", dialogID: 4)] {
      #expect(throws: TextCipher.Failure.notAuthentic) { try cipher.unseal(sealed, other) }
    }
    for index in 6..<sealed.count {
      var changed = sealed
      changed[index] ^= 1
      #expect(throws: TextCipher.Failure.notAuthentic) { try cipher.unseal(changed, place) }
    }
    for length in 1..<sealed.count {
      #expect(throws: TextCipher.Failure.self) { try cipher.unseal(sealed.prefix(length), place) }
    }
    var foreign = sealed
    foreign[2] ^= 1
    #expect(throws: TextCipher.Failure.unknownKey) { try cipher.unseal(foreign, place) }
    #expect(throws: TextCipher.Failure.unknownKey) { try TextCipher(keys: nil).unseal(sealed, place) }
    #expect(!"\(cipher)".contains(try makeKeys().keys[0].key.withUnsafeBytes { Data($0).base64EncodedString() }))
  }

  @Test func searchIsNotOfferedThen() async throws {
    let keys = try makeKeys()
    try await TestServer.run(keys: keys) { server in
      let capabilities = try await server.call(.GET, "/api/capabilities").decode(Capabilities.self)
      #expect(!capabilities.features.contains("search") && capabilities.features.contains("notes"))
      let answer = try await server.call(.GET, "/api/search?q=a", token: try await server.accessToken(server.ann))
      #expect(answer.status == 404)
    }
  }

  @Test func asCommands() async throws {
    func run(_ arguments: String...) throws -> ServerProgram.Result {
      try ServerProgram.run(arguments, environment: ["CHATAI_DATA": data, "CHATAI_STORAGE_KEY_FILE": keyFile])
    }
    let plain = try await open(nil)
    try await fill(plain)
    try plain.close()
    #expect(try run("key", "rotate").error.contains("No such file"))
    #expect(try run("key", "new", keyFile) == ServerProgram.Result(output: "", error: "", status: 0))
    #expect(try run("key", "rotate").output == "7 rows written\n")
    #expect(try files(holding: "Private") == [])
    #expect(try run("export", "--format", "text").output.contains("user: Private last"))
    #expect(
      try ServerProgram.run(["export", "--data", data]).error.contains("give its file as storage.key_file"))
    #expect(try run("key", "rotate", "--decrypt").output == "7 rows written\n")
    try await check(try await open(nil))
  }
}
