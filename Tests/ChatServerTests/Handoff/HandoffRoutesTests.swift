import ChatProtocol
import Foundation
import Testing

@testable import ChatServer

/// Passing dialogs on, taking them by force, giving them back, and the log of it, over real HTTP.
@Suite struct HandoffRoutesTests {
  private static let request = #"{"request_id":"6F3D8F0A-0D55-4F4D-9C55-0E6C0C6C0001"}"#

  /// A server with a dialog that waits for a human.
  private static func run(
    configure: (inout ServerConfiguration) -> Void = { _ in },
    _ body: @Sendable @escaping (TestServer, DialogID, String) async throws -> Void
  ) async throws {
    try await TestServer.run(configure: configure) { server in
      let dialog = try await server.openDialog()
      let path = "/api/dialogs/\(dialog)/handoff"
      let asked = try await server.call(
        .POST, path + "/request", json: request, token: try await server.accessToken(server.ann))
      #expect(asked.status == 200)
      try await body(server, dialog, path)
    }
  }

  private struct LogLine: Decodable {
    struct Person: Decodable { let id: Int? }
    let id: Int
    let action: String
    let actor: Person
    let from: Person?
    let to: Person?
    let reason: String?
  }

  @Test func aTransferIsToldToBothSidesAndItsNoteToOperators() async throws {
    try await Self.run { server, dialog, path in
      let (ann, admin) = (try await server.accessToken(server.ann), try await server.accessToken(server.admin))
      #expect(try await server.call(.POST, path + "/takeover", token: ann).status == 200)
      let operators = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)

      let json = #"{"to":\#(server.admin.id),"note":"speaks French"}"#
      let answer = try await server.call(.POST, path + "/transfer", json: json, token: ann)
      #expect(try answer.decode(HandoffStatus.self).assignedManager?.id == server.admin.id)
      let manager = server.admin.manager
      #expect(
        try await operators.nextEvent()
          == .handoff(.active, dialogID: dialog, manager: manager, reason: "speaks French"))
      #expect(try await visitor.nextEvent() == .handoff(.active, dialogID: dialog, manager: manager))

      // It is no longer Ann's to give away; a repeat of what was done is no mistake.
      #expect(try await server.call(.POST, path + "/transfer", json: json, token: ann).status == 200)
      let back = #"{"to":\#(server.ann.id)}"#
      #expect(try await server.call(.POST, path + "/transfer", json: back, token: ann).status == 409)
      #expect(try await server.call(.POST, path + "/transfer", json: "{}", token: admin).status == 422)
      let stranger = try await server.call(
        .POST, path + "/transfer", json: #"{"to":\#(server.bob.id)}"#, token: admin)
      let unknown = try await server.call(.POST, path + "/transfer", json: #"{"to":4711}"#, token: admin)
      #expect(stranger.status == 422 && stranger.text == unknown.text)
      #expect(try await server.call(.POST, path + "/transfer", json: back, token: admin).status == 200)
    }
  }

  @Test func forceNeedsAReason() async throws {
    try await Self.run { server, dialog, path in
      let (ann, admin) = (try await server.accessToken(server.ann), try await server.accessToken(server.admin))
      #expect(try await server.call(.POST, path + "/takeover", json: "{}", token: ann).status == 200)
      let operators = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      for json in [#"{"force":true}"#, #"{"force":true,"reason":" \n"}"#, #"{"force":true,"reason":null}"#] {
        #expect(try await server.call(.POST, path + "/takeover", json: json, token: admin).status == 422, "\(json)")
      }
      for json in ["{}", #"{"force":false,"reason":"x"}"#] {
        #expect(try await server.call(.POST, path + "/takeover", json: json, token: admin).status == 409, "\(json)")
      }
      let forced = try await server.call(
        .POST, path + "/takeover", json: #"{"force":true,"reason":"Ann is ill"}"#, token: admin)
      #expect(try forced.decode(HandoffStatus.self).assignedManager?.id == server.admin.id)
      #expect(
        try await operators.nextEvent()
          == .handoff(.active, dialogID: dialog, manager: server.admin.manager, reason: "Ann is ill"))
      let log = try await server.call(.GET, path + "/log", token: ann).decode([LogLine].self)
      #expect(log.last?.action == "forced_takeover" && log.last?.reason == "Ann is ill")
      #expect(log.last?.from?.id == server.ann.id && log.last?.to?.id == server.admin.id)
    }
  }

