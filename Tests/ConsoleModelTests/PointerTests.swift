import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("The mouse")
struct PointerTests {
  private func house(size: Size = Size(columns: 120, rows: 40)) -> Playhouse {
    var house = Playhouse([.mine(1), .waiting(2, minutes: 3), .make(3, minutesAgo: 1)], size: size)
    house.begin()
    return house
  }

  private func click(_ target: PointerTarget, in house: inout Playhouse) {
    house.happen(.pointed(.press, at: target))
  }

  // MARK: The list

  @Test func aClickSelectsAndASecondOneOpens() {
    var house = house()
    click(.dialog(3), in: &house)
    #expect(house.console.state.list.selection == 3)
    #expect(house.console.opened == nil)
    click(.dialog(1), in: &house)
    #expect(house.console.state.list.selection == 1)
    #expect(house.console.opened == nil, "two clicks on two dialogs open none")
    click(.dialog(1), in: &house)
    #expect(house.console.opened == 1)
    #expect(house.console.state.focus == .conversation)
    click(.dialog(1), in: &house)
    #expect(house.console.state.focus == .list, "from the messages the first click goes to the list")
  }

  @Test func aClickElsewhereKeepsTheDraft() {
    var house = house()
    click(.dialog(1), in: &house)
    house.press("<Enter>rhalf a sent")
    #expect(house.console.state.mode == .compose)
    click(.dialog(3), in: &house)
    #expect(house.console.state.mode == .list)
    #expect(house.console.state.list.selection == 3)
    #expect(house.drafts[1] == "half a sent")
    click(.composer(1), in: &house)
    #expect(house.console.state.mode == .compose)
    #expect(house.console.draft == "half a sent")
    #expect(house.posts == 0)
  }

  @Test func aClickOnTheComposerAsksAsTheKeyDoes() {
    var house = house()
    click(.dialog(2), in: &house)
    house.press("<Enter>")
    let question = { (house: Playhouse) in house.console.state.prompt?.question }
    var byKey = house
    byKey.press("r")
    click(.composer(2), in: &house)
    #expect(question(house) == question(byKey))
    #expect(question(house) != nil)
  }

  @Test func tabs() {
    var house = house()
    click(.tab(1), in: &house)
    #expect(house.console.state.openTab == 1)
    #expect(house.console.order == [1])
    click(.tab(0), in: &house)
    #expect(house.console.order.count == 3)
    click(.tab(99), in: &house)
    #expect(house.console.state.openTab == 0)
  }

  @Test func theFilterIsKeptByAClick() {
    var house = house()
    house.press("fis:mine")
    click(.dialog(1), in: &house)
    #expect(house.console.state.mode == .list)
    #expect(house.console.order == [1])
  }

  // MARK: Nothing is decided by the mouse

  @Test(arguments: [PointerTarget.list, .dialog(1), .tab(1), .conversation(2), .composer(2), .choice(0), .window])
  func aQuestionIsNotAnsweredByAnyClick(target: PointerTarget) {
    var house = house()
    click(.dialog(2), in: &house)
    house.press("<Enter>r")
    let prompt = house.console.state.prompt
    #expect(prompt != nil)
    for act in MouseReport.Act.allCases { house.happen(.pointed(act, at: target)) }
    #expect(house.console.state.prompt?.question == prompt?.question)
    #expect(house.console.state.list.entries[2]?.holder != .me)
    #expect(house.posts == 0)
  }

  @Test func whatLiesBehindAWindowIsOutOfReach() {
    var house = house()
    click(.dialog(1), in: &house)
    house.press("?")
    click(.dialog(3), in: &house)
    #expect(house.console.state.mode == .help)
    #expect(house.console.state.list.selection == 1)
    house.press("<Esc><C-k>")
    click(.dialog(3), in: &house)
    #expect(house.console.state.mode == .palette)
    #expect(house.console.state.list.selection == 1)
  }

  // MARK: Windows

