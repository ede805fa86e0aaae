import ChatProtocol
import ConsoleView
import Testing

@testable import ConsoleModel
@testable import LiveLink

/// What stands in the way of writing to the wrong people, or past what they said.
@Suite("Golden screens of writing")
struct WritingGoldenTests {
  private static let sizes = [(80, 24), (120, 40)]

  private func expect(_ shop: Shop, _ name: String, sizes: [(Int, Int)] = Self.sizes) throws {
    for (columns, rows) in sizes {
      try Golden.expect(shop.canvas(columns, rows), is: "\(name)-\(columns)x\(rows)")
    }
  }

  /// Ana's dialog, with a note under edit.
  private func noting() -> Shop {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.session.capabilities.features.formUnion(["notes", "precondition"])
    shop.state.noteComposers[Shop.ana] = Composer("@Omar she is right: both are booked.\nI refund the second one.")
    shop.state.writing[Shop.ana] = .note
    shop.state.isComposing = true
    return shop
  }

  @Test func note() throws {
    try expect(noting(), "note", sizes: Self.sizes + [(50, 12), (40, 10)])
    for theme in [Theme.dark, .light, .mono] {
      try Golden.expect(noting().canvas(80, 24, theme: theme), is: "styles-note-\(theme.name)-80x24", styles: true)
    }
    try Golden.expect(noting().canvas(80, 24, theme: .mono.asciiOnly), is: "note-ascii-80x24")
  }

  @Test func noteDraft() throws {
    var shop = noting()
    shop.state.isComposing = false
    try expect(shop, "note-draft", sizes: [(80, 24)])
  }

  @Test("Whom a note may call, and what Tab has put in")
  func mention() throws {
    var shop = noting()
    shop.state.team = [
      Colleague(id: 8, name: "Omar", status: .online), Colleague(id: 9, name: "Olga Ivanova", status: .away),
      Colleague(id: 10, name: "\u{1B}[31mOrc", status: .online),
    ]
    shop.state.noteComposers[Shop.ana] = Composer("Please look at both bookings, @O")
    try expect(shop, "mention", sizes: Self.sizes + [(50, 12)])
    for theme in [Theme.light, .mono] {
      try Golden.expect(shop.canvas(80, 24, theme: theme), is: "styles-mention-\(theme.name)-80x24", styles: true)
    }
    shop.press("<Tab>")
    try expect(shop, "mention-taken", sizes: [(80, 24)])
  }

  @Test("The emoji that a name may become, and the first of them taken")
  func emoji() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.compose("Both are booked, I am sorry :sm")
    try expect(shop, "emoji", sizes: Self.sizes + [(50, 12)])
    try Golden.expect(shop.canvas(80, 24, theme: .mono.asciiOnly), is: "emoji-ascii-80x24")
    shop.press("<Tab>")
    try expect(shop, "emoji-taken", sizes: [(80, 24)])
  }

  @Test func formerNote() throws {
    var shop = noting()
    shop.state.switchKind()
    try expect(shop, "former-note", sizes: Self.sizes + [(50, 12)])
    shop.state.list.update(Shop.ana) { $0.holder = .me }
    shop.state.sendFromComposer()
    try expect(shop, "former-note-question", sizes: [(80, 24), (50, 12)])
    for theme in [Theme.dark, .mono] {
      try Golden.expect(
        shop.canvas(80, 24, theme: theme), is: "styles-former-note-\(theme.name)-80x24", styles: true)
    }
  }

  @Test func superseded() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.session.capabilities.features.formUnion(["precondition"])
    shop.state.list.update(Shop.ana) { $0.holder = .me }
    shop.compose("")
    shop.send("c0", "I refund the second payment now")
    let newer = Shop.message(16, .user, "Sorry, my bank says that it was two orders. Forget it", minutes: 0)
    shop.state.feedOutbox(.failed(clientID: "c0", .superseded(by: [newer])))
    try expect(shop, "superseded", sizes: Self.sizes + [(50, 12)])
    shop.state.pressBeside(try #require(shop.state.prompt), .character("w"))
    try expect(shop, "superseded-later", sizes: [(80, 24)])
  }

  @Test func paste() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.compose("Here is the log: ")
    shop.state.pasteIntoComposer("first line\n\u{1B}[31mred\n" + (3...40).map { "line \($0)" }.joined(separator: "\n"))
    try expect(shop, "paste", sizes: Self.sizes + [(50, 12)])
    shop.state.prompt = nil
    shop.state.pasteIntoComposer("two\nlines")
    try expect(shop, "paste-short", sizes: [(80, 24)])
  }

  @Test func counter() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.compose(String(repeating: "long ", count: 1900))
    try expect(shop, "counter", sizes: [(80, 24)])
    shop.compose(String(repeating: "long ", count: 2001))
    try expect(shop, "counter-over", sizes: [(80, 24)])
  }
}
