import ChatProtocol
import Foundation
import GRDB
import Logging
import Testing

@testable import ChatServer

@Suite struct PurgeTests {
  private static let day: Int64 = 86_400
  /// Ninety days after the store's beginning.
  private static let cutoff = TemporaryStore.start.advanced(by: .seconds(90 * day))

  @Test func removesTheIdleOnesWithAllThatIsTheirs() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let silent = try await fixture.openDialog(guest: "silent")
    let old = try await fixture.openDialog(guest: "old")
    _ = try await fixture.post("a", in: old, clientID: "c", seconds: 90 * Self.day - 1)
    _ = try await store.handoff(
      dialogID: old.id, .request(requestID: "r", reason: nil, lastUserText: nil), by: .visitor,
      at: TemporaryStore.start)
    _ = try await store.handoff(dialogID: old.id, .cancel, by: .visitor, at: TemporaryStore.start)
    let young = try await fixture.openDialog(guest: "young")
    _ = try await fixture.post("b", in: young)
    _ = try await fixture.post("c", in: young, seconds: 90 * Self.day)

    #expect(try await store.purge(idleSince: Self.cutoff, isRehearsal: true) == PurgeReport(dialogs: 2, messages: 1))
    #expect(try await store.dialog(id: old.id, visibleTo: .everything) != nil)
    #expect(try await store.purge(idleSince: Self.cutoff) == PurgeReport(dialogs: 2, messages: 1))
    for id in [silent.id, old.id] { #expect(try await store.dialog(id: id, visibleTo: .everything) == nil) }
    #expect(try await store.messages(dialogID: young.id).map(\.text) == ["b", "c"])
    try await checkNoOrphans(store)
    // The guest begins anew, with an id of its own.
    #expect(try await fixture.openDialog(guest: "old").id > young.id)
    #expect(try await store.purge(idleSince: TemporaryStore.start) == PurgeReport())
  }

