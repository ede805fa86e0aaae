import ChatProtocol
import Testing

@testable import ConsoleModel
@testable import ConsoleView
@testable import LiveLink

@Suite("The message pane")
struct TranscriptTests {
  /// The text rows between header and composer.
  private func messageRows(_ shop: Shop, columns: Int = 80, rows: Int = 24) -> [String] {
    Array(shop.canvas(columns, rows).dump()[4..<(rows - 3)])
  }

  // MARK: Scrolling

  private static let numbered = (1...100).map { Shop.message($0, .user, "message \($0)", minutes: 100 - $0) }

  private func scrolled(_ scroll: ScrollPosition) -> (viewport: Viewport, first: String, last: String) {
    var shop = Shop()
    shop.open(4817, Self.numbered)
    shop.state.list.update(4817) { $0.dialog.handoffRequestedAt = nil }
    shop.state.conversation?.scroll = scroll
    var cache = LayoutCache()
    let frame = shop.frame(80, 24, cache: &cache)
    let rows = frame.canvas.dump()[4..<21]
    return (frame.viewport, rows.first ?? "", rows.last ?? "")
  }

  @Test("Where the pane comes to rest, and what it shows there")
  func scrolling() {
    let bottom = scrolled(.bottom)
    #expect(bottom.viewport.scroll == .bottom && bottom.last.hasSuffix("message 100"))

    let held = scrolled(.held(anchor: 50, linesUp: 0))
    #expect(held.viewport.scroll == .held(anchor: 50, linesUp: 0) && held.last.hasSuffix("message 50"))
    #expect(held.first.hasSuffix("message 34"))

    let up = scrolled(.held(anchor: 50, linesUp: 10))
    #expect(up.viewport.scroll == .held(anchor: 40, linesUp: 0) && up.last.hasSuffix("message 40"))

    let fromEnd = scrolled(.held(anchor: nil, linesUp: 5))
    #expect(fromEnd.last.hasSuffix("message 95"))

    let down = scrolled(.held(anchor: 50, linesUp: -10))
    #expect(down.viewport.scroll == .held(anchor: 60, linesUp: 0))
  }

  @Test("Nothing is scrolled past either end")
  func ends() {
    let past = scrolled(.held(anchor: 95, linesUp: -50))
    #expect(past.viewport.scroll == .bottom && past.last.hasSuffix("message 100"))

    for scroll: ScrollPosition in [.top, .held(anchor: 20, linesUp: 5000), .held(anchor: nil, linesUp: .max)] {
      let top = scrolled(scroll)
      // The first row is the day's.
      #expect(top.first.contains("Today") && top.last.hasSuffix("message 16"))
      #expect(top.viewport.scroll == .held(anchor: 16, linesUp: 0))
    }
  }

  @Test("A held pane does not move when messages come in below it, or long before it")
  func heldStandsStill() {
    var shop = Shop()
    shop.open(4817, Self.numbered)
    shop.state.conversation?.scroll = .held(anchor: 50, linesUp: 3)
    let before = messageRows(shop)
    _ = shop.state.links[4817]?.timeline.merge(Shop.message(101, .user, "later", minutes: 0))
    #expect(messageRows(shop) == before)
  }

  // MARK: Notes

  @Test("Who wrote a reply is told by the server; whoever has the dialog now did not write what others did before")
  func authors() {
    var shop = Shop()
    shop.state.team = [Colleague(id: 12, name: "Ann Lee", status: .online)]
    var mine = Shop.message(2, .manager, "written by me", minutes: 3)
    mine.author = Manager(id: 7, name: "Maria")
    var anns = Shop.message(3, .manager, "written by Ann", minutes: 2)
    anns.author = Manager(id: 12, name: nil)
    shop.state.list.update(4790) { entry in
      entry.dialog.handoffStartedAt = Shop.ago(30)
      entry.lastLine = LastLine(
        text: anns.text, sender: .manager, at: anns.timestamp, messageID: 3, author: anns.author)
    }
    shop.open(4790, [Shop.message(1, .user, "hello", minutes: 5), mine, anns])
    func names() -> [String] {
      shop.canvas(120, 40).dump().compactMap { line in
        line.contains("┃ written by") ? String(line.split(separator: "│").last ?? "") : nil
      }
    }
    #expect(names().map { $0.contains(" you ") } == [true, false])
    #expect(names().map { $0.contains("Ann Lee") } == [false, true])
    #expect(shop.canvas(120, 40).dump().contains { $0.contains("mine · Ann Lee: written by Ann") })
    shop.state.list.update(4790) { $0.holder = .other(Manager(id: 9, name: "Omar")) }
    #expect(names().map { $0.contains("you ") } == [true, false])
    #expect(names().map { $0.contains("Ann Lee") } == [false, true])
    #expect(shop.canvas(120, 40).dump().contains { $0.contains("Omar · Ann Lee: written by Ann") })
  }

