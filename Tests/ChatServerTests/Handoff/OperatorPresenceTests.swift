import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

/// Who is there, whose leases run out, and how long a visitor has to wait, over real HTTP and sockets.
@Suite struct OperatorPresenceTests {
  private struct Colleague: Decodable, Equatable {
    let id: UserID
    let name: String
    let role: String
    let status: OperatorStatus
    let dialogs: Int
    let capacity: Int
  }

  private static func team(_ server: TestServer, as user: User) async throws -> [Colleague] {
    let answer = try await server.call(.GET, "/api/operator/team", token: try await server.accessToken(user))
    return try answer.decode([Colleague].self)
  }

  private static func request(_ server: TestServer, guest: String) async throws -> DialogID {
    let dialog = try await server.openDialog(guest: guest)
    _ = try await server.store.handoff(
      dialogID: dialog, .request(requestID: "r", reason: nil, lastUserText: nil), by: .visitor, at: .now())
    return dialog
  }

  private static func takeOver(_ server: TestServer, _ dialog: DialogID, as user: User) async throws {
    let answer = try await server.call(
      .POST, "/api/dialogs/\(dialog)/handoff/takeover", token: try await server.accessToken(user))
    try #require(answer.status == 200)
  }

  @Test func theTeamShowsWhoIsThereAndWhatEachHas() async throws {
    try await TestServer.run { server in
      let dialog = try await Self.request(server, guest: "a")
      let socket = try await TestSocket.open(server, operator: server.admin, dialog: dialog)
      try await Self.takeOver(server, dialog, as: server.ann)
      let away = try await server.call(
        .POST, "/api/operator/heartbeat", json: #"{"status":"away","extra":1}"#,
        token: try await server.accessToken(server.ann))
      #expect(away.status == 200 && away.text == #"{"status":"away"}"#)
      let ada = Colleague(id: server.admin.id, name: "ada", role: "admin", status: .online, dialogs: 0, capacity: 10)
      let ann = Colleague(id: server.ann.id, name: "ann", role: "operator", status: .away, dialogs: 1, capacity: 10)
      var bob = Colleague(id: server.bob.id, name: "bob", role: "operator", status: .offline, dialogs: 0, capacity: 10)
      #expect(try await Self.team(server, as: server.admin) == [ada, ann, bob])
      // An operator knows those who see its dialogs.
      #expect(try await Self.team(server, as: server.ann) == [ada, ann])
      bob = Colleague(id: server.bob.id, name: "bob", role: "operator", status: .online, dialogs: 0, capacity: 10)
      #expect(try await Self.team(server, as: server.bob) == [ada, bob])
      for json in [#"{"status":"asleep"}"#, "{}", "[]"] {
        let refused = try await server.call(
          .POST, "/api/operator/heartbeat", json: json, token: try await server.accessToken(server.ann))
        #expect(refused.status == 422, "\(json)")
      }
      for (method, path) in [(TestServer.Method.GET, "team"), (.POST, "heartbeat")] {
        #expect(try await server.call(method, "/api/operator/\(path)", json: "{}").status == 401)
      }
      socket.close()
    }
  }

  @Test func whatOnlyLooksIsNobody() async throws {
    try await TestServer.run(configure: {
      $0.handoff.presence = .milliseconds(2000)
      $0.handoff.grace = .milliseconds(2500)
    }) { server in
      let dialog = try await Self.request(server, guest: "a")
      let token = try await server.accessToken(server.ann)
      func status() async throws -> OperatorStatus? {
        try await Self.team(server, as: server.admin).first { $0.id == server.ann.id }?.status
      }
      let passive = ["X-ChatAI-Passive": "1"]
      let looked = try await server.call(.GET, "/api/dialogs", token: token, headers: passive)
      #expect(looked.status == 200)
      for path in ["/ws/operator", "/ws/dialogs/\(dialog)"] {
        let socket = try TestSocket(server, "\(path)?token=\(token)&passive=1")
        try #require(try await socket.next() == .opened)
        #expect(try await status() == .offline, "\(path)")
      }
      // It takes the dialog, which is a sign of life; the sockets that only look do not hold it.
      try await Self.takeOver(server, dialog, as: server.ann)
      #expect(try await status() == .online)
      let deadline = ContinuousClock.now + .seconds(60)
      while try await server.store.handoffStatus(dialogID: dialog).status == .active, ContinuousClock.now < deadline {
        _ = try await server.call(.GET, "/api/dialogs", token: token, headers: passive)
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(try await server.store.handoffStatus(dialogID: dialog).status == .requested)
      #expect(try await status() == .offline)
      // Any other value says nothing.
      let socket = try TestSocket(server, "/ws/operator?token=\(token)&passive=0")
      try #require(try await socket.next() == .opened)
      #expect(try await status() == .online)
      socket.close()
    }
  }

  @Test func whoIsOutOfReachLosesItsDialogs() async throws {
    try await TestServer.run(configure: {
      $0.handoff.presence = .milliseconds(100)
      $0.handoff.grace = .milliseconds(300)
    }) { server in
      let (lost, kept) = (try await Self.request(server, guest: "a"), try await Self.request(server, guest: "b"))
      // Ann's only sign of life is the takeover; the admin has a socket, in another dialog.
      let watcher = try await TestSocket.open(server, operator: server.admin, dialog: lost)
      let visitor = try await TestSocket.open(server, guest: "a", dialog: lost)
      try await Self.takeOver(server, kept, as: server.admin)
      try await Self.takeOver(server, lost, as: server.ann)
      for socket in [watcher, visitor] {
        #expect(try await socket.nextEvent() == .handoff(.active, dialogID: lost, manager: server.ann.manager))
      }
      #expect(
        try await watcher.nextEvent() == .handoff(.requested, dialogID: lost, manager: nil, reason: "operator_lost"))
      #expect(try await visitor.nextEvent() == .handoff(.requested, dialogID: lost, manager: nil))
      #expect(try await server.store.handoffStatus(dialogID: kept).status == .active)
      let log = try await server.store.handoffLog(HandoffLogQuery(dialogID: lost))
      #expect(log.map(\.action) == ["request", "takeover", "lease_expired"])
      #expect(log.last?.actor.kind == "server" && log.last?.from == server.ann.manager)
      // It is the first in the queue, though it asked first anyway; and it can be taken again.
      #expect(try await server.store.handoffStatus(dialogID: lost).queuePosition == 1)
      try await Self.takeOver(server, lost, as: server.admin)
    }
  }