  @Test func whoWaitsOrIsTalkedToStays() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let waiting = try await fixture.openDialog(guest: "waiting")
    let active = try await fixture.openDialog(guest: "active")
    for dialog in [waiting, active] {
      _ = try await store.handoff(
        dialogID: dialog.id, .request(requestID: "r", reason: nil, lastUserText: nil), by: .visitor,
        at: TemporaryStore.start)
    }
    // By hand: the rules of a takeover are another test's.
    try await store.write {
      try $0.execute(
        sql: "UPDATE dialog SET handoff_status = 'active', assigned_manager_id = ? WHERE id = ?",
        arguments: [fixture.ann.id, active.id])
    }
    #expect(try await store.purge(idleSince: Self.cutoff) == PurgeReport())
    #expect(try await store.dialogs(DialogQuery(), visibleTo: .everything).total == 2)
  }

  @Test func goesOnInBatches() async throws {
    let fixture = try await TemporaryStore()
    for number in 0..<120 {
      let dialog = try await fixture.openDialog(guest: "g\(number)")
      if number == 60 {
        // More than a batch has.
        try await fixture.store.write { database in
          for _ in 0..<2100 {
            try database.execute(
              sql: "INSERT INTO message (dialog_id, sender, text, created_at) VALUES (?, 'user', x'61', 1)",
              arguments: [dialog.id])
            try database.execute(
              sql: Schema.addToMessageSearch, arguments: [database.lastInsertedRowID, TypedText("a")])
          }
        }
      }
    }
    #expect(try await fixture.store.purge(idleSince: Self.cutoff) == PurgeReport(dialogs: 120, messages: 2100))
    try await checkNoOrphans(fixture.store)
  }

  @Test func nothingOfADialogIsLeft() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let dialog = try await fixture.openDialog()
    let message = try await fixture.post("hello", in: dialog).message
    _ = try await store.addProposal("hi", dialogID: dialog.id, about: message.id, at: TemporaryStore.start)
    _ = try await store.approveProposal(
      id: 1, dialogID: dialog.id, text: nil, by: fixture.ann, at: TemporaryStore.start)
    _ = try await store.markRead(dialogID: dialog.id, through: message.id, by: .operator(fixture.ann))
    _ = try await store.handoff(
      dialogID: dialog.id, .request(requestID: "r", reason: nil, lastUserText: nil), by: .visitor,
      at: TemporaryStore.start)
    _ = try await store.handoff(dialogID: dialog.id, .cancel, by: .visitor, at: TemporaryStore.start)
    @Sendable func counts(_ database: Database) throws -> [String: Int] {
      try Dictionary(
        uniqueKeysWithValues: database.dialogTables().map {
          ($0, try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)") ?? 0)
        })
    }
    let before = try await store.read(counts)
    #expect(before.values.allSatisfy { $0 > 0 }, "a table without a row proves nothing: \(before)")
    #expect(try await store.purge(idleSince: Self.cutoff) == PurgeReport(dialogs: 1, messages: 2))
    let after = try await store.read(counts)
    #expect(after.values.allSatisfy { $0 == 0 }, "\(after)")
  }

  @Test func whatIsPurgedIsNotInTheFilesAnyMore() async throws {
    let fixture = try await TemporaryStore()
    let dialog = try await fixture.openDialog()
    _ = try await fixture.post(String(repeating: "very secret words ", count: 400), in: dialog)
    _ = try await fixture.store.purge(idleSince: Self.cutoff)
    try fixture.store.close()
    for name in try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path) {
      let bytes = try Data(contentsOf: fixture.folder.url.appending(path: name))
      #expect(bytes.firstRange(of: Data("very secret".utf8)) == nil, "\(name)")
    }
  }

  /// A table that is added later is purged without a word about it; this fails if it cannot be.
  @Test func everyTableThatHangsOnADialogNamesIt() async throws {
    let store = try await TemporaryStore().store
    try await store.read { database in
      let purged = Set(try database.dialogTables() + ["dialog"])
      #expect(purged.isSuperset(of: ["message", "handoff_log"]))
      let tables = try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
      for table in tables where !purged.contains(table) {
        let parents = try String.fetchAll(
          database, sql: "SELECT \"table\" FROM pragma_foreign_key_list(?)", arguments: [table])
        #expect(purged.isDisjoint(with: parents), "\(table) refers to a dialog's rows and needs a dialog_id")
      }
      // Children before parents.
      let order = try database.dialogTables()
      for (index, table) in order.enumerated() {
        let parents = try String.fetchAll(
          database, sql: "SELECT \"table\" FROM pragma_foreign_key_list(?)", arguments: [table])
        #expect(Set(order[..<index]).isDisjoint(with: parents), "\(table) is purged behind what it refers to")
      }
    }
  }

  @Test func theServerPurgesAtStart() async throws {
    let fixture = try await TemporaryStore()
    let (old, young) = (try await fixture.openDialog(guest: "old"), try await fixture.openDialog(guest: "young"))
    _ = try await fixture.post("hello", in: young, seconds: Self.day)
    let logs = CapturedLogs()
    let retention = Retention(
      store: fixture.store, days: 2, now: { TemporaryStore.start.advanced(by: .seconds(2 * Self.day + 1)) },
      logger: logs.logger)
    await retention.purge()
    #expect(try await fixture.store.dialog(id: old.id, visibleTo: .everything) == nil)
    #expect(try await fixture.store.dialog(id: young.id, visibleTo: .everything) != nil)
    #expect(logs.all == ["info old dialogs purged days=2 dialogs=1 messages=0"])
  }

  @Test func theCommandAsksFirst() async throws {
    let fixture = try await TemporaryStore()
    _ = try await fixture.post("hello", in: try await fixture.openDialog())
    func run(_ arguments: String...) throws -> ServerProgram.Result {
      try ServerProgram.run(["purge", "--data", fixture.folder.path] + arguments)
    }
    #expect(try run("--older-than", "90d", "--dry-run").output == "would remove 1 dialog with 1 message\n")
    let unasked = try run("--older-than", "90d")
    #expect(unasked.status == 1 && unasked.error.contains("nothing was removed: give --yes"))
    #expect(try run("--older-than", "90", "--yes").status != 0)
    #expect(try await fixture.store.dialogs(DialogQuery(), visibleTo: .everything).total == 1)
    #expect(try run("--older-than", "90d", "--yes").output == "removed 1 dialog with 1 message\n")
    #expect(try await fixture.store.dialogs(DialogQuery(), visibleTo: .everything).total == 0)
  }

  private func checkNoOrphans(_ store: ChatStore) async throws {
    try await store.read { database in
      #expect(try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty)
      for table in try database.dialogTables() {
        let orphans = try Int.fetchOne(
          database, sql: "SELECT count(*) FROM \(table) WHERE dialog_id NOT IN (SELECT id FROM dialog)")
        #expect(orphans == 0, "\(table)")
      }
    }
  }
}
