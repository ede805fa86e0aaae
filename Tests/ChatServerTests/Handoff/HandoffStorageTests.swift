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
