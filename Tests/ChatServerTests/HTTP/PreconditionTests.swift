import ChatProtocol
import Testing

@testable import ChatServer

/// `if_last_id`: an operator does not talk past what somebody else has just written (part 2, Precondition).
@Suite struct PreconditionTests {
  private struct Refusal: Decodable {
    let detail: String
    let newer: [Message]
  }

  private static func post(
    _ server: TestServer, _ dialog: DialogID, by user: User, _ text: String, ifLastID: Int, clientID: String? = nil
  ) async throws -> TestServer.Answer {
    let client = clientID.map { #","client_id":"\#($0)""# } ?? ""
    return try await server.call(
      .POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"\#(text)","if_last_id":\#(ifLastID)\#(client)}"#,
      token: try await server.accessToken(user))
  }

  @Test func whatOthersWroteIsToldAndNothingIsSent() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      #expect(try await Self.post(server, dialog, by: server.ann, "first", ifLastID: 0).status == 200)
      _ = try await server.call(
        .POST, "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("guest"))", json: #"{"text":"hi"}"#)
      let answer = try await Self.post(server, dialog, by: server.ann, "too late", ifLastID: 1)
      #expect(answer.status == 409)
      let refusal = try answer.decode(Refusal.self)
      #expect(!refusal.detail.isEmpty)
      #expect(refusal.newer == Array(try await server.store.messages(dialogID: dialog).suffix(2)))
      #expect(refusal.newer.map(\.sender) == [.user, .assistant])
      let last = try #require(refusal.newer.last).id
      #expect(try await Self.post(server, dialog, by: server.ann, "in time", ifLastID: last).status == 200)
      var received: [String] = []
      for _ in 0..<3 { received.append(try await visitor.nextMessage().text) }
      #expect(received == ["first", "echo: hi", "in time"])
    }
  }

  @Test func onesOwnMessagesDoNotCountButAColleaguesNoteDoes() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      for text in ["one", "two"] {
        #expect(try await Self.post(server, dialog, by: server.ann, text, ifLastID: 0).status == 200)
      }
      _ = try await server.call(
        .POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"careful","kind":"note"}"#,
        token: try await server.accessToken(server.admin))
      let refusal = try await Self.post(server, dialog, by: server.ann, "three", ifLastID: 2).decode(Refusal.self)
      #expect(refusal.newer.map(\.text) == ["careful"])
      #expect(refusal.newer.map(\.kind) == [.note])
    }
  }

  @Test func aRepeatAnswersWithTheFirstResult() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let first = try await Self.post(server, dialog, by: server.ann, "once", ifLastID: 0, clientID: "c")
      _ = try await Self.post(server, dialog, by: server.admin, "another", ifLastID: 1)
      let second = try await Self.post(server, dialog, by: server.ann, "once", ifLastID: 0, clientID: "c")
      #expect(second.status == 200)
      #expect(second.text.contains(#""duplicate":true"#))
      #expect(try second.decode(Message.self) == first.decode(Message.self))
      #expect(try await server.store.messages(dialogID: dialog).count == 2)
    }
  }

  @Test func ofManyAtOnceWithTheSameExactlyOneWins() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let tokens = [try await server.accessToken(server.ann), try await server.accessToken(server.admin)]
      for round in 1...10 {
        let last = try await server.store.messages(dialogID: dialog).last?.id ?? 0
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
          for token in tokens {
            group.addTask {
              try await server.call(
                .POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"\#(round)","if_last_id":\#(last)}"#,
                token: token
              ).status
            }
          }
          return try await group.reduce(into: []) { $0.append($1) }.sorted()
        }
        #expect(statuses == [200, 409])
      }
      #expect(try await server.store.messages(dialogID: dialog).count == 10)
    }
  }

  @Test func whatIsNewerIsBounded() async throws {
    let base = try await TemporaryStore()
    let dialog = try await base.openDialog()
    for number in 0...PreconditionFailure.mostMessages { _ = try await base.post("\(number)", in: dialog) }
    let failure = await #expect(throws: PreconditionFailure.self) {
      try await base.store.append(
        NewMessage(
          dialogID: dialog.id, sender: .manager, author: base.ann.manager, text: "x", ifLastID: 0,
          timestamp: TemporaryStore.start))
    }
    #expect(failure?.newer.count == PreconditionFailure.mostMessages)
    #expect(failure?.newer.first?.text == "0")
  }
}
