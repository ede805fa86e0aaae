import ChatProtocol
import Testing

@testable import ChatServer

/// Refresh tokens that are good once, and logins that end.
@Suite struct LoginSessionTests {
  private static let start = TemporaryStore.start
  private let session = LoginSession(
    id: 1, userID: 2, currentTokenID: "a", rotatedAt: start, expiresAt: start.advanced(by: .seconds(60)))

  @Test func eachTokenMakesTheNext() {
    var session = session
    let later = Self.start.advanced(by: .seconds(3600))
    #expect(session.use("a", next: "b", at: later) == .rotated)
    #expect(session.currentTokenID == "b" && session.previousTokenID == "a" && session.rotatedAt == later)
    #expect(session.expiresAt == later.advanced(by: TokenKind.refresh.lifetime))
    #expect(session.use("b", next: "c", at: later) == .rotated)
    #expect(session.currentTokenID == "c")
  }

  @Test func theOneBeforeIsTakenAgainForAMinute() {
    var session = session
    _ = session.use("a", next: "b", at: Self.start)
    let rotated = session
    #expect(session.use("a", next: "c", at: Self.start.advanced(by: .seconds(60))) == .repeated)
    #expect(session == rotated)
    #expect(session.use("a", next: "c", at: Self.start.advanced(by: .milliseconds(60_001))) == .reused)
  }

  @Test func anOlderOneIsNeverTaken() {
    var session = session
    _ = session.use("a", next: "b", at: Self.start)
    _ = session.use("b", next: "c", at: Self.start)
    #expect(session.use("a", next: "d", at: Self.start) == .reused)
    #expect(session.use("never made", next: "d", at: Self.start) == .reused)
  }

  // MARK: Stored

  @Test func anAccountHasABoundedNumber() async throws {
    let fixture = try await TemporaryStore()
    var sessions: [LoginSession] = []
    for index in 0...ChatStore.mostSessions {
      sessions.append(
        try await fixture.store.beginSession(
          userID: fixture.ann.id, tokenID: "\(index)", at: Self.start.advanced(by: .seconds(index))))
    }
    let others = try await fixture.store.beginSession(userID: fixture.admin.id, tokenID: "x", at: Self.start)
    func isGood(_ session: LoginSession) async throws -> Bool {
      try await fixture.store.user(id: session.userID, session: session.id) != nil
    }
    #expect(try await !isGood(sessions[0]))
    for session in sessions.dropFirst() + [others] { #expect(try await isGood(session)) }
    // What has run out is cleared away with the next login.
    let muchLater = Self.start.advanced(by: .seconds(40 * 86_400))
    _ = try await fixture.store.beginSession(userID: fixture.admin.id, tokenID: "y", at: muchLater)
    #expect(try await !isGood(sessions[1]))
    // A login of one account does not stand for another.
    #expect(try await fixture.store.user(id: fixture.ann.id, session: others.id) == nil)
  }

  @Test func ofManyAtOnceOneMakesTheNext() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let session = try await store.beginSession(userID: fixture.ann.id, tokenID: "a", at: Self.start)
    let outcomes = try await withThrowingTaskGroup(of: ChatStore.Refreshed.self) { group in
      for index in 0..<20 {
        group.addTask {
          try await store.refreshSession(
            id: session.id, userID: fixture.ann.id, tokenID: "a", next: "next \(index)", at: Self.start)
        }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    // The others are handed the same one.
    #expect(outcomes.count == 1)
    #expect(
      try await store.refreshSession(
        id: session.id, userID: fixture.admin.id, tokenID: "a", next: "z", at: Self.start) == .unknown)
  }
}