  @Test func aLinkIsOpenedByAClickAsByItsNumber() {
    var house = house()
    click(.dialog(1), in: &house)
    house.press("<Enter>")
    house.say("http://one.example and http://two.example", by: .user, in: 1)
    house.press("o")
    #expect(house.console.state.pickerItems.count == 2)
    click(.choice(1), in: &house)
    #expect(house.openedLinks == ["http://two.example"])
    #expect(house.console.state.picker == nil)
  }

  @Test func aLineIsChosenByASecondClick() {
    var house = house()
    click(.dialog(3), in: &house)
    house.press("zz")
    click(.choice(1), in: &house)
    #expect(house.console.state.picker?.selection == 1)
    #expect(house.console.state.marks[3].snooze == nil)
    click(.choice(1), in: &house)
    #expect(house.console.state.picker == nil)
    #expect(house.console.state.marks[3].snooze != nil)
  }

  @Test func thePaletteAndTheCommandLine() throws {
    var house = house()
    house.press("<C-k>dashboard")
    click(.choice(0), in: &house)
    #expect(house.console.state.screen == .dashboard)
    house.press("q:the")
    let candidates = try #require(house.console.state.commandLine?.candidates)
    #expect(!candidates.isEmpty)
    click(.choice(0), in: &house)
    #expect(house.console.state.commandLine?.text == candidates[0].text)
    click(.choice(9999), in: &house)
    #expect(house.console.state.commandLine != nil)
  }

  // MARK: The wheel

  @Test func theWheelScrollsWhatIsUnderIt() {
    var house = house()
    click(.dialog(1), in: &house)
    house.press("<Enter>")
    for number in 1...50 { house.say("line \(number)", by: .user, in: 1) }
    house.happen(.pointed(.wheelUp, at: .conversation(1)))
    let last = house.console.state.openLink?.timeline.lastID
    #expect(house.console.state.conversation?.scroll == .held(anchor: last, linesUp: ConsoleState.wheelLines))
    // Over the list it moves the list's cursor, and what is written goes on.
    house.press("rtext")
    house.happen(.pointed(.wheelDown, at: .list))
    #expect(house.console.state.mode == .compose)
    #expect(house.console.state.list.selection == house.console.order.last)
    #expect(house.console.opened == 1)
    #expect(house.console.draft == "text")
    // A dialog that has not got the keys keeps its place.
    house.happen(.pointed(.wheelUp, at: .conversation(2)))
    #expect(house.console.opened == 1)
  }

  @Test func theWheelInWindows() {
    var house = house()
    house.press("?")
    house.happen(.pointed(.wheelDown, at: .window))
    #expect(house.console.state.help?.top == ConsoleState.wheelLines)
    house.happen(.pointed(.wheelDown, at: .list))
    #expect(house.console.state.help?.top == ConsoleState.wheelLines)
    house.press("<Esc><C-k>")
    house.happen(.pointed(.wheelDown, at: .choice(4)))
    #expect(house.console.state.palette?.selected == 1)
    for _ in 0..<1000 { house.happen(.pointed(.wheelDown, at: .window)) }
    #expect(house.console.state.palette?.selected == (house.console.state.palette?.matches.count ?? 0) - 1)
  }

