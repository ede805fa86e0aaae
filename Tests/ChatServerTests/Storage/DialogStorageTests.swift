import ChatProtocol
import Testing

@testable import ChatServer

@Suite struct DialogStorageTests {
  @Test func aGuestHasOneOpenDialog() async throws {
    let fixture = try await TemporaryStore()
    let first = try await fixture.openDialog(guest: "a")
    #expect(try await fixture.openDialog(guest: "a").id == first.id)
    #expect(try await fixture.openDialog(guest: "b").id != first.id)
    #expect(first.userID == fixture.ann.id)
    #expect(first.assistantID == fixture.assistant.id)
    #expect(first.startedAt == TemporaryStore.start)
    #expect(first.autoResponse == true && first.isTakenOver == false && first.handoffStatus == .none)
  }

  @Test func manyAtOnceOpenOneDialog() async throws {
    let fixture = try await TemporaryStore()
    let ids = try await withThrowingTaskGroup(of: DialogID.self) { group in
      for _ in 0..<30 { group.addTask { try await fixture.openDialog().id } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(ids.count == 1)
  }

  @Test func theSiteAndTheWidgetAreTwoDoors() async throws {
    let fixture = try await TemporaryStore()
    let site = try Visitor(entrance: .site(ownerID: fixture.ann.id), guestID: "guest")
    let widget = try await fixture.openDialog()
    let dialog = try await fixture.store.openDialog(for: site, at: TemporaryStore.start)
    #expect(dialog.id != widget.id)
    #expect(dialog.userID == fixture.ann.id && dialog.assistantID == nil)
    #expect(try await fixture.store.openDialog(for: site, at: TemporaryStore.start).id == dialog.id)
    #expect(try await fixture.store.dialogs(of: site).map(\.id) == [dialog.id])
  }

  @Test func anUnknownDoorIsAnError() async throws {
    let fixture = try await TemporaryStore()
    await #expect(throws: StoreError.unknownAssistant(99)) {
      try await fixture.store.openDialog(
        for: Visitor(entrance: .widget(assistantID: 99), guestID: "x"), at: TemporaryStore.start)
    }
    await #expect(throws: StoreError.unknownUser) {
      try await fixture.store.openDialog(
        for: Visitor(entrance: .site(ownerID: 99), guestID: "x"), at: TemporaryStore.start)
    }
  }

