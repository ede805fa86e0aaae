import ChatProtocol
import Foundation
import GRDB
import Testing

@testable import ChatServer

@Suite struct BackupTests {
  @Test func aBackupUnderLoadHasAllThatWasAcknowledged() async throws {
    try await TestServer.run(configure: { $0.limits.messagesPerMinute = 1_000_000 }) { server in
      let folder = try TemporaryDirectory()
      let token = try await server.accessToken(server.ann)
      var dialogs: [DialogID] = []
      for number in 0..<4 { dialogs.append(try await server.openDialog(guest: "g\(number)")) }
      let acknowledged = Collected<MessageID>()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for dialog in dialogs {
          group.addTask {
            var number = 0
            while !Task.isCancelled {
              number += 1
              let answer = try await server.call(
                .POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"message \#(number)"}"#, token: token)
              acknowledged.add(try answer.decode(TestServer.Identified.self).id)
            }
          }
        }
        for number in 0..<3 {
          while acknowledged.all.count < 100 * (number + 1) { await Task.yield() }
          let before = Set(acknowledged.all)
          let file = folder.path + "/backup\(number).sqlite"
          let result = try ServerProgram.run(["backup", file, "--data", server.dataPath])
          #expect(result == ServerProgram.Result(output: "", error: "", status: 0))
          try check(file, holds: before)
        }
        group.cancelAll()
        while let result = await group.nextResult() {
          // A client that is stopped in the middle of a request is no failure.
          if case .failure(let error) = result, !(error is CancellationError) { continue }
        }
      }
    }
  }

  private func check(_ file: String, holds messages: Set<MessageID>) throws {
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let copy = try DatabaseQueue(path: file)
    try copy.read { database in
      #expect(try String.fetchAll(database, sql: "PRAGMA integrity_check") == ["ok"])
      #expect(try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty)
      let kept = try Set(Int.fetchAll(database, sql: "SELECT id FROM message"))
      #expect(kept.isSuperset(of: messages), "\(messages.subtracting(kept).count) are missing")
    }
    try copy.close()
  }

  @Test func aBackupIsADataDirectorysDatabase() async throws {
    let fixture = try await TemporaryStore()
    let dialog = try await fixture.openDialog()
    let message = try await fixture.post("hello", in: dialog).message
    let other = try TemporaryDirectory()
    try await ChatStore.backUp(DataDirectory(path: fixture.folder.path), to: other.path + "/chat.sqlite")
    let store = try await ChatStore.open(in: DataDirectory(path: other.path))
    #expect(try await store.messages(dialogID: dialog.id) == [message])
    try store.close()
  }

  @Test func overwritesNothingAndLeavesNothingHalf() async throws {
    let fixture = try await TemporaryStore()
    let file = fixture.folder.path + "/mine"
    try Data("mine".utf8).write(to: URL(filePath: file))
    let directory = try DataDirectory(path: fixture.folder.path)
    let refusal = await #expect(throws: PathError.self) { try await ChatStore.backUp(directory, to: file) }
    #expect(refusal?.reason == "is there already; nothing is overwritten")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
    await #expect(throws: PathError.self) {
      try await ChatStore.backUp(directory, to: fixture.folder.path + "/no/file")
    }

    let empty = try TemporaryDirectory()
    let target = empty.path + "/copy"
    await #expect(throws: PathError.self) { try await ChatStore.backUp(DataDirectory(path: empty.path), to: target) }
    #expect(!FileManager.default.fileExists(atPath: target))
    // A database that is none: the copy that was begun goes.
    try Data(String(repeating: "not a database. ", count: 100).utf8).write(
      to: URL(filePath: empty.path + "/chat.sqlite"))
    await #expect(throws: PathError.self) { try await ChatStore.backUp(DataDirectory(path: empty.path), to: target) }
    #expect(!FileManager.default.fileExists(atPath: target))
  }
}
