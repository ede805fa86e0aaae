import ChatProtocol
import Testing

@testable import ChatServer

@Suite struct MessageStorageTests {
  @Test func aMessageIsKeptAsItWasTyped() async throws {
    let fixture = try await TemporaryStore()
    let dialog = try await fixture.openDialog()
    let texts = [
      "hello", "a\u{0}b", "\u{0}", "<b>&amp;</b>", "👩‍👩‍👧‍👦 e\u{301}", "\u{1B}[31m\u{202E}", "'; DROP TABLE message; --",
      String(repeating: "ы", count: NewMessage.longestText), "  spaces  ", "line\r\nline\u{2028}",
    ]
    for text in texts { _ = try await fixture.post(text, in: dialog) }
    let stored = try await fixture.store.messages(dialogID: dialog.id).map(\.text)
    // Compared by bytes: Swift's own equality takes two spellings of one character for the same.
    #expect(stored.map { Array($0.utf8) } == texts.map { Array($0.utf8) })
  }

  @Test func idsRiseOverAllDialogs() async throws {
    let fixture = try await TemporaryStore()
    let dialogs = [try await fixture.openDialog(guest: "a"), try await fixture.openDialog(guest: "b")]
    var last = 0
    for number in 0..<6 {
      let id = try await fixture.post("\(number)", in: dialogs[number % 2]).message.id
      #expect(id > last)
      last = id
    }
  }

  @Test func manyAtOnceAreAllStoredOnce() async throws {
    let fixture = try await TemporaryStore()
    let dialog = try await fixture.openDialog()
    let ids = try await withThrowingTaskGroup(of: MessageID.self) { group in
      for number in 0..<100 {
        group.addTask { try await fixture.post("\(number)", in: dialog, clientID: "c\(number / 2)").message.id }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(ids.count == 50)
    #expect(try await fixture.store.messages(dialogID: dialog.id).map(\.id) == ids.sorted())
  }

  @Test func aRepeatAnswersWithTheFirst() async throws {
    let fixture = try await TemporaryStore()
    let dialog = try await fixture.openDialog(guest: "a")
    let other = try await fixture.openDialog(guest: "b")
    let first = try await fixture.post("first", in: dialog, clientID: "c")
    let again = try await fixture.post("changed", in: dialog, clientID: "c", seconds: 9)
    #expect(!first.isDuplicate && again.isDuplicate)
    #expect(again.message == first.message)
    #expect(try await fixture.store.dialog(id: dialog.id, visibleTo: .everything)?.lastMessageText == "first")
    // The same id of another sender or in another dialog is another message.
    #expect(try await !fixture.post("x", in: dialog, from: .manager, clientID: "c").isDuplicate)
    #expect(try await !fixture.post("x", in: other, clientID: "c").isDuplicate)
    // Without an id nothing is a repeat.
    #expect(try await !fixture.post("first", in: dialog).isDuplicate)
    #expect(try await fixture.store.messages(dialogID: dialog.id).map(\.text) == ["first", "x", "first"])
  }

  @Test func theDialogShowsTheLastMessage() async throws {
    let fixture = try await TemporaryStore()
    let dialog = try await fixture.openDialog()
    _ = try await fixture.post("one", in: dialog, seconds: 1)
    let appended = try await fixture.post("two", in: dialog, from: .assistant, seconds: 2)
    #expect(appended.handoffStatus == .none)
    let kept = try #require(try await fixture.store.dialog(id: dialog.id, visibleTo: .everything))
    #expect(kept.lastMessageText == "two")
    #expect(kept.lastMessageAt == TemporaryStore.start.advanced(by: .seconds(2)))
  }

  @Test(arguments: [
    (String(repeating: "a", count: 400), 400), (String(repeating: "a", count: 401), 400),
    // A character of many scalars is kept whole or left out.
    (String(repeating: "a", count: 399) + "👩‍👩‍👧‍👦", 399), ("e" + String(repeating: "\u{301}", count: 9000), 1),
  ])
  func aPreviewIsShort(text: String, characters: Int) {
    let preview = text.preview
    #expect(preview.count == characters)
    #expect(preview.unicodeScalars.count <= 400)
    #expect(text.unicodeScalars.starts(with: preview.unicodeScalars))
  }

  @Test func aPageBehindOrBeforeAnID() async throws {
    let fixture = try await TemporaryStore()
    let dialog = try await fixture.openDialog(guest: "a")
    let other = try await fixture.openDialog(guest: "b")
    var ids: [MessageID] = []
    for number in 0..<6 {
      ids.append(try await fixture.post("\(number)", in: dialog).message.id)
      _ = try await fixture.post("noise", in: other)
    }
    let cases: [(HistoryRange, [MessageID])] = [
      (.all, ids), (.latest(limit: 2), Array(ids[4...])), (.latest(limit: 99), ids), (.latest(limit: 0), []),
      (.after(ids[1], limit: 2), Array(ids[2...3])), (.after(ids[5], limit: 2), []), (.after(0, limit: 99), ids),
      (.before(ids[4], limit: 2), Array(ids[2...3])), (.before(ids[0], limit: 2), []),
      (.before(.max, limit: 1), [ids[5]]),
      (.after(.min, limit: -1), []),
    ]
    for (range, expected) in cases {
      #expect(try await fixture.store.messages(dialogID: dialog.id, range).map(\.id) == expected, "\(range)")
    }
    #expect(try await fixture.store.messages(dialogID: 999).isEmpty)
  }

  @Test func whatCannotBeStoredIsRefusedByItsField() async throws {
    let fixture = try await TemporaryStore()
    let dialog = try await fixture.openDialog()
    func refusedField(_ message: NewMessage) async -> String? {
      do {
        _ = try await fixture.store.append(message)
        return nil
      } catch StoreError.invalid(let field, _) {
        return field
      } catch {
        return "\(error)"
      }
    }
    func message(_ text: String, sender: Sender = .user, clientID: String? = nil) -> NewMessage {
      NewMessage(dialogID: dialog.id, sender: sender, text: text, clientID: clientID, timestamp: TemporaryStore.start)
    }
    let longest = NewMessage.longestText
    #expect(await refusedField(message("")) == "text")
    #expect(await refusedField(message(" \n\t\u{A0}\u{2003}")) == "text")
    #expect(await refusedField(message(String(repeating: "😀", count: longest))) == nil)
    #expect(await refusedField(message(String(repeating: "😀", count: longest + 1))) == "text")
    #expect(await refusedField(message("e" + String(repeating: "\u{301}", count: longest))) == "text")
    #expect(await refusedField(message("x", sender: .other(nil))) == "sender")
    #expect(await refusedField(message("x", sender: .other("root"))) == "sender")
    #expect(await refusedField(message("x", clientID: "")) == "client_id")
    #expect(await refusedField(message("x", clientID: String(repeating: "c", count: 129))) == "client_id")
    #expect(try await fixture.store.messages(dialogID: dialog.id).count == 1)

    await #expect(throws: StoreError.unknownDialog(999)) {
      try await fixture.store.append(
        NewMessage(dialogID: 999, sender: .user, text: "x", timestamp: TemporaryStore.start))
    }
  }
}
