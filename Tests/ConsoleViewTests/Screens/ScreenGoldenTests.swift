import ChatProtocol
import ConsoleView
import Testing

@testable import ConsoleModel
@testable import LiveLink

@Suite("Golden screens")
struct ScreenGoldenTests {
  private static let sizes = [(80, 24), (120, 40), (160, 50)]

  private func expect(_ shop: Shop, _ name: String, sizes: [(Int, Int)] = Self.sizes) throws {
    for (columns, rows) in sizes {
      try Golden.expect(shop.canvas(columns, rows), is: "\(name)-\(columns)x\(rows)")
    }
  }

  @Test func list() throws {
    try expect(Shop(), "list", sizes: Self.sizes + [(200, 60), (60, 15), (50, 12)])
  }

  @Test func chatLive() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.conversation?.firstUnread = 15
    shop.state.list.update(Shop.ana) { $0.typists = [.visitor] }
    try expect(shop, "chat", sizes: Self.sizes + [(200, 60), (60, 15), (50, 12), (40, 8)])
  }

  @Test func board() throws {
    var shop = Shop()
    shop.openBoard()
    try expect(shop, "board", sizes: [(200, 60), (250, 60), (320, 50)])
    shop.compose("Hi Ana, I am looking at both payments now")
    try expect(shop, "board-composing", sizes: [(200, 60)])
    try Golden.expect(shop.canvas(200, 60, theme: .mono), is: "styles-board-mono-200x60", styles: true)
    try Golden.expect(shop.canvas(200, 60, theme: .dark), is: "styles-board-dark-200x60", styles: true)
  }

  @Test func brief() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.briefs[Shop.ana] = Shop.brief
    try expect(shop, "brief", sizes: Self.sizes + [(60, 15), (50, 12)])
  }

  @Test func details() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.briefs[Shop.ana] = Shop.brief
    shop.addEarlier()
    shop.state.details = Details(.facts, of: Shop.ana)
    try expect(shop, "details", sizes: [(80, 24), (120, 40), (200, 60), (50, 12), (40, 10)])
    shop.state.details = Details(.earlier, of: Shop.ana)
    shop.state.details?.selection = 3107
    try expect(shop, "earlier", sizes: [(80, 24), (120, 40), (50, 12)])
    shop.state.details = nil
    try expect(shop, "context", sizes: [(160, 50)])
  }

  @Test func monitor() throws {
    var shop = Shop()
    shop.state.screen = .monitor
    try expect(shop, "monitor-empty", sizes: [(80, 24)])
    shop.watch()
    try expect(shop, "monitor", sizes: [(80, 24), (120, 40), (200, 60), (50, 12), (40, 10)])
    shop.state.monitor.selection = 2
    try Golden.expect(shop.canvas(120, 40, theme: .mono), is: "styles-monitor-mono-120x40", styles: true)
    try Golden.expect(shop.canvas(120, 40, theme: .dark), is: "styles-monitor-dark-120x40", styles: true)
  }

  @Test func dashboard() throws {
    var shop = Shop()
    shop.state.screen = .dashboard
    try expect(shop, "dashboard-empty", sizes: [(80, 24)])
    shop.watch()
    try expect(shop, "dashboard", sizes: [(80, 24), (120, 40), (200, 60), (50, 12), (40, 10)])
    try Golden.expect(shop.canvas(120, 40, theme: Theme.mono.asciiOnly), is: "dashboard-ascii-120x40")
    try Golden.expect(shop.canvas(120, 40, theme: .dark), is: "styles-dashboard-dark-120x40", styles: true)
  }

  @Test func composing() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.compose("Hi Ana, I am looking at both payments now")
    try expect(shop, "composing", sizes: Self.sizes + [(50, 12)])
  }

  @Test func composingBlock() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.compose(
      "Hi Ana,\n\nthe second payment is a mistake of ours, and it will be sent back to your card within three working days; you need not do anything.\n\n– 1\n– 2\n– 3 李伟 🎉\nMaria"
    )
    try expect(shop, "block", sizes: [(80, 24), (120, 40), (50, 12)])
  }

  @Test func outboxRows() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.list.update(Shop.ana) {
      $0.holder = .me
      $0.dialog.handoffStartedAt = Shop.ago(5)
    }
    _ = shop.state.links[Shop.ana]?.timeline.merge(Shop.message(16, .manager, "Hi Ana, I am here", minutes: 4))
    shop.send("c0", "The first is on its way")
    shop.send("c1", "The second waits behind it")
    try expect(shop, "outbox-sending", sizes: [(80, 24), (50, 12)])
    shop.fail("c0", .invalid(ErrorDetail("the text is too long")))
    shop.fail("c1", .unreachable("connection refused"))
    try expect(shop, "outbox-failed", sizes: [(80, 24), (50, 12)])
  }

  @Test func reconnecting() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.links[Shop.ana]?.completeAt = Shop.monotonic - .seconds(12)
    shop.setPhase(.reconnecting(attempt: 2, retryAt: Shop.monotonic + .milliseconds(3400)))
    try expect(shop, "reconnecting")
    shop.setPhase(.connecting(attempt: 3))
    try expect(shop, "connecting", sizes: [(80, 24)])
  }

  @Test func polling() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.links[Shop.ana]?.completeAt = Shop.monotonic - .seconds(2)
    shop.setPhase(
      .polling(attempt: 6, nextPollAt: Shop.monotonic + .seconds(1), nextSocketAt: Shop.monotonic + .seconds(21)))
    try expect(shop, "polling", sizes: Self.sizes + [(50, 12)])
  }

  @Test func stopped() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.setPhase(.stopped(.refused("this dialog is not yours")))
    try expect(shop, "stopped", sizes: [(80, 24), (120, 40)])
  }

  @Test func serverDown() throws {
    var shop = Shop(dialogs: [])
    shop.state.health.failure = .unreachable("connection refused")
    shop.state.health.listLoadedAt = nil
    shop.state.health.nextRefreshAt = Shop.monotonic + .seconds(5)
    try expect(shop, "server-down", sizes: [(80, 24), (120, 40)])
  }

  @Test func keysThatMayFollow() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.pendingKeys = PendingKeys("g", in: .conversation, isShown: true)
    try expect(shop, "keys", sizes: [(80, 24), (50, 12), (40, 8)])
  }

  @Test func commandLine() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.press(":open 47")
    try expect(shop, "command", sizes: Self.sizes + [(50, 12), (40, 10), (40, 8)])
    shop.press("<C-u>tkae-over<Enter>")
    try expect(shop, "command-failed", sizes: [(80, 24), (40, 10)])
  }

  @Test func palette() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.press("<C-k>")
    try expect(shop, "palette", sizes: [(80, 24)])
    shop.press("take-over<Down>")
    try expect(shop, "palette-found", sizes: Self.sizes + [(50, 12), (40, 10), (40, 8)])
  }

  @Test func helpNarrowed() throws {
    var shop = Shop()
    shop.press("?list")
    try expect(shop, "help-narrowed", sizes: [(80, 24), (40, 10)])
  }

  @Test func help() throws {
    var shop = Shop()
    shop.state.help = HelpPage(about: .list)
    try expect(shop, "help", sizes: Self.sizes + [(60, 15), (50, 12)])
  }

  @Test func confirm() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.prompt = Prompt(
      .release, in: Shop.ana, "Give Ana Petrova back to the AI?", confirmKey: .character("y"), "give back")
    try expect(shop, "confirm", sizes: [(80, 24), (50, 12)])
  }

  @Test func notices() throws {
    var shop = Shop()
    shop.state.notice = Notice(.error, "Omar was faster: the dialog is taken", expiresAt: .seconds(2000))
    try expect(shop, "notice", sizes: [(80, 24), (50, 12)])
  }

  @Test func filter() throws {
    var shop = Shop()
    shop.state.list.setFilter(DialogFilter("is:mine"))
    shop.state.filterInput = TextBuffer("is:mine")
    try expect(shop, "filter", sizes: [(80, 24), (120, 40), (50, 12)])
    shop.state.list.setFilter(DialogFilter("nobody is called this"))
    shop.state.filterInput = nil
    try expect(shop, "filter-empty", sizes: [(80, 24)])
  }

  @Test func empty() throws {
    try expect(Shop(dialogs: []), "empty", sizes: Self.sizes + [(50, 12)])
  }

  @Test func hostile() throws {
    var shop = Shop()
    let texts = [
      "\u{1B}[2J\u{1B}]0;owned\u{7} title and clear", "C1: \u{9B}31m DEL: \u{7F} NUL: \u{0}",
      "bidi \u{202E}evil\u{202C} isolates \u{2066}x\u{2069}", "tags \u{E0041}\u{E0042} zero\u{200B}width",
      "14:07          server • An operator has taken over", "tab\tstop\nnew\r\nline\rreturn",
      "z" + String(repeating: "\u{301}", count: 40) + "algo", String(repeating: "A", count: 400),
    ]
    shop.open(4755, texts.enumerated().map { Shop.message($0.offset + 1, .user, $0.element, minutes: 20) })
    try expect(shop, "hostile", sizes: [(80, 24), (120, 40), (50, 12)])
  }

  @Test func wide() throws {
    var shop = Shop()
    let texts = [
      "返品の方法を教えてください。注文番号は7781です。よろしくお願いいたします。届いた商品が壊れていました。",
      "Здравствуйте! Подскажите, пожалуйста, когда придёт мой заказ? Обещали ещё на прошлой неделе, а его всё нет.",
      "안녕하세요 주문 상태를 알고 싶습니다", "👍🏽 👨‍👩‍👧‍👦 🇳🇴 ❤️ e\u{301}te\u{301} 🎉🎉🎉", "سلام، سفارش من کجاست؟", "ｆｕｌｌ　ｗｉｄｔｈ",
    ]
    shop.open(
      4772,
      texts.enumerated().map {
        Shop.message($0.offset + 1, $0.offset % 2 == 0 ? .user : .manager, $0.element, minutes: 20 - $0.offset)
      })
    shop.compose("かしこまりました 🎉 確認します")
    try expect(shop, "wide", sizes: [(80, 24), (120, 40), (50, 12)])
  }

  @Test func huge() throws {
    var shop = Shop()
    let long = (1...400).map { "line \($0) of a very long message" }.joined(separator: "\n")
    shop.open(Shop.ana, Shop.messages + [Shop.message(20, .user, long, minutes: 0)])
    try expect(shop, "huge", sizes: [(80, 24)])
    shop.state.conversation?.scroll = .held(anchor: 15, linesUp: 0)
    shop.state.conversation?.newBelow = 1
    try expect(shop, "scrolled", sizes: [(80, 24)])
    shop.state.conversation?.scroll = .top
    try expect(shop, "scrolled-top", sizes: [(80, 24)])
  }

  @Test func released() throws {
    var shop = Shop()
    shop.open(4781)
    shop.state.list.update(4781) {
      $0.dialog.handoffStatus = .released
      $0.dialog.handoffReason = "wanted a person"
      $0.dialog.handoffRequestedAt = Shop.ago(55)
      $0.dialog.handoffStartedAt = Shop.ago(50)
      $0.dialog.handoffResolvedAt = Shop.ago(11)
    }
    try expect(shop, "released", sizes: [(80, 24), (160, 50)])
  }

  @Test func manyDialogs() throws {
    var shop = Shop(dialogs: (1...300).map { Shop.entry($0, "visitor \($0)", .assistant, "hello", .user, minutes: $0) })
    shop.state.list.select(250)
    shop.state.health.totalDialogs = 5000
    try expect(shop, "many", sizes: [(80, 24), (120, 40)])
  }

  @Test func low() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    try expect(shop, "low", sizes: [(120, 12), (160, 7)])
  }

  @Test func draft() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.session.capabilities = .partOne
    _ = shop.state.links[Shop.ana]?.timeline.merge(
      Shop.message(30, .manager, "Is 1 &lt; 2? A server of part 1 escapes this", minutes: 1))
    shop.compose("a draft")
    shop.state.isComposing = false
    try expect(shop, "draft", sizes: [(80, 24)])
  }

  @Test("Each screen in colour and in one colour, at three sizes", arguments: [(80, 24), (120, 40), (200, 60)])
  func looks(_ columns: Int, _ rows: Int) throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.briefs[Shop.ana] = Shop.brief
    shop.addEarlier()
    shop.watch()
    // Colours do not depend on the size: of the other two themes one is enough.
    for theme in (columns, rows) == (120, 40) ? [Theme.dark, .light, .highContrast, .mono] : [.dark, .mono] {
      func expect(_ name: String, _ change: (inout ConsoleState) -> Void) throws {
        var shop = shop
        change(&shop.state)
        try Golden.expect(
          shop.canvas(columns, rows, theme: theme), is: "look-\(name)-\(theme.name)-\(columns)x\(rows)", styles: true)
      }
      try expect("chat") { _ in }
      try expect("list") { $0.focus = .list }
      try expect("composing") {
        $0.composers[Shop.ana] = Composer("Hi Ana, one moment")
        $0.isComposing = true
      }
      try expect("note") {
        $0.session.capabilities.features.insert("notes")
        $0.noteComposers[Shop.ana] = Composer("She is right, both are booked")
        $0.writing[Shop.ana] = .note
        $0.isComposing = true
      }
      try expect("palette") { _ = update(&$0, .key(.control("k"))) }
      try expect("details") { $0.details = Details(.facts, of: Shop.ana) }
      try expect("monitor") { $0.screen = .monitor }
      try expect("dashboard") { $0.screen = .dashboard }
      try expect("help") { $0.help = HelpPage(about: .list) }
    }
  }

  @Test("Looks, and not only words")
  func styles() throws {
    var shop = Shop()
    try Golden.expect(shop.canvas(80, 24, theme: .mono), is: "styles-list-mono-80x24", styles: true)
    shop.open(4755, [Shop.message(1, .user, "\u{1B}[31m bold?", minutes: 3)])
    try Golden.expect(shop.canvas(80, 24, theme: .dark), is: "styles-hostile-dark-80x24", styles: true)
    shop.open(Shop.ana)
    shop.state.conversation?.firstUnread = 15
    shop.state.prompt = Prompt(
      .release, in: Shop.ana, "Give Ana Petrova back to the AI?", confirmKey: .character("y"), "give back")
    for theme in Theme.builtin {
      try Golden.expect(shop.canvas(110, 24, theme: theme), is: "styles-confirm-\(theme.name)-110x24", styles: true)
    }
  }

  @Test func asciiOnly() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.list.update(Shop.ana) { $0.typists = [.visitor] }
    try Golden.expect(shop.canvas(120, 40, theme: Theme.mono.asciiOnly), is: "ascii-120x40")
  }
}
