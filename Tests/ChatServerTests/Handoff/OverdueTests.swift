import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

/// Warnings about waits that are too long, in the store and over real sockets.
@Suite struct OverdueTests {
  private func time(_ seconds: Int64) -> Timestamp { TemporaryStore.start.advanced(by: .seconds(seconds)) }

  @Test func operatorsAreWarnedOnceAndVisitorsNever() async throws {
    try await TestServer.run(configure: {
      $0.handoff.takeoverLimit = .milliseconds(50)
      $0.handoff.answerLimit = .milliseconds(50)
    }) { server in
      let token = try await server.accessToken(server.ann)
      let dialog = try await server.openDialog()
      let path = "/api/dialogs/\(dialog)"
      let operators = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      func post(_ verb: String, _ json: String) async throws {
        let answer = try await server.call(.POST, path + verb, json: json, token: token)
        try #require(answer.status == 200)
      }
      try await post("/handoff/request", #"{"request_id":"6F3D8F0A-0D55-4F4D-9C55-0E6C0C6C0001"}"#)
      #expect(try await operators.nextEvent() == .handoff(.requested, dialogID: dialog, manager: nil))
      try await expectOverdue(.takeover, in: dialog, on: operators)
      let queue = try await server.call(.GET, "/api/operator/queue", token: token).decode([QueueEntry].self)
      #expect(queue.map(\.priority) == ["high"])
      try await post("/handoff/takeover", "{}")
      #expect(try await operators.nextEvent() == .handoff(.active, dialogID: dialog, manager: server.ann.manager))
      try await expectOverdue(.answer, in: dialog, on: operators)
      try await post("/messages", #"{"text":"hello"}"#)
      try await post("/handoff/release", "{}")
      #expect(try await operators.nextMessage().text == "hello")
      #expect(try await operators.nextEvent() == .handoff(.released, dialogID: dialog, manager: nil))
      // All that the visitor has seen.
      #expect(try await visitor.nextEvent() == .handoff(.requested, dialogID: dialog, manager: nil))
      #expect(try await visitor.nextEvent() == .handoff(.active, dialogID: dialog, manager: server.ann.manager))
      #expect(try await visitor.nextMessage().text == "hello")
      #expect(try await visitor.nextEvent() == .handoff(.released, dialogID: dialog, manager: nil))
    }
  }

  /// How long the wait was by then is for `OverdueWatchTests`: here the machine has a say in it.
  private func expectOverdue(_ kind: OverdueKind, in dialog: DialogID, on socket: TestSocket) async throws {
    let event = try await socket.nextEvent()
    guard case .handoffOverdue(kind, dialogID: dialog, waitedSeconds: let waited) = event else {
      throw TestSocket.Unexpected(frame: .event(event))
    }
    #expect(waited >= 0)
  }

  @Test func theStoreKnowsEveryWaitThatIsUnderWay() async throws {
    let base = try await TemporaryStore()
    let store = base.store
    let ann = HandoffActor.account(base.ann)
    func dialog(_ guest: String, _ steps: [(Int64, HandoffCommand)]) async throws -> Dialog {
      let dialog = try await base.openDialog(guest: guest)
      for (second, command) in steps {
        _ = try await store.handoff(dialogID: dialog.id, command, by: ann, at: time(second))
      }
      return dialog
    }
    let request = HandoffCommand.request(requestID: "r", reason: nil, lastUserText: nil)
    let queued = try await dialog("a", [(1, request)])
    let returned = try await dialog("b", [(1, request), (2, .takeOver), (3, .requeue(reason: nil))])
    let taken = try await dialog("c", [(1, request), (4, .takeOver)])
    _ = try await base.post("anybody?", in: taken, seconds: 5)
    let answered = try await dialog("d", [(1, request), (2, .takeOver)])
    _ = try await base.post("hello", in: answered, from: .manager, seconds: 6)
    let asksAgain = try await dialog("e", [(1, request), (2, .takeOver)])
    _ = try await base.post("hello", in: asksAgain, from: .manager, seconds: 6)
    _ = try await base.post("and?", in: asksAgain, seconds: 7)
    _ = try await base.post("well?", in: asksAgain, seconds: 8)
    _ = try await dialog("f", [(1, request), (2, .takeOver), (3, .release)])

    let expected: [(DialogID, OverdueKind, Int64)] = [
      (queued.id, .takeover, 1), (returned.id, .takeover, 3), (taken.id, .answer, 4), (asksAgain.id, .answer, 7),
    ]
    var open = try await store.openWaits()
    #expect(open.map(\.dialogID) == expected.map(\.0))
    #expect(open.map(\.wait) == expected.map { .init(kind: $0.1, since: time($0.2)) })
    #expect(open.allSatisfy { !$0.isReported })
    // What was reported is known by its beginning: the next wait of that dialog is another.
    #expect(try await store.markOverdue(dialogID: asksAgain.id, since: time(7)))
    #expect(try await !store.markOverdue(dialogID: asksAgain.id, since: time(7)))
    #expect(try await !store.markOverdue(dialogID: 4711, since: time(7)))
    open = try await store.openWaits()
    #expect(open.filter(\.isReported).map(\.dialogID) == [asksAgain.id])
    _ = try await base.post("sorry", in: asksAgain, from: .manager, seconds: 9)
    _ = try await base.post("thanks", in: asksAgain, seconds: 10)
    open = try await store.openWaits()
    #expect(open.last?.wait.since == time(10) && open.last?.isReported == false)
  }

  @Test func theQueueSaysWhatIsUrgentAtTheLimit() async throws {
    let base = try await TemporaryStore()
    let dialog = try await base.openDialog()
    _ = try await base.store.handoff(
      dialogID: dialog.id, .request(requestID: "r", reason: nil, lastUserText: nil), by: .visitor, at: time(0))
    for (second, priority) in [(119, "normal"), (120, "high")] as [(Int64, String)] {
      let queue = try await base.store.queue(
        visibleTo: .everything, at: time(second), urgentAfter: .seconds(120))
      #expect(queue.map(\.priority) == [priority], "\(second)")
    }
  }
}