  @Test func aGuestIDIsTakenWholeOrNotAtAll() async throws {
    let fixture = try await TemporaryStore()
    // Text behind a NUL is part of the id: else one guest could become another.
    let victim = try await fixture.openDialog(guest: "victim")
    #expect(try await fixture.openDialog(guest: "victim\u{0}").id != victim.id)
    #expect(throws: StoreError.self) { try Visitor(entrance: .site(ownerID: 1), guestID: "") }
    #expect(throws: Never.self) {
      try Visitor(entrance: .site(ownerID: 1), guestID: String(repeating: "x", count: Visitor.longestGuestID))
    }
    #expect(throws: StoreError.self) {
      try Visitor(entrance: .site(ownerID: 1), guestID: String(repeating: "x", count: Visitor.longestGuestID + 1))
    }
  }

  @Test func eachSeesItsOwn() async throws {
    let fixture = try await TemporaryStore()
    let bob = try await fixture.addOperator("bob")
    let dialog = try await fixture.openDialog(guest: "a")
    let stranger = try await fixture.openDialog(guest: "b")
    let elsewhere = try await fixture.store.addAssistant(name: "Other", ownerID: bob.id, at: TemporaryStore.start)
    let sameGuestElsewhere = try Visitor(entrance: .widget(assistantID: elsewhere.id), guestID: "a")
    let cases: [(Visibility, Set<DialogID>)] = [
      (fixture.admin.visibility, [dialog.id, stranger.id]),
      (fixture.ann.visibility, [dialog.id, stranger.id]),
      (bob.visibility, []),
      (.visitor(try fixture.guest("a")), [dialog.id]),
      (.visitor(sameGuestElsewhere), []),
      (.visitor(try Visitor(entrance: .site(ownerID: fixture.ann.id), guestID: "a")), []),
    ]
    for (visibility, expected) in cases {
      #expect(Set(try await fixture.store.dialogs(DialogQuery(), visibleTo: visibility).items.map(\.id)) == expected)
      for id in [dialog.id, stranger.id] {
        #expect((try await fixture.store.dialog(id: id, visibleTo: visibility) != nil) == expected.contains(id))
      }
      #expect(try await fixture.store.dialog(id: 12345, visibleTo: visibility) == nil)
    }
  }

  @Test func pagesAreCountedAndNewestFirst() async throws {
    let fixture = try await TemporaryStore()
    var ids: [DialogID] = []
    for number in 0..<7 { ids.append(try await fixture.openDialog(guest: "g\(number)").id) }
    ids.reverse()
    func page(_ page: Int, _ limit: Int) async throws -> Page<Dialog> {
      try await fixture.store.dialogs(DialogQuery(page: page, limit: limit), visibleTo: .everything)
    }
    #expect(try await page(1, 3).items.map(\.id) == Array(ids[0..<3]))
    #expect(try await page(3, 3).items.map(\.id) == Array(ids[6..<7]))
    let beyond = try await page(4, 3)
    #expect(beyond.items.isEmpty && beyond.total == 7 && beyond.pages == 3 && beyond.limit == 3)
    // What a stranger may ask for.
    #expect(try await page(.min, .max).items.map(\.id) == ids)
    #expect(try await page(.max, .min).items.isEmpty)
  }

  @Test func filtersAndSearches() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let mary = try await store.openDialog(
      for: fixture.guest("web-1"), profile: VisitorProfile(name: "Мария Ёлкина"), at: TemporaryStore.start)
    let jose = try await store.openDialog(
      for: fixture.guest("web-2"), profile: VisitorProfile(firstName: "José", lastName: "O'Neil"), channel: "telegram",
      at: TemporaryStore.start)
    _ = try await fixture.post("100% wool_sock\u{0}hidden", in: mary)
    _ = try await store.handoff(
      dialogID: jose.id, .request(requestID: "r", reason: nil, lastUserText: nil), by: .visitor,
      at: TemporaryStore.start)
    func found(_ query: DialogQuery) async throws -> [DialogID] {
      try await store.dialogs(query, visibleTo: .everything).items.map(\.id)
    }
    #expect(try await found(DialogQuery(search: "мария")) == [mary.id])
    #expect(try await found(DialogQuery(search: "ЕЛКИНА")) == [mary.id])
    #expect(try await found(DialogQuery(search: "jose")) == [jose.id])
    #expect(try await found(DialogQuery(search: "o'neil")) == [jose.id])
    #expect(try await found(DialogQuery(search: "WEB-")) == [jose.id, mary.id])
    #expect(try await found(DialogQuery(search: "0%")) == [mary.id])
    #expect(try await found(DialogQuery(search: "l_s")) == [mary.id])
    #expect(try await found(DialogQuery(search: "hidden")) == [mary.id])
    #expect(try await found(DialogQuery(search: "' OR 1=1 --")) == [])
    #expect(try await found(DialogQuery(search: "")) == [jose.id, mary.id])
    #expect(try await found(DialogQuery(states: [.requested])) == [jose.id])
    #expect(try await found(DialogQuery(states: [.none, .requested])) == [jose.id, mary.id])
    #expect(try await found(DialogQuery(states: [.other("nonsense")])) == [])
    #expect(try await found(DialogQuery(channel: "telegram")) == [jose.id])
    #expect(try await found(DialogQuery(assistantID: fixture.assistant.id + 1)) == [])
    #expect(try await found(DialogQuery(search: "мария", states: [.requested])) == [])
  }
}
