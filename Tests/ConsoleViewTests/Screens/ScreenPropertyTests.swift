import ChatProtocol
import ConsoleView
import Testing

@testable import ConsoleModel
@testable import LiveLink

@Suite("Any state at any size")
struct ScreenPropertyTests {
  @Test("Every row is exactly as wide as the screen, and the cursor is inside", arguments: 0..<40)
  func rowsAreWhole(seed: UInt64) {
    var world = RandomWorld(seed: seed)
    var cache = LayoutCache()
    for _ in 0..<8 {
      let shop = world.shop()
      let size = world.size()
      let theme = world.theme()
      let frame = shop.frame(size.columns, size.rows, theme: theme, cache: &cache)
      expectWhole(frame.canvas, size)
      let again = shop.frame(size.columns, size.rows, theme: theme, cache: &cache)
      #expect(again.canvas == frame.canvas, "the same state draws the same frame")
      #expect(frame.viewport.messageLines <= size.rows && frame.viewport.listRows <= size.rows)
    }
  }

  @Test("Every small size is drawn, and every width up to 170")
  func everySize() {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.compose("a reply of some words, long enough to need a second row on most screens, 李伟 🎉 and then some")
    var cache = LayoutCache()
    for columns in 0...170 {
      for rows in [0, 1, 2, 7, 8, 9, 14, 15, 20] where columns <= 60 || rows > 14 {
        expectWhole(shop.frame(columns, rows, cache: &cache).canvas, Size(columns: columns, rows: rows))
      }
    }
  }

  @Test("Where the messages came to rest is drawn again as it was")
  func viewportIsStable() throws {
    for seed in 0..<40 {
      var world = RandomWorld(seed: UInt64(seed))
      var shop = world.shop()
      let size = world.size()
      var cache = LayoutCache()
      let frame = shop.frame(size.columns, size.rows, cache: &cache)
      guard shop.state.conversation != nil, frame.viewport.messageLines > 0 else { continue }
      shop.state.conversation?.scroll = frame.viewport.scroll
      shop.state.conversation?.newBelow = 0
      let again = shop.frame(size.columns, size.rows, cache: &cache)
      #expect(again.viewport == frame.viewport)
    }
  }

  private func expectWhole(_ canvas: Canvas, _ size: Size, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(canvas.size == size, sourceLocation: sourceLocation)
    let broken = (0..<size.rows).first { row in
      (0..<size.columns).reduce(0) { $0 + canvas[row, $1].glyph.width } != size.columns
    }
    #expect(broken == nil, "of \(size)", sourceLocation: sourceLocation)
    if let cursor = canvas.cursor {
      #expect(0..<size.rows ~= cursor.row && 0..<size.columns ~= cursor.column, sourceLocation: sourceLocation)
    }
  }
}

/// Draws states by lot; the same seed draws the same ones.
private struct RandomWorld {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func size() -> Size {
    Size(columns: .random(in: 0...220, using: &generator), rows: .random(in: 0...70, using: &generator))
  }

  mutating func theme() -> Theme {
    let theme = pick(Theme.builtin)
    return chance(3) ? theme.asciiOnly : theme
  }

  mutating func shop() -> Shop {
    let count = Int.random(in: 0...40, using: &generator)
    var shop = Shop(dialogs: (0..<count).map { entry($0 + 1) })
    if chance(6) { shop.state.session.endReason = text() }
    if chance(4) { shop.state.health.failure = .unreachable(text()) }
    if chance(4) { shop.state.notice = Notice(pick([.info, .warning, .error]), text(), expiresAt: .seconds(2000)) }
    if chance(4) { shop.state.filterInput = TextBuffer(text()) }
    if chance(5) { shop.state.list.setFilter(DialogFilter(text())) }
    if chance(8) {
      shop.state.help = HelpPage(about: pick(Mode.allCases))
      shop.state.help?.top = pick([0, 3, .max])
    }
    if chance(6) {
      shop.state.prompt = Prompt(.release, in: 1, text(), confirmKey: .character("y"), text())
    }
    guard count > 0, !chance(4) else { return shop }
    open(Int.random(in: 1...count, using: &generator), in: &shop)
    return shop
  }

