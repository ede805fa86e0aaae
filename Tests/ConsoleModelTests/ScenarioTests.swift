import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Whole scenes with a scripted server")
struct ScenarioTests {
  private func house(_ dialogs: [Dialog]) -> Playhouse {
    var house = Playhouse(dialogs)
    house.begin()
    return house
  }

  private func texts(_ house: Playhouse) -> [String] {
    house.console.state.openLink?.timeline.map(\.text) ?? []
  }

  @Test func aVisitorIsAnswered() {
    var house = house([.make(1, minutesAgo: 5), .waiting(2, minutes: 3)])
    house.press("n")
    #expect(house.console.opened == 2)
    #expect(house.console.state.openLink?.phase.isLive == true)
    house.press("t")
    #expect(house.console.holder(2) == .me)
    house.press("rHow can I help?<Enter>")
    #expect(texts(house) == ["hello", "How can I help?"])
    #expect(house.console.state.outbox.rows.isEmpty)
    #expect(house.journaledTexts == [])
    #expect(house.posts == 1)
    house.say("my order", by: .user, in: 2)
    #expect(texts(house).last == "my order")
    #expect(house.console.unread(2) == 0)
  }

  @Test func theListLivesByItsLinks() {
    var house = house([.mine(1, minutesAgo: 5), .make(2, minutesAgo: 1)])
    #expect(house.console.order == [2, 1])
    house.say("are you there?", by: .user, in: 1)
    house.say("really?", by: .user, in: 1)
    #expect(house.console.order == [1, 2])
    #expect(house.console.unread(1) == 2)
    #expect(house.console.state.list.entries[1]?.unread.isAtLeast == false)
    #expect(house.console.state.list.entries[1]?.lastLine?.text == "really?")
    #expect(house.console.state.list.entries[1]?.lastLine?.sender == .user)
    #expect(house.bells == 1, "the second ring came too soon")
    house.frame("{\"type\":\"typing_start\"}", to: 1)
    #expect(house.console.state.list.entries[1]?.isVisitorTyping == true)
    house.advance(by: .seconds(9))
    #expect(house.console.state.list.entries[1]?.isVisitorTyping == false)
  }

  @Test func answersOfTheAIAreNotUnread() {
    var house = house([.make(1)])
    house.say("question", by: .user, in: 1)
    house.say("answer", by: .assistant, in: 1)
    #expect(house.console.unread(1) == 1)
    #expect(house.bells == 0)
  }

  @Test func aDialogThatBeginsWhileTheConsoleRunsIsUnread() {
    var house = house([.make(1, minutesAgo: 5)])
    house.dialogs[2] = .make(2, last: "my first question")
    house.histories[2] = [
      Message(id: 20, sender: .user, text: "my first question", timestamp: house.console.now()),
      Message(id: 21, sender: .assistant, text: "my answer", timestamp: house.console.now()),
    ]
    house.advance(by: ConsoleState.refreshInterval)
    #expect(house.console.unread(1) == 0)
    #expect(house.console.unread(2) == 1)
    #expect(house.console.order == [2, 1])
    house.press("gg<Enter>")
    #expect(house.console.state.conversation?.firstUnread == 20)
  }

  @Test func aRequestForAHumanRingsAndCallsForTheAttentionKey() {
    var house = house([.make(1, name: "Ana"), .make(2)])
    house.handoff(.requested, in: 1)
    #expect(house.bells == 1)
    #expect(house.console.notice == "Ana #1 asks for a human: n opens it")
    #expect(house.console.order == [1, 2])
    house.press("n")
    #expect(house.console.opened == 1)
  }

  @Test func aServerThatTellsNothingIsAskedAgain() {
    var house = house([.make(1), .make(2)])
    house.handoff(.requested, in: 2, tells: false)
    #expect(house.console.state.list.waitingCount == 0)
    house.advance(by: ConsoleState.refreshInterval)
    #expect(house.console.state.list.waitingCount == 1)
    #expect(house.bells == 1)
    house.dialogs[3] = .make(3, .requested)
    house.advance(by: ConsoleState.refreshInterval)
    #expect(house.console.state.list.entries[3]?.isWaiting == true)
    #expect(house.bells == 2)
    #expect(house.console.state.links[3]?.phase.isLive == true)
  }

