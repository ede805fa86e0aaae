import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("The list of dialogs")
struct DialogListTests {
  // MARK: Order

  @Test func whatNeedsTheOperatorComesFirst() {
    let console = Console.loaded([
      .make(1, minutesAgo: 1), .waiting(2, minutes: 3), .mine(3, minutesAgo: 2), .waiting(4, minutes: 9),
      .omars(5, minutesAgo: 5), .make(6, .released, minutesAgo: 4),
    ])
    #expect(console.order == [4, 2, 1, 3, 6, 5])
    #expect(console.state.list.waitingCount == 2)
    #expect(console.state.list.mineCount == 1)
    #expect(Array(console.state.list.needingAttention) == [4, 2])
  }

  @Test func somethingUnreadLiftsADialogAboveTheRest() {
    var console = Console.loaded([.mine(1, minutesAgo: 9), .make(2, minutesAgo: 8), .make(3, minutesAgo: 1)])
    console.send(page([.mine(1, minutesAgo: 0), .make(2, minutesAgo: 0), .make(3, minutesAgo: 1)]))
    #expect(console.order == [3, 2, 1], "nobody asked for that page")
    console.advance(by: ConsoleState.refreshInterval)
    var changed = [Dialog.mine(1), .make(2), .make(3, minutesAgo: 1)]
    changed[0].lastMessageAt = console.now(3)
    changed[1].lastMessageAt = console.now(4)
    console.send(page(changed))
    console.send(.queueLoaded([]))
    #expect(console.order == [1, 2, 3])
    #expect(console.state.list.entries[1]?.unread.isAtLeast == true)
    #expect(console.state.list.entries[1]?.unread.words == "1+ unread")
    #expect(console.state.list.unreadCount == 2)
  }

  @Test func equalDialogsStandByTheirIDsNewestFirst() {
    #expect(Console.loaded([.make(1), .make(3), .make(2)]).order == [3, 2, 1])
  }

  @Test func aWaitWithoutATimeStandsBehindTheOthers() {
    let console = Console.loaded([.make(1, .requested), .waiting(2, minutes: 1)])
    #expect(console.order == [2, 1])
  }

