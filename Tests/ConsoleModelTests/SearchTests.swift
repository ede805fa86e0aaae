import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Searching")
struct SearchTests {
  static let searching = Capabilities(version: 2, features: ["client-id", "paging", "search"])

  private func house(_ capabilities: Capabilities = Console.capable) -> Playhouse {
    var house = Playhouse([.mine(1, minutesAgo: 0), .make(2, minutesAgo: 5, name: "Refund Corp")])
    house.histories[1] = (0..<20).map { index in
      Message(
        id: 100 + index, sender: index % 2 == 0 ? .user : .manager,
        text: index % 5 == 0 ? "a REFUND, please \(index)" : "something else \(index)", timestamp: Console.start)
    }
    house.begin(capabilities: capabilities)
    house.console.send(.viewport(Viewport(messageLines: 10, scroll: .bottom, listRows: 10)))
    house.console.state.list.freeze()
    house.console.state.list.select(1)
    return house
  }

  private func shownAt(_ house: Playhouse) -> MessageID? {
    if case .held(let anchor, _) = house.console.state.conversation?.scroll { anchor } else { nil }
  }

  // MARK: In a dialog

  @Test func whatIsTypedIsFoundAtOnceFromTheNewest() {
    var house = house()
    house.press("<Enter>/r")
    #expect(house.console.state.mode == .search)
    house.press("efund")
    #expect(house.console.state.search?.matches == [100, 105, 110, 115])
    #expect(house.console.state.search?.current == 3)
    #expect(shownAt(house) == 115)
    house.press("<Up><C-p>")
    #expect(house.console.state.search?.current == 1)
    house.press("<Enter>")
    #expect(house.console.state.mode == .conversation)
    #expect(house.console.state.search?.isTyping == false)
    house.press("<C-p><C-p>")
    #expect(house.console.state.search?.current == 3, "it goes round")
    #expect(house.console.notice == "From the oldest on to the newest")
    house.press("<C-n>")
    #expect(house.console.state.search?.current == 0)
    house.press("<Esc>")
    #expect(house.console.state.search == nil)
    #expect(house.console.state.mode == .conversation, "the first Esc leaves the search only")
    #expect(house.console.state.conversation?.scroll == .bottom, "back to where it was")
  }

  @Test func aLetterMoreNarrowsAndOneLessWidens() {
    var house = house()
    house.press("<Enter>/please 1")
    #expect(house.console.state.search?.matches == [110, 115])
    house.press("5")
    #expect(house.console.state.search?.matches == [115])
    house.press("<BS>")
    #expect(house.console.state.search?.matches == [110, 115])
    house.press("zzz")
    #expect(house.console.state.search?.current == nil)
    #expect(house.console.state.conversation?.scroll == .bottom)
    house.press("<Enter>")
    #expect(house.console.notice == "“please 1zzz” is not in this dialog")
    #expect(house.console.state.search == nil)
  }

  @Test func aNewMessageIsFoundTooAndTheMatchStays() {
    var house = house()
    house.press("<Enter>/refund<Up><Enter>")
    #expect(house.console.state.search?.current == 2)
    house.say("the refund again", by: .user, in: 1)
    #expect(house.console.state.search?.matches.count == 5)
    #expect(house.console.state.search?.current == 2)
  }

  @Test func anotherDialogIsNotSearched() {
    var house = house()
    house.press("<Enter>/refund<Enter>")
    house.console.state.open(2)
    #expect(house.console.state.search == nil)
  }

  // MARK: Over all dialogs

  @Test func theServerSearchesWhereItCan() {
    var house = house(Self.searching)
    house.answers["card"] = SearchAnswer(
      items: [
        FoundMessage(
          dialogID: 1, messageID: 107, sender: .user, timestamp: Console.start, name: "Ana", snippet: "my card")
      ], dialogs: [FoundDialog(dialogID: 2, name: "Card Ltd")], nextBefore: 7)
    house.press("g/ card ")
    #expect(house.searches.isEmpty, "not with every key")
    house.press("<Enter>")
    #expect(house.searches == ["card"])
    #expect(house.console.state.picker?.status == "2+ in all messages")
    #expect(house.console.state.pickerItems.map(\.title) == ["Card Ltd", "Ana"])
    house.press("<Down><Enter>")
    #expect(house.searches == ["card"])
    #expect(house.console.opened == 1)
    #expect(shownAt(house) == 107)
    #expect(house.console.state.search?.input.text == "card")
  }

  @Test func aServerThatCannotIsReplacedByWhatIsHere() {
    var house = house()
    house.press("/refund<Enter>")
    #expect(house.searches.isEmpty)
    #expect(house.console.state.picker?.status == "5 in what is loaded here")
    #expect(house.console.state.pickerItems.first?.choice == .dialog(2), "a visitor is called so")
    house.press("<Down><Enter>")
    #expect(house.console.opened == 1)
    #expect(shownAt(house) == 115)
  }

  @Test func aServerThatFailsIsReplacedToo() {
    var house = house(Self.searching)
    house.kill()
    house.press("/refund<Enter>")
    #expect(house.console.state.picker?.status == "5 in what is loaded here")
    #expect(house.console.notice.hasPrefix("The server cannot search"))
  }

  @Test func aMessageThatIsNotHereYetIsShownOnceItIs() {
    var house = house(Self.searching)
    house.dialogs[9] = .make(9)
    house.histories[9] = [Message(id: 900, sender: .user, text: "old card", timestamp: nil)]
    house.answers["card"] = SearchAnswer(
      items: [FoundMessage(dialogID: 9, messageID: 900, sender: .user, snippet: "old card")])
    house.press("g/card<Enter><Enter>")
    #expect(house.console.opened == 9)
    #expect(shownAt(house) == 900)
    #expect(house.console.state.search?.matches == [900])
  }

  // MARK: The matcher

  @Test("With what came after it, also where the messages are not on the screen yet", arguments: [0, 10])
  func aMessageThatIsFoundHasRoomBelow(messageLines: Int) {
    var house = house()
    house.console.send(.viewport(Viewport(messageLines: messageLines, scroll: .bottom, listRows: 10)))
    house.console.state.open(1)
    house.console.state.show(10)
    let expected = messageLines == 0 ? house.console.state.size.rows / 5 : messageLines / 2
    #expect(house.console.state.conversation?.scroll == .held(anchor: 10, linesUp: -expected))
  }

  @Test(arguments: [
    ("a", "xAx", [1..<2]), ("aa", "aaaa", [0..<2, 2..<4]), ("é", "É e\u{301}", [0..<1, 2..<3]), ("refund", "x", []),
    ("ПРИВЕТ", "ну привет", [3..<9]), ("🎉", "a🎉b", [1..<2]),
  ])
  func ranges(_ wanted: String, _ text: String, _ ranges: [Range<Int>]) {
    let matcher = TextMatcher(wanted)
    #expect(matcher?.ranges(in: text) == ranges)
    #expect(matcher?.isFound(in: text) == !ranges.isEmpty)
  }

  @Test func nothingIsNotLookedFor() { #expect(TextMatcher("") == nil) }
}
