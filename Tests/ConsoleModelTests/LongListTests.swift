import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

/// Lists of more dialogs than anybody reads: pages that are read when they are come to, and a filter that looks at a
/// part at a time.
@Suite("Long lists")
struct LongListTests {
  private func entry(_ id: DialogID, minutesAgo: Int = 0, _ name: String, _ last: String) -> DialogEntry {
    let dialog = Dialog.make(id, minutesAgo: minutesAgo, name: name, last: last)
    return DialogEntry(dialog: dialog, lastLine: LastLine(text: last, sender: .user, at: dialog.lastMessageAt))
  }

  private func list(_ count: Int) -> DialogList {
    var list = DialogList()
    for id in 1...count {
      list.put(entry(id, minutesAgo: count - id, "Visitor \(id)", "line\(id % 10)"))
    }
    return list
  }

  @Test func aKeyLooksAtAPartOnlyAndTheRestFollows() {
    let count = DialogList.filterStep * 3 + 100
    var list = list(count)
    list.setFilter(DialogFilter("line7"))
    #expect(list.isFiltering)
    #expect(list.shown.count == DialogList.filterStep / 10)
    var turns = 0
    while list.isFiltering, turns < 10 {
      list.goOnFiltering()
      turns += 1
    }
    #expect(turns == 3)
    #expect(list.shown.elementsEqual((1...count).filter { $0 % 10 == 7 }.reversed()))
  }

  @Test func oneMoreLetterLooksAtWhatPassedBeforeAndAtWhatWasNotSeen() {
    let count = DialogList.filterStep * 2
    var list = list(count)
    list.setFilter(DialogFilter("visitor 1"))
    list.setFilter(DialogFilter("visitor 12"))
    while list.isFiltering { list.goOnFiltering() }
    #expect(list.shown.elementsEqual((1...count).filter { String($0).contains("12") }.reversed()))
    list.setFilter(DialogFilter("visitor 1"))
    while list.isFiltering { list.goOnFiltering() }
    #expect(list.shown.elementsEqual((1...count).filter { String($0).contains("1") || $0 % 10 == 1 }.reversed()))
    list.setFilter(DialogFilter())
    #expect(list.shown.count == count && !list.isFiltering)
  }

  @Test func whatChangesWhileTheFilterLooksIsThereOnce() {
    let count = DialogList.filterStep * 2
    var list = list(count)
    list.setFilter(DialogFilter("line3"))
    for id in [13, 7, count - 3] {
      list.put(entry(id, "news", "line3 again"))
    }
    list.put(entry(23, "gone", "nothing"))
    list.remove(33)
    while list.isFiltering { list.goOnFiltering() }
    #expect(Set(list.shown).count == list.shown.count)
    #expect(list.shown.contains(7) && list.shown.contains(13) && !list.shown.contains(23) && !list.shown.contains(33))
    var all = list
    all.setFilter(DialogFilter())
    #expect(list.shown == all.shown.filter { list.shown.contains($0) }, "in the order of the list")
  }

  @Test(arguments: [
    ("", "a", true), ("a", "ab", true), ("a", "a b", true), ("a b", "a bc", true), ("ab", "a", false),
    ("a", "b", false), ("is:mine", "is:mine x", true), ("is:min", "is:mine", false), ("is:mine", "is:mine", true),
    ("é", "éa", true), ("a b", "a", false),
  ])
  func aFilterThatGoesOnNarrows(_ before: String, _ after: String, _ narrows: Bool) {
    #expect(DialogFilter(after).narrows(DialogFilter(before)) == narrows)
  }

  @Test func theOrderHeldUnderTheCursorIsPutRightInAFilteredListToo() {
    var list = list(50)
    list.setFilter(DialogFilter("line1"))
    list.freeze()
    list.put(entry(11, minutesAgo: -1, "Visitor 11", "line1"))
    list.put(entry(21, minutesAgo: 0, "Visitor 21", "line2"))
    list.put(entry(22, minutesAgo: -2, "Visitor 22", "line1"))
    #expect(list.shown == [41, 31, 21, 11, 1])
    list.thaw()
    #expect(list.shown == [22, 11, 41, 31, 1])
  }

  // MARK: Pages

  private func house(_ count: Int) -> Playhouse {
    var house = Playhouse((1...count).map { .make($0, minutesAgo: count - $0) })
    house.begin()
    house.happen(.viewport(Viewport(messageLines: 0, scroll: .bottom, listRows: 20)))
    return house
  }

  @Test func pagesAreReadAsTheOperatorComesToThem() {
    var house = house(1234)
    #expect(house.console.order.count == 500)
    #expect(house.console.state.health.totalDialogs == 1234)
    house.press("G")
    #expect(house.console.order.count == 600)
    house.press("G")
    #expect(house.console.order.count == 700)
    for _ in 0..<20 { house.press("G") }
    #expect(house.console.order.count == 1234)
    #expect(house.console.selected == 1)
    #expect(house.console.state.list.unreadCount == 0, "what is old is no news")
    house.advance(by: .seconds(60))
    #expect(house.console.order.count == 1234, "and it stays")
  }

  @Test func anOldDialogThatWaitsRingsNobody() {
    var house = Playhouse((1...600).map { .make($0, $0 == 5 ? .other("requested?") : .none, minutesAgo: 600 - $0) })
    house.dialogs[5]?.handoffStatus = .active
    house.dialogs[5]?.assignedManagerID = Console.omar.id
    house.begin()
    house.happen(.viewport(Viewport(messageLines: 0, scroll: .bottom, listRows: 20)))
    house.press("G")
    #expect(house.console.holder(5) == .other(Manager(id: Console.omar.id, name: nil)))
    #expect(house.bells == 0)
  }

  @Test func aPageThatFailsIsAskedForAgain() {
    var house = house(700)
    house.kill()
    house.press("G")
    #expect(house.console.order.count == 500)
    house.revive()
    house.advance(by: .seconds(60))
    house.press("kG")
    #expect(house.console.order.count >= 600)
  }

  @Test func aFilterReadsNoPages() {
    var house = house(1000)
    house.press("fnothing like this")
    #expect(house.console.state.list.entries.count == 500)
  }
}
