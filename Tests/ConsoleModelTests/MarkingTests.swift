import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("Marks, tabs and what is kept")
struct MarkingTests {
  private func house(_ dialogs: [Dialog] = [.mine(1), .waiting(2, minutes: 3), .make(3, minutesAgo: 1)]) -> Playhouse {
    var house = Playhouse(dialogs)
    house.begin()
    return house
  }

  private func select(_ id: DialogID, in house: inout Playhouse) {
    house.console.state.list.freeze()
    house.console.state.list.select(id)
  }

  // MARK: Unread

  @Test func markedUnreadUntilItIsOpened() {
    var house = house()
    select(3, in: &house)
    house.press("zu")
    #expect(house.console.notice == "#3 is marked unread")
    #expect(house.console.state.list.unreadCount == 1)
    #expect(house.console.state.list.needingAttention == [2, 3])
    house.press("<Enter>")
    #expect(house.console.opened == 3)
    #expect(house.console.state.list.unreadCount == 0)
  }

  @Test func markingTheOpenDialogLeavesItForTheList() {
    var house = house()
    select(3, in: &house)
    house.press("<Enter>zu")
    #expect(house.console.state.focus == .list)
    #expect(house.console.state.marks[3].isUnread)
    house.press("zu")
    #expect(!house.console.state.marks[3].isUnread)
  }

  // MARK: Setting aside

  @Test func setAsideAndBackWithABell() {
    var house = house([.make(1, minutesAgo: 2), .make(3, minutesAgo: 1)])
    select(3, in: &house)
    let bells = house.bells
    house.press("zz")
    #expect(house.console.state.mode == .pick)
    #expect(house.console.state.pickerItems.map(\.title).prefix(3) == ["15m", "1h", "3h"])
    house.press("<Enter>")
    #expect(house.console.notice == "#3 is set aside until 22:28, or until the visitor writes")
    #expect(house.console.state.mode == .list)
    house.press("S")
    #expect(house.console.order.last == 3)
    house.advance(by: .seconds(15 * 60 - 1))
    #expect(house.bells == bells)
    house.advance(by: .seconds(1))
    #expect(house.bells == bells + 1)
    #expect(house.console.notice == "#3 is back: you set it aside 22:13")
    #expect(house.console.state.list.needingAttention.contains(3))
    #expect(house.console.state.marks[3].snooze == nil)
  }

  @Test func aTypedTimeIsOfferedAsItIsUnderstood() {
    var house = house()
    select(3, in: &house)
    house.press("zztomorrow 9")
    #expect(house.console.state.pickerItems.map(\.choice) == [nil])
    house.press(":30")
    #expect(house.console.state.pickerItems.map(\.title) == ["until Wed 9:30"])
    house.press("<Enter>")
    #expect(house.console.notice.contains("until Wed 9:30"))
    house.press("zz")
    #expect(house.console.state.pickerItems.first?.choice == .wake)
    house.press("<Enter>")
    #expect(house.console.state.marks[3].snooze == nil)
  }

  @Test func theVisitorWritesAndItIsBack() {
    var house = house()
    select(3, in: &house)
    house.press("zz<Enter>")
    house.say("are you there?", by: .manager, in: 3)
    #expect(house.console.state.marks[3].snooze != nil, "an operator's word does not bring it back")
    house.say("hello?", by: .user, in: 3)
    #expect(house.console.state.marks[3].snooze == nil)
    #expect(house.console.notice == "#3 is back: the visitor has written")
  }

  @Test func nothingTicksForWhatIsSetAside() {
    var console = Console.loaded([.make(1)])
    console.state.list.select(1)
    console.press("zz<Enter>")
    let alarm = console.alarm(.snooze)
    console.takeEffects()
    console.send(
      .clock(Clock(now: console.state.clock.now, monotonic: console.state.clock.monotonic + .milliseconds(3))))
    console.send(.key(.down))
    #expect(console.alarm(.snooze) == alarm)
    #expect(!console.takeEffects().contains { if case .setAlarm(.snooze, _) = $0 { true } else { false } })
  }