  @Test func outageAndReturn() {
    var house = house([.mine(1)])
    house.press("r")
    house.kill()
    #expect(house.console.state.openLink?.phase.isDown == true)
    house.press("still there<Enter>")
    #expect(house.console.state.outbox.rows(of: 1).count == 1)
    #expect(house.journaledTexts == ["still there"])
    house.advance(by: .seconds(90))
    if case .polling = house.console.state.openLink?.phase {
    } else {
      Issue.record("after its attempts the open dialog is polled")
    }
    #expect(house.console.state.health.failure == .unreachable("refused"))
    #expect(house.console.state.health.isListStale(at: house.console.state.clock))
    house.histories[1]?.append(
      Message(id: 900, sender: .user, text: "hello?", timestamp: house.console.state.clock.now))
    house.revive()
    house.advance(by: .seconds(120))
    #expect(house.console.state.openLink?.phase.isLive == true)
    #expect(texts(house).count { $0 == "hello?" } == 1)
    #expect(texts(house).count { $0 == "still there" } == 1)
    #expect(house.console.state.outbox.rows.isEmpty)
    #expect(house.journaledTexts == [])
    #expect(house.console.state.health.failure == nil)
    #expect(!house.console.state.health.isListStale(at: house.console.state.clock))
  }

  @Test func whatWasMissedIsCounted() {
    var house = house([.mine(1)])
    house.press("<Enter>")
    house.advance(by: .seconds(10))
    house.kill()
    for index in 0..<3 {
      house.histories[1]?.append(
        Message(id: 900 + index, sender: .user, text: "m\(index)", timestamp: house.console.now(20)))
    }
    house.revive()
    house.advance(by: ConsoleState.refreshInterval)
    #expect(house.console.notice == "Live again; 3 missed, all here now")
    #expect(texts(house) == ["hello", "m0", "m1", "m2"])
  }

  @Test func aLostAnswerMakesNoSecondMessage() {
    var house = house([.mine(1)])
    house.losesAnswers = true
    house.press("ronce<Enter>")
    house.advance(by: .seconds(60))
    house.losesAnswers = false
    house.advance(by: .seconds(60))
    #expect(texts(house) == ["hello", "once"])
    #expect(house.histories[1]?.count == 2)
    #expect(house.console.state.outbox.rows.isEmpty)
  }

  @Test func theRaceForADialogHasOneWinner() {
    var house = house([.waiting(1, minutes: 1)])
    house.quickerOperator = Console.omar
    house.press("rt")
    #expect(house.console.holder(1) == .other(Console.omar))
    #expect(house.console.state.mode == .conversation)
    #expect(house.console.notice == "#1 was not taken over: already taken")
    house.advance(by: .seconds(20))
    #expect(house.console.holder(1) == .other(Console.omar))
  }

  @Test func takingOverFromTheAIAndGivingBack() {
    var house = house([.make(1)])
    house.press("rt")
    #expect(house.console.state.mode == .compose)
    #expect(house.console.holder(1) == .me)
    house.press("done<Enter><Esc>by")
    #expect(house.console.holder(1) == .assistant)
    house.advance(by: .seconds(20))
    #expect(house.console.holder(1) == .assistant)
  }

  @Test(arguments: [("h", "l"), ("<Esc>", "<Enter>")])
  func theDividerMovesToWhatCameWhileNobodyLooked(_ leave: String, _ comeBack: String) {
    var house = house([.mine(1)])
    house.say("one", by: .user, in: 1)
    house.press("n" + leave)
    let message = house.say("two", by: .user, in: 1)
    house.press(comeBack)
    #expect(house.console.state.conversation?.firstUnread == message.id)
    house.happen(.key(.focusOut))
    let last = house.say("three", by: .user, in: 1)
    house.happen(.key(.focusIn))
    #expect(house.console.state.conversation?.firstUnread == last.id)
  }

