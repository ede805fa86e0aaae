import ChatProtocol
import GRDB
import Testing

@testable import ChatServer

@Suite struct HandoffStorageTests {
  private func time(_ seconds: Int64) -> Timestamp { TemporaryStore.start.advanced(by: .seconds(seconds)) }

  private func request(_ id: String = "r1", reason: String? = nil, text: String? = nil) -> HandoffCommand {
    .request(requestID: id, reason: reason, lastUserText: text)
  }

  @Test func aDialogGoesThereAndBack() async throws {
    let fixture = try await TemporaryStore()
    let (store, ann) = (fixture.store, HandoffActor.account(fixture.ann))
    let dialog = try await fixture.openDialog()

    let requested = try await store.handoff(
      dialogID: dialog.id, request(reason: "wants a human", text: "help"), by: .visitor, at: time(1))
    #expect(requested.event == .handoff(.requested, dialogID: dialog.id, manager: nil))
    #expect(
      requested.status
        == HandoffStatus(status: .requested, requestedAt: time(1), reason: "wants a human", queuePosition: 1))
    #expect(requested.dialog.autoResponse == false && requested.dialog.isTakenOver == false)

    let taken = try await store.handoff(dialogID: dialog.id, .takeOver, by: ann, at: time(2))
    let manager = Manager(id: fixture.ann.id, name: "Ann Lee")
    #expect(taken.event == .handoff(.active, dialogID: dialog.id, manager: manager))
    #expect(taken.status.assignedManager == manager)
    #expect(taken.dialog.isTakenOver == true && taken.dialog.assignedManagerID == fixture.ann.id)
    #expect(try await store.myDialogs(userID: fixture.ann.id).map(\.id) == [dialog.id])
    #expect(try await store.myDialogs(userID: fixture.admin.id).isEmpty)