  @Test func aStartGivesEveryDialogItsGracePeriod() async throws {
    let base = try await TemporaryStore()
    let dialog = try await base.openDialog()
    for command in [HandoffCommand.request(requestID: "r", reason: nil, lastUserText: nil), .takeOver] {
      _ = try await base.store.handoff(
        dialogID: dialog.id, command, by: .account(base.ann), at: TemporaryStore.start)
    }
    let operators = Operators(timing: .init(presence: .milliseconds(20), grace: .milliseconds(50)))
    let events = Collected<OperatorRegistry.Action>()
    let held = try await base.store.heldDialogs()
    #expect(held.map(\.dialogID) == [dialog.id] && held.map(\.holder) == [base.ann.id])
    for (dialogID, holder) in held { operators.handle(.held(dialogID, by: holder)) }
    for await action in operators.actions {
      events.add(action)
      operators.stop()
    }
    #expect(events.all == [.leasesExpired(base.ann.id, [dialog.id])])
  }

  @Test func theEstimateComesFromTheRealWaits() async throws {
    try await TestServer.run { server in
      let token = try await server.accessToken(server.ann)
      let now = Timestamp.now()
      for (number, minutes) in [2, 4].enumerated() {
        let past = try await server.openDialog(guest: "past \(number)".replacing(" ", with: "-"))
        let start = now.advanced(by: .seconds(-3600))
        _ = try await server.store.handoff(
          dialogID: past, .request(requestID: "r", reason: nil, lastUserText: nil), by: .visitor, at: start)
        _ = try await server.store.handoff(
          dialogID: past, .takeOver, by: .account(server.ann), at: start.advanced(by: .seconds(minutes * 60)))
      }
      func wait(_ guest: String) async throws -> (dialog: DialogID, path: String) {
        let dialog = try await server.openDialog(guest: guest)
        return (dialog, "/api/dialogs/\(dialog)/handoff")
      }
      let (first, second) = (try await wait("a"), try await wait("b"))
      let request = #"{"request_id":"6F3D8F0A-0D55-4F4D-9C55-0E6C0C6C0001"}"#
      let asked = try await server.call(.POST, first.path + "/request", json: request, token: token)
      #expect(try asked.decode(HandoffStatus.self).estimatedWaitMinutes == 3)
      // A visitor is told with its message.
      let post = try await server.call(
        .POST, "/api/widget/dialogs/\(second.dialog)/messages?\(server.widgetQuery("b"))", json: #"{"text":"person"}"#)
      let told = try post.decode(HandedOff.self)
      #expect(told.handoff_triggered && told.queue_position == 2 && told.estimated_wait_minutes == 6)
      // With a second operator the two are served at once.
      _ = try await server.call(.GET, "/api/me", token: try await server.accessToken(server.admin))
      let status = try await server.call(.GET, second.path + "/status", token: token).decode(HandoffStatus.self)
      #expect(status.queuePosition == 2 && status.estimatedWaitMinutes == 3)
      try await Self.takeOver(server, second.dialog, as: server.ann)
      let active = try await server.call(.GET, second.path + "/status", token: token).decode(HandoffStatus.self)
      #expect(active.queuePosition == nil && active.estimatedWaitMinutes == nil)
    }
  }

  private struct HandedOff: Decodable {
    let handoff_triggered: Bool
    let queue_position: Int?
    let estimated_wait_minutes: Double?
  }

  @Test func nothingIsEstimatedFromAnotherAccountsWaits() async throws {
    try await TestServer.run { server in
      let dialog = try await Self.request(server, guest: "a")
      let (path, token) = ("/api/dialogs/\(dialog)/handoff/status", try await server.accessToken(server.ann))
      let unknown = try await server.call(.GET, path, token: token)
      #expect(try unknown.decode(HandoffStatus.self).estimatedWaitMinutes == nil && !unknown.text.contains("estimated"))
      let assistant = try await server.store.addAssistant(name: "Other", ownerID: server.bob.id, at: .now())
      let other = try await server.store.openDialog(
        for: Visitor(entrance: .widget(assistantID: assistant.id), guestID: "x"), at: .now())
      for command in [HandoffCommand.request(requestID: "r", reason: nil, lastUserText: nil), .takeOver] {
        _ = try await server.store.handoff(dialogID: other.id, command, by: .account(server.bob), at: .now())
      }
      #expect(
        try await server.call(.GET, path, token: token).decode(HandoffStatus.self).estimatedWaitMinutes == nil)
    }
  }
}