  private mutating func open(_ id: DialogID, in shop: inout Shop) {
    let count = Int.random(in: 0...60, using: &generator)
    shop.open(id, (0..<count).map { message($0 + 1, minutes: (count - $0) * 90) })
    shop.state.conversation?.firstUnread = chance(2) ? Int.random(in: 1...61, using: &generator) : nil
    shop.state.conversation?.newBelow = pick([0, 0, 3, .max])
    shop.state.conversation?.scroll = pick([
      .bottom, .bottom, .top, .held(anchor: nil, linesUp: 12), .held(anchor: 7, linesUp: 900),
      .held(anchor: 20, linesUp: -5), .held(anchor: 999, linesUp: .max), .held(anchor: -4, linesUp: 1),
    ])
    shop.setPhase(
      pick([
        .idle, .connecting(attempt: 0), .connecting(attempt: 4), .live(since: .zero),
        .reconnecting(attempt: 3, retryAt: .seconds(1012)), .reconnecting(attempt: 31, retryAt: .seconds(2)),
        .polling(attempt: 9, nextPollAt: nil, nextSocketAt: nil), .stopped(.refused(text())), .stopped(.signedOut),
      ]))
    if chance(3) { shop.state.links[id] = nil }
    if chance(3) { shop.state.links[id]?.typing = [.user: .seconds(2000), .manager: .seconds(2000)] }
    if chance(2) {
      shop.send("a", text())
      if chance(2) { shop.fail("a", .noAnswer(text())) }
    }
    if chance(2) { shop.compose(text()) }
    if chance(3) {
      shop.state.focus = .list
      shop.state.isComposing = false
    }
  }

  private mutating func entry(_ id: DialogID) -> DialogEntry {
    let holder: Holder = pick([
      .assistant, .nobodyYet(since: nil), .nobodyYet(since: Shop.ago(id)), .me, .other(nil),
      .other(Manager(id: 3, name: text())),
    ])
    let sender: Sender = pick([.user, .assistant, .manager, .system, .other(text())])
    let (name, line, draft, typing, trouble) = (text(), text(), chance(4), chance(5), chance(6) ? 2 : 0)
    let (unread, reason, asked) = (pick([0, 1, 5000]), text(), pick([-5, 10, 90_000_000]))
    return Shop.entry(id, name, holder, line, sender, minutes: id * 37) {
      $0.hasDraft = draft
      $0.typists = typing ? [.visitor] : []
      $0.troubledSends = trouble
      $0.unread.count = unread
      $0.dialog.handoffReason = reason
      $0.dialog.handoffRequestedAt = Shop.ago(asked)
      $0.dialog.handoffStartedAt = asked > 0 ? Shop.ago(asked / 2) : nil
    }
  }

  private mutating func message(_ id: MessageID, minutes: Int) -> Message {
    var message = Shop.message(id, pick([.user, .assistant, .manager, .system, .other(nil)]), text(), minutes: minutes)
    if chance(9) { message.timestamp = nil }
    if chance(15) { message.timestamp = Timestamp(milliseconds: pick([.min, .max, 0])) }
    return message
  }

  private mutating func text() -> String {
    pick([
      "", " ", "hello", "two\nlines", "\u{1B}[31mred\u{7}", "李伟 🎉", "Здравствуйте, где мой заказ?",
      "\u{202E}evil\u{202C}",
      "é́́́́́", "👨‍👩‍👧‍👦🇳🇴👍🏽", "a\tb\t\tc", String(repeating: "w", count: 500), String(repeating: "w o r d ", count: 200),
      String(repeating: "\n", count: 300), String(repeating: "宽", count: 300), "\u{301}\u{302}",
      "\u{FFFD}\u{E000}\u{10FFFF}",
    ])
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &generator)]
  }

  private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &generator) == 0 }
}
