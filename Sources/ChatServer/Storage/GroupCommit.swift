import GRDB
import Synchronization

/// Joins writes that come at the same time to one transaction: with `synchronous=FULL` a commit waits for the disk,
/// and sixty-four writes wait no longer than one (`WriteGroups` says which go together).
///
/// Each write has an answer of its own, and one that fails undoes nothing of the others: if it had changed something
/// before it failed, the group is undone and carried out again, each write in a savepoint. Not at once, for a savepoint
/// copies every page that the group writes more than once. So a write may run twice, and may do nothing outside the
/// database. No answer is given before the commit is on disk. What was handed in is done whatever becomes of its caller.
///
/// A write must not leave a violation for the commit to find (`DEFERRABLE` constraints): it would fail its group.
final class GroupCommit: Sendable {
  /// A caller's write, without its type.
  private struct Write: Sendable {
    /// Carries it out inside the group's transaction, in a savepoint or not; nil if it has failed and left something
    /// behind, which it cannot in a savepoint.
    let run: @Sendable (_ database: Database, _ inSavepoint: Bool) -> Answer?
    /// Answers it if it did not come to that.
    let refuse: @Sendable (any Error) -> Void
  }

  /// Answers a caller once the transaction is over, with the error that ended it if there is one.
  private typealias Answer = @Sendable ((any Error)?) -> Void

  private let pool: DatabasePool
  private let checkpointer: Checkpointer
  private let groups = Mutex(WriteGroups<Write>())

  /// - Parameter pool: its writer makes no checkpoints of its own.
  init(_ pool: DatabasePool, checkpointer: Checkpointer) {
    self.pool = pool
    self.checkpointer = checkpointer
  }

  /// Runs a write, and returns when it is on disk.
  ///
  /// - Parameter committed: told of what the body returned once it is on disk, before anybody is told of what was
  ///   written later. It runs where the writes run, so it must be short.
  /// - Throws: what the body throws, or what the commit throws; then the write left nothing behind.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value, committed: @escaping @Sendable (Value) -> Void
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let write = Write(
        run: { database, inSavepoint in
          let before = database.totalChangesCount
          let result = Result { inSavepoint ? try database.inOwnSavepoint(body) : try body(database) }
          if case .failure = result, !inSavepoint, database.totalChangesCount != before { return nil }
          return { failure in
            if failure == nil, case .success(let value) = result { committed(value) }
            continuation.resume(with: failure.map(Result.failure) ?? result)
          }
        },
        refuse: { continuation.resume(throwing: $0) })
      handle(.arrived(write))
    }
  }

  private func handle(_ event: WriteGroups<Write>.Event, in database: Database? = nil) {
    for action in groups.withLock({ $0.handle(event) }) {
      switch action {
      case .begin:
        pool.asyncWriteWithoutTransaction { self.handle(.ready, in: $0) }
      case .commit(let writes):
        guard let database else { preconditionFailure("a group is formed inside the database's queue only") }
        commit(writes, in: database)
        handle(.ended)
      }
    }
  }

  private func commit(_ writes: [Write], in database: Database) {
    var answers: [Answer] = []
    do {
      if try !carryOut(writes, inSavepoints: false, &answers, in: database) {
        answers.removeAll()
        _ = try carryOut(writes, inSavepoints: true, &answers, in: database)
      }
      for answer in answers { answer(nil) }
      checkpointer.committed()
    } catch {
      for answer in answers { answer(error) }
      for write in writes.dropFirst(answers.count) { write.refuse(error) }
    }
  }

  /// Carries writes out in one transaction.
  ///
  /// - Returns: whether it is committed; if not, it is undone, for one of them failed and left something behind.
  private func carryOut(
    _ writes: [Write], inSavepoints: Bool, _ answers: inout [Answer], in database: Database
  ) throws -> Bool {
    var isWhole = true
    try database.inTransaction(.immediate) {
      for write in writes {
        let answer = write.run(database, inSavepoints)
        // A full disk and the like end the whole transaction, whatever its savepoints.
        guard database.isInsideTransaction else {
          throw DatabaseError(
            resultCode: .SQLITE_ABORT, message: "the transaction was lost by another write that shared it")
        }
        guard let answer else {
          isWhole = false
          return .rollback
        }
        answers.append(answer)
      }
      return .commit
    }
    return isWhole
  }
}

extension Database {
  /// Runs a body in a savepoint of the transaction that is under way, undone if the body throws.
  fileprivate func inOwnSavepoint<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try cachedStatement(sql: "SAVEPOINT one_write").execute()
    do {
      let value = try body(self)
      try cachedStatement(sql: "RELEASE one_write").execute()
      return value
    } catch {
      if isInsideTransaction {
        try cachedStatement(sql: "ROLLBACK TO one_write").execute()
        try cachedStatement(sql: "RELEASE one_write").execute()
      }
      throw error
    }
  }
}
