import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Coming, staying and going")
struct SessionTests {
  @Test func signingInReadsListAndQueueAndSaysHello() {
    var console = Console()
    console.send(.signedIn(Console.me, Console.capable))
    #expect(console.takeVisibleEffects() == [.heartbeat(.online), .loadDialogs(page: 1, limit: 100), .loadQueue])
    #expect(console.state.session.operatorName == "Maria")
  }

  @Test(arguments: [
    (Account(id: 1, email: "a@b.c", role: "admin"), "a@b.c"), (Account(id: 1, email: "", role: ""), "operator 1"),
    (Account(id: 1, email: "a@b.c", role: "", firstName: ""), "a@b.c"),
  ])
  func theOperatorHasAName(_ account: Account, _ name: String) {
    #expect(Session(profile: "p", serverName: "s", account: account).operatorName == name)
  }

  @Test func nothingIsAskedBeforeTheLogin() {
    var console = Console()
    console.press("<C-r>")
    console.send(.resumed)
    console.advance(by: .seconds(60))
    #expect(console.takeVisibleEffects() == [.redraw])
  }

  // MARK: Quitting

  @Test func qQuitsInBrowse() {
    var console = Console.loaded([.mine(1)])
    console.press("q")
    #expect(console.takeVisibleEffects() == [.quit])
  }

  @Test func qIsALetterInTheComposerAndKeepsDraftsFromBrowse() {
    var console = Console.loaded([.mine(1)])
    console.press("rq<Esc>")
    #expect(console.takeVisibleEffects() == [.saveDraft(1, "q")])
    console.press("q")
    #expect(console.takeVisibleEffects() == [.quit])
  }

  @Test func repliesUnderWayAskBeforeQuitting() {
    var console = Console.loaded([.mine(1)])
    console.press("rhi<Enter><Esc>qq")
    #expect(console.state.prompt?.question == "One reply has not arrived; kept for the next start. Quit?")
    #expect(!console.takeVisibleEffects().contains(.quit))
    console.press("y")
    #expect(console.takeVisibleEffects().last == .quit)
  }

  @Test func oneCtrlCSaysHowToQuitAndTwoDo() {
    var console = Console.loaded()
    console.press("<C-c>")
    #expect(console.notice == "Ctrl-C again to quit")
    #expect(console.takeVisibleEffects() == [])
    console.advance(by: .milliseconds(1900))
    console.press("<C-c>")
    #expect(console.takeVisibleEffects() == [.quit])
  }

  @Test(arguments: ["<C-c>", "q", "?<C-c>", "fana<C-c>"])
  func aDemoEndsAtOnce(_ script: String) {
    var console = Console(isDisposable: true)
    console.press(script)
    #expect(console.takeVisibleEffects() == [.quit])
  }

  @Test func twoCtrlCFarApartDoNotQuit() {
    var console = Console.loaded()
    console.press("<C-c>")
    console.advance(by: .milliseconds(2100))
    #expect(console.state.notice == nil)
    console.press("<C-c>")
    #expect(console.takeVisibleEffects() == [])
  }

  @Test(arguments: [
    ("rtext", Mode.conversation), ("?", .list), ("fana", .list), ("b", .list), ("<Enter>", .conversation),
  ])
  func ctrlCLeavesWhatIsOpen(_ script: String, _ mode: Mode) {
    var console = Console.loaded([.mine(1)])
    console.press(script + "<C-c>")
    #expect(console.state.mode == mode)
  }

  @Test(arguments: ["", "rtext", "?", "fana", "b", "<Enter>"])
  func twoCtrlCQuitFromAnywhereAndLoseNothing(_ script: String) {
    var console = Console.loaded([.mine(1)])
    console.press(script)
    console.press("<C-c><C-c>")
    let effects = console.takeVisibleEffects()
    #expect(effects.last == .quit)
    #expect(effects.contains(.saveDraft(1, "text")) == (script == "rtext"))
  }

