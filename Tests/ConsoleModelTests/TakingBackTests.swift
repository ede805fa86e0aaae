import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Taking back, and again")
struct TakingBackTests {
  private static let leases = Capabilities(
    version: 2, features: ["client-id", "paging", "leases", "notes", "presence", "handoff-brief"])

  private func house(_ capabilities: Capabilities = leases) -> Playhouse {
    var house = Playhouse([
      .mine(1, minutesAgo: 1), .waiting(2, minutes: 5), .make(3, minutesAgo: 9), .omars(4, minutesAgo: 10),
    ])
    house.team = [Colleague(id: 8, name: "Omar", status: .online)]
    house.begin(capabilities: capabilities)
    house.console.state.list.freeze()
    house.console.state.list.select(1)
    return house
  }

  @Test(
    "What is this operator's own is taken back at once",
    arguments: [
      ("zu", "Taken back: marking #1 unread"),
      (":label vip<Enter>", "Taken back: the label vip of #1"),
      (":priority high<Enter>", "Taken back: the priority of #1"),
      (":snooze 1h<Enter>", "Taken back: setting #1 aside"),
    ])
  func marks(keys: String, notice: String) {
    var house = house()
    house.press(keys)
    #expect(!house.console.state.marks[1].isEmpty)
    house.console.state.list.select(3)
    house.press("u")
    #expect(house.console.state.marks[1].isEmpty, "wherever the cursor is")
    #expect(house.console.notice == notice)
    house.press("u")
    #expect(house.console.notice == "There is nothing to take back")
  }

  @Test func oneAfterTheOther() {
    var house = house()
    house.press(":label vip<Enter>:label late<Enter>zu")
    house.press("u")
    #expect(house.console.state.marks[1].labels == ["late", "vip"] && !house.console.state.marks[1].isUnread)
    house.press("u")
    #expect(house.console.state.marks[1].labels == ["vip"])
    house.press("u")
    #expect(house.console.state.marks[1].isEmpty)
  }

  @Test func aFilterAndATabComeBack() {
    var house = house()
    house.press("fis:mine<Enter><Esc>")
    #expect(house.console.state.list.filter.isEmpty)
    house.press("u")
    #expect(house.console.state.list.filter.text == "is:mine")
    house.press("<Esc>flabel:vip<Enter>:tab-save vips<Enter>:tab-drop<Enter>")
    #expect(house.console.state.tabs.last?.name != "vips")
    house.press("u")
    #expect(house.console.state.tabs.last?.name == "vips" && house.console.state.list.filter.text == "label:vip")
    house.press("u")
    #expect(house.console.state.tabs.last?.name != "vips")
    #expect(house.console.notice == "Taken back: keeping the tab vips")
  }

  @Test func theStatusGoesBack() {
    var house = house()
    house.press("sau")
    #expect(house.console.state.status == .online && house.said.last == .online)
  }

  @Test("A hand-off is taken back by another one, after a question with a key of its own")
  func handoffs() {
    var house = house()
    house.console.state.list.select(2)
    house.press("t")
    #expect(house.console.holder(2) == .me)
    house.press("uu")
    #expect(house.console.holder(2) == .me, "the key that asked does not answer")
    house.press("<Esc>u")
    #expect(house.console.state.prompt?.question == "Taking over #2 is to be taken back: put #2 back into the queue?")
    house.press("y")
    guard case .nobodyYet? = house.console.holder(2) else {
      Issue.record("\(String(describing: house.console.holder(2)))")
      return
    }
    house.press("uy")
    #expect(house.console.holder(2) == .me, "and that is taken back as well")
  }

  @Test func withoutLeasesATakeoverIsReleased() {
    var house = house(Console.capable)
    house.console.state.list.select(2)
    house.press("tuy")
    #expect(house.console.holder(2) == .assistant)
    house.press("u")
    #expect(house.console.state.prompt?.question == "Releasing #2 is to be taken back: take #2 over?")
    house.press("y")
    #expect(house.console.holder(2) == .me)
  }

  @Test func whatOthersDidMeanwhileIsNotTakenBack() {
    var house = house()
    house.press("by")
    #expect(house.console.holder(1) == .assistant)
    house.handoff(.active, in: 1, manager: Console.omar)
    house.press("<C-r>")
    house.press("u")
    #expect(house.console.state.prompt == nil)
    #expect(house.console.notice == "Releasing #1 cannot be taken back: Omar has it")
  }

  @Test func whatWasSentIsNotTakenBack() {
    var house = house()
    house.press("zu<Enter>rhello<Enter><Esc>")
    house.press("u")
    #expect(
      house.console.notice
        == "The reply in #1 cannot be taken back: it was sent. u again takes back: marking #1 unread")
  }

  // MARK: Again

  @Test func theSameMarkOnAnotherDialog() {
    var house = house()
    house.press(":label vip<Enter>")
    house.console.state.list.select(3)
    house.press(".")
    #expect(house.console.state.marks[3].labels == ["vip"])
    #expect(house.console.notice == "#3 has the label vip")
    house.press(".")
    #expect(house.console.state.marks[3].labels == ["vip"], "again is not off again")
    #expect(house.console.notice == "#3 has the label vip already")
  }

  @Test func anHourFromNowIsAnotherMomentLater() throws {
    var house = house()
    house.press(":snooze 1h<Enter>")
    house.advance(by: .seconds(600))
    house.console.state.list.select(3)
    house.press(".")
    #expect(house.console.state.marks[3].snooze?.until == house.console.state.clock.now.advanced(by: .seconds(3600)))
  }

  @Test func aPublicActAsksAgain() {
    var house = house()
    house.press("by")
    house.console.state.list.select(4)
    house.press(".")
    #expect(house.console.state.prompt == nil && house.console.notice == "#4 is not yours to release")
  }

  @Test func aMessageIsWrittenAndNotSent() {
    var house = house()
    house.press("<Enter>rhello there<Enter><Esc><Esc>")
    let posts = house.posts
    house.console.state.list.select(3)
    house.press(".")
    #expect(house.posts == posts && house.console.opened == 3 && house.console.draft == "hello there")
    #expect(house.console.state.isComposing)
    house.press("<Esc>.")
    #expect(house.console.notice == "There is a draft in #3: send it or clear it first")
  }

  @Test func nothingIsNothing() {
    var house = house()
    house.press(".")
    #expect(house.console.notice == "Nothing was done yet that can be done again")
  }
}