  @Test func whatIsGivenBackWaitsAgain() async throws {
    try await Self.run { server, dialog, path in
      let ann = try await server.accessToken(server.ann)
      #expect(try await server.call(.POST, path + "/requeue", token: ann).status == 409)
      #expect(try await server.call(.POST, path + "/takeover", token: ann).status == 200)
      let operators = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let back = try await server.call(.POST, path + "/requeue", json: #"{"reason":"billing"}"#, token: ann)
      let status = try back.decode(HandoffStatus.self)
      #expect(status.status == .requested && status.queuePosition == 1 && status.assignedManager == nil)
      #expect(
        try await operators.nextEvent() == .handoff(.requested, dialogID: dialog, manager: nil, reason: "billing"))
      #expect(try await visitor.nextEvent() == .handoff(.requested, dialogID: dialog, manager: nil))
      let queue = try await server.call(.GET, "/api/operator/queue", token: ann).decode([QueueEntry].self)
      #expect(queue.map(\.reason) == ["billing"])
    }
  }

  @Test func theLogIsPagedAndNobodyElsesBusiness() async throws {
    try await Self.run { server, dialog, path in
      let (ann, bob) = (try await server.accessToken(server.ann), try await server.accessToken(server.bob))
      for verb in ["takeover", "requeue", "takeover", "release"] {
        #expect(try await server.call(.POST, path + "/" + verb, token: ann).status == 200)
      }
      let log = try await server.call(.GET, path + "/log", token: ann).decode([LogLine].self)
      #expect(log.map(\.action) == ["request", "takeover", "requeue", "takeover", "release"])
      let page = try await server.call(.GET, path + "/log?after=\(log[0].id)&limit=2", token: ann)
      #expect(try page.decode([LogLine].self).map(\.id) == log[1...2].map(\.id))
      for (query, status) in [("limit=1000", 200), ("limit=1001", 422), ("limit=0", 422), ("after=-1", 422)] {
        #expect(try await server.call(.GET, path + "/log?\(query)", token: ann).status == status, "\(query)")
      }
      let unknown = "/api/dialogs/\(dialog + 99)/handoff"
      for (method, verb, json) in [
        (TestServer.Method.GET, "/log", nil), (.POST, "/transfer", #"{"to":1}"#), (.POST, "/requeue", "{}"),
        (.POST, "/takeover", #"{"force":true,"reason":"mine now"}"#),
      ] as [(TestServer.Method, String, String?)] {
        let forbidden = try await server.call(method, path + verb, json: json, token: bob)
        #expect(forbidden.status == 404)
        #expect(try await server.call(method, unknown + verb, json: json, token: bob).text == forbidden.text)
        #expect(try await server.call(method, path + verb, json: json).status == 401)
      }
    }
  }

  @Test func anOperatorAtCapacityIsToldSo() async throws {
    try await Self.run(configure: { $0.handoff.capacity = 1 }) { server, _, path in
      let ann = try await server.accessToken(server.ann)
      #expect(try await server.call(.POST, path + "/takeover", token: ann).status == 200)
      let second = try await server.openDialog(guest: "other")
      let other = "/api/dialogs/\(second)/handoff"
      _ = try await server.call(.POST, other + "/request", json: Self.request, token: ann)
      let full = try await server.call(.POST, other + "/takeover", token: ann)
      #expect(full.status == 409)
      #expect(full.detail == "The operator has 1 dialog already, the most one may have")
      #expect(try await server.call(.POST, path + "/release", token: ann).status == 200)
      #expect(try await server.call(.POST, other + "/takeover", token: ann).status == 200)
    }
  }

  @Test func ofFiftyOperatorsAtOnceOneWins() async throws {
    try await Self.run { server, dialog, path in
      var tokens: [String] = []
      for number in 0..<50 {
        let user = try await server.store.addUser(
          email: EmailAddress("op\(number)@example.com"), passwordHash: PasswordHash(encoded: ""), role: .admin,
          firstName: "op\(number)", at: .now())
        tokens.append(try await server.accessToken(user))
      }
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let answers = try await withThrowingTaskGroup(of: TestServer.Answer.self) { group in
        for token in tokens {
          group.addTask { try await server.call(.POST, path + "/takeover", json: "{}", token: token) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.count { $0.status == 200 } == 1)
      #expect(answers.count { $0.status == 409 && $0.detail == "Another operator has this dialog" } == 49)
      let winner = try #require(answers.first { $0.status == 200 }).decode(HandoffStatus.self).assignedManager
      #expect(try await visitor.nextEvent() == .handoff(.active, dialogID: dialog, manager: winner))
      // The next event is the next change: there was one takeover.
      #expect(
        try await server.call(.POST, path + "/release", token: try await server.accessToken(server.admin)).status
          == 200)
      #expect(try await visitor.nextEvent() == .handoff(.released, dialogID: dialog, manager: nil))
      let log = try await server.store.handoffLog(HandoffLogQuery(dialogID: dialog))
      #expect(log.map(\.action) == ["request", "takeover", "release"])
      #expect(log[1].actor.id == winner?.id)
    }
  }
}
