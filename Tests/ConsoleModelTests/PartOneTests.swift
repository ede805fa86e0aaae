import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Servers that have part 1 and nothing else")
struct PartOneTests {
  @Test(arguments: [
    ("&lt;b&gt; &amp; &quot;x&quot; &#x27;y&#39;", "<b> & \"x\" 'y'"), ("&amp;lt;", "&lt;"), ("a & b", "a & b"),
    ("&nbsp;&#65;", "&nbsp;&#65;"), ("", ""),
  ])
  func operatorTextIsShownAsItWasTyped(_ stored: String, _ shown: String) {
    let message = Message(id: 1, sender: .manager, text: stored, timestamp: nil)
    #expect(message.visibleText(on: .partOne) == shown)
    #expect(message.visibleText(on: Console.capable) == stored, "our server stores what was typed")
  }

  @Test(arguments: [Sender.user, .assistant, .system, .other(nil)])
  func otherTextIsLeftAlone(_ sender: Sender) {
    let message = Message(id: 1, sender: sender, text: "&lt;", timestamp: nil)
    #expect(message.visibleText(on: .partOne) == "&lt;")
  }

  /// Only ids: no names, no times, no hand-off fields.
  @Test func aListOfBareIDsIsAList() {
    var console = Console.loaded((1...3).map { Dialog(id: $0) }, capabilities: .partOne)
    #expect(console.order == [3, 2, 1])
    #expect(console.state.list.entries[1]?.visitorName == nil)
    console.press("G<Enter>")
    #expect(console.opened == 1)
  }

  @Test(
    arguments: [
      ((name: "Ana P", first: "A", last: "P", guest: "g"), "Ana P"), (("", "Ana", "Petrova", "g"), "Ana Petrova"),
      ((nil, nil, "Petrova", "g"), "Petrova"), ((nil, nil, nil, "guest-9"), "guest-9"), (("", "", "", ""), nil),
    ] as [((name: String?, first: String?, last: String?, guest: String?), String?)])
  func visitorsHaveTheBestNameThereIs(
    _ parts: (name: String?, first: String?, last: String?, guest: String?), _ name: String?
  ) {
    var dialog = Dialog(id: 1)
    (dialog.name, dialog.firstName, dialog.lastName, dialog.guestID) = parts
    #expect(DialogEntry(dialog: dialog).visitorName == name)
  }

  /// Neither hand-off events nor client ids: the list and the history tell.
  @Test func theWholeWayWithoutEventsAndClientIDs() {
    var house = Playhouse([.make(1), .make(2)])
    house.begin(capabilities: .partOne)
    house.handoff(.requested, in: 1, tells: false)
    house.advance(by: ConsoleState.refreshInterval)
    #expect(house.bells == 1)
    house.press("nrtHello &lt;you&gt;<Enter>")
    #expect(house.console.holder(1) == .assistant || house.console.holder(1) == .me)
    #expect(house.histories[1]?.last?.sender == .manager)
    #expect(house.console.state.outbox.rows.isEmpty)
    house.handoff(.active, in: 1, manager: Console.omar, tells: false)
    house.advance(by: ConsoleState.refreshInterval)
    #expect(house.console.holder(1) == .other(Manager(id: 8, name: nil)))
  }

  @Test func aLostAnswerIsSettledByTheHistory() {
    var house = Playhouse([.mine(1)])
    house.begin(capabilities: .partOne)
    house.losesAnswers = true
    house.press("ronce<Enter>")
    house.losesAnswers = false
    house.advance(by: .seconds(120))
    #expect(house.histories[1]?.filter { $0.text == "once" }.count == 1)
  }

  @Test func messagesBeforeTheLoginAreNotUnread() {
    var house = Playhouse([.mine(1, minutesAgo: 3)])
    house.histories[1]?.append(
      contentsOf: (0..<5).map { Message(id: 50 + $0, sender: .user, text: "old", timestamp: nil) })
    house.begin(capabilities: .partOne)
    house.advance(by: .seconds(10))
    #expect(house.bells == 0)
    let listed = house.console.state.list.entries[1]?.unread.count
    #expect(listed == 0)
  }
}
