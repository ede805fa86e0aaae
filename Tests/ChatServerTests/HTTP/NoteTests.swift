import ChatProtocol
import Testing

@testable import ChatServer

/// Notes, from both sides: operators see them, and a visitor finds no way to (part 2, Notes).
@Suite struct NoteTests {
  private static func post(_ server: TestServer, _ dialog: DialogID, _ json: String) async throws -> TestServer.Answer {
    try await server.call(
      .POST, "/api/dialogs/\(dialog)/messages", json: json, token: try await server.accessToken(server.ann))
  }

  @Test func operatorsSeeIt() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let ada = try await TestSocket.open(server, operator: server.admin, dialog: dialog)
      let posted = try await Self.post(server, dialog, #"{"text":"pays late","kind":"note"}"#)
      #expect(posted.text.contains(#""kind":"note""#))
      let note = try posted.decode(Message.self)
      #expect(note.kind == .note)
      #expect(note.author == Manager(id: server.ann.id, name: "ann"))
      #expect(try await ada.nextMessage() == note)
      let history = try await server.call(
        .GET, "/api/dialogs/\(dialog)/messages", token: try await server.accessToken(server.admin))
      #expect(try history.decode([Message].self) == [note])
    }
  }

  @Test func noVisitorSeesItByAnyWay() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let path = "/api/widget/dialogs"
      let query = server.widgetQuery("guest")
      _ = try await Self.post(server, dialog, #"{"text":"good day"}"#)
      _ = try await Self.post(server, dialog, #"{"text":"a secret","kind":"note","client_id":"n-1"}"#)
      _ = try await Self.post(server, dialog, #"{"text":"goodbye"}"#)
      #expect(try await visitor.nextMessage().text == "good day")
      // Nothing between the two.
      #expect(try await visitor.nextMessage().text == "goodbye")
      for range in ["", "&after=0", "&before=1000", "&limit=1000", "&after=1&limit=1", "&kind=note", "&all=1"] {
        let history = try await server.call(.GET, "\(path)/\(dialog)/messages?\(query)\(range)")
        #expect(history.status == 200)
        #expect(!history.text.contains("secret"), "\(range)")
      }
      // Nor by the note's client id, as a repeat of one's own, nor in what the AI is said to have answered.
      let repeated = try await server.call(
        .POST, "\(path)/\(dialog)/messages?\(query)", json: #"{"text":"silence","client_id":"n-1"}"#)
      #expect(!repeated.text.contains("secret"))
      #expect(!repeated.text.contains("duplicate"))
      _ = try await Self.post(server, dialog, #"{"text":"another secret","kind":"note"}"#)
      let again = try await server.call(
        .POST, "\(path)/\(dialog)/messages?\(query)", json: #"{"text":"silence","client_id":"n-1"}"#)
      #expect(again.text.contains("duplicate"))
      #expect(!again.text.contains("secret"))
      // The list shows the last message; a note is none.
      let list = try await server.call(.GET, "\(path)?\(query)")
      #expect(list.text.contains("silence"))
      #expect(!list.text.contains("secret"))
    }
  }

  @Test func aNoteIsNotTheDialogsLastMessage() async throws {
    let base = try await TemporaryStore()
    let dialog = try await base.openDialog()
    let first = try await base.post("hello", in: dialog, seconds: 1)
    let appended = try await base.store.append(
      NewMessage(
        dialogID: dialog.id, sender: .manager, author: base.ann.manager, kind: .note, text: "a secret",
        timestamp: TemporaryStore.start.advanced(by: .seconds(2))))
    let kept = try await base.store.dialog(id: dialog.id, visibleTo: .everything)
    #expect(kept?.lastMessageText == "hello" && kept?.lastMessageAt == first.message.timestamp)
    #expect(try await base.store.messages(dialogID: dialog.id) == [first.message])
    #expect(
      try await base.store.messages(dialogID: dialog.id, includesNotes: true) == [first.message, appended.message])
  }

  @Test func aVisitorCannotWriteOne() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let posted = try await server.call(
        .POST, "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("guest"))",
        json: #"{"text":"silence","kind":"note","sender":"manager"}"#)
      #expect(posted.status == 200)
      let stored = try await server.store.messages(dialogID: dialog, includesNotes: true)
      #expect(stored.map(\.sender) == [.user])
      #expect(stored.map(\.kind) == [.message])
      // Nor does the store take one from anybody but an operator.
      await #expect(throws: StoreError.self) {
        try await server.store.append(
          NewMessage(dialogID: dialog, sender: .user, kind: .note, text: "x", timestamp: .now()))
      }
    }
  }

  /// A kind that is not understood is refused: it must not become a message that the visitor sees.
  @Test(arguments: [#""Note""#, #""memo""#, "7", "{}", "[]", #""""#]) func anUnknownKindIsRefused(
    kind: String
  ) async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let answer = try await Self.post(server, dialog, #"{"text":"a secret","kind":\#(kind)}"#)
      #expect(answer.status == 422)
      #expect(answer.detail.contains("kind"))
      #expect(try await server.store.messages(dialogID: dialog, includesNotes: true).isEmpty)
    }
  }

  @Test func aNoteInAnothersDialogIsAnUnknownDialog() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let answer = try await server.call(
        .POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"x","kind":"note"}"#,
        token: try await server.accessToken(server.bob))
      #expect(answer.status == 404)
    }
  }
}
