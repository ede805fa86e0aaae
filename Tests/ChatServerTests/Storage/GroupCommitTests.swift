import ChatProtocol
import Foundation
import GRDB
import Testing

@testable import ChatServer

@Suite struct GroupCommitTests {
  private struct Refused: Error {}

  /// Holds the writer until `body` has handed its writes in, so that they gather.
  private func gathered<Value: Sendable>(
    in store: ChatStore, _ count: Int, _ write: @escaping @Sendable (Int) async throws -> Value
  ) async throws -> [Result<Value, any Error>] {
    let gate = DispatchSemaphore(value: 0)
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    async let blocker: Void = store.write { _ in
      begin.yield()
      gate.wait()
    }
    for await _ in begun { break }
    let tasks = (0..<count).map { index in Task { try await write(index) } }
    // In whatever order they come: the tests below do not depend on it, nor on how many made it in time.
    for _ in 0..<1000 { await Task.yield() }
    gate.signal()
    try await blocker
    var results: [Result<Value, any Error>] = []
    for task in tasks { results.append(await task.result) }
    return results
  }

  @Test func eachCallerGetsItsOwnAnswer() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let results = try await gathered(in: store, 200) { index in
      try await store.write { database in
        try database.execute(
          sql: "INSERT INTO assistant (owner_id, name, created_at) VALUES (?, ?, 0)",
          arguments: [fixture.ann.id, TypedText("write \(index)")])
        // What it did before it failed must not stay.
        if index % 3 == 0 { throw Refused() }
        // An error of SQLite's own, too.
        if index % 3 == 1 { try database.execute(sql: "INSERT INTO user (id) VALUES (1)") }
        return index
      }
    }
    for (index, result) in results.enumerated() {
      switch (index % 3, result) {
      case (0, .failure(let error)): #expect(error is Refused)
      case (1, .failure(let error)): #expect((error as? DatabaseError)?.resultCode == .SQLITE_CONSTRAINT)
      case (_, .success(let value)): #expect(value == index)
      default: Issue.record("write \(index): \(result)")
      }
    }
    let names = try await store.read {
      try Row.fetchAll($0, sql: "SELECT name FROM assistant").compactMap { $0.text("name") }
    }
    #expect(Set(names) == Set((0..<200).filter { $0 % 3 == 2 }.map { "write \($0)" } + ["Juno"]))
    #expect(names.count == 67)
  }

  @Test func manyShareACommit() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let commits = Collected<Void>()
    try await store.write { database in
      database.add(transactionObserver: CommitCounter { commits.add(()) }, extent: .databaseLifetime)
    }
    let before = commits.all.count
    _ = try await gathered(in: store, 64) { index in
      try await store.write { database in
        try database.execute(
          sql: "INSERT INTO assistant (owner_id, name, created_at) VALUES (1, ?, 0)", arguments: [TypedText("\(index)")]
        )
      }
    }
    #expect((1...10).contains(commits.all.count - before), "\(commits.all.count - before) commits for 64 writes")
  }

  /// What has changed nothing need not be undone, however often a stranger has it refused.
  @Test func aRefusalBeforeAnyChangeCostsTheOthersNothing() async throws {
    let fixture = try await TemporaryStore()
    let runs = Collected<Int>()
    let results = try await gathered(in: fixture.store, 64) { index in
      try await fixture.store.write { database in
        runs.add(index)
        if index % 2 == 0 { throw Refused() }
        try database.execute(
          sql: "INSERT INTO assistant (owner_id, name, created_at) VALUES (1, ?, 0)", arguments: [TypedText("\(index)")]
        )
      }
    }
    #expect(results.count { (try? $0.get()) != nil } == 32)
    #expect(runs.all.sorted() == Array(0..<64))
    let count = try await fixture.store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM assistant") }
    #expect(count == 33)
  }

  @Test func aLostTransactionFailsItsWholeGroupAndNothingElse() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let results = try await gathered(in: store, 40) { index in
      try await store.write { database in
        try database.execute(
          sql: "INSERT INTO assistant (owner_id, name, created_at) VALUES (1, ?, 0)", arguments: [TypedText("\(index)")]
        )
        // What SQLite itself does when the disk is full.
        if index == 20 { try database.execute(sql: "ROLLBACK") }
        return "\(index)"
      }
    }
    let acknowledged = results.compactMap { try? $0.get() }
    #expect(acknowledged.count < 40)
    let names = try await store.read {
      try Row.fetchAll($0, sql: "SELECT name FROM assistant").compactMap { $0.text("name") }
    }
    #expect(Set(names) == Set(acknowledged + ["Juno"]))
    #expect(try await store.write { _ in 7 } == 7)
  }

  @Test func aWriteOfAnEndedCallerIsDoneAndAClosedStoreSaysSo() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let task = Task {
      try await store.addAssistant(name: "late", ownerID: fixture.ann.id, at: TemporaryStore.start)
    }
    task.cancel()
    let assistant = try await task.value
    #expect(try await store.assistant(id: assistant.id) == assistant)
    try store.close()
    await #expect(throws: DatabaseError.self) { try await store.write { try $0.execute(sql: "DELETE FROM message") } }
  }
}

/// Calls back with each commit.
private final class CommitCounter: TransactionObserver {
  private let onCommit: @Sendable () -> Void

  init(_ onCommit: @escaping @Sendable () -> Void) { self.onCommit = onCommit }

  func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
  func databaseDidChange(with event: DatabaseEvent) {}
  func databaseDidCommit(_ db: Database) { onCommit() }
  func databaseDidRollback(_ db: Database) {}
}
