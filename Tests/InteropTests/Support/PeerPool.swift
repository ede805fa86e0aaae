import Foundation
import Testing

/// The peers of one run of the suite: each is started once, when it is needed first, and all end with the suite.
actor PeerPool {
  @TaskLocal private static var current: PeerPool?

  private let directory = FileManager.default.temporaryDirectory.appending(path: "chatai-interop-\(UUID())")
  private var processes: [Peer: PeerProcess] = [:]

  /// Runs a test with a peer. One that was not as it should be is not used again.
  static func with(_ peer: Peer, _ body: (PeerProcess) async throws -> Void) async throws {
    let pool = try #require(current)
    let process = try await pool.process(of: peer)
    do {
      try await body(process)
    } catch {
      await pool.discard(peer)
      throw error
    }
  }

  private func process(of peer: Peer) async throws -> PeerProcess {
    if let process = processes[peer] { return process }
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let process = try await PeerProcess(peer, in: directory)
    processes[peer] = process
    return process
  }

  private func discard(_ peer: Peer) { processes.removeValue(forKey: peer)?.kill() }

  private func end() async {
    for process in processes.values { await process.end() }
    processes = [:]
    try? FileManager.default.removeItem(at: directory)
  }

  /// Gives a suite, with all that is in it, its pool.
  struct Scope: SuiteTrait, TestScoping {
    func provideScope(
      for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
      let pool = PeerPool()
      let outcome: Result<Void, any Error>
      do {
        outcome = .success(try await PeerPool.$current.withValue(pool) { try await function() })
      } catch {
        outcome = .failure(error)
      }
      await pool.end()
      try outcome.get()
    }
  }
}

extension Trait where Self == PeerPool.Scope {
  static var peers: Self { Self() }
}
