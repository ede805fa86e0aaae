import ChatProtocol
import Foundation
import GRDB
import Testing

@testable import ChatServer

/// What `kill -9` leaves behind of `chatai-server key rotate`: every text, once, readable with the keys that there are.
@Suite struct RotationKillTests {
  private static let kills = 10
  private static let messages = 3000
  private static let dialogs = 6

  private let folder: TemporaryDirectory
  private let data: TemporaryDirectory
  private var keyFile: String { folder.path + "/keys" }
  private var environment: [String: String] {
    ["CHATAI_DATA": data.path, "CHATAI_STORAGE_KEY_FILE": keyFile]
  }

  init() throws {
    folder = try TemporaryDirectory()
    data = try TemporaryDirectory()
  }

  @Test(.timeLimit(.minutes(2))) func aRotationThatIsKilledGoesOn() async throws {
    try StorageKeys.addKey(to: keyFile)
    try await fill()
    let written = try await content()
    #expect(written.messages.count == Self.messages && written.dialogs.count == Self.dialogs)
    var cut = 0
    for kill in 0..<Self.kills {
      try StorageKeys.addKey(to: keyFile)
      try await killRotation(behind: Self.messages * kill / Self.kills)
      // With both keys everything can be read, wherever the rotation stands.
      #expect(try await content() == written)
      let rest = try ServerProgram.run(["key", "rotate"], environment: environment)
      #expect(rest.status == 0 && rest.error == "", "\(rest)")
      let rows = try #require(rest.output.split(separator: " ").first.flatMap { Int($0) }, "\(rest)")
      if 0 < rows, rows < Self.messages { cut += 1 }
      try dropOldKeys()
      #expect(try await content() == written)
    }
    #expect(cut > 0, "no rotation was killed in the middle")
    let log = folder.url.appending(path: "log")
    let server = try await ServerProcess.start(data: data, log: log, settings: ["STORAGE_KEY_FILE": keyFile])
    server.terminate()
    #expect(await server.ended().status == 0)
  }

  /// Starts a rotation, and kills it a moment after so many messages are done.
  private func killRotation(behind count: Int) async throws {
    let key = try #require(StorageKeys.load(from: keyFile).current)
    let reader = try DatabaseQueue(path: data.path + "/chat.sqlite")
    let run = try ServerProgram.start(["key", "rotate"], environment: environment)
    while run.isRunning {
      let done = try await reader.read {
        try Int.fetchOne(
          $0, sql: "SELECT count(*) FROM message WHERE substr(text, 1, ?) = ?",
          arguments: [TextCipher.prefix(key).count, TextCipher.prefix(key)])
      }
      if done ?? 0 >= count { break }
    }
    try await Task.sleep(for: .milliseconds(Int.random(in: 0..<50)))
    run.kill()
    try reader.close()
  }

  /// Leaves the current key alone in its file, as it may be when the rotation is done.
  private func dropOldKeys() throws {
    let lines = try String(contentsOfFile: keyFile, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2)
    try Data((lines[0] + "\n").utf8).write(to: URL(filePath: keyFile))
  }

  // MARK: Content

  private func open() async throws -> ChatStore {
    try await ChatStore.open(in: DataDirectory(path: data.path), keys: StorageKeys.load(from: keyFile))
  }

  private func fill() async throws {
    let store = try await open()
    let ann = try await store.addUser(
      email: EmailAddress("ann@example.com"), passwordHash: PasswordHash(encoded: ""), role: .operator, at: .now())
    let isSearchable = store.isSearchable
    for index in 0..<Self.dialogs {
      let dialog = try await store.openDialog(
        for: Visitor(entrance: .site(ownerID: ann.id), guestID: "guest\(index)"),
        profile: VisitorProfile(name: "Visitor \(index)"), at: .now())
      try await store.write { database in
        for number in 0..<Self.messages / Self.dialogs {
          let text = String(repeating: "message \(index)-\(number) ", count: 1 + number % 40)
          _ = try NewMessage(
            dialogID: dialog.id, sender: .user, text: text, clientID: "\(number)", timestamp: .now()
          ).insert(database, isSearchable: isSearchable)
        }
      }
    }
    try store.close()
  }

  private struct Content: Equatable {
    var messages: [Message] = []
    var dialogs: [Dialog] = []
  }

  /// All that can be read with the keys that the file holds, of a database that is sound.
  private func content() async throws -> Content {
    let store = try await open()
    defer { try? store.close() }
    return try await store.read { database in
      #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
      #expect(try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty)
      return Content(
        messages: try Message.fetch(database, where: "1 ORDER BY message.id", []),
        dialogs: try Dialog.fetch(database, where: "1 ORDER BY id", []))
    }
  }
}
