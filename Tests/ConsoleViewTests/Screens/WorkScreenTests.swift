import ChatProtocol
import ConsoleView
import Testing

@testable import ConsoleModel
@testable import LiveLink

/// Screens of the dialog work: pickers, proposals, marks, tabs, search.
@Suite("Golden screens: the work")
struct WorkScreenTests {
  private static let sizes = [(80, 24), (120, 40)]

  private func expect(_ shop: Shop, _ name: String, sizes: [(Int, Int)] = Self.sizes) throws {
    for (columns, rows) in sizes {
      try Golden.expect(shop.canvas(columns, rows), is: "\(name)-\(columns)x\(rows)")
    }
  }

  private func marked() -> Shop {
    var shop = Shop()
    var marks: [DialogID: DialogMarks] = [:]
    func mark(_ id: DialogID, _ change: (inout DialogMarks) -> Void) {
      var mark = DialogMarks()
      change(&mark)
      marks[id] = mark
    }
    mark(Shop.ana) {
      $0.priority = .urgent
      $0.labels = ["refund", "vip"]
    }
    mark(4790) { $0.isUnread = true }
    mark(4781) { $0.priority = .low }
    mark(4770) {
      $0.snooze = DialogMarks.Snooze(until: Shop.now.advanced(by: .seconds(5400)), since: Shop.now)
      $0.labels = ["call-back"]
    }
    shop.state.marks = MarkBook(marks)
    for (id, mark) in marks { shop.state.list.update(id) { $0.marks = mark } }
    shop.state.setTabs(FilterTab.builtin + [FilterTab(name: "vip", filter: "label:vip")])
    return shop
  }

  private func proposing() -> Shop {
    var shop = marked()
    shop.state.session.capabilities.features.formUnion(["proposals", "leases", "presence", "search"])
    let text =
      "Your bank releases the reservation within five days.\u{1B}[31m Shall I ask a colleague to write to them? "
      + "They can confirm that order 7781 was paid once."
    shop.state.proposals[Shop.ana] = [
      Proposal(id: 5, dialogID: Shop.ana, messageID: 15, text: text, state: .open, createdAt: Shop.ago(1))
    ]
    shop.state.list.update(Shop.ana) { $0.openProposals = 1 }
    shop.state.list.update(4781) { $0.openProposals = 1 }
    return shop
  }

  @Test func marks() throws {
    try expect(marked(), "marks", sizes: Self.sizes + [(50, 12)])
  }

  @Test func tabs() throws {
    var shop = marked()
    shop.state.list.setFilter(DialogFilter("label:vip"))
    try expect(shop, "tab", sizes: [(80, 24), (120, 40), (60, 15)])
    var many = shop
    many.state.setTabs(
      FilterTab.builtin + (1...5).map { FilterTab(name: "a long name \($0)", filter: "label:\($0)") })
    many.state.list.setFilter(DialogFilter("label:3"))
    try expect(many, "tabs-many", sizes: [(80, 24), (120, 40)])
  }

  @Test func proposal() throws {
    var shop = proposing()
    shop.open(Shop.ana)
    try expect(shop, "proposal", sizes: Self.sizes + [(160, 50), (50, 12), (40, 8)])
    try Golden.expect(shop.canvas(80, 24, theme: .mono), is: "styles-proposal-mono-80x24", styles: true)
  }

  @Test func aLongProposalLeavesRoomForTheMessages() throws {
    var shop = proposing()
    shop.open(Shop.ana)
    shop.state.proposals[Shop.ana]?[0].text = String(repeating: "A sentence that goes on. ", count: 60)
    try expect(shop, "proposal-long", sizes: [(80, 24), (50, 12)])
  }

  @Test func transferring() throws {
    var shop = proposing()
    shop.state.team = [
      Colleague(id: 8, name: "Omar Haddad", status: .online, dialogs: 2, capacity: 6),
      Colleague(id: 9, name: "Ann\u{1B}]0;x\u{7} Lee", status: .away, dialogs: 0, capacity: 6),
      Colleague(id: 10, name: "Ida", status: .online, dialogs: 6, capacity: 6),
    ]
    shop.open(4790)
    shop.state.pick(.transfer(4790, note: nil))
    try expect(shop, "transfer", sizes: Self.sizes + [(50, 12), (40, 8)])
    try Golden.expect(shop.canvas(80, 24, theme: .mono), is: "styles-transfer-mono-80x24", styles: true)
  }

  @Test func settingAside() throws {
    var shop = marked()
    shop.state.pick(.snooze(Shop.ana))
    try expect(shop, "snooze", sizes: [(80, 24)])
  }

  @Test func searching() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.startSearch("order 7781")
    shop.state.search?.isTyping = true
    try expect(shop, "search", sizes: Self.sizes + [(50, 12)])
    try Golden.expect(shop.canvas(80, 24, theme: .mono), is: "styles-search-mono-80x24", styles: true)
  }

  @Test func searchingAll() throws {
    var shop = Shop()
    shop.state.found = GlobalSearch(
      text: "order",
      answer: SearchAnswer(
        items: [
          FoundMessage(
            dialogID: Shop.ana, messageID: 11, sender: .user, timestamp: Shop.ago(15), name: "Ana Petrova",
            snippet: "I was charged twice for order 7781. My bank shows two payments"),
          FoundMessage(
            dialogID: 4755, messageID: 2, sender: .user, kind: .note, timestamp: Shop.ago(3000),
            name: "Bob\u{1B}[31m", snippet: "order \u{202E}evil"),
        ], dialogs: [FoundDialog(dialogID: 4702, name: "Order Desk")]), isServers: true)
    shop.state.pick(.search, status: "3 in all messages")
    shop.state.editPicker { $0.insert("order") }
    try expect(shop, "search-all", sizes: Self.sizes + [(50, 12)])
  }

  @Test func links() throws {
    var shop = Shop()
    shop.open(
      Shop.ana,
      [
        Shop.message(1, .user, "is https://pаypal.com/pay the same as https://paypal.com@evil.example/?", minutes: 2),
        Shop.message(2, .assistant, "No. See https://shop.example/help", minutes: 1),
      ])
    shop.state.pick(.openLink(Shop.ana))
    try expect(shop, "links", sizes: Self.sizes)
  }
}
