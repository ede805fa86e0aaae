import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("One stream for all dialogs")
struct StreamTests {
  private func house(_ dialogs: [Dialog]? = nil, size: Size = Size(columns: 120, rows: 40)) -> Playhouse {
    var house = Playhouse(
      dialogs ?? [.mine(1, minutesAgo: 3), .waiting(2, minutes: 1), .make(3, minutesAgo: 9)], size: size)
    house.begin(capabilities: Playhouse.streaming)
    return house
  }

  /// The open dialog is on the screen, at its end.
  private func look(_ house: inout Playhouse) {
    house.happen(.viewport(Viewport(messageLines: 20, scroll: .bottom, listRows: 10)))
  }

  @Test func thereIsOneConnectionAndNoOther() {
    var house = house()
    #expect(house.stream.connects == 1)
    house.open(1)
    house.open(3)
    house.advance(by: .seconds(60))
    #expect(house.connected.isEmpty)
    #expect(house.console.state.openLink?.phase.isLive == true)
    #expect(house.console.state.isStreamLive)
  }

  @Test func aServerWithoutAStreamHasItsSocketsAsEver() {
    var house = Playhouse([.mine(1), .make(2)])
    house.begin()
    #expect(house.console.state.stream == nil)
    #expect(house.stream.connects == 0)
    #expect(house.connected.count == 2)
  }

  @Test func aMessageReachesTheListAndADialogThatIsNotOpen() {
    var house = house()
    let fetches = house.fetches
    house.say("are you there?", by: .user, in: 3)
    #expect(house.console.state.list.entries[3]?.lastLine?.text == "are you there?")
    #expect(house.console.unread(3) == 1)
    #expect(house.fetches == fetches, "nobody looks: nothing is asked for")
    house.open(3)
    #expect(house.fetches == fetches + 1)
    #expect(house.texts(3) == ["hello", "are you there?"])
    #expect(house.console.state.conversation?.firstUnread != nil)
  }

  @Test func aDialogThatWasOpenIsNotFetchedAgain() {
    var house = house()
    house.open(1)
    house.open(3)
    house.say("meanwhile", by: .user, in: 1)
    let fetches = house.fetches
    house.open(1)
    #expect(house.fetches == fetches)
    #expect(house.texts(1) == ["hello", "meanwhile"])
    #expect(house.console.state.openLink?.phase.isLive == true)
  }

  @Test func theListIsNotPolledWhileTheStreamTellsOfEveryChange() {
    var house = house()
    house.advance(by: .seconds(20))
    let readings = house.listReadings
    house.beatAndAdvance(seconds: 250)
    #expect(house.listReadings == readings)
    #expect(!house.console.state.health.isListStale(at: house.console.state.clock))
    house.beatAndAdvance(seconds: 100)
    #expect(house.listReadings == readings + 1, "once in five minutes, to be sure")
  }

  @Test func anIdleConsoleHasNothingToDo() {
    var house = house()
    house.open(1)
    house.advance(by: .seconds(30))
    house.beatStream()
    let before = house.turns
    house.advance(by: .seconds(20))
    #expect(house.turns - before <= 3, "a minute may have turned")
    #expect(house.timers.keys.allSatisfy { if case .link = $0 { false } else { true } })
  }

  @Test func aNewDialogComesWithTheStream() {
    var house = house()
    let readings = house.listReadings
    house.tell(
      """
      "type":"dialog_updated","dialog_id":9,"dialog":{"id":9,"name":"Noor","handoff_status":"none",\
      "last_message_at":"2023-11-14T22:13:20Z"}
      """)
    #expect(house.console.state.list.entries[9]?.visitorName == "Noor")
    house.say("hi", by: .user, in: 9)
    #expect(house.console.unread(9) == 1)
    #expect(house.listReadings == readings)
  }

  @Test func aDialogThatTheListDoesNotHaveIsLookedUp() {
    var house = house()
    house.dialogs[77] = .make(77, name: "Old Friend")
    house.say("me again", by: .user, in: 77)
    #expect(house.console.state.list.entries[77]?.visitorName == "Old Friend")
    #expect(house.console.unread(77) == 1)
  }

  @Test func aRequestForAHumanRingsAtOnceAndAsksForTheQueueOnly() {
    var house = house()
    house.advance(by: .seconds(5))
    let (readings, bells) = (house.listReadings, house.bells)
    house.handoff(.requested, in: 3)
    house.advance(by: .seconds(2))
    #expect(house.console.state.list.entries[3]?.isWaiting == true)
    #expect(house.bells == bells + 1)
    #expect(house.listReadings == readings)
    #expect(house.console.state.list.entries[3]?.queuePosition == 2)
  }

