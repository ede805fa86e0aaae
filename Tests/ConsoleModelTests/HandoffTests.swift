import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Taking over and giving back")
struct HandoffTests {
  private static func mine(_ id: DialogID = 7) -> HandoffStatus {
    HandoffStatus(status: .active, assignedManager: Manager(id: Console.me.id, name: "Maria"))
  }

  // MARK: Keys

  @Test func aWaitingDialogIsTakenWithOneKey() {
    var console = Console.loaded([.waiting(1, minutes: 2)])
    console.press("t")
    #expect(console.takeVisibleEffects() == [.handoff(.takeover, 1)])
    #expect(console.notice == "Taking #1 over…")
    console.send(.handoffAnswered(.takeover, 1, Self.mine()))
    #expect(console.holder(1) == .me)
    #expect(console.notice == "#1 is yours")
  }

  @Test func anActUnderWayIsNotBegunTwice() {
    var console = Console.loaded([.waiting(1, minutes: 2)])
    console.press("ttc")
    #expect(console.takeVisibleEffects() == [.handoff(.takeover, 1)])
    #expect(console.notice == "#1: wait, an act is under way")
  }

  /// Each act with others' eyes on it asks, and the key that asked does not say yes.
  @Test(arguments: [
    (Dialog.mine(1), "b", "y", HandoffAct.release), (.waiting(1, minutes: 1), "c", "y", .cancel),
    (.make(1), "t", "y", .request(reason: "An operator takes over")),
  ])
  func publicActsAskFirst(_ dialog: Dialog, _ key: String, _ yes: String, _ act: HandoffAct) {
    var console = Console.loaded([dialog])
    console.press(key)
    #expect(console.state.mode == .confirm)
    #expect(console.state.prompt?.confirmKey.label == yes)
    console.press(key)
    #expect(console.takeVisibleEffects() == [])
    #expect(console.state.mode == .confirm)
    console.press(yes)
    #expect(console.takeVisibleEffects() == [.handoff(act, 1)])
    #expect(console.state.mode == .list)
  }

  @Test(arguments: ["<Esc>", "n", "<C-c>"])
  func everyQuestionCanBeAnsweredWithNo(_ key: String) {
    var console = Console.loaded([.mine(1)])
    console.press("b" + key)
    #expect(console.state.mode == .list)
    console.press("y")
    #expect(console.takeVisibleEffects() == [])
  }

  @Test func otherKeysAndPastesLeaveAQuestionAlone() {
    var console = Console.loaded([.mine(1)])
    console.press("bjqt?<Enter><C-d>")
    console.send(.key(.paste("y")))
    #expect(console.state.mode == .confirm)
    #expect(console.takeVisibleEffects() == [])
  }

  @Test(arguments: [
    (Dialog.omars(1), "t", "Operator 8 has #1: ask for a release first"), (.mine(1), "t", "You have #1"),
    (.make(1), "b", "#1 is not yours to release"), (.omars(1), "b", "#1 is not yours to release"),
    (.make(1), "c", "#1 does not wait for a human"),
  ])
  func whatCannotBeDoneIsNotTried(_ dialog: Dialog, _ key: String, _ notice: String) {
    var console = Console.loaded([dialog])
    console.press(key)
    #expect(console.notice == notice)
    #expect(console.state.mode == .list)
    #expect(console.takeVisibleEffects() == [])
  }

  // MARK: Answers

  @Test func takingFromTheAIGoesThroughTheQueue() {
    var console = Console.loaded([.make(1)])
    console.press("ty")
    #expect(console.takeVisibleEffects() == [.handoff(.request(reason: "An operator takes over"), 1)])
    console.send(.handoffAnswered(.request(reason: "An operator takes over"), 1, HandoffStatus(status: .requested)))
    #expect(console.takeVisibleEffects().contains(.handoff(.takeover, 1)))
    console.send(.handoffAnswered(.takeover, 1, HandoffStatus(status: .active)))
    #expect(console.holder(1) == .me)
  }

  @Test func aRequestThatSomebodyElseMadeMeanwhileIsGoodEnough() {
    var console = Console.loaded([.make(1)])
    console.press("ty")
    console.takeEffects()
    console.send(
      .handoffFailed(.request(reason: "An operator takes over"), 1, .conflict(ErrorDetail("already requested"))))
    #expect(console.takeVisibleEffects() == [.handoff(.takeover, 1)])
  }

  @Test func losingTheRaceIsSaidInWords() {
    var console = Console.loaded([.waiting(1, minutes: 2)])
    console.press("t")
    console.takeEffects()
    console.advance(by: .seconds(1))
    console.send(.handoffFailed(.takeover, 1, .conflict(ErrorDetail("already taken by Omar"))))
    #expect(console.state.notice?.level == .error)
    #expect(console.notice == "#1 was not taken over: already taken by Omar")
    #expect(console.takeVisibleEffects() == [.loadDialog(1), .loadDialogs(page: 1, limit: 100), .loadQueue])
    console.press("t")
    #expect(console.takeVisibleEffects() == [.handoff(.takeover, 1)], "it can be tried again")
  }

  @Test func anActWithoutAnAnswerMayHaveWorked() {
    var console = Console.loaded([.mine(1)])
    console.press("by")
    console.send(.handoffFailed(.release, 1, .noAnswer("time-out")))
    #expect(console.notice.contains("may have worked"))
    #expect(console.takeEffects().contains(.loadDialog(1)))
  }

  @Test func releasingGivesTheDialogToTheAI() {
    var console = Console.loaded([.mine(1)])
    console.press("by")
    console.send(.handoffAnswered(.release, 1, HandoffStatus(status: .released)))
    #expect(console.holder(1) == .assistant)
    #expect(console.state.list.mineCount == 0)
    #expect(console.notice == "#1 is with the AI again")
  }

