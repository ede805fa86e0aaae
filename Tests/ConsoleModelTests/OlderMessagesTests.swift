import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Older messages of a conversation")
struct OlderMessagesTests {
  private func house(_ count: Int = 5000, capabilities: Capabilities = Console.capable) -> Playhouse {
    var house = Playhouse([.mine(1), .make(2, minutesAgo: 5)])
    house.histories[1] = (1...count).map { index in
      Message(
        id: index, sender: index % 2 == 0 ? .user : .manager,
        text: index % 1500 == 7 ? "a refund \(index)" : "words \(index)",
        timestamp: Console.start.advanced(by: .seconds(index - count)))
    }
    house.begin(capabilities: capabilities)
    house.console.state.list.freeze()
    house.console.state.list.select(1)
    house.press("<Enter>")
    house.show(bottom: count)
    return house
  }

  @Test func aPageIsReadAndMoreWhenItsTopIsShown() {
    var house = house()
    #expect(house.loaded == 200 && house.first == 4801)
    house.show(bottom: 4900)
    #expect(house.loaded == 200, "the top is not on the screen")
    house.press("<PgUp>")
    house.show(bottom: 4810)
    #expect(house.loaded == 400 && house.first == 4601)
    #expect(house.console.state.conversation?.scroll == .held(anchor: 4810, linesUp: 0), "the place stays")
    #expect(house.console.unread(1) == 0 && house.bells == 0, "nothing of it is new")
    let fetches = house.fetches
    house.show(bottom: 4805)
    #expect(house.fetches == fetches, "the top has moved away")
  }

  @Test func withPartOneAllOfItIsThere() {
    let house = house(capabilities: Capabilities(version: 1, features: []))
    #expect(house.loaded == 5000)
    #expect(house.console.state.openLink?.older == .beginning)
  }

  @Test(arguments: ["gg", "<Home>"]) func homeGoesToTheVeryFirst(keys: String) {
    var house = house()
    house.press(keys)
    #expect(house.loaded == 5000 && house.console.state.openLink?.older == .beginning)
    #expect(house.console.state.conversation?.scroll == .top)
  }

  @Test func whatFailsIsTriedAgainByAKeyOnly() {
    var house = house()
    house.kill()
    house.press("<PgUp>")
    house.show(bottom: 4810)
    guard case .failed = house.console.state.openLink?.older else {
      Issue.record("\(String(describing: house.console.state.openLink?.older))")
      return
    }
    house.revive()
    house.show(bottom: 4810)
    #expect(house.loaded == 200, "frames ask for nothing")
    house.press("k")
    #expect(house.loaded == 400)
  }

  @Test func leavingDropsWhatCanBeHadAgain() {
    var house = house()
    house.press("<Home>")
    #expect(house.loaded == 5000)
    house.press("<Esc>j<Enter>")
    #expect(house.console.opened == 2)
    #expect(house.loaded(1) == 200)
    house.press("-")
    house.show(bottom: 5000)
    #expect(house.console.opened == 1 && house.first == 4801)
  }

  // MARK: Searching

  @Test func aSearchGoesOnIntoOlderMessages() {
    var house = house()
    house.press("<Enter>/refund")
    #expect(house.console.state.search?.matches == [])
    #expect(house.console.state.hasUnsearched)
    house.press("<Enter>")
    #expect(house.console.state.search?.matches.last == 4507)
    #expect(house.console.state.search?.current == house.console.state.search.map { $0.matches.count - 1 })
    #expect(!house.console.state.isSearchingOlder && house.loaded < 5000, "no further than to the first match")
    house.press("<C-p>")
    #expect(house.shown == 3007)
    house.press("<C-p><C-p>")
    #expect(house.shown == 7)
    house.press("<C-p>")
    #expect(house.shown == 4507 && house.console.notice == "From the oldest on to the newest")
    #expect(!house.console.state.hasUnsearched)
  }

  @Test func whatIsNowhereIsLookedForToTheBeginning() {
    var house = house()
    house.press("/nowhere<Enter>")
    #expect(house.loaded == 5000)
    #expect(house.console.notice == "“nowhere” is not in this dialog")
    #expect(house.console.state.search == nil)
  }

  @Test func aSearchWithoutAServerSaysThatThereIsMore() {
    var house = house()
    house.kill()
    house.press("/refund<Enter>")
    #expect(house.console.state.hasUnsearched && !house.console.state.isSearchingOlder)
    #expect(house.console.state.search != nil)
    house.revive()
    house.press("<C-p>")
    #expect(house.shown == 4507)
  }

  @Test func aFoundMessageIsFetchedHoweverOldItIs() {
    var house = house()
    house.console.state.open(1, at: 1234)
    house.happen(.key(.control("l")))
    #expect(house.console.state.openLink?.timeline[id: 1234] != nil)
    #expect(house.shown == 1234)
  }

  @Test func aTranscriptHasAllOfTheConversation() throws {
    var house = house()
    house.press(":export text all.txt<Enter>")
    let text = try #require(house.files["all.txt"])
    #expect(text.contains("words 1\n") && text.contains("words 5000"))
  }

  @Test func aTranscriptThatCannotBeWholeIsNotWritten() {
    var house = house()
    house.kill()
    house.press(":export text all.txt<Enter>")
    #expect(house.files.isEmpty && house.console.notice.hasPrefix("Not written: the older messages of #1"))
  }
}

extension Playhouse {
  /// The screen shows twenty messages of one line each, down to one.
  fileprivate mutating func show(bottom: MessageID) {
    let timeline = console.state.openLink?.timeline
    let ids = (timeline?.map(\.id) ?? []).filter { $0 <= bottom }.suffix(20)
    guard let first = ids.first, let last = ids.last else { return }
    happen(
      .viewport(
        Viewport(
          messageLines: 20, scroll: last == timeline?.lastID ? .bottom : .held(anchor: last, linesUp: 0), listRows: 10,
          messages: first...last)))
  }

  fileprivate func loaded(_ id: DialogID) -> Int { console.state.links[id]?.timeline.count ?? 0 }
  fileprivate var loaded: Int { console.state.openLink?.timeline.count ?? 0 }
  fileprivate var first: MessageID? { console.state.openLink?.timeline.firstID }
  fileprivate var shown: MessageID? {
    if case .held(let anchor, _) = console.state.conversation?.scroll { anchor } else { nil }
  }
}