  // MARK: Outages

  @Test func whatWasMissedIsToldAndMarked() {
    var house = house()
    house.open(1)
    look(&house)
    house.kill()
    house.advance(by: .seconds(2))
    #expect(!house.console.state.isStreamLive)
    #expect(house.console.state.openLink?.phase.isDown == true || house.console.state.openLink?.phase.isLive == false)
    house.say("one", by: .user, in: 1)
    house.say("two", by: .user, in: 1)
    house.say("elsewhere", by: .user, in: 3)
    house.revive()
    house.advance(by: .seconds(40))
    #expect(house.console.state.isStreamLive)
    #expect(house.texts(1) == ["hello", "one", "two"])
    #expect(house.console.unread(3) == 1)
    #expect(house.notices.contains("Reconnected: 3 events missed, all here now, 2 in this chat"))
    let gap = house.console.state.gaps[1]?.first
    #expect(gap?.count == 2)
    #expect(gap?.first == house.histories[1]?[1].id)
    #expect(gap?.from != nil)
    #expect(house.console.state.gaps[1]?.count == 1)
  }

  @Test func nothingMissedIsToldToo() {
    var house = house()
    house.cutStream()
    house.advance(by: .seconds(3))
    #expect(house.notices.last == "Reconnected: nothing was missed")
    #expect(house.console.state.gaps.isEmpty)
  }

  @Test func aServerThatForgotIsReadAnew() {
    var house = house()
    house.open(1)
    house.kill()
    house.stream.forget()
    house.store("while it was down", by: .user, in: 1)
    house.store("elsewhere", by: .user, in: 3)
    house.revive()
    house.advance(by: .seconds(40))
    #expect(house.console.state.isStreamLive)
    #expect(house.texts(1) == ["hello", "while it was down"])
    #expect(house.notices.contains("Reconnected: all is read anew, 1 missed in this chat"))
    #expect(house.console.state.list.entries[3]?.lastLine?.text == "elsewhere")
    #expect((house.console.unread(3) ?? 0) > 0)
    #expect(house.console.state.gaps[1]?.map(\.count) == [1])
    house.say("goes on", by: .user, in: 1)
    #expect(house.texts(1) == ["hello", "while it was down", "goes on"])
  }

  @Test func eventsThatWereLeftOutAreReadAnew() {
    var house = house()
    house.open(1)
    house.store("left out", by: .user, in: 1)
    house.skipEvents(2)
    house.say("after the gap", by: .user, in: 1)
    #expect(house.texts(1) == ["hello", "left out", "after the gap"])
    #expect(house.console.state.isStreamLive)
  }

  @Test func whileTheStreamIsAwayTheOpenDialogIsPolledAndTheListRead() {
    var house = house()
    house.open(1)
    house.stream.closeCode = 1013
    house.cutStream(code: 1013)
    guard case .polling = house.console.state.openLink?.phase else {
      Issue.record("\(house.console.state.openLink?.phase as Any)")
      return
    }
    let readings = house.listReadings
    house.store("quietly", by: .user, in: 1)
    house.advance(by: .seconds(3))
    #expect(house.texts(1) == ["hello", "quietly"])
    house.advance(by: .seconds(8))
    #expect(house.listReadings > readings)
    house.stream.closeCode = nil
    house.advance(by: .seconds(40))
    #expect(house.console.state.isStreamLive)
    #expect(house.texts(1) == ["hello", "quietly"])
    let fetches = house.fetches
    house.advance(by: .seconds(20))
    #expect(house.fetches == fetches, "the polling has ended")
  }

  @Test func fiveAttemptsThenItSaysThatItPolls() {
    var house = house()
    house.open(1)
    house.kill()
    for _ in 0..<400 where !house.isPolling { house.advance(by: .milliseconds(500)) }
    #expect(house.isPolling)
    house.revive()
    house.advance(by: .seconds(40))
    #expect(house.console.state.isStreamLive)
  }

  @Test func aDialogOpenedDuringAnOutageIsCompleteAfterIt() {
    var house = house()
    house.open(1)
    house.stream.closeCode = 1011
    house.cutStream(code: 1011)
    house.say("before it was opened", by: .user, in: 3)
    house.open(3)
    house.advance(by: .seconds(1))
    house.say("after it was opened", by: .user, in: 3)
    house.stream.closeCode = nil
    house.advance(by: .seconds(60))
    #expect(house.console.state.openLink?.phase.isLive == true)
    #expect(house.texts(3) == ["hello", "before it was opened", "after it was opened"])
  }

