import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("What others do, and what they are told of us")
struct AwarenessTests {
  private func house(size: Size = Size(columns: 80, rows: 24)) -> Playhouse {
    var house = Playhouse([.mine(1, minutesAgo: 3), .waiting(2, minutes: 1), .make(3, minutesAgo: 9)], size: size)
    house.team = [
      Colleague(id: Console.me.id, name: "Maria", status: .online, dialogs: 1, capacity: 6),
      Colleague(id: Console.omar.id, name: "Omar", status: .online, dialogs: 2, capacity: 6),
    ]
    house.begin(capabilities: Playhouse.streaming)
    house.stream.forgetHeard()
    return house
  }

  private let omar = #"{"id":8,"name":"Omar"}"#

  private func entry(_ house: Playhouse, _ id: DialogID) throws -> DialogEntry {
    try #require(house.console.state.list.entries[id])
  }

  /// The open dialog is on the screen, at its end.
  private func look(_ house: inout Playhouse) {
    house.happen(.viewport(Viewport(messageLines: 20, scroll: .bottom, listRows: 10)))
  }

  // MARK: Others

  @Test func whoLooks() throws {
    var house = house()
    house.tell(#""type":"viewing","dialog_id":1,"viewers":[{"id":7,"name":"Maria"},\#(omar)]"#)
    #expect(house.console.state.othersViewing(try entry(house, 1)) == [Console.omar])
    house.tell(#""type":"viewing","dialog_id":1,"viewers":[]"#)
    #expect(house.console.state.othersViewing(try entry(house, 1)).isEmpty)
  }

  @Test func whoTypes() throws {
    var house = house()
    house.tell(#""type":"typing_start","dialog_id":1,"sender":"manager","by":\#(omar)"#)
    house.tell(#""type":"typing_start","dialog_id":1,"sender":"assistant""#)
    house.tell(#""type":"typing_start","dialog_id":1,"sender":"user""#)
    #expect(try entry(house, 1).typists == [.visitor, .assistant, .colleague(Console.omar)])
    house.tell(#""type":"typing_stop","dialog_id":1,"sender":"assistant""#)
    house.say("here I am", by: .user, in: 1)
    #expect(try entry(house, 1).typists == [.colleague(Console.omar)])
    house.advance(by: .seconds(9))
    #expect(try entry(house, 1).typists.isEmpty, "the stop was lost")
  }

  @Test func typingOfLongAgoIsNotShown() throws {
    var house = house()
    house.kill()
    house.tell(#""type":"typing_start","dialog_id":1,"sender":"user""#)
    house.revive()
    house.advance(by: .seconds(40))
    #expect(house.console.state.isStreamLive)
    #expect(try entry(house, 1).typists.isEmpty)
  }

  @Test func aServerCannotMakeUpTypistsWithoutEnd() throws {
    var house = house()
    for id in 0..<100 {
      house.tell(#""type":"typing_start","dialog_id":1,"sender":"manager","by":{"id":\#(id)}"#)
    }
    #expect(try entry(house, 1).typists.count == 8)
  }

  @Test func whetherTheVisitorIsThere() throws {
    var house = house()
    house.tell(#""type":"presence","dialog_id":1,"sender":"user","status":"online""#)
    #expect(try entry(house, 1).dialog.visitorOnline == true)
    house.advance(by: .seconds(90))
    house.tell(#""type":"presence","dialog_id":1,"sender":"user","status":"offline""#)
    #expect(try entry(house, 1).dialog.visitorOnline == false)
    #expect(try entry(house, 1).visitorLastSeen == house.console.state.clock.now)
  }

  @Test func whatTheVisitorHasRead() throws {
    var house = house()
    let message = house.say("do you see this?", by: .manager, in: 1)
    house.tell(#""type":"receipt","dialog_id":1,"message_id":\#(message.id),"by":"user""#)
    house.tell(#""type":"receipt","dialog_id":1,"message_id":3,"by":"user""#)
    #expect(try entry(house, 1).dialog.visitorLastRead == message.id, "what was read stays read")
  }

  @Test func whatIReadElsewhereIsRead() throws {
    var house = house()
    let message = house.say("anyone?", by: .user, in: 3)
    #expect(house.console.unread(3) == 1)
    house.tell(
      #""type":"receipt","dialog_id":3,"message_id":\#(message.id),"by":"manager","manager":\#(omar)"#)
    #expect(house.console.unread(3) == 1, "Omar is somebody else")
    house.tell(#""type":"receipt","dialog_id":3,"message_id":\#(message.id),"by":"manager","manager":{"id":7}"#)
    #expect(house.console.unread(3) == 0)
  }

  @Test func aListThatIsOlderTakesNothingBack() throws {
    var house = house()
    house.tell(#""type":"viewing","dialog_id":1,"viewers":[\#(omar)]"#)
    house.tell(#""type":"presence","dialog_id":1,"sender":"user","status":"online""#)
    house.tell(#""type":"receipt","dialog_id":1,"message_id":10,"by":"user""#)
    house.tell(#""type":"dialog_updated","dialog_id":1,"dialog":{"id":1,"handoff_status":"active"}"#)
    let dialog = try entry(house, 1).dialog
    #expect(dialog.viewers == [Console.omar])
    #expect(dialog.visitorOnline == true)
    #expect(dialog.visitorLastRead == 10)
  }

  // MARK: The team

  @Test func colleaguesComeGoAndCarry() {
    var house = house()
    #expect(house.console.state.team.map(\.id) == [7, 8])
    house.tell(#""type":"presence","operator":\#(omar),"status":"away""#)
    #expect(house.console.state.team[1].status == .away)
    house.handoff(.active, in: 2, manager: Console.omar)
    #expect(house.console.state.team.map(\.dialogs) == [1, 3])
    house.handoff(.active, in: 2, manager: Manager(id: 7, name: "Maria"))
    #expect(house.console.state.team.map(\.dialogs) == [2, 2])
    house.team.append(Colleague(id: 12, name: "Eva", status: .online))
    house.tell(#""type":"presence","operator":{"id":12,"name":"Eva"},"status":"online""#)
    #expect(house.console.state.team.last?.name == "Eva", "somebody new is looked up")
  }

  // MARK: What we tell

  @Test func whatIsOpenIsViewed() {
    var house = house()
    house.open(1)
    #expect(house.stream.heard == [#"{"type":"viewing","dialog_id":1}"#])
    house.press("<Esc>")
    house.advance(by: .seconds(1))
    #expect(house.stream.heard.contains(#"{"type":"viewing","dialog_id":null}"#), "one pane: the list covers it")
  }

  @Test func whatWasOnTheScreenWithFocusIsRead() {
    var house = house()
    house.open(1)
    look(&house)
    house.advance(by: .seconds(1))
    #expect(house.stream.heard.last == #"{"type":"read","dialog_id":1,"message_id":10}"#)
    house.stream.forgetHeard()
    house.happen(.key(.focusOut))
    let message = house.say("psst", by: .user, in: 1)
    house.advance(by: .seconds(1))
    #expect(house.stream.heard.isEmpty, "nobody looks")
    house.happen(.key(.focusIn))
    house.advance(by: .seconds(1))
    #expect(house.stream.heard == [#"{"type":"read","dialog_id":1,"message_id":\#(message.id)}"#])
  }

  @Test func typingIsTold() {
    var house = house()
    house.open(1)
    house.advance(by: .seconds(1))
    house.stream.forgetHeard()
    house.press("rhello")
    #expect(house.stream.heard == [#"{"type":"typing_start","dialog_id":1}"#])
    house.press("<Esc>")
    #expect(house.stream.heard.last == #"{"type":"typing_stop","dialog_id":1}"#)
  }

  @Test func whoMayOnlyReadTellsNothing() {
    var house = house()
    house.console.state.session.isReadOnly = true
    house.open(1)
    look(&house)
    house.advance(by: .seconds(2))
    #expect(house.stream.heard.isEmpty)
  }

  // MARK: My status

  @Test func iAmAwayUntilISayOtherwise() {
    var house = house()
    #expect(house.said == [.online], "before the stream was there; then being connected is enough")
    house.press("sa")
    #expect(house.said == [.online, .away])
    #expect(house.console.state.status == .away)
    house.beatStream()
    house.advance(by: .seconds(39))
    #expect(house.said.count == 2)
    house.cutStream()
    house.advance(by: .seconds(2))
    #expect(house.said.last == .away)
    let count = house.said.count
    #expect(count >= 3, "a server that was restarted has to be told")
    house.press("so")
    #expect(house.said.last == .online)
  }

  // MARK: Waiting

  @Test func aWaitGetsWorse() throws {
    var house = Playhouse([.waiting(2, minutes: 1)])
    house.begin(capabilities: Playhouse.streaming)
    func grade() throws -> ServiceLevel.Grade? { house.console.state.waitGrade(try entry(house, 2)) }
    #expect(try grade() == .fine)
    house.advance(by: .seconds(60))
    #expect(try grade() == .warning)
    house.advance(by: .seconds(180))
    #expect(try grade() == .breach)
  }

  @Test func whatTheServerSaysIsOverdueIs() throws {
    var house = house()
    house.advance(by: .seconds(10))
    let bells = house.bells
    house.tell(#""type":"handoff_overdue","dialog_id":2,"kind":"takeover","waited_seconds":70"#)
    #expect(house.console.state.waitGrade(try entry(house, 2)) == .breach)
    #expect(house.bells == bells + 1)
    #expect(house.console.notice.contains("has waited 1 min"))
    house.handoff(.active, in: 2, manager: Manager(id: 7, name: "Maria"))
    #expect(try entry(house, 2).overdue == nil)
  }

  @Test func aVisitorWhoseQuestionIsMineWaitsFromTheFirstQuestion() throws {
    var house = house()
    house.say("hello?", by: .user, in: 1)
    let asked = house.console.state.clock.now
    house.advance(by: .seconds(60))
    house.say("anybody?", by: .user, in: 1)
    #expect(try entry(house, 1).awaitedSince == asked)
    house.advance(by: .seconds(70))
    #expect(house.console.state.waitGrade(try entry(house, 1)) == .warning)
    house.say("here", by: .manager, in: 1)
    #expect(try entry(house, 1).awaitedSince == nil)
  }
}
