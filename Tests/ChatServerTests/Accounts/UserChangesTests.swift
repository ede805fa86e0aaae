import ChatProtocol
import Testing

@testable import ChatServer

/// What whoever runs the server changes about accounts.
@Suite struct UserChangesTests {
  private let passwords = Passwords(cost: Passwords.Cost(logRounds: 4, blockSize: 1, parallelism: 1))
  private let start = TemporaryStore.start

  private func login(_ fixture: TemporaryStore, _ password: String) async throws -> User? {
    try await fixture.store.authenticate(email: "ann@example.com", password: password, using: passwords)
  }

  @Test func aNewPasswordEndsAllLogins() async throws {
    let fixture = try await TemporaryStore()
    let (store, ann) = (fixture.store, fixture.ann)
    try await store.setPassword(ofUser: ann.id, to: try await passwords.hash("correct horse"))
    let old = try await store.beginSession(userID: ann.id, tokenID: "a", at: start)
    let others = try await store.beginSession(userID: fixture.admin.id, tokenID: "b", at: start)
    try await store.setPassword(ofUser: ann.id, to: try await passwords.hash("battery staple"))
    #expect(try await login(fixture, "correct horse") == nil)
    #expect(try await login(fixture, "battery staple") == ann)
    #expect(try await store.user(id: ann.id, session: old.id) == nil)
    #expect(
      try await store.refreshSession(id: old.id, userID: ann.id, tokenID: "a", next: "c", at: start) == .unknown)
    #expect(try await store.user(id: fixture.admin.id, session: others.id) == fixture.admin)
  }

  @Test func anOldPasswordThatIsBeingCheckedIsOld() async throws {
    let fixture = try await TemporaryStore()
    let (store, ann) = (fixture.store, fixture.ann)
    func check(_ password: String) async throws -> PasswordHash? {
      try await store.check(email: "ann@example.com", password: password, using: passwords)?.hash
    }
    try await store.setPassword(ofUser: ann.id, to: try await passwords.hash("correct horse"))
    let old = try #require(try await check("correct horse"))
    try await store.setPassword(ofUser: ann.id, to: try await passwords.hash("battery staple"))
    await #expect(throws: StoreError.unknownUser) {
      try await store.beginSession(userID: ann.id, tokenID: "a", passwordHash: old, at: start)
    }
    let new = try #require(try await check("battery staple"))
    _ = try await store.beginSession(userID: ann.id, tokenID: "b", passwordHash: new, at: start)
  }

  @Test func aDisabledAccountHasNoWayInAndItsVisitorsStay() async throws {
    let fixture = try await TemporaryStore()
    let (store, ann) = (fixture.store, fixture.ann)
    try await store.setPassword(ofUser: ann.id, to: try await passwords.hash("correct horse"))
    let site = try await store.addSiteToken(ownerID: ann.id, at: start)
    let session = try await store.beginSession(userID: ann.id, tokenID: "a", at: start)
    for second in [1, 2] {
      try await store.disable(user: ann.id, at: start.advanced(by: .seconds(second)))
      #expect(try await login(fixture, "correct horse") == nil)
      // With a login that was ended, and with a token that knows no login.
      #expect(try await store.user(id: ann.id, session: session.id) == nil)
      #expect(try await store.user(id: ann.id, session: nil) == nil)
      // Its password may have been looked at a moment before.
      await #expect(throws: StoreError.unknownUser) {
        try await store.beginSession(userID: ann.id, tokenID: "b", at: start)
      }
      #expect(try await store.users().map(\.isDisabled) == [false, true])
    }
    // The doors of its visitors.
    let dialog = try await fixture.openDialog()
    #expect(try await fixture.post("hello", in: dialog).message.text == "hello")
    #expect(try await store.siteToken(site.token)?.ownerID == ann.id)
    #expect(try await store.dialog(id: dialog.id, visibleTo: .everything)?.userID == ann.id)

    try await store.enable(user: ann.id)
    #expect(try await login(fixture, "correct horse") == ann)
    #expect(try await store.user(id: ann.id, session: session.id) == nil, "what was ended stays ended")
  }

  @Test func nobodyCountsOnADisabledOperator() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let dialog = try await fixture.openDialog()
    let request = HandoffCommand.request(requestID: "r", reason: nil, lastUserText: nil)
    _ = try await store.handoff(dialogID: dialog.id, request, by: .visitor, at: start)
    _ = try await store.handoff(dialogID: dialog.id, .takeOver, by: .account(fixture.admin), at: start)
    try await store.disable(user: fixture.ann.id, at: start)
    #expect(try await store.team(of: fixture.admin).map(\.user) == [fixture.admin])
    #expect(try await store.recentWaits(inAccountOf: dialog.id, since: start, limit: 9).operators == [fixture.admin.id])
    await #expect(throws: StoreError.invalid(field: "to", reason: "is no operator who may see this dialog")) {
      try await store.handoff(
        dialogID: dialog.id, .transfer(to: fixture.ann.id, note: nil), by: .account(fixture.admin), at: start)
    }
  }

  @Test func oneAdminStays() async throws {
    let fixture = try await TemporaryStore()
    let (store, admin, ann) = (fixture.store, fixture.admin, fixture.ann)
    func refusesToLose(_ last: User) async {
      await #expect(throws: StoreError.lastAdmin(email: last.email)) {
        try await store.disable(user: last.id, at: start)
      }
      await #expect(throws: StoreError.lastAdmin(email: last.email)) {
        try await store.setRole(ofUser: last.id, to: .operator)
      }
    }
    await refusesToLose(admin)
    try await store.setRole(ofUser: ann.id, to: .admin)
    try await store.setRole(ofUser: ann.id, to: .admin)
    try await store.setRole(ofUser: admin.id, to: .operator)
    await refusesToLose(ann)
    // One that is disabled is no help.
    try await store.setRole(ofUser: admin.id, to: .admin)
    try await store.disable(user: admin.id, at: start)
    await refusesToLose(ann)
    #expect(try await store.users().map(\.role) == [.admin, .admin])
    #expect(try await store.users().map(\.isDisabled) == [true, false])
  }

  @Test func ofTwoAdminsWhoDemoteEachOtherOneStays() async throws {
    let fixture = try await TemporaryStore()
    try await fixture.store.setRole(ofUser: fixture.ann.id, to: .admin)
    await withTaskGroup(of: Void.self) { group in
      for user in [fixture.admin, fixture.ann] {
        group.addTask { try? await fixture.store.setRole(ofUser: user.id, to: .operator) }
      }
    }
    #expect(try await fixture.store.users().filter { $0.role == .admin }.count == 1)
  }

  @Test func thereMustBeAnAccount() async throws {
    let store = try await TemporaryStore().store
    let hash = PasswordHash(encoded: "")
    await #expect(throws: StoreError.unknownUser) { try await store.setPassword(ofUser: 99, to: hash) }
    await #expect(throws: StoreError.unknownUser) { try await store.setRole(ofUser: 99, to: .admin) }
    await #expect(throws: StoreError.unknownUser) { try await store.disable(user: 99, at: start) }
    await #expect(throws: StoreError.unknownUser) { try await store.enable(user: 99) }
  }
}
