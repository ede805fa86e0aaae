import ChatProtocol
import Testing

@testable import ChatServer

/// Who gets what (part 1, Sockets), over real sockets.
@Suite struct SocketRoutingTests {
  @Test func visitorToOperatorsOnlyAnswersToBoth() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let ann = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      let ada = try await TestSocket.open(server, operator: server.admin, dialog: dialog)
      let posted = try await server.call(
        .POST, "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("guest"))",
        json: #"{"sender":"manager","text":"Hello <b>&</b> \u0000 🙂"}"#)
      #expect(posted.status == 200)
      for socket in [ann, ada] {
        let message = try await socket.nextMessage()
        #expect(message.sender == .user)
        #expect(message.text == "Hello <b>&</b> \u{0} 🙂")
        #expect(try await socket.nextMessage().sender == .assistant)
      }
      // The visitor's first frame is the answer: its own message is not echoed.
      let answer = try await visitor.nextMessage()
      #expect(answer.sender == .assistant)
      #expect(answer.text == "echo: Hello <b>&</b> \u{0} 🙂")
    }
  }

  @Test func operatorToBothItsAuthorIncluded() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let ann = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      let posted = try await server.call(
        .POST, "/api/dialogs/\(dialog)/messages",
        json: #"{"sender":"manager","text":"Good day","client_id":"c-1"}"#,
        token: try await server.accessToken(server.ann))
      let saved = try posted.decode(Message.self)
      for socket in [visitor, ann] { #expect(try await socket.nextMessage() == saved) }
      #expect(saved.clientID == "c-1")
    }
  }

  @Test func dialogsAreApart() async throws {
    try await TestServer.run { server in
      let (first, second) = (try await server.openDialog(guest: "a"), try await server.openDialog(guest: "b"))
      let onFirst = try await TestSocket.open(server, operator: server.ann, dialog: first)
      let onSecond = try await TestSocket.open(server, operator: server.ann, dialog: second)
      let token = try await server.accessToken(server.ann)
      for (dialog, text) in [(first, "one"), (second, "two"), (first, "three")] {
        _ = try await server.call(.POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"\#(text)"}"#, token: token)
      }
      #expect(try await onSecond.nextMessage().text == "two")
      #expect(try await onFirst.nextMessage().text == "one")
      #expect(try await onFirst.nextMessage().text == "three")
    }
  }

  @Test func handoffEventsToBothPools() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let ann = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      let token = try await server.accessToken(server.ann)
      let posted = try await server.call(
        .POST, "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("guest"))", json: #"{"text":"person"}"#)
      #expect(posted.text.contains(#""handoff_triggered":true"#))
      _ = try await server.call(.POST, "/api/dialogs/\(dialog)/handoff/takeover", json: "{}", token: token)
      _ = try await server.call(.POST, "/api/dialogs/\(dialog)/handoff/release", token: token)
      #expect(try await ann.nextMessage().text == "person")
      for socket in [visitor, ann] {
        #expect(try await socket.nextEvent() == .handoff(.requested, dialogID: dialog, manager: nil))
        #expect(
          try await socket.nextEvent()
            == .handoff(.active, dialogID: dialog, manager: Manager(id: server.ann.id, name: "ann")))
        #expect(try await socket.nextEvent() == .handoff(.released, dialogID: dialog, manager: nil))
      }
    }
  }

  @Test func typingGoesToTheOtherSide() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let ann = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      visitor.send(#"{"type":"typing_start","sender":"manager"}"#)
      #expect(try await ann.nextEvent() == .typingStarted(by: .user))
      ann.send(#"{"type":"typing_start"}"#)
      #expect(try await visitor.nextEvent() == .typingStarted(by: .manager))
      ann.send("__pong__")
      ann.send(#"{"sender":"manager","text":"not over a socket"}"#)
      ann.send("nonsense")
      ann.send(#"{"type":"typing_stop"}"#)
      // Nothing between the two: the other frames went nowhere.
      #expect(try await visitor.nextEvent() == .typingStopped(by: .manager))
    }
  }

  @Test func everyOneOfManyMessagesOnceAndInOrder() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let token = try await server.accessToken(server.ann)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<100 {
          group.addTask {
            let answer = try await server.call(
              .POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"\#(number)"}"#, token: token)
            #expect(answer.status == 200)
          }
        }
        try await group.waitForAll()
      }
      var received: [Message] = []
      for _ in 0..<100 { received.append(try await visitor.nextMessage()) }
      #expect(received == (try await server.store.messages(dialogID: dialog)))
    }
  }

  @Test func aMessageOfAClientThatWentAwayIsStoredAndPushed() async throws {
    let answers = HesitantAnswers()
    try await TestServer.run(answers: answers) { server in
      let dialog = try await server.openDialog()
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let ann = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      let post = Task {
        try await server.call(
          .POST, "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("guest"))", json: #"{"text":"hello"}"#)
      }
      #expect(try await ann.nextMessage().text == "hello")
      // Its request waits for the AI; the client hangs up, and then the AI speaks.
      for await _ in answers.questions { break }
      post.cancel()
      _ = await post.result
      answers.speak(.answer("late but there"))
      #expect(try await visitor.nextMessage().text == "late but there")
      #expect(try await server.store.messages(dialogID: dialog).map(\.text) == ["hello", "late but there"])
    }
  }
}
