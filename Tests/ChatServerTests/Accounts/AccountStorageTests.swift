import ChatProtocol
import Testing

@testable import ChatServer

@Suite struct AccountStorageTests {
  private let passwords = Passwords(cost: Passwords.Cost(logRounds: 4, blockSize: 1, parallelism: 1))

  @Test func logsInWithAddressAndPassword() async throws {
    let fixture = try await TemporaryStore()
    let user = try await fixture.store.addUser(
      email: EmailAddress("Eve@Example.COM"), passwordHash: passwords.hash("correct horse"), role: .operator,
      at: TemporaryStore.start)
    #expect(user.email == "eve@example.com")
    func login(_ email: String, _ password: String) async throws -> User? {
      try await fixture.store.authenticate(email: email, password: password, using: passwords)
    }
    #expect(try await login("eve@example.com", "correct horse") == user)
    #expect(try await login(" EVE@example.com ", "correct horse") == user)
    #expect(try await login("eve@example.com", "wrong horse") == nil)
    #expect(try await login("eve@example.com", "") == nil)
    #expect(try await login("nobody@example.com", "correct horse") == nil)
    #expect(try await login("", "") == nil)
    #expect(try await login("' OR 1=1 --", "x") == nil)
    #expect(try await login("eve@example.com\u{0}", "correct horse") == nil)
    #expect(try await login(String(repeating: "x", count: 1_000_000), "x") == nil)
  }

  @Test func anAddressHasOneAccount() async throws {
    let fixture = try await TemporaryStore()
    await #expect(throws: StoreError.emailTaken("ann@example.com")) {
      try await fixture.store.addUser(
        email: EmailAddress("ANN@example.com"), passwordHash: PasswordHash(encoded: ""), role: .admin,
        at: TemporaryStore.start)
    }
    #expect(try await fixture.store.user(email: EmailAddress("Ann@Example.com")) == fixture.ann)
    #expect(try await fixture.store.user(id: 999) == nil)
  }

  @Test(arguments: ["a@b", "first.last+tag@sub.example.com", "імя@приклад.укр", "\tpadded@example.com\n"])
  func isAnAddress(text: String) throws {
    #expect(throws: Never.self) { try EmailAddress(text) }
  }

  @Test(arguments: [
    "", "@", "a@", "@b", "a@b@c", "plain", "a b@c", "a@b c", "a@b\u{0}", "a\u{7F}@b",
    String(repeating: "a", count: 250) + "@b.cc",
  ])
  func isNoAddress(text: String) {
    #expect(throws: StoreError.self) { try EmailAddress(text) }
  }

  @Test func theNameShownIsNeverTheAddress() {
    func name(_ first: String?, _ last: String?) -> String {
      User(id: 7, email: "secret@example.com", role: .admin, firstName: first, lastName: last).displayName
    }
    #expect(name("Ann", "Lee") == "Ann Lee")
    #expect(name(nil, "Lee") == "Lee")
    #expect(name(nil, nil) == "Operator 7")
    #expect(name("", "") == "Operator 7")
  }

  @Test func anAssistantBelongsToAnAccount() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    #expect(try await store.assistant(id: fixture.assistant.id) == fixture.assistant)
    #expect(try await store.assistant(id: 999) == nil)
    await #expect(throws: StoreError.unknownUser) {
      try await store.addAssistant(name: "Juno", ownerID: 999, at: TemporaryStore.start)
    }
    for name in ["", "  ", String(repeating: "x", count: 1001)] {
      await #expect(throws: StoreError.self) {
        try await store.addAssistant(name: name, ownerID: fixture.ann.id, at: TemporaryStore.start)
      }
    }
  }

  @Test func aSiteTokenResolvesToItsAccount() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    #expect(try await store.latestSiteToken(ownerID: fixture.ann.id, at: TemporaryStore.start) == nil)
    let first = try await store.addSiteToken(ownerID: fixture.ann.id, at: TemporaryStore.start)
    let second = try await store.addSiteToken(
      ownerID: fixture.ann.id, domains: ["Shop.Example.com."], at: TemporaryStore.start)
    #expect(first.token != second.token)
    #expect(
      first.token.utf8.count == 43 && first.token.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") }
    )
    #expect(second.domains == ["shop.example.com"])
    #expect(try await store.siteToken(first.token) == first)
    #expect(try await store.siteToken(second.token) == second)
    #expect(try await store.latestSiteToken(ownerID: fixture.ann.id, at: TemporaryStore.start) == second)
    #expect(try await store.latestSiteToken(ownerID: fixture.admin.id, at: TemporaryStore.start) == nil)
    for wrong in ["", "x", first.token.uppercased(), first.token + " ", "' OR 1=1 --"] {
      #expect(try await store.siteToken(wrong) == nil)
    }
    await #expect(throws: StoreError.unknownUser) {
      try await store.addSiteToken(ownerID: 999, at: TemporaryStore.start)
    }
    for domain in [
      "", ".", "a..b", "https://example.com", "example.com/x", "example.com:80", "*.example.com", "-a.com", "a b",
    ] {
      await #expect(throws: StoreError.self, "\(domain)") {
        try await store.addSiteToken(ownerID: fixture.ann.id, domains: [domain], at: TemporaryStore.start)
      }
    }
  }

  @Test(
    arguments: [
      ([], nil, true), ([], "anything.example", true),
      (["example.com"], "example.com", true), (["example.com"], "EXAMPLE.com", true),
      (["example.com"], "shop.example.com", true),
      (["example.com"], "evilexample.com", false), (["example.com"], "example.com.evil.net", false),
      (["example.com"], "com", false),
      (["example.com"], nil, false), (["example.com"], "", false), (["a.net", "b.net"], "b.net", true),
      (["localhost"], "localhost", true),
    ] as [([String], String?, Bool)])
  func aSiteTokenKeepsToItsDomains(domains: [String], host: String?, isAllowed: Bool) {
    #expect(SiteToken(token: "t", ownerID: 1, domains: domains).allows(host: host) == isAllowed)
  }
}