  @Test func aTakeoverAnsweredWithSomebodyElseIsNotOurs() {
    var console = Console.loaded([.waiting(1, minutes: 1)])
    console.press("t")
    console.send(.handoffAnswered(.takeover, 1, HandoffStatus(status: .active, assignedManager: Console.omar)))
    #expect(console.holder(1) == .other(Console.omar))
  }

  // MARK: Reply

  @Test func replyToMineOpensTheComposer() {
    var console = Console.loaded([.mine(1)])
    console.press("r")
    #expect(console.state.mode == .compose)
    #expect(console.opened == 1)
  }

  @Test(arguments: [Dialog.waiting(1, minutes: 1), .make(1)])
  func replyToADialogOfNobodyOffersToTakeItOver(_ dialog: Dialog) {
    var console = Console.loaded([dialog])
    console.press("r")
    #expect(console.state.prompt?.confirmKey == .character("t"))
    console.press("t")
    if dialog.handoffStatus == .none {
      console.send(.handoffAnswered(.request(reason: "An operator takes over"), 1, HandoffStatus(status: .requested)))
    }
    #expect(console.state.mode == .conversation, "no key is text before the dialog is ours")
    console.send(.handoffAnswered(.takeover, 1, Self.mine()))
    #expect(console.state.mode == .compose)
  }

  @Test func theComposerDoesNotOpenUnderSomebodyWhoWentElsewhere() {
    var console = Console.loaded([.waiting(1, minutes: 1), .make(2)])
    console.press("rth")
    console.send(.handoffAnswered(.takeover, 1, Self.mine()))
    #expect(console.state.mode == .list)
  }

  @Test func aFailedTakeoverOpensNoComposerLater() {
    var console = Console.loaded([.waiting(1, minutes: 1)])
    console.press("rt")
    console.send(.handoffFailed(.takeover, 1, .conflict(ErrorDetail("at capacity"))))
    console.press("t")
    console.send(.handoffAnswered(.takeover, 1, Self.mine()))
    #expect(console.state.mode == .conversation)
  }

  @Test func replyToAnotherOperatorsDialogAsksWithAnotherKey() {
    var console = Console.loaded([.omars(1)])
    console.press("rr")
    #expect(console.state.mode == .confirm)
    console.press("y")
    #expect(console.state.mode == .compose)
    console.press("hi<Enter>")
    #expect(console.state.outbox.rows(of: 1).map(\.entry.text) == ["hi"], "asked once, not at each line")
    console.press("<Esc>r")
    #expect(console.state.mode == .compose)
  }

  // MARK: Events

  @Test(arguments: [
    (Dialog.make(1), HandoffState.requested, Manager?.none, Holder.nobodyYet(since: Console.start)),
    (.waiting(1, minutes: 1), .active, Console.omar, .other(Console.omar)),
    (.waiting(1, minutes: 1), .active, Manager(id: 7, name: nil), .me),
    (.waiting(1, minutes: 1), .active, nil, .other(nil)),
    (.mine(1), .active, nil, .me),
    (.mine(1), .released, nil, .assistant),
    (.waiting(1, minutes: 1), .cancelled, nil, .assistant),
    (.mine(1), .active, Console.omar, .other(Console.omar)),
  ])
  func eventsMoveTheDialog(_ before: Dialog, _ state: HandoffState, _ manager: Manager?, _ after: Holder) {
    var console = Console.loaded([before])
    console.state.handoffChanged(state, of: 1, manager: manager)
    #expect(console.holder(1) == after)
  }

  @Test func aDialogTakenFromMeIsSaid() {
    var console = Console.loaded([.mine(1)])
    console.state.handoffChanged(.active, of: 1, manager: Console.omar)
    #expect(console.notice == "Omar has taken #1 from you")
    #expect(console.state.notice?.level == .warning)
  }

  /// The list was asked for, then the event came, then the list arrived: the event is the newer news.
  @Test func aListThatWasAskedForEarlierDoesNotUndoAnEvent() {
    var console = Console.loaded([.waiting(1, minutes: 1)])
    console.advance(by: ConsoleState.refreshInterval)
    #expect(console.takeVisibleEffects().contains(.loadQueue))
    console.state.handoffChanged(.active, of: 1, manager: Manager(id: 7, name: nil))
    console.send(page([.waiting(1, minutes: 1)]))
    console.send(.queueLoaded([QueueEntry(dialogID: 1)]))
    #expect(console.holder(1) == .me)
    #expect(console.advance(by: ConsoleState.refreshInterval) > 0)
    console.send(page([.omars(1)]))
    #expect(console.holder(1) == .other(Manager(id: 8, name: nil)), "a later list counts again")
  }

  // MARK: Sending into a dialog that changed hands

  @Test func aDialogTakenWhileTypingIsNotAnsweredTwice() {
    var console = Console.loaded([.mine(1)])
    console.press("rhello")
    console.state.handoffChanged(.active, of: 1, manager: Console.omar)
    console.press("<Enter>")
    #expect(console.state.prompt?.question == "Omar has #1 now. Send all the same?")
    #expect(console.state.outbox.rows(of: 1).isEmpty)
    console.press("yes <Enter>")
    #expect(console.state.mode == .confirm, "what is typed ahead does not say yes")
    console.press("<Esc>")
    #expect(console.state.mode == .compose)
    #expect(console.draft == "hello")
    console.press("<Enter><C-y>")
    #expect(console.state.outbox.rows(of: 1).map(\.entry.text) == ["hello"])
    #expect(console.draft == "")
  }
}