  @Test func aMachineThatSleptBringsItBackAtOnce() {
    var console = Console.loaded([.make(1)])
    console.state.list.select(1)
    console.press("zz<Enter>")
    let later = console.state.clock.now.advanced(by: .seconds(36_000))
    console.send(.clock(Clock(now: later, monotonic: console.state.clock.monotonic + .seconds(1))))
    #expect(console.state.marks[1].snooze == nil)
    #expect(console.effects.contains(.bell))
  }

  // MARK: Priority and labels

  @Test func prioritiesOrderTheListAndTheRing() {
    var house = house([.waiting(1, minutes: 1), .waiting(2, minutes: 9), .mine(3)])
    select(1, in: &house)
    house.press("zpurg<Enter>")
    #expect(house.console.notice == "#1 has urgent priority")
    house.press("S")
    #expect(house.console.order == [1, 2, 3])
    house.press("gg<Enter><Esc>")
    #expect(house.console.state.list.needingAttention == [1, 2])
    house.press("zp")
    #expect(house.console.state.pickerItems.map(\.isOn) == [true, false, false, false])
    house.press("low<Enter>")
    #expect(house.console.state.list.needingAttention == [2, 1])
  }

  @Test func labelsAreOfferedAgain() {
    var house = house()
    select(3, in: &house)
    house.press("zlVery Important<Enter>")
    #expect(house.console.state.marks[3].labels == ["very-important"])
    select(2, in: &house)
    house.press("zlimp")
    #expect(house.console.state.pickerItems.map(\.title) == ["very-important", "imp"])
    house.press("<Enter>")
    #expect(house.console.state.marks[2].labels == ["very-important"])
    house.press("flabel:very-important<Enter>")
    #expect(Set(house.console.order) == [2, 3])
  }

  @Test func escChoosesNothing() {
    var house = house()
    select(3, in: &house)
    for script in ["zz", "zp", "zl"] {
      house.press(script + "<Esc>")
      #expect(house.console.state.mode == .list)
    }
    #expect(house.console.state.marks.marks.isEmpty)
  }

  // MARK: The ring

  @Test func theRingGoesBySLAAcrossFiltersAndSaysWhy() {
    var house = house([.waiting(1, minutes: 2), .mine(2, minutesAgo: 20), .make(3)])
    house.say("where are you?", by: .user, in: 2)
    house.advance(by: .seconds(600))
    house.press("fnothing matches this<Enter>")
    #expect(house.console.order.isEmpty)
    house.press("n")
    #expect(house.console.opened == 1)
    #expect(house.console.notice == "#1 waits for a human for 12m, 7m over the limit")
    house.press("n")
    #expect(house.console.opened == 2)
    #expect(house.console.notice == "#2 is yours and has 1 unread, 5m over the limit")
  }

  @Test func whatIsSetAsideIsTheLastOfTheRingAndSaysSo() {
    var house = house([.waiting(1, minutes: 9), .waiting(2, minutes: 2)])
    select(1, in: &house)
    house.press("zz1h<Enter>")
    #expect(house.console.state.list.needingAttention == [2, 1])
    house.press("nn")
    #expect(house.console.opened == 1)
    #expect(house.console.notice.contains("set aside until 23:13"))
  }

  // MARK: Tabs

  @Test func digitsAndBracketsGoToTabs() {
    var house = house()
    #expect(house.console.state.list.counts == [3, 1, 1, 0])
    house.press("2")
    #expect(house.console.order == [1])
    #expect(house.console.state.openTab == 1)
    house.press("]")
    #expect(house.console.order == [2])
    house.press("[[")
    #expect(house.console.state.openTab == 0)
    house.press("[")
    #expect(house.console.state.openTab == 3)
    house.press("7")
    #expect(house.console.notice.hasPrefix("There is no tab 7"))
    house.press("1fana<Enter>")
    #expect(house.console.state.openTab == nil)
    house.press("]")
    #expect(house.console.state.openTab == 0)
  }