    let released = try await store.handoff(dialogID: dialog.id, .release, by: ann, at: time(3))
    #expect(released.event == .handoff(.released, dialogID: dialog.id, manager: nil))
    #expect(released.dialog.autoResponse == true && released.dialog.assignedManagerID == nil)
    #expect(released.dialog.handoffResolvedAt == time(3))
    #expect(try await store.myDialogs(userID: fixture.ann.id).isEmpty)
    #expect(try await store.handoffStatus(dialogID: dialog.id) == released.status)
  }

  @Test func aRequestCountsOnceHoweverLateItsRepeatComes() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let dialog = try await fixture.openDialog(guest: "a")
    _ = try await store.handoff(dialogID: dialog.id, request("r1"), by: .visitor, at: time(1))
    #expect(try await !store.handoff(dialogID: dialog.id, request("r1"), by: .visitor, at: time(2)).isChanged)
    _ = try await store.handoff(dialogID: dialog.id, .cancel, by: .visitor, at: time(3))
    _ = try await store.handoff(dialogID: dialog.id, request("r2"), by: .visitor, at: time(4))
    _ = try await store.handoff(dialogID: dialog.id, .cancel, by: .visitor, at: time(5))
    // r1 is no longer the last request, yet it is known.
    let late = try await store.handoff(dialogID: dialog.id, request("r1"), by: .visitor, at: time(6))
    #expect(!late.isChanged && late.event == nil && late.status.status == .cancelled)
    // In another dialog it is another request.
    let other = try await fixture.openDialog(guest: "b")
    #expect(try await store.handoff(dialogID: other.id, request("r1"), by: .visitor, at: time(7)).isChanged)
  }

  @Test func ofFiftyTakeoversAtOnceOneWins() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let dialog = try await fixture.openDialog()
    _ = try await store.handoff(dialogID: dialog.id, request(), by: .visitor, at: time(1))
    var operators: [User] = []
    for number in 0..<50 { operators.append(try await fixture.addOperator("op\(number)")) }

    let results = await withTaskGroup(of: (UserID, Result<HandoffOutcome, any Error>).self) { group in
      for user in operators {
        group.addTask {
          do {
            return (
              user.id,
              .success(try await store.handoff(dialogID: dialog.id, .takeOver, by: .account(user), at: time(2)))
            )
          } catch {
            return (user.id, .failure(error))
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let winners = results.filter { if case .success = $0.1 { true } else { false } }.map(\.0)
    #expect(winners.count == 1)
    let winner = try #require(winners.first)
    for case (_, .failure(let error)) in results {
      #expect(error as? HandoffConflict == .heldByAnother(winner))
    }
    #expect(try await store.handoffStatus(dialogID: dialog.id).assignedManager?.id == winner)
    let takeovers = try await store.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM handoff_log WHERE command = 'takeover'")
    }
    #expect(takeovers == 1)
  }

  @Test func theQueueIsOldestFirst() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let bob = try await fixture.addOperator("bob")
    let dialogs = [
      try await fixture.openDialog(guest: "a"), try await fixture.openDialog(guest: "b"),
      try await fixture.openDialog(guest: "c"),
    ]
    _ = try await fixture.post("my question", in: dialogs[0])
    _ = try await store.handoff(dialogID: dialogs[2].id, request(text: "given"), by: .visitor, at: time(60))
    _ = try await store.handoff(
      dialogID: dialogs[0].id, request(reason: "why", text: "old"), by: .assistant, at: time(120))
    _ = try await fixture.post("still here?", in: dialogs[0])
    _ = try await fixture.post("one moment", in: dialogs[0], from: .assistant)

    let expected = [
      QueueEntry(
        dialogID: dialogs[2].id, requestedAt: time(60), reason: nil, lastUserText: "given", waitTimeMinutes: 2.5,
        priority: "normal"),
      QueueEntry(
        dialogID: dialogs[0].id, requestedAt: time(120), reason: "why", lastUserText: "still here?",
        waitTimeMinutes: 1.5,
        priority: "normal"),
    ]
    #expect(try await store.queue(visibleTo: .everything, at: time(210)) == expected)
    #expect(try await store.queue(visibleTo: fixture.ann.visibility, at: time(210)) == expected)
    #expect(try await store.queue(visibleTo: bob.visibility, at: time(210)).isEmpty)
    #expect(try await store.handoffStatus(dialogID: dialogs[2].id).queuePosition == 1)
    #expect(try await store.handoffStatus(dialogID: dialogs[0].id).queuePosition == 2)
    // A clock that was set back makes no negative wait.
    #expect(try await store.queue(visibleTo: .everything, at: time(0)).allSatisfy { $0.waitTimeMinutes == 0 })

    _ = try await store.handoff(dialogID: dialogs[2].id, .takeOver, by: .account(fixture.ann), at: time(211))
    #expect(try await store.queue(visibleTo: .everything, at: time(211)).map(\.dialogID) == [dialogs[0].id])
    #expect(try await store.handoffStatus(dialogID: dialogs[0].id).queuePosition == 1)
  }

  @Test func whatComesBackIsServedFirst() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    var dialogs: [Dialog] = []
    for guest in ["a", "b", "c"] { dialogs.append(try await fixture.openDialog(guest: guest)) }
    for (index, dialog) in dialogs.enumerated() {
      _ = try await store.handoff(dialogID: dialog.id, request(), by: .visitor, at: time(Int64(index)))
    }
    let ann = HandoffActor.account(fixture.ann)
    for dialog in dialogs[1...] {
      _ = try await store.handoff(dialogID: dialog.id, .takeOver, by: ann, at: time(10))
    }
    // The one that asked last comes back first: asking first still counts among those who came back.
    for dialog in dialogs[1...].reversed() {
      _ = try await store.handoff(dialogID: dialog.id, .requeue(reason: nil), by: ann, at: time(20))
    }
    let queue = try await store.queue(visibleTo: .everything, at: time(80))
    #expect(queue.map(\.dialogID) == [dialogs[1].id, dialogs[2].id, dialogs[0].id])
    #expect(queue.map(\.requestedAt) == [time(1), time(2), time(0)])
    #expect(queue.map(\.waitTimeMinutes) == [1, 1, 1.3])
    for (place, entry) in queue.enumerated() {
      #expect(try await store.handoffStatus(dialogID: entry.dialogID).queuePosition == place + 1)
    }
  }

  @Test func anOperatorHasRoomForSoManyDialogs() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let (ann, admin) = (HandoffActor.account(fixture.ann), HandoffActor.account(fixture.admin))
    var dialogs: [DialogID] = []
    for guest in ["a", "b", "c"] { dialogs.append(try await fixture.openDialog(guest: guest).id) }
    for dialog in dialogs {
      _ = try await store.handoff(dialogID: dialog, request(), by: .visitor, at: time(1))
    }
    func command(_ command: HandoffCommand, _ dialog: DialogID, by actor: HandoffActor) async throws -> Bool {
      try await store.handoff(dialogID: dialog, command, by: actor, at: time(2), capacity: 2).isChanged
    }
    #expect(try await command(.takeOver, dialogs[0], by: ann))
    #expect(try await command(.takeOver, dialogs[1], by: ann))
    let full = HandoffConflict.atCapacity(limit: 2)
    await #expect(throws: full) { try await command(.takeOver, dialogs[2], by: ann) }
    await #expect(throws: full) { try await command(.forceTakeOver(reason: "x"), dialogs[2], by: ann) }
    #expect(try await command(.takeOver, dialogs[2], by: admin))
    await #expect(throws: full) {
      try await command(.transfer(to: fixture.ann.id, note: nil), dialogs[2], by: admin)
    }
    #expect(try await store.handoffStatus(dialogID: dialogs[2]).assignedManager?.id == fixture.admin.id)
    // A repeat at the limit is no new dialog, and what is given back makes room.
    #expect(try await !command(.takeOver, dialogs[1], by: ann))
    #expect(try await command(.release, dialogs[0], by: ann))
    #expect(try await command(.transfer(to: fixture.ann.id, note: nil), dialogs[2], by: admin))
    #expect(try await store.myDialogs(userID: fixture.ann.id).count == 2)
  }

  @Test func theLogTellsWhoDidWhatAndWhy() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let (ann, admin) = (HandoffActor.account(fixture.ann), HandoffActor.account(fixture.admin))
    let dialog = try await fixture.openDialog(guest: "a").id
    let other = try await fixture.openDialog(guest: "b").id
    let steps: [(HandoffCommand, HandoffActor)] = [
      (request(reason: "a person, please"), .assistant), (.takeOver, ann),
      (.transfer(to: fixture.admin.id, note: "for you"), ann), (.requeue(reason: "busy\u{1B}[2J"), admin),
      (.takeOver, admin), (.forceTakeOver(reason: "she is ill"), ann), (.expireLease(of: fixture.ann.id), .server),
      (.takeOver, ann), (.release, ann),
    ]
    for (second, (command, actor)) in steps.enumerated() {
      _ = try await store.handoff(dialogID: dialog, command, by: actor, at: time(Int64(second)))
    }
    _ = try await store.handoff(dialogID: other, request(), by: .visitor, at: time(99))

    let log = try await store.handoffLog(HandoffLogQuery(dialogID: dialog))
    #expect(
      log.map(\.action) == [
        "request", "takeover", "transfer", "requeue", "takeover", "forced_takeover", "lease_expired", "takeover",
        "release",
      ])
    let (annManager, adminManager) = (fixture.ann.manager, fixture.admin.manager)
    #expect(log.map(\.from) == [nil, nil, annManager, adminManager, nil, adminManager, annManager, nil, annManager])
    #expect(log.map(\.to) == [nil, annManager, adminManager, nil, adminManager, annManager, nil, annManager, nil])
    #expect(
      log.map(\.reason) == [
        "a person, please", nil, "for you", "busy\u{1B}[2J", nil, "she is ill", nil, nil, nil,
      ])
    #expect(log[0].actor == .init(kind: "assistant", id: nil, name: nil))
    #expect(log[5].actor == .init(kind: "operator", id: fixture.ann.id, name: "Ann Lee"))
    #expect(log[6].actor.kind == "server" && log[6].newStatus == .requested)
    #expect(
      log[3].description == "\(time(3))  dialog \(dialog)  requeue  by operator Ada (1)  active -> requested  "
        + "from Ada (1)  because: busy?[2J")

    let page = try await store.handoffLog(HandoffLogQuery(dialogID: dialog, after: log[1].id, limit: 2))
    #expect(page == Array(log[2...3]))
    let late = try await store.handoffLog(HandoffLogQuery(since: time(8)))
    #expect(late.map(\.dialogID) == [dialog, other])
  }

  @Test func aDialogIsPassedOnToThoseWhoMaySeeItOnly() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let bob = try await fixture.addOperator("bob")
    let dialog = try await fixture.openDialog().id
    _ = try await store.handoff(dialogID: dialog, request(), by: .visitor, at: time(1))
    _ = try await store.handoff(dialogID: dialog, .takeOver, by: .account(fixture.ann), at: time(2))
    var refusals: [String] = []
    for target in [bob.id, 4711] {
      do {
        _ = try await store.handoff(
          dialogID: dialog, .transfer(to: target, note: nil), by: .account(fixture.ann), at: time(3))
      } catch {
        refusals.append("\(error)")
      }
    }
    #expect(refusals == Array(repeating: "to: is no operator who may see this dialog", count: 2))
    #expect(try await store.handoffLog(HandoffLogQuery(dialogID: dialog)).count == 2)
  }

  @Test func aRefusedCommandLeavesNoTrace() async throws {
    let fixture = try await TemporaryStore()
    let store = fixture.store
    let dialog = try await fixture.openDialog()
    let before = try await store.handoffStatus(dialogID: dialog.id)
    await #expect(throws: HandoffConflict.wrongState(.none)) {
      try await store.handoff(dialogID: dialog.id, .takeOver, by: .account(fixture.ann), at: time(1))
    }
    await #expect(throws: StoreError.self) {
      try await store.handoff(dialogID: dialog.id, request(""), by: .visitor, at: time(1))
    }
    await #expect(throws: StoreError.self) {
      try await store.handoff(
        dialogID: dialog.id, request(String(repeating: "r", count: 129)), by: .visitor, at: time(1))
    }
    await #expect(throws: StoreError.unknownDialog(999)) {
      try await store.handoff(dialogID: 999, request(), by: .visitor, at: time(1))
    }
    await #expect(throws: StoreError.unknownDialog(999)) { try await store.handoffStatus(dialogID: 999) }
    #expect(try await store.handoffStatus(dialogID: dialog.id) == before)
    #expect(try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM handoff_log") } == 0)
  }
}
