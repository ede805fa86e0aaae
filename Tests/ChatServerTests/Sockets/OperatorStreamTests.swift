import ChatProtocol
import Testing

@testable import ChatServer

/// `/ws/operator` over real sockets (part 2, One socket for all dialogs).
@Suite struct OperatorStreamTests {
  static func write(_ server: TestServer, _ dialog: DialogID, _ text: String, by user: User) async throws {
    let answer = try await server.call(
      .POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"\#(text)"}"#, token: try await server.accessToken(user)
    )
    #expect(answer.status == 200)
  }

  static func visit(
    _ server: TestServer, _ dialog: DialogID, _ text: String, guest: String = "guest"
  ) async throws {
    let answer = try await server.call(
      .POST, "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery(guest))", json: #"{"text":"\#(text)"}"#)
    #expect(answer.status == 200)
  }

  @Test func oneSocketForAllDialogs() async throws {
    try await TestServer.run { server in
      let ann = try await StreamSocket(server, server.ann)
      #expect(ann.hello.resumed == false)
      let (one, two) = (try await server.openDialog(guest: "a"), try await server.openDialog(guest: "b"))
      for dialog in [one, two] {
        let new = try await ann.next()
        #expect(new.type == "dialog_updated")
        #expect(new.dialogID == dialog)
        #expect(new.dialog?.id == dialog)
      }
      try await Self.visit(server, one, "hi", guest: "a")
      try await Self.write(server, two, "good day", by: server.admin)
      let stored = try await server.store.messages(dialogID: one) + server.store.messages(dialogID: two)
      for message in stored {
        let frame = try await ann.next()
        #expect(frame.type == "message")
        #expect(frame.message == message)
      }
      #expect(stored.last?.author == Manager(id: server.admin.id, name: "ada"))
    }
  }

  @Test func adminsAreToldHowOperatorsAre() async throws {
    try await TestServer.run { server in
      let ada = try await StreamSocket(server, server.admin)
      let bob = try await StreamSocket(server, server.bob)
      try await ada.waitUntil("bob", is: "online")
      let token = try await server.accessToken(server.bob)
      for status in ["away", "offline", "online"] {
        _ = try await server.call(
          .POST, "/api/operator/heartbeat", json: #"{"status":"\#(status)"}"#, token: token)
        try await ada.waitUntil("bob", is: status)
      }
      // An operator is not told of admins, who are none of its account.
      try await Self.visit(server, try await server.openDialog(), "silence")
      #expect(await bob.colleagues.isEmpty)
    }
  }

  @Test func aMessageOfAnotherAccountIsNotOnTheStream() async throws {
    try await TestServer.run { server in
      let theirs = try await server.openDialog()
      let bobs = try await server.store.openDialog(
        for: Visitor(entrance: .site(ownerID: server.bob.id), guestID: "g"), at: .now())
      let bob = try await StreamSocket(server, server.bob)
      let ada = try await StreamSocket(server, server.admin)
      try await Self.visit(server, theirs, "silence")
      try await Self.write(server, theirs, "a secret", by: server.ann)
      try await Self.write(server, bobs.id, "for bob", by: server.bob)
      #expect(try await bob.next().message?.text == "for bob")
      for text in ["silence", "a secret", "for bob"] { #expect(try await ada.next().message?.text == text) }
      // Nor do its own frames reach into what it may not see.
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: theirs)
      for type in ["typing_start", "viewing"] { bob.send(#"{"type":"\#(type)","dialog_id":\#(theirs)}"#) }
      bob.send(#"{"type":"read","dialog_id":\#(theirs),"message_id":2}"#)
      bob.send(#"{"type":"viewing","dialog_id":\#(bobs.id)}"#)
      _ = try await bob.next("viewing")
      // They are looked at in order: all before this one was refused.
      try await Self.write(server, theirs, "end", by: server.ann)
      #expect(try await visitor.nextMessage().text == "end")
      let others = try await ada.untilMessage("end").filter { $0.dialogID == theirs }
      #expect(others.map(\.type) == ["presence"])
      #expect(try await server.store.lastReads(userID: server.bob.id, dialogIDs: [theirs]) == [:])
    }
  }

  @Test func handoffsAreTold() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let ada = try await StreamSocket(server, server.admin)
      try await Self.visit(server, dialog, "person")
      _ = try await server.call(
        .POST, "/api/dialogs/\(dialog)/handoff/takeover", json: "{}", token: try await server.accessToken(server.ann))
      #expect(try await ada.next().message?.text == "person")
      for (type, status) in [("handoff_requested", HandoffState.requested), ("handoff_started", .active)] {
        let event = try await ada.next(type)
        #expect(event.dialogID == dialog)
        #expect(try await ada.next("dialog_updated").dialog?.handoffStatus == status)
      }
    }
  }

  @Test func whatWasMissedIsReplayedOnce() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let first = try await StreamSocket(server, server.ann)
      try await Self.write(server, dialog, "one", by: server.ann)
      _ = try await first.untilMessage("one")
      let (seq, epoch) = (await first.lastSequence, try #require(first.hello.epoch))
      first.abort()
      for number in 0..<300 { try await Self.write(server, dialog, "missed \(number)", by: server.admin) }
      let second = try await StreamSocket(server, server.ann, since: (seq, epoch))
      #expect(second.hello.resumed == true)
      for number in 0..<300 { #expect(try await second.next().message?.text == "missed \(number)") }
      #expect(await second.batched > 200)
      try await Self.write(server, dialog, "live", by: server.ann)
      #expect(try await second.next().message?.text == "live")
      // A wrong place or time is no place to go on from; nor is anything else that the query can say.
      for (seq, epoch) in [(seq, "0"), (Int.max, epoch), (-1, epoch)] {
        let other = try await StreamSocket(server, server.ann, since: (seq, epoch))
        #expect(other.hello.resumed == false)
        #expect(other.hello.seq == (await second.lastSequence))
        other.close()
      }
    }
  }

  @Test func everyMessageOnceAndInOrderUnderConcurrency() async throws {
    try await TestServer.run(configure: { $0.limits.messagesPerMinute = 10_000 }) { server in
      var dialogs: [DialogID] = []
      for number in 0..<5 { dialogs.append(try await server.openDialog(guest: "g\(number)")) }
      let streams = [
        try await StreamSocket(server, server.ann), try await StreamSocket(server, server.ann),
        try await StreamSocket(server, server.admin),
      ]
      let token = try await server.accessToken(server.ann)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<200 {
          let dialog = dialogs[number % 5]
          group.addTask {
            let answer =
              number.isMultiple(of: 2)
              ? try await server.call(
                .POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"\#(number)"}"#, token: token)
              : try await server.call(
                .POST, "/api/widget/dialogs/\(dialog)/messages?\(server.widgetQuery("g\(number % 5)"))",
                json: #"{"text":"silence"}"#)
            #expect(answer.status == 200)
          }
        }
        try await group.waitForAll()
      }
      var stored: [DialogID: [Message]] = [:]
      for dialog in dialogs { stored[dialog] = try await server.store.messages(dialogID: dialog) }
      // The AI answers what came together; how much that was is chance.
      let count = stored.values.map(\.count).reduce(0, +)
      #expect(count >= 200)
      for stream in streams {
        var received: [DialogID: [Message]] = [:]
        for _ in 0..<count {
          let frame = try await stream.next("message")
          received[try #require(frame.dialogID), default: []].append(try #require(frame.message))
        }
        #expect(received == stored)
      }
    }
  }

  // MARK: Refusals

  @Test func badTokens() async throws {
    try await TestServer.run { server in
      let expired = try await server.accessToken(server.ann, at: .now().advanced(by: .seconds(-3601)))
      let refresh = try await server.tokens.issue(.refresh, for: server.ann, at: .now())
      for (query, code) in [
        ("", 4002), ("?token=nonsense", 4002), ("?token=\(refresh)", 4002), ("?token=\(expired)", 4001),
      ] {
        let socket = try TestSocket(server, "/ws/operator" + query)
        #expect(try await socket.closeCode() == UInt16(code))
      }
      // A visitor's key opens no operator's stream.
      let visitor = try TestSocket(server, "/ws/operator?\(server.siteQuery("guest"))")
      #expect(try await visitor.closeCode() == 4002)
      let bearer = try TestSocket(
        server, "/ws/operator", fields: [("Authorization", "Bearer \(try await server.accessToken(server.ann))")])
      #expect(try await bearer.next() == .opened)
      #expect(server.rooms.streams.streamCount == 1)
    }
  }

  @Test func anOpenStreamEndsWithItsToken() async throws {
    try await TestServer.run { server in
      let token = try await server.accessToken(server.ann, at: .now().advanced(by: .milliseconds(-3_598_500)))
      let socket = try TestSocket(server, "/ws/operator?token=\(token)")
      #expect(try await socket.closeCode() == 4001)
    }
  }

  @Test func socketsOfOneOperatorAreLimited() async throws {
    try await TestServer.run(configure: { $0.limits.socketsPerDialog = 2 }) { server in
      let sockets = [try await StreamSocket(server, server.ann), try await StreamSocket(server, server.ann)]
      let third = try TestSocket(server, "/ws/operator?token=\(try await server.accessToken(server.ann))")
      #expect(try await third.closeCode() == 1013)
      let ada = try await StreamSocket(server, server.admin)
      #expect(ada.hello.resumed == false)
      withExtendedLifetime(sockets) {}
    }
  }
}