  /// The order is kept by moving single dialogs; this compares it with sorting everything.
  @Test(arguments: 0..<8)
  func movingSingleDialogsEqualsSortingThemAll(_ seed: UInt64) {
    var random = SeededRandom(state: seed)
    var list = DialogList()
    for _ in 0..<200 {
      let id = Int.random(in: 1...40, using: &random)
      var entry = DialogEntry(dialog: .make(id, minutesAgo: Int.random(in: 0...9, using: &random)))
      entry.holder =
        [.assistant, .me, .nobodyYet(since: entry.dialog.lastMessageAt), .other(nil)]
        .randomElement(using: &random) ?? .me
      entry.unread.count = Int.random(in: 0...2, using: &random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0: list.remove(id)
      case 1: list.freeze()
      case 2: list.thaw()
      case 3: list.moveSelection(by: 1)
      default: list.put(entry)
      }
      let sorted = list.entries.values.sorted { DialogRank($0) < DialogRank($1) }.map(\.id)
      #expect(list.byUrgency == sorted)
      #expect(Set(list.shown) == Set(sorted))
      #expect(list.shown.count == sorted.count)
      if !list.isFrozen { #expect(list.shown == sorted) }
      #expect(list.isFrozen || list.displaced == 0)
      #expect(list.selection.map(sorted.contains) ?? sorted.isEmpty)
      #expect(list.mineCount == list.entries.values.count { $0.holder == .me })
      #expect(list.waitingCount == list.entries.values.count { $0.isWaiting })
      #expect(list.unreadCount == list.entries.values.count { $0.unread.count > 0 })
    }
  }

  // MARK: The frozen order

  private func twelve() -> Console {
    Console.loaded((1...12).map { .make($0, minutesAgo: $0) })
  }

  @Test func theOrderStandsStillOnceTheCursorMoves() {
    var console = twelve()
    console.press("jj")
    #expect(console.selected == 3)
    let before = console.order
    var moved = (1...12).map { Dialog.make($0, minutesAgo: $0) }
    moved[8].handoffStatus = .requested
    moved[8].handoffRequestedAt = console.now()
    moved.append(.make(99))
    console.advance(by: ConsoleState.refreshInterval)
    console.send(page(moved))
    #expect(console.order == before + [99])
    #expect(console.selected == 3)
    #expect(console.state.list.isFrozen)
    #expect(console.state.list.displaced == 2)
  }

  @Test(arguments: ["S", "<Esc>", "h"])
  func aKeyPutsTheOrderRight(_ key: String) {
    var console = twelve()
    console.press("jj")
    console.state.list.update(9) { $0.holder = .nobodyYet(since: Console.start) }
    #expect(console.order.first == 1)
    console.press(key)
    #expect(console.order.first == 9)
    #expect(console.selected == 3, "the cursor stays on its dialog")
    #expect(!console.state.list.isFrozen)
  }

  @Test func openingADialogThawsTheList() {
    var console = twelve()
    console.press("j")
    #expect(console.state.list.isFrozen)
    console.press("<Enter>")
    #expect(!console.state.list.isFrozen)
    #expect(console.opened == 2)
  }

  @Test func anUntouchedListIsAlive() {
    var console = twelve()
    console.state.list.update(9) { $0.holder = .nobodyYet(since: Console.start) }
    #expect(console.order.first == 9)
    #expect(console.selected == 1)
  }

  // MARK: The cursor

  @Test(arguments: [
    ("", 1), ("j", 2), ("jjk", 2), ("k", 1), ("G", 12), ("Gj", 12), ("Ggg", 1), ("<Down><Down><Up>", 2),
    ("<End>", 12), ("<End><Home>", 1), ("<PgDn>", 5), (" ", 5), ("<PgDn><PgDn><PgUp>", 5), ("<PgDn><PgDn><PgDn>", 12),
  ])
  func movement(_ script: String, _ selected: DialogID) {
    var console = twelve()
    console.send(.viewport(Viewport(messageLines: 0, scroll: .bottom, listRows: 5)))
    console.press(script)
    #expect(console.selected == selected)
  }

  @Test(arguments: [("", 0), ("jjjj", 0), ("jjjjj", 1), ("G", 7), ("Gkkkk", 7), ("Gkkkkk", 6), ("Ggg", 0)])
  func theListScrollsJustAsFarAsNeeded(_ script: String, _ top: Int) {
    var console = twelve()
    console.send(.viewport(Viewport(messageLines: 0, scroll: .bottom, listRows: 5)))
    console.press(script)
    #expect(console.state.list.top == top)
  }

  @Test func aTallerTerminalLeavesNoEmptyLines() {
    var console = twelve()
    console.send(.viewport(Viewport(messageLines: 0, scroll: .bottom, listRows: 5)))
    console.press("G")
    console.send(.viewport(Viewport(messageLines: 0, scroll: .bottom, listRows: 20)))
    #expect(console.state.list.top == 0)
  }

  @Test func anEmptyListTakesEveryKey() {
    var console = Console.loaded()
    console.press("jkgG<PgDn><PgUp><Enter>lrtbcnRED-<Tab><S-Tab>S h<Esc>")
    #expect(console.opened == nil)
    #expect(console.takeVisibleEffects() == [])
  }

  // MARK: The filter

  private func people() -> Console {
    Console.loaded([
      .make(4821, minutesAgo: 1, name: "Ana Petrova", last: "refund twice charged"),
      .mine(4817, minutesAgo: 2), .omars(48, minutesAgo: 3), .waiting(7, minutes: 4),
    ])
  }

  @Test(arguments: [
    ("", [7, 4821, 4817, 48]), ("petr", [4821]), ("PETR ana", [4821]), ("refund", [4821]), ("#48", [4821, 4817, 48]),
    ("48 hello", [4817, 48]), ("is:mine", [4817]), ("is:waiting", [7]), ("is:ai", [4821]), ("is:others", [48]),
    ("IS:MINE 4821", []), ("is:", []), ("nobody", []), ("is:unread", []),
  ])
  func filters(_ text: String, _ shown: [DialogID]) {
    var console = people()
    console.press("f" + text)
    #expect(console.order == shown)
    #expect(console.state.mode == .filter)
  }

  @Test func aFilterIsKeptWithEnterAndDroppedWithEsc() {
    var console = people()
    console.press("fana<Enter>")
    #expect(console.state.mode == .list)
    #expect(console.order == [4821])
    console.press("<Esc>")
    #expect(console.order.count == 4)
    console.press("fana")
    console.press("<Esc>")
    #expect(console.order.count == 4)
    #expect(console.state.mode == .list)
  }

  @Test func theCursorIsOnTheFirstMatchAndMovesWhileTyping() {
    var console = people()
    console.press("f#48<Down>")
    #expect(console.selected == 4817)
    console.press("<Enter><Enter>")
    #expect(console.opened == 4817)
  }

  @Test func filteringAgainStartsFromTheFilterInForce() {
    var console = people()
    console.press("fana<Enter>f")
    #expect(console.state.filterInput?.text == "ana")
    console.press("<C-u>is:mine")
    #expect(console.order == [4817])
  }

  @Test func aPastedFilterIsOneLine() {
    var console = people()
    console.press("f")
    console.send(.key(.paste("ana\npetrova\n")))
    #expect(console.state.filterInput?.text == "ana petrova")
    #expect(console.order == [4821])
  }

  @Test func lettersOfTheFilterAreNoKeys() {
    var console = people()
    console.press("fqtbcnjk?")
    #expect(console.state.filterInput?.text == "qtbcnjk?")
    #expect(console.takeVisibleEffects() == [])
  }

  @Test func aDialogThatComesToMatchAppears() {
    var console = people()
    console.press("fis:waiting<Enter>")
    #expect(console.order == [7])
    console.state.list.update(4821) { $0.holder = .nobodyYet(since: nil) }
    #expect(console.order == [7, 4821])
    console.state.list.update(7) { $0.holder = .me }
    #expect(console.order == [4821])
    #expect(console.selected == 4821)
  }

  // MARK: Attention

  @Test func theAttentionKeyGoesThroughAllThatNeedTheOperator() {
    var console = Console.loaded([.make(1), .waiting(2, minutes: 3), .waiting(3, minutes: 75), .mine(4)])
    console.state.list.update(4) { $0.unread.count = 2 }
    console.press("n")
    #expect(console.opened == 3)
    #expect(console.notice == "#3 waits for a human for 1h15m, 1h10m over the limit")
    console.press("n")
    #expect(console.opened == 2)
    console.press("<Tab>")
    #expect(console.opened == 4)
    console.press("<S-Tab>")
    #expect(console.opened == 2)
  }

  @Test func theAttentionKeySeesThroughTheFilter() {
    var console = Console.loaded([.make(1, name: "ana"), .waiting(2, minutes: 3)])
    console.press("fana<Enter>n")
    #expect(console.opened == 2)
  }

  @Test func theAttentionKeyOpensTheOneUnderTheCursorFirst() {
    var console = Console.loaded([.waiting(1, minutes: 9), .waiting(2, minutes: 3)])
    #expect(console.selected == 1)
    console.press("n")
    #expect(console.opened == 1)
    console.press("nn")
    #expect(console.opened == 1)
  }

  @Test func withOnlyTheOpenOneTheAttentionKeySaysSo() {
    var console = Console.loaded([.waiting(1, minutes: 9)])
    console.press("nn")
    #expect(console.notice == "No other dialog needs you")
  }

  @Test func minusGoesBackAndForthBetweenTwoDialogs() {
    var console = Console.loaded([.make(1, minutesAgo: 1), .make(2, minutesAgo: 2)])
    console.press("<Enter>hj<Enter>")
    #expect(console.opened == 2)
    console.press("-")
    #expect(console.opened == 1)
    console.press("-")
    #expect(console.opened == 2)
  }
}
