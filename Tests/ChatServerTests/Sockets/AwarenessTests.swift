import ChatProtocol
import Testing

@testable import ChatServer

/// Typing, presence, viewing and receipts between all sides, over real sockets (part 2).
@Suite struct AwarenessTests {
  @Test func aVisitorsTypingReachesStreamsAndSocketsAndEndsWithIt() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let stream = try await StreamSocket(server, server.admin)
      let ann = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      visitor.send(#"{"type":"typing_start"}"#)
      let start = try await stream.next("typing_start")
      #expect(start.dialogID == dialog)
      #expect(start.sender == "user")
      #expect(try await ann.nextEvent() == .typingStarted(by: .user))
      // The line is cut, so no stop comes from there.
      visitor.abort()
      #expect(try await stream.next("typing_stop").dialogID == dialog)
      #expect(try await ann.nextEvent() == .typingStopped(by: .user))
    }
  }

  @Test func anOperatorsTypingReachesTheVisitorAndTheOthers() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let partOne = try await TestSocket.open(server, operator: server.admin, dialog: dialog)
      let ada = try await StreamSocket(server, server.admin)
      let ann = try await StreamSocket(server, server.ann)
      ann.send(#"{"type":"typing_start","dialog_id":\#(dialog)}"#)
      let event = try await ada.next("typing_start")
      #expect(event.sender == "manager")
      #expect(event.by == Manager(id: server.ann.id, name: "ann"))
      #expect(try await visitor.nextEvent() == .typingStarted(by: .manager))
      ann.close()
      #expect(try await ada.next("typing_stop").by?.id == server.ann.id)
      #expect(try await visitor.nextEvent() == .typingStopped(by: .manager))
      // Part 1's operators never heard of a colleague's typing, and the author does not hear of its own.
      partOne.send(#"{"type":"typing_start"}"#)
      #expect(try await visitor.nextEvent() == .typingStarted(by: .manager))
      try await OperatorStreamTests.write(server, dialog, "end", by: server.ann)
      #expect(try await partOne.nextMessage().text == "end")
      #expect(try await ada.untilMessage("end").filter { $0.type == "typing_start" }.isEmpty)
    }
  }

  @Test func aVisitorIsThereWithItsFirstSocketAndGoneAfterItsLast() async throws {
    try await TestServer.run(configure: { $0.presenceGrace = .milliseconds(50) }) { server in
      let dialog = try await server.openDialog()
      let token = try await server.accessToken(server.ann)
      let stream = try await StreamSocket(server, server.ann)
      let first = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let online = try await stream.next()
      #expect(online.type == "presence")
      #expect(online.sender == "user")
      #expect(online.status == "online")
      #expect(
        try await server.call(.GET, "/api/dialogs", token: token).decode(Page<Dialog>.self).items[0].visitorOnline
          == true)
      let second = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      first.close()
      _ = try await first.closeCode()
      second.close()
      let offline = try await stream.next()
      #expect(offline.type == "presence")
      #expect(offline.status == "offline")
      #expect(
        try await server.call(.GET, "/api/dialogs/\(dialog)", token: token).decode(Dialog.self).visitorOnline == false)
    }
  }

  @Test func whoLooksAtADialogIsTold() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let (ada, ann) = (try await StreamSocket(server, server.admin), try await StreamSocket(server, server.ann))
      let managers = (ada: Manager(id: server.admin.id, name: "ada"), ann: Manager(id: server.ann.id, name: "ann"))
      ann.send(#"{"type":"viewing","dialog_id":\#(dialog)}"#)
      for stream in [ada, ann] { #expect(try await stream.next("viewing").viewers == [managers.ann]) }
      ada.send(#"{"type":"viewing","dialog_id":\#(dialog)}"#)
      for stream in [ada, ann] { #expect(try await stream.next("viewing").viewers == [managers.ada, managers.ann]) }
      let item = try await server.call(
        .GET, "/api/dialogs/\(dialog)", token: try await server.accessToken(server.ann)
      ).decode(Dialog.self)
      #expect(item.viewers == [managers.ada, managers.ann])
      ann.abort()
      #expect(try await ada.next("viewing").viewers == [managers.ada])
      ada.send(#"{"type":"viewing","dialog_id":null}"#)
      #expect(try await ada.next("viewing").viewers == [])
    }
  }

  // MARK: Receipts

  private struct Read: Decodable {
    let last_read: Int
  }

  @Test func receiptsReachTheOtherSideAndNeverGoBack() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let token = try await server.accessToken(server.ann)
      let query = server.widgetQuery("guest")
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let ada = try await StreamSocket(server, server.admin)
      for text in ["one", "two", "three"] { try await OperatorStreamTests.visit(server, dialog, "silence \(text)") }
      let ids = try await server.store.messages(dialogID: dialog).map(\.id)
      func read(_ id: Int) async throws -> Int {
        try await server.call(
          .POST, "/api/dialogs/\(dialog)/read", json: #"{"message_id":\#(id)}"#, token: token
        ).decode(Read.self).last_read
      }
      #expect(try await read(ids[1]) == ids[1])
      #expect(try await read(ids[0]) == ids[1])
      let last = try #require(ids.last)
      // No further than there is something to read.
      #expect(try await read(Int.max) == last)
      #expect(try await read(-5) == last)
      for id in [ids[1], last] {
        let receipt = try await ada.next("receipt")
        #expect(receipt.messageID == id)
        #expect(receipt.byName == "manager")
        #expect(receipt.manager?.id == server.ann.id)
      }
      var receipts: [MessageID] = []
      while receipts.count < 2 {
        if case .text(let text) = try await visitor.next(),
          case .event(.receipt(let id, dialog, by: .manager, manager: nil)) = ServerFrame.parse(text)
        {
          receipts.append(id)
        }
      }
      #expect(receipts == [ids[1], last])
      let answer = try await server.call(
        .POST, "/api/widget/dialogs/\(dialog)/read?\(query)", json: #"{"message_id":\#(ids[0])}"#)
      #expect(try answer.decode(Read.self).last_read == ids[0])
      let receipt = try await ada.next("receipt")
      #expect(receipt.messageID == ids[0])
      #expect(receipt.byName == "user")
      // It is all there for who comes later.
      let item = try await server.call(.GET, "/api/dialogs/\(dialog)", token: token).decode(Dialog.self)
      #expect(item.lastRead == last)
      #expect(item.visitorLastRead == ids[0])
      #expect(
        try await server.call(.GET, "/api/widget/dialogs?\(query)").text.contains(#""operator_last_read":\#(last)"#))
    }
  }

  @Test func aReadFrameIsAReceipt() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      try await OperatorStreamTests.visit(server, dialog, "silence")
      let id = try #require(try await server.store.messages(dialogID: dialog).last).id
      let visitor = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      let ann = try await StreamSocket(server, server.ann)
      ann.send(#"{"type":"read","dialog_id":\#(dialog),"message_id":\#(id)}"#)
      #expect(try await visitor.nextEvent() == .receipt(id, dialogID: dialog, by: .manager))
      #expect(try await ann.next("receipt").messageID == id)
    }
  }

  @Test func aReceiptTellsAVisitorNothingOfANote() async throws {
    let base = try await TemporaryStore()
    let dialog = try await base.openDialog()
    let message = try await base.post("hello", in: dialog).message
    let note = try await base.store.append(
      NewMessage(
        dialogID: dialog.id, sender: .manager, author: base.ann.manager, kind: .note, text: "x",
        timestamp: TemporaryStore.start)
    ).message
    func read(_ id: MessageID, _ reader: Reader) async throws -> ReadReceipt {
      try await base.store.markRead(dialogID: dialog.id, through: id, by: reader)
    }
    #expect(
      try await read(note.id, .operator(base.ann))
        == ReadReceipt(lastRead: note.id, isNews: true, newsToVisitor: message.id))
    // Another operator's reading is its own; to the visitor it is no news.
    #expect(
      try await read(message.id, .operator(base.admin))
        == ReadReceipt(lastRead: message.id, isNews: true, newsToVisitor: nil))
    #expect(try await read(note.id, .visitor) == ReadReceipt(lastRead: message.id, isNews: true))
    #expect(try await base.store.lastReads(userID: base.ann.id, dialogIDs: [dialog.id]) == [dialog.id: note.id])
    await #expect(throws: StoreError.self) {
      try await base.store.markRead(dialogID: 4711, through: 1, by: .visitor)
    }
  }

  @Test func receiptsSurviveARestart() async throws {
    let base = try await TemporaryStore()
    let dialog = try await base.openDialog()
    let id = try await base.post("hello", in: dialog).message.id
    for reader in [Reader.visitor, .operator(base.ann)] {
      _ = try await base.store.markRead(dialogID: dialog.id, through: id, by: reader)
    }
    try base.store.close()
    let store = try await ChatStore.open(in: DataDirectory(path: base.folder.path))
    let found = try #require(try await store.dialog(id: dialog.id, visibleTo: .everything))
    #expect(found.visitorLastRead == id)
    #expect(found.operatorLastRead == id)
    #expect(try await store.lastReads(userID: base.ann.id, dialogIDs: [dialog.id]) == [dialog.id: id])
  }

  @Test func aReceiptForAnothersDialogIsAnUnknownDialog() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let json = #"{"message_id":1}"#
      for id in [dialog, 4711] {
        let path = "dialogs/\(id)/read"
        let token = try await server.accessToken(server.bob)
        #expect(try await server.call(.POST, "/api/\(path)", json: json, token: token).status == 404)
        #expect(
          try await server.call(.POST, "/api/widget/\(path)?\(server.widgetQuery("eve"))", json: json).status == 404)
        #expect(
          try await server.call(.POST, "/api/site/\(path)?\(server.siteQuery("guest"))", json: json).status == 404)
      }
      #expect(try await server.call(.POST, "/api/dialogs/\(dialog)/read", json: json).status == 401)
      for bad in ["{}", #"{"message_id":"x"}"#, #"{"message_id":null}"#] {
        let answer = try await server.call(
          .POST, "/api/dialogs/\(dialog)/read", json: bad, token: try await server.accessToken(server.ann))
        #expect(answer.status == 422)
      }
    }
  }
}
