import ChatProtocol
import GRDB
import Testing

@testable import ChatServer

@Suite struct HandoffBriefTests {
  /// Answers what it knows, and tells what it tried.
  private struct Candid: AnswerEngine {
    func decide(on question: Question) async -> AnswerDecision { await decide(on: question, reportingTo: .nobody) }

    func decide(on question: Question, reportingTo reporter: AnswerReporter) async -> AnswerDecision {
      if question.text == "hello" { return .answer("Hi") }
      reporter.tried(.knowledge(section: "Shipping: How long", coverage: 0.3149))
      return .handOff(.nothingFound)
    }
  }

  private func post(_ text: String, _ server: TestServer, _ dialog: DialogID) async throws {
    _ = try await server.call(
      .POST, "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("guest"))", json: #"{"text":"\#(text)"}"#)
  }

  private func brief(_ server: TestServer, _ dialog: DialogID) async throws -> TestServer.Answer {
    try await server.call(
      .GET, "/api/dialogs/\(dialog)/handoff/brief", token: try await server.accessToken(server.ann))
  }

  @Test func tellsWhyWhatAndWhatWasTried() async throws {
    try await TestServer.run(answers: Candid()) { server in
      let dialog = try await server.openDialog()
      let none = try await brief(server, dialog)
      #expect(none.status == 404 && none.detail == "No operator was asked for in this dialog")
      try await post("hello", server, dialog)
      let token = try await server.accessToken(server.ann)
      _ = try await server.call(
        .POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"a note","kind":"note"}"#, token: token)
      try await post("where is it", server, dialog)
      let first = try await brief(server, dialog)
      let made: HandoffBrief = try first.decode()
      #expect(made.dialogID == dialog && made.rule == "nothing_found")
      #expect(made.reason == "The assistant found no answer")
      #expect(made.asked.map(\.text) == ["where is it"])
      #expect(made.answers.map(\.text) == ["Hi"])
      #expect(made.attempts == [.init(kind: "knowledge", name: "Shipping: How long", score: 0.31)])
      #expect(try #require(made.waitedSeconds) >= 0)
      #expect(made.startedAt != nil && made.language == "en")
      // What is written later does not change it.
      try await post("hurry", server, dialog)
      #expect(try await brief(server, dialog).body == first.body)
      // A new request has its own.
      for verb in ["takeover", "release"] {
        _ = try await server.call(.POST, "/api/dialogs/\(dialog)/handoff/\(verb)", json: "{}", token: token)
      }
      let request = #"{"request_id":"7d4b3f0e-2f0b-4f6e-9c51-0d6b6f0b8a01","reason":"an angry one"}"#
      _ = try await server.call(.POST, "/api/dialogs/\(dialog)/handoff/request", json: request, token: token)
      let second: HandoffBrief = try await brief(server, dialog).decode()
      #expect(second.rule == "operator" && second.reason == "an angry one" && second.attempts.isEmpty)
      #expect(second.requestID == "7d4b3f0e-2f0b-4f6e-9c51-0d6b6f0b8a01")
      #expect(second.asked.map(\.text) == ["where is it", "hurry"])
    }
  }

  /// One transaction: there is no moment at which the request stands without its brief.
  @Test func itComesWithItsRequestOrNotAtAll() async throws {
    let base = try await TemporaryStore()
    let dialog = try await base.openDialog()
    _ = try await base.post("where is it", in: dialog)
    let request = HandoffCommand.request(requestID: "r", reason: nil, lastUserText: nil)
    try await base.store.write {
      try $0.execute(
        sql: """
          CREATE TRIGGER broken BEFORE INSERT ON handoff_brief BEGIN SELECT raise(ABORT, 'no brief'); END
          """)
    }
    await #expect(throws: DatabaseError.self) {
      try await base.store.handoff(dialogID: dialog.id, request, by: .visitor, at: TemporaryStore.start)
    }
    #expect(try await base.store.handoffStatus(dialogID: dialog.id).status == HandoffState.none)
    try await base.store.write { try $0.execute(sql: "DROP TRIGGER broken") }
    for _ in 0..<2 {
      _ = try await base.store.handoff(dialogID: dialog.id, request, by: .visitor, at: TemporaryStore.start)
      let brief = try #require(try await base.store.brief(dialogID: dialog.id))
      #expect(brief.rule == "visitor" && brief.asked.map(\.text) == ["where is it"])
    }
    // A repeat makes no second one.
    #expect(try await base.store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM handoff_brief") } == 1)
  }

  @Test func itHasALimit() {
    let history = (1...40).flatMap { id in
      [
        Message(id: 2 * id, sender: .assistant, text: String(repeating: "x", count: 2000), timestamp: nil),
        Message(id: 2 * id + 1, sender: .manager, text: "note", timestamp: nil, kind: .note),
      ]
    }
    let open = (100..<140).map { Message(id: $0, sender: .user, text: "\($0)", timestamp: nil) }
    let brief = HandoffBrief(
      dialog: Dialog(id: 1, handoffStatus: .requested), requestID: "r", requestedAt: TemporaryStore.start, reason: nil,
      cause: HandoffCause(actor: .visitor), history: history + open)
    #expect(brief.asked.map(\.id) == [135, 136, 137, 138, 139])
    #expect(brief.answers.map(\.id) == [72, 74, 76, 78, 80])
    #expect(brief.answers.allSatisfy { $0.text.utf8.count == 400 })
    #expect(brief.waitedSeconds == nil)
  }
}