  @Test func aHangupKeepsTheDraftsAndQuits() {
    var console = Console.loaded([.mine(1)])
    console.press("rtext")
    console.send(.terminated)
    #expect(console.takeVisibleEffects() == [.saveDraft(1, "text"), .quit])
  }

  @Test(arguments: ["", "r", "?", "f", "b", "<Enter>"])
  func suspendAndRedrawWorkEverywhere(_ script: String) {
    var console = Console.loaded([.mine(1)])
    console.press(script)
    let mode = console.state.mode
    console.press("<C-z><C-l>")
    #expect(console.takeVisibleEffects() == [.suspend, .redraw])
    #expect(console.state.mode == mode)
  }

  @Test func suspendingKeepsTheDraftFirst() {
    var console = Console.loaded([.mine(1)])
    console.press("rtext<C-z>")
    #expect(console.takeVisibleEffects() == [.saveDraft(1, "text"), .suspend])
    #expect(console.state.mode == .compose)
  }

  // MARK: Help

  @Test(arguments: ["<Esc>", "<C-c>"])
  func helpOpensAndCloses(_ key: String) {
    var console = Console.loaded([.mine(1)])
    console.press("<Enter>?")
    #expect(console.state.help == HelpPage(about: .conversation))
    console.press(key)
    #expect(console.state.help == nil)
    #expect(!console.takeVisibleEffects().contains(.quit))
  }

  @Test(arguments: [
    ("<Down><Down>", 2), ("<Down><Down><Up>", 1), ("<Up>", 0), ("<PgDn>", 20), ("<PgDn><PgUp>", 0), ("<Down><Home>", 0),
    ("<End>", Int.max), ("<End><Down>", .max),
  ])
  func helpScrolls(_ script: String, _ top: Int) {
    var console = Console.loaded()
    console.press("?" + script)
    #expect(console.state.help?.top == top)
  }

  @Test func helpComesToRestWhereTheScreenSays() {
    var console = Console.loaded()
    console.press("?<End>")
    console.send(.viewport(Viewport(messageLines: 0, scroll: .bottom, listRows: 0, helpTop: 40)))
    console.press("<Up>")
    #expect(console.state.help?.top == 39)
  }

  // MARK: Presence

  @Test func presenceIsRenewedEveryThirtySeconds() {
    var console = Console.loaded()
    console.send(.heartbeatAnswered(accepted: true))
    console.advance(by: .seconds(95))
    #expect(console.takeEffects().count { $0 == .heartbeat(.online) } == 3)
  }

  @Test func aServerWithoutPresenceIsLeftAlone() {
    var console = Console.loaded()
    for _ in 0..<3 {
      console.send(.heartbeatAnswered(accepted: false))
      console.advance(by: .seconds(30))
    }
    console.takeEffects()
    console.advance(by: .seconds(300))
    #expect(!console.takeEffects().contains(.heartbeat(.online)))
    #expect(console.state.health.heartbeatGivenUp)
    #expect(console.state.notice == nil, "nothing to bother the operator with")
  }

  @Test func oneGoodHeartbeatStartsTheCountAnew() {
    var console = Console.loaded()
    for accepted in [false, false, true, false, false] { console.send(.heartbeatAnswered(accepted: accepted)) }
    #expect(!console.state.health.heartbeatGivenUp)
  }

  // MARK: The end of a session

  @Test func anExpiredLoginStopsTheCallsAndKeepsTheScreen() {
    var console = Console.loaded([.mine(1)])
    console.press("rdraft")
    console.advance(by: ConsoleState.refreshInterval)
    console.send(.dialogsFailed(.unauthorized))
    console.send(.queueFailed(.unauthorized))
    #expect(console.state.session.endReason == "the login has expired")
    #expect(console.order == [1])
    console.takeEffects()
    console.advance(by: .seconds(120))
    #expect(console.takeVisibleEffects() == [])
    console.press("!")
    #expect(console.draft == "draft!")
    console.send(.signedIn(Console.me, Console.capable))
    #expect(console.state.session.endReason == nil)
    #expect(console.takeVisibleEffects().contains(.loadQueue))
  }
}