  @Test func theWheelOverTheBoardsOthersLeavesTheKeysWhereTheyAre() {
    var house = house(size: Size(columns: 250, rows: 40))
    click(.dialog(1), in: &house)
    house.press("<Enter>rtext")
    let board = house.console.state.board
    #expect(board.slots.contains(2))
    for number in 1...50 { house.say("line \(number)", by: .user, in: 2) }
    house.happen(.pointed(.wheelDown, at: .conversation(2)))
    #expect(house.console.state.board.resting == board.resting, "at its end there is nothing below")
    house.happen(.pointed(.wheelUp, at: .conversation(2)))
    house.happen(.pointed(.wheelUp, at: .conversation(2)))
    let last = house.console.state.links[2]?.timeline.lastID
    let held = ScrollPosition.held(anchor: last, linesUp: 2 * ConsoleState.wheelLines)
    #expect(house.console.state.board.resting[2]?.scroll == held)
    #expect(house.console.state.mode == .compose && house.console.opened == 1 && house.console.draft == "text")
    // The frame says where it came to rest.
    var viewport = house.console.state.engine.viewport
    viewport.resting[2] = Viewport.Resting(scroll: .held(anchor: last, linesUp: 4), oldest: nil)
    house.happen(.viewport(viewport))
    house.happen(.pointed(.wheelDown, at: .conversation(2)))
    #expect(house.console.state.board.resting[2]?.scroll == .held(anchor: last, linesUp: 1))
    // Opened, it is where it was left.
    house.press("<Esc>")
    click(.conversation(2), in: &house)
    #expect(house.console.opened == 2)
    #expect(house.console.state.conversation?.scroll == .held(anchor: last, linesUp: 1))
  }

  // MARK: Text

  @Test func aClickInTheTextPlacesTheCursor() {
    var house = house()
    click(.dialog(1), in: &house)
    house.press("<Enter>rHello Anna")
    let cursor = { (house: Playhouse) in house.console.state.openComposer?.buffer.cursor }
    click(.text(1, at: 6), in: &house)
    #expect(cursor(house) == 6 && house.console.draft == "Hello Anna")
    click(.text(1, at: 9999), in: &house)
    #expect(cursor(house) == 10, "the text may have become shorter since the frame")
    click(.text(1, at: -1), in: &house)
    #expect(cursor(house) == 0)
    click(.text(2, at: 3), in: &house)
    #expect(house.console.opened == 2, "the composer of another one is asked for as by its key")
    #expect(house.drafts[1] == "Hello Anna")
  }

  // MARK: Monitor and dashboard

  @Test func aLineOfTheMonitor() {
    var house = house()
    house.handoff(.requested, in: 3)
    house.handoff(.active, in: 2, manager: Console.omar)
    house.press("gm")
    let lines = house.console.state.monitored
    #expect(lines.map(\.dialogID) == [3, 2])
    click(.logLine(lines[0].id), in: &house)
    #expect(house.console.state.monitor.selection == lines[0].id)
    #expect(house.console.opened == nil)
    click(.logLine(lines[1].id), in: &house)
    #expect(house.console.state.screen == .monitor)
    click(.logLine(lines[1].id), in: &house)
    #expect(house.console.state.screen == .desk && house.console.opened == 2)
    click(.logLine(lines[0].id), in: &house)
    #expect(house.console.opened == 2, "a frame may be late: the line is not on the desk")
  }

  @Test(arguments: [("is:waiting", [2]), ("is:mine", [1]), ("", [2, 1, 3])])
  func aNumberOfTheDashboard(filter: String, shown: [DialogID]) {
    var house = house()
    house.press("gd")
    click(.counted(by: filter), in: &house)
    #expect(house.console.state.screen == .desk && house.console.state.mode == .list)
    #expect(house.console.order == shown)
    click(.counted(by: "is:ai"), in: &house)
    #expect(house.console.order == shown)
  }

  @Test func whoHasWhatIsAFilter() {
    func load(_ name: String?, isMe: Bool = false) -> OperatorLoad {
      OperatorLoad(
        id: 8, name: name, isMe: isMe, dialogs: 1, capacity: nil, unanswered: 0, answers: 0, status: nil)
    }
    #expect(load("Omar Haddad").filter == "holder:omar")
    #expect(load("Omar", isMe: true).filter == "is:mine")
    #expect(load(nil).filter == "is:others")
    #expect(load("  ").filter == "is:others")
  }

  @Test func aClickEndsAPrefix() {
    var house = house()
    house.press("g")
    #expect(house.console.state.pendingKeys != nil)
    click(.dialog(3), in: &house)
    #expect(house.console.state.pendingKeys == nil)
  }
}