  @Test("A note cannot be taken for a reply, in narrow panes and in one colour either", arguments: [40, 80])
  func notes(columns: Int) {
    var shop = Shop()
    var note = Shop.message(2, .manager, "she is angry", minutes: 1)
    note.kind = .note
    note.author = Manager(id: 9, name: "Omar")
    shop.open(4817, [Shop.message(1, .manager, "I look into it", minutes: 2), note])
    let rows = shop.canvas(columns, 24).dump()
    #expect(rows.contains { $0.contains("NOTE Omar") })
    #expect(rows.contains { $0.contains("% she is angry") })
    #expect(rows.contains { $0.contains("┃ I look into it") })
    #expect(!rows.contains { $0.contains("NOTE") && $0.contains("I look into it") })
  }

  // MARK: Hand-offs

  private func handoffRows(_ shop: Shop) -> [String] {
    messageRows(shop).filter { $0.contains("•") }.map { row in
      String(row[(row.firstIndex(of: "•") ?? row.startIndex)...])
    }
  }

  @Test("What the console saw stands where it was seen, and is not told twice")
  func handoffMarks() {
    var shop = Shop()
    shop.open(4817, [Shop.message(1, .user, "one", minutes: 9), Shop.message(2, .user, "two", minutes: 3)])
    shop.state.list.update(4817) {
      $0.holder = .me
      $0.dialog.handoffRequestedAt = Shop.ago(8)
      $0.dialog.handoffStartedAt = Shop.ago(2)
    }
    #expect(handoffRows(shop) == ["• a human was asked for", "• handed to you"])

    shop.state.handoffMarks[4817] = [HandoffMark(after: 2, at: Shop.ago(2), text: "handed to you")]
    #expect(handoffRows(shop) == ["• a human was asked for", "• handed to you"])

    shop.state.handoffMarks[4817]?.append(HandoffMark(after: 2, at: Shop.ago(1), text: "given back to the AI"))
    #expect(handoffRows(shop).suffix(2) == ["• handed to you", "• given back to the AI"])
  }

  struct Place: Sendable {
    var mark: MessageID?
    var row: Int
  }

  @Test(
    "A mark stands below its message",
    arguments: [Place(mark: nil, row: 0), Place(mark: 1, row: 1), Place(mark: 2, row: 2)])
  func placeOfMark(_ place: Place) throws {
    var shop = Shop()
    shop.open(4761, [Shop.message(1, .user, "one", minutes: 9), Shop.message(2, .user, "two", minutes: 3)])
    shop.state.handoffMarks[4761] = [HandoffMark(after: place.mark, at: Shop.now, text: "here")]
    let rows = messageRows(shop).filter { $0.hasSuffix("one") || $0.hasSuffix("two") || $0.hasSuffix("here") }
    #expect(rows.firstIndex { $0.hasSuffix("here") } == place.row)
  }

  // MARK: Who wrote it

  @Test("No text of a visitor reaches the columns left of the gutter")
  func gutterCannotBeForged() {
    var shop = Shop()
    let forged = "14:07          server • An operator has taken over\n──── Today ────\n14:07 ✓ you ┃ fine\n"
    shop.open(4755, [Shop.message(1, .user, forged, minutes: 3)])
    let columns = MessageColumns(width: 80)
    for row in messageRows(shop) where !row.isEmpty && !row.contains(" Today ─────────") {
      let characters = Array(row)
      #expect(characters[columns.gutter] == "│")
    }
  }

  struct Sent: Sendable {
    var state: Outbox.State
    var mark: String
    var trouble: String?
  }

  @Test(
    "How far a reply has come",
    arguments: [
      Sent(state: .queued, mark: "·"),
      Sent(state: .sending, mark: "…"),
      Sent(
        state: .waiting(retryAt: .seconds(1003), why: "no route"), mark: "·",
        trouble: "not sent yet: no route · next try in 3s"),
      Sent(state: .waiting(retryAt: nil, why: "offline"), mark: "·", trouble: "goes out when the connection is back"),
      Sent(state: .checking(why: "no answer"), mark: "?", trouble: "looking whether it arrived"),
      Sent(state: .unsure(why: "no answer"), mark: "?", trouble: "may not have arrived: no answer"),
      Sent(state: .failed(why: "too long"), mark: "!", trouble: "not sent: too long"),
    ])
  func delivery(_ sent: Sent) throws {
    let entry = Outbox.Entry(clientID: "c", dialogID: 1, text: "hello", createdAt: Shop.now, lastSeenID: nil)
    let scene = Scene(state: Shop().state, theme: .dark, environment: RenderEnvironment())
    let content = MessageContent(Outbox.Row(entry: entry, state: sent.state), scene: scene)
    let mark = content.delivery.symbol.description
    #expect(mark == sent.mark)
    if let trouble = sent.trouble {
      let said = try #require(content.trouble).description
      #expect(said.contains(trouble))
    } else {
      #expect(content.trouble == nil)
    }
  }
}
