import ChatProtocol
import ConsoleView
import Testing

@testable import ConsoleModel
@testable import LiveLink

/// Canned replies, macros, and the search in what was sent.
@Suite("Golden screens of what was written in advance")
struct TextsScreenTests {
  private static let sizes = [(80, 24), (120, 40)]

  private func expect(_ shop: Shop, _ name: String, sizes: [(Int, Int)] = Self.sizes) throws {
    for (columns, rows) in sizes {
      try Golden.expect(shop.canvas(columns, rows), is: "\(name)-\(columns)x\(rows)")
    }
  }

  private func shop() -> Shop {
    var shop = Shop()
    func file(_ kind: TextFile.Kind, _ name: String, _ text: String, isShared: Bool = false) -> TextFile {
      TextFile(kind, name: name, path: name, isShared: isShared, content: Array(text.utf8))
    }
    shop.state.texts = TextLibrary([
      file(.canned, "hello", "# Hello, I am looking at it\nHello {first_name}, this is {operator}. One moment please."),
      file(
        .canned, "refund",
        "# Refund is on its way\nHello {first_name}, your refund for order {?order number} is on its way.\n\nIt takes up "
          + "to five working days until your bank shows it. If it is not there by then, please write to us here.",
        isShared: true),
      file(.canned, "red", "# \u{1B}[31mRed\u{202E}\nA \u{1B}]0;x\u{7} trap"),
      file(.canned, "bye", "# Good bye\nHave a nice day!"),
      file(
        .macro, "refund",
        """
        title = "Refund, and look again"
        note = "tells the visitor, labels, sets aside"
        steps = ["take-over", "reply Hello {first_name}, order {?order} is refunded. Your bank shows it within five \
        working days; please write to us here if it does not.", "note Refunded {?order}: {?why}", "label refund",
        "snooze tomorrow 9:00"]
        [parameters.order]
        question = "Order number"
        [parameters.why]
        question = "Why it is refunded"
        choices = ["charged twice", "lost parcel", "goodwill"]
        """),
      file(
        .macro, "done", "title = \"Done: good bye, back to the AI\"\nsteps = [\"canned bye\", \"release\"]",
        isShared: true),
    ])
    shop.open(Shop.ana)
    shop.state.session.capabilities.features.formUnion(["notes", "leases"])
    shop.state.list.update(Shop.ana) { $0.holder = .me }
    return shop
  }

  @Test func canned() throws {
    var shop = shop()
    shop.press("r/")
    try expect(shop, "canned", sizes: Self.sizes + [(50, 12), (40, 10)])
    shop.press("refund")
    try expect(shop, "canned-found")
    try Golden.expect(shop.canvas(80, 24, theme: .mono), is: "styles-canned-mono-80x24", styles: true)
    shop.press(" nothing")
    try expect(shop, "canned-none", sizes: [(80, 24)])
  }

  @Test func places() throws {
    var shop = shop()
    shop.press("r/refund<Enter>")
    try expect(shop, "places", sizes: [(80, 24)])
    try Golden.expect(shop.canvas(80, 24, theme: .mono), is: "styles-places-mono-80x24", styles: true)
  }

  @Test func macros() throws {
    var shop = shop()
    shop.press("m")
    try expect(shop, "macros")
    shop.press("refund<Enter>7781<Enter>")
    try expect(shop, "macro-value", sizes: [(80, 24)])
    shop.press("<Enter>")
    try expect(shop, "macro-review", sizes: Self.sizes + [(50, 12), (40, 10)])
    try Golden.expect(shop.canvas(80, 24, theme: .mono), is: "styles-macro-review-mono-80x24", styles: true)
  }

  @Test func macroThatCannotBeDone() throws {
    var shop = shop()
    shop.state.list.update(Shop.ana) { $0.holder = .other(Manager(id: 8, name: "Omar")) }
    shop.press(":macro done<Enter>")
    try expect(shop, "macro-impossible", sizes: [(80, 24)])
  }

  @Test func sentBefore() throws {
    var shop = shop()
    shop.state.sentTexts = [
      SentText(text: "I look into order 7781", kind: .message, dialogID: Shop.ana),
      SentText(text: "Your order left our house\nthis morning", kind: .message, dialogID: 4790),
    ]
    shop.compose("Half a thought")
    shop.press("<C-r>order")
    try expect(shop, "sent-before", sizes: Self.sizes + [(50, 12)])
    shop.press("zzz")
    try expect(shop, "sent-before-none", sizes: [(80, 24)])
  }
}
