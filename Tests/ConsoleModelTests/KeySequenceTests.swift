import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("Key sequences")
struct KeySequenceTests {
  private static let many = (1...40).map { Dialog.mine($0, minutesAgo: $0) }

  @Test func aSequenceActsWithItsLastKey() {
    var console = Console.loaded(Self.many)
    console.press("G")
    #expect(console.selected == console.order.last)
    console.press("g")
    #expect(console.selected == console.order.last)
    console.press("g")
    #expect(console.selected == console.order.first)
    #expect(console.state.pendingKeys == nil)
  }

  @Test func whatMayFollowIsShownToWhoHesitates() {
    var console = Console.loaded([.mine(1)])
    console.press("g")
    #expect(console.state.pendingKeys == PendingKeys("g", in: .list, isShown: false))
    console.advance(by: .milliseconds(399))
    #expect(console.state.pendingKeys?.isShown == false)
    console.advance(by: .milliseconds(1))
    #expect(console.state.pendingKeys?.isShown == true)
    #expect(console.state.keyHints.contains(KeyHint(key: "g", title: "first")))
    console.press("g")
    #expect(console.state.pendingKeys == nil)
    #expect(console.alarm(.keys) == nil)
  }

  /// No alarm and so no byte for who knows the keys.
  @Test func whoDoesNotHesitateIsNotShownAnything() {
    var console = Console.loaded([.mine(1)])
    console.press("gg")
    #expect(console.alarm(.keys) == nil)
  }

  @Test(arguments: ["<Esc>", "<C-c>"])
  func aPrefixCanBeLeft(_ key: String) {
    var console = Console.loaded([.mine(1)])
    console.press("g" + key)
    #expect(console.state.pendingKeys == nil)
    #expect(console.notice == "")
    #expect(console.state.mode == .list)
  }

  @Test func aKeyThatLeadsNowhereSaysSo() {
    var console = Console.loaded(Self.many)
    console.press("g<Tab>")
    #expect(console.notice == "g Tab is not bound to anything")
    // The second key alone would open a dialog: it must not act.
    #expect(console.opened == nil)
    console.press("j")
    #expect(console.selected == console.order[1])
  }

  @Test func anotherModeForgetsThePrefix() {
    var console = Console.loaded(Self.many)
    console.press("jjj<Enter>")
    let before = console.opened
    console.press("g")
    console.state.focus = .list
    console.send(.resized(Size(columns: 80, rows: 24)))
    #expect(console.state.pendingKeys == nil)
    console.press("k")
    #expect(console.opened == before)
  }

  @Test func aPasteIsNotTheSecondKey() {
    var console = Console.loaded(Self.many)
    console.press("Gg")
    console.send(.key(.paste("g")))
    #expect(console.selected == console.order.last)
  }

  @Test(arguments: [
    ("j", [Key.character("j")]), ("g g", [.character("g"), .character("g")]), ("Ctrl-K", [.control("k")]),
    ("C-k", [.control("k")]), ("PgDn", [.pageDown]), ("z Space", [.character("z"), .character(" ")]),
    ("-", [.character("-")]), ("Shift-Tab", [.backTab]), ("Ctrl-Left", [.alt("b")]), ("↑", [.up]),
    ("F5", [.function(5)]),
    ("A-x", [.alt("x")]), ("G", [.character("G")]), ("Ctrl-I", [.tab]), ("é", [.character("é")]),
    ("<", [.character("<")]),
  ])
  func sequencesAreReadFromWords(_ text: String, _ keys: [Key]) throws {
    #expect(try KeySequence(parsing: text).keys == keys)
  }

  @Test(arguments: [
    ("", ""), ("gg", "gg"), ("g Hyper-x", "Hyper-x"), ("Ctrl-", "Ctrl-"), ("Ctrl-ab", "Ctrl-ab"), ("F99", "F99"),
  ])
  func whatIsNoKeyIsNamed(_ text: String, _ word: String) {
    #expect(throws: KeyNameError(word: word)) { try KeySequence(parsing: text) }
  }
}
