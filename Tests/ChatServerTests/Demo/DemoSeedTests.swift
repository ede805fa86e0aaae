import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

@Suite struct DemoSeedTests {
  private static let resources = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Resources").standardizedFileURL
  private static let start = Timestamp(milliseconds: 1_750_000_000_000)

  /// A prepared demo in a store of its own, which is gone afterwards.
  private func withDemo<Result>(_ body: (ChatStore, Demo.Stage) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "demo-seed-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try await ChatStore.open(in: DataDirectory(path: folder.path(percentEncoded: false)))
    let passwords = Passwords(cost: .init(logRounds: 4, blockSize: 8, parallelism: 1))
    let stage = try await Demo(resources: Self.resources).prepare(store, passwords: passwords, at: Self.start)
    let result = try await body(store, stage)
    try store.close()
    return result
  }

  @Test func theListShowsEveryStateAndManyPeople() async throws {
    let page = try await withDemo { store, _ in
      try await store.dialogs(DialogQuery(limit: 100), visibleTo: .everything)
    }
    #expect(page.total >= 14)
    let states = Dictionary(grouping: page.items, by: \.handoffStatus).mapValues(\.count)
    #expect(states[.requested] == 3)
    #expect(states[.active] == 2)
    #expect(states[.cancelled] == 1)
    #expect((states[.released] ?? 0) >= 3)
    #expect((states[HandoffState.none] ?? 0) >= 4)
    #expect(page.items.contains { $0.name == "陳怡君" })
    #expect(page.items.contains { $0.name == nil })
  }

  @Test func idsRiseWithTimeAndNothingIsInTheFuture() async throws {
    try await withDemo { store, _ in
      let dialogs = try await store.dialogs(DialogQuery(limit: 100), visibleTo: .everything).items
      var all: [Message] = []
      for dialog in dialogs { all += try await store.messages(dialogID: dialog.id) }
      let times = all.sorted { $0.id < $1.id }.compactMap(\.timestamp)
      #expect(times.count == all.count)
      #expect(times == times.sorted())
      #expect(times.allSatisfy { $0 <= Self.start })
      #expect(dialogs.compactMap(\.startedAt) == dialogs.compactMap(\.startedAt).sorted(by: >))
    }
  }

  @Test func theQueueHasThoseWhoWaitWithTheirWords() async throws {
    let queue = try await withDemo { store, _ in try await store.queue(visibleTo: .everything, at: Self.start) }
    #expect(queue.count == 3)
    #expect(queue.first?.lastUserText == "Есть кто живой?")
    #expect(queue.allSatisfy { ($0.waitTimeMinutes ?? 0) > 1 && $0.reason != nil })
  }

  @Test func theOperatorCanLogInAndOwnsADialogAndTheColleagueHasAnother() async throws {
    try await withDemo { store, stage in
      let passwords = Passwords(cost: .init(logRounds: 4, blockSize: 8, parallelism: 1))
      let user = try #require(
        await store.authenticate(email: stage.login.email, password: stage.login.password, using: passwords))
      #expect(user.role == .admin)
      #expect(try await store.myDialogs(userID: user.id).map(\.name) == ["Lucía Fernández"])
      let active = try await store.dialogs(DialogQuery(states: [.active]), visibleTo: .everything).items
      #expect(active.count == 2)
      #expect(Set(active.compactMap(\.assignedManagerID)).count == 2)
      #expect(!"\(stage.login)".contains(stage.login.password))
    }
  }

  @Test func thoseWhoWaitGoOnWhereTheirHistoryEnds() async throws {
    let stage = try await withDemo { _, stage in stage }
    let stages = Dictionary(grouping: stage.residents, by: \.stage).mapValues(\.count)
    #expect(stages == [.waiting: 3, .attended: 2, .listening: 1])
    #expect(stage.residents.allSatisfy { !$0.script.toOperator.isEmpty && !$0.script.goodbye.isEmpty })
  }

  @Test func everyRunHasAnotherPassword() async throws {
    let first = try await withDemo { _, stage in stage.login.password }
    let second = try await withDemo { _, stage in stage.login.password }
    #expect(first != second)
    #expect(first.count == 24)
  }
}