  @Test func aTypedFilterIsKeptAsATab() {
    var house = house()
    house.console.state.saveTab(named: "none")
    #expect(house.console.notice.hasPrefix("No filter is in force"))
    house.press("fis:ai<Enter>")
    house.console.state.saveTab(named: "robots")
    #expect(house.console.state.tabs.last == FilterTab(name: "robots", filter: "is:ai"))
    house.console.state.saveTab(named: "again")
    #expect(house.console.notice == "That filter is the tab robots already")
    house.press("15")
    #expect(house.console.order == [3])
    #expect(house.console.state.list.counts.last == 1)
    house.console.state.dropTab(named: nil)
    #expect(house.console.state.tabs == FilterTab.builtin)
    #expect(house.console.order.count == 3)
    house.console.state.dropTab(named: "mine")
    #expect(house.console.notice == "The tab mine is always there")
  }

  @Test func countsFollowEveryChange() {
    var house = house()
    house.handoff(.active, in: 2, manager: Console.omar)
    #expect(house.console.state.list.counts == [3, 1, 0, 0])
    house.say("hello", by: .user, in: 3)
    #expect(house.console.state.list.counts == [3, 1, 0, 1])
    for (index, tab) in house.console.state.tabs.enumerated() {
      let filter = DialogFilter(tab.filter)
      #expect(
        house.console.state.list.counts[index] == house.console.state.list.entries.values.count(where: filter.matches))
    }
  }

  // MARK: On disk

  @Test func marksAreKeptSoonAndAtTheEnd() {
    var house = house()
    select(3, in: &house)
    house.press("zlvip<Enter>")
    #expect(house.desk?.marks == nil || house.desk?.marks == [:])
    house.advance(by: .seconds(2))
    #expect(house.desk?.marks[3]?.labels == ["vip"])
    house.press("zu")
    house.happen(.terminated)
    #expect(house.desk?.marks[3]?.isUnread == true, "SIGHUP flushes")
  }

  @Test func unreadSurvivesARestart() throws {
    var house = house([.mine(1), .make(2, minutesAgo: 2)])
    house.press("<Enter>")
    #expect(house.console.opened == 1)
    house.advance(by: .seconds(2))
    house.happen(.terminated)
    let desk = try #require(house.desk)

    var again = Playhouse(Array(house.dialogs.values))
    again.histories = house.histories
    let message = Message(
      id: 2000, sender: .user, text: "and now?", timestamp: again.console.state.clock.now.advanced(by: .seconds(60)))
    again.histories[1]?.append(message)
    again.dialogs[1]?.lastMessageAt = message.timestamp
    again.dialogs[3] = .make(3)
    again.histories[3] = [Message(id: 30, sender: .user, text: "I am new", timestamp: message.timestamp)]
    again.dialogs[3]?.startedAt = again.console.state.clock.now.advanced(by: .seconds(30))
    again.happen(.deskRestored(desk))
    again.begin()
    #expect(again.console.unread(1) == 1, "it came while the console was away")
    #expect(again.console.unread(2) == 0)
    #expect(again.console.unread(3) == 1, "the dialog is newer than what was kept")
  }

  @Test func tabsAndMarksComeBack() {
    var console = Console()
    var desk = DeskDocument(savedAt: Console.start, tabs: [FilterTab(name: "vip", filter: "label:vip")])
    desk.marks[2] = DialogMarks()
    desk.marks[2]?.labels = ["vip"]
    console.send(.deskRestored(desk))
    console.send(.signedIn(Console.me, Console.capable))
    console.send(page([.make(1), .make(2)]))
    #expect(console.state.tabs.count == 5)
    console.press("5")
    #expect(console.order == [2])
    #expect(console.state.desk.marks == desk.marks)
    #expect(console.state.desk.tabs == desk.tabs)
  }
}