  @Test func handoffsLeaveMarksBetweenTheMessages() {
    var house = house([.make(1)])
    house.press("<Enter>")
    house.handoff(.requested, in: 1)
    let message = house.say("hello?", by: .user, in: 1)
    house.press("t")
    house.press("by")
    house.handoff(.requested, in: 1, tells: false)
    house.advance(by: ConsoleState.refreshInterval)
    house.handoff(.active, in: 1, manager: Console.omar)
    house.advance(by: ConsoleState.refreshInterval)
    let marks = house.console.state.handoffMarks[1] ?? []
    #expect(
      marks.map(\.text) == [
        "a human was asked for", "handed to you", "given back to the AI", "a human was asked for",
        "handed to Omar",
      ])
    #expect(marks.map(\.after) == [10, message.id, message.id, message.id, message.id])
  }

  @Test func whatWasThereAtTheStartLeavesNoMarks() {
    let house = house([.make(1), .waiting(2, minutes: 1), .mine(3), .omars(4)])
    #expect(house.console.state.handoffMarks.isEmpty)
    #expect(house.bells == 0)
  }

  @Test func theDividerStandsAboveWhatWasUnread() {
    var house = house([.mine(1), .mine(2)])
    let first = house.say("one", by: .user, in: 1)
    house.say("two", by: .user, in: 1)
    house.press("n")
    #expect(house.console.opened == 1)
    #expect(house.console.state.conversation?.firstUnread == first.id)
    #expect(house.console.unread(1) == 0)
    house.say("three", by: .user, in: 1)
    #expect(house.console.state.conversation?.firstUnread == first.id)
    house.press("rok<Enter>")
    #expect(house.console.state.conversation?.firstUnread == nil)
  }

  @Test func whatComesInWhileScrolledUpIsCountedBelow() {
    var house = house([.mine(1)])
    house.press("<Enter>k")
    house.say("one", by: .user, in: 1)
    house.say("two", by: .user, in: 1)
    #expect(house.console.state.conversation?.newBelow == 2)
    #expect(house.console.unread(1) == 2)
    house.press("G")
    #expect(house.console.state.conversation?.newBelow == 0)
    #expect(house.console.unread(1) == 0)
  }

  @Test func whatComesInWhileTheWindowIsElsewhereIsUnreadAndRings() {
    var house = house([.mine(1)])
    house.press("<Enter>")
    house.happen(.key(.focusOut))
    let message = house.say("one", by: .user, in: 1)
    #expect(house.bells == 1)
    #expect(house.console.unread(1) == 1)
    house.happen(.key(.focusIn))
    #expect(house.console.unread(1) == 0)
    #expect(house.console.state.conversation?.firstUnread == message.id)
  }

  @Test func theOpenDialogIsInViewBesideTheListWhereThereIsRoom() {
    for (columns, unread) in [(80, 1), (120, 0)] {
      var house = Playhouse([.mine(1), .make(2)], size: Size(columns: columns, rows: 24))
      house.begin()
      house.press("<Enter>h")
      let id = house.console.opened ?? 0
      house.say("one", by: .user, in: id)
      #expect(house.console.unread(id) == unread, "\(columns) columns")
    }
  }

  @Test func draftsSurviveEverything() {
    var house = house([.mine(1, minutesAgo: 1), .mine(2, minutesAgo: 2)])
    house.press("rdear Ana")
    #expect(house.drafts == [:])
    house.advance(by: .seconds(1))
    #expect(house.drafts == [1: "dear Ana"])
    house.press(", hello<Esc>")
    #expect(house.drafts == [1: "dear Ana, hello"])
    house.press("hj<Enter>rfor two<Esc>-r")
    #expect(house.console.draft == "dear Ana, hello")
    #expect(house.drafts == [1: "dear Ana, hello", 2: "for two"])
    #expect(house.console.state.list.entries[2]?.hasDraft == true)
    house.press("!")
    house.happen(.terminated)
    #expect(house.hasQuit)
    #expect(house.drafts == [1: "dear Ana, hello!", 2: "for two"])

    var next = Playhouse([.mine(1, minutesAgo: 1), .mine(2, minutesAgo: 2)])
    next.happen(.draftsRestored(house.drafts))
    next.begin()
    #expect(next.console.state.list.entries[1]?.hasDraft == true)
    next.press("r")
    #expect(next.console.draft == "dear Ana, hello!")
    next.press("<Enter>")
    #expect(next.histories[1]?.last?.text == "dear Ana, hello!")
    #expect(next.drafts == [:])
  }

  @Test func aWakingMachineChecksItsConnections() {
    var house = house([.mine(1)])
    house.press("<Enter>")
    house.handoff(.requested, in: 1, tells: false)
    house.advance(by: .seconds(1))
    house.happen(.resumed)
    #expect(house.console.holder(1)?.isWaiting == true)
  }

  @Test func quittingClosesEverySocket() {
    var house = house([.mine(1), .waiting(2, minutes: 1)])
    #expect(house.connected.count == 2)
    house.press("q")
    #expect(house.hasQuit)
    #expect(house.connected.isEmpty)
  }
}

extension Holder {
  fileprivate var isWaiting: Bool { if case .nobodyYet = self { true } else { false } }
}