  @Test("a stream that is offered and refused gives way to the dialogs' own sockets", arguments: [4003, 4004])
  func refused(code: Int) {
    var house = Playhouse([.mine(1), .make(2)])
    house.stream.closeCode = code
    house.begin(capabilities: Playhouse.streaming)
    #expect(house.console.state.stream == nil)
    #expect(house.connected.count == 2)
    house.say("over the socket", by: .user, in: 1)
    house.open(1)
    #expect(house.texts(1) == ["hello", "over the socket"])
    house.advance(by: .seconds(120))
    #expect(house.stream.connects == 1)
  }

  @Test func whatIsShownIsAsOldAsTheLastSignOfLife() throws {
    var house = house()
    house.open(1)
    house.advance(by: .seconds(10))
    house.beatStream()
    let heard = house.console.state.clock.monotonic
    house.stream.closeCode = 1011
    house.advance(by: .seconds(42))
    #expect(!house.console.state.isStreamLive, "silence")
    let now = house.console.state.clock.monotonic
    #expect(house.console.state.openLink?.completeAsOf(now: now) == heard)
    #expect(house.console.state.stream?.completeAsOf(now: now) == heard)
  }

  @Test func anExpiredTokenGoesUnnoticed() {
    var house = house()
    house.cutStream(code: 4001)
    #expect(house.console.state.isStreamLive)
    #expect(house.stream.connects == 2)
  }

  @Test("After the login has ended and another one, the stream is live again, and the links with it")
  func loggedInAgain() {
    var house = house()
    house.open(1)
    house.stream.isSignedOut = true
    house.cutStream(code: 4001)
    #expect(house.console.state.stream?.phase == .stopped(.signedOut))
    #expect(house.console.state.session.endReason == "the login has expired")
    #expect(house.console.notice == "Signed out: the login has expired. :login logs in again; drafts are kept")
    house.stream.isSignedOut = false
    house.happen(.signedIn(Console.me, Playhouse.streaming))
    #expect(house.console.state.session.endReason == nil)
    #expect(house.console.notice == "Reconnected: nothing was missed")
    #expect(house.console.state.isStreamLive)
    #expect(house.console.state.openLink?.phase.isLive == true)
    house.tell(house.event("after it", in: 1))
    #expect(house.console.state.openLink?.timeline.last?.text == "after it")
  }

  @Test func quittingSaysGoodbye() {
    var house = house()
    house.press("q")
    #expect(house.hasQuit)
    #expect(house.stream.connection == nil)
  }

  @Test("a flood: nothing is lost, whatever is open")
  func flood() {
    var house = house()
    house.open(1)
    for round in 0..<20 {
      house.tell(batch: (0..<50).map { house.event("m\(round).\($0)", in: 1 + $0 % 3) })
    }
    #expect(house.console.state.openLink?.timeline.count == 1 + 20 * 17)
    #expect(house.console.unread(2) == 20 * 17)
    #expect(house.console.unread(3) == 20 * 16)
  }
}

extension Playhouse {
  /// Opens a dialog as a command would.
  mutating func open(_ id: DialogID) {
    console.state.open(id)
    // Whatever is next carries out what that asked for.
    happen(.clock(console.state.clock))
  }

  fileprivate func texts(_ id: DialogID) -> [String] {
    console.state.links[id]?.timeline.map(\.text) ?? []
  }

  fileprivate var isPolling: Bool {
    if case .polling = console.state.openLink?.phase { true } else { false }
  }

  fileprivate mutating func beatAndAdvance(seconds: Int) {
    for _ in 0..<(seconds / 25) {
      beatStream()
      advance(by: .seconds(25))
    }
  }

  /// Events that are numbered and never told.
  fileprivate mutating func skipEvents(_ count: Int) {
    for _ in 0..<count { stream.append("\"type\":\"lost\"") }
  }

  /// A visitor's message, stored, as an event that is not told yet.
  fileprivate mutating func event(_ text: String, in id: DialogID) -> String {
    let message = store(text, by: .user, in: id)
    return "\"type\":\"message\",\"dialog_id\":\(id),\"message\":{\"id\":\(message.id),\"sender\":\"user\","
      + "\"text\":\"\(text)\",\"timestamp\":\"\(message.timestamp ?? Console.start)\"}"
  }
}
