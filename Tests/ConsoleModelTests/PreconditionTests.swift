import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("A reply that others were faster than")
struct PreconditionTests {
  static let capable = Capabilities(version: 2, features: ["client-id", "paging", "precondition", "notes"])

  private func house(_ capabilities: Capabilities = capable) -> Playhouse {
    var house = Playhouse([.mine(1), .mine(2, minutesAgo: 5)])
    house.dialogs[1]?.name = "Ana"
    house.begin(capabilities: capabilities)
    house.press("r")
    return house
  }

  private func texts(_ house: Playhouse) -> [String] {
    house.console.state.openLink?.timeline.map(\.text) ?? []
  }

  private func draft(_ house: Playhouse) -> String { house.console.draft }

  /// The server refuses, for somebody wrote between the frame and the POST.
  private func refused() -> Playhouse {
    var house = house()
    house.interruption = ("wait, it was my fault", .user)
    house.press("You are right<Enter>")
    return house
  }

  @Test func nothingIsSentAndWhatCameIsShown() {
    let house = refused()
    #expect(texts(house) == ["hello", "wait, it was my fault"])
    #expect(house.console.state.outbox.rows(of: 1).map(\.entry.text) == ["You are right"])
    #expect(house.journaledTexts == ["You are right"])
    let prompt = house.console.state.prompt
    #expect(prompt?.question == "Not sent: Ana wrote")
    #expect(house.console.state.keyHints.map(\.key) == ["Ctrl-Y", "Ctrl-E", "Ctrl-X", "Esc"])
    #expect(house.console.state.list.entries[1]?.troubledSends == 1)
  }

  @Test func withoutTheSocketWhatCameIsShownAllTheSame() {
    var house = house()
    house.tells = false
    house.interruption = ("wait", .user)
    house.press("ok<Enter>")
    #expect(texts(house) == ["hello", "wait"])
  }

  @Test func itIsSentOnTheOperatorsWord() {
    var house = refused()
    house.press("<C-y>")
    #expect(texts(house).last == "You are right")
    #expect(house.console.state.outbox.isEmpty)
    #expect(house.journaledTexts == [])
    #expect(house.console.state.mode == .compose)
  }

  @Test func ifOthersWriteAgainItIsAskedAgain() {
    var house = refused()
    house.interruption = ("and another thing", .user)
    house.press("<C-y>")
    #expect(house.console.state.prompt != nil)
    #expect(texts(house).last == "and another thing")
    #expect(house.console.state.outbox.rows(of: 1).count == 1)
    house.press("<C-y>")
    #expect(texts(house).last == "You are right")
  }

  @Test func itIsTakenBackForEditing() {
    var house = refused()
    house.press("<C-e>")
    #expect(draft(house) == "You are right")
    #expect(house.console.state.outbox.isEmpty)
    #expect(house.drafts[1] == "You are right")
    house.press(", Ana<Enter>")
    #expect(texts(house).last == "You are right, Ana")
  }

  @Test func itIsDroppedAndCanStillBeRecalled() {
    var house = refused()
    house.press("<C-x>")
    #expect(house.console.state.outbox.isEmpty)
    #expect(draft(house) == "")
    house.press("<Up>")
    #expect(draft(house) == "You are right")
  }

  @Test func theKeysThatSendAreNoAnswer() {
    var house = refused()
    let posts = house.posts
    house.press("<Enter><Enter><C-d>")
    #expect(house.console.state.prompt != nil)
    #expect(house.posts == posts)
    #expect(texts(house).last == "wait, it was my fault")
  }

  @Test func typingGoesOnAndTheReplyWaits() {
    var house = refused()
    house.press("I see")
    #expect(house.console.state.prompt == nil)
    #expect(draft(house) == "I see")
    #expect(house.console.notice.contains("R sends it"))
    #expect(house.console.state.outbox.rows(of: 1).first?.isTroubled == true)
    // The next reply does not wait for it; and taking the first back does not mix the two.
    house.press("<Esc>E")
    #expect(house.console.notice.contains("draft in the composer"))
    house.press("r<Enter><Esc>R")
    #expect(texts(house).suffix(2) == ["I see", "You are right"])
  }

  @Test func aPasteWhileTheQuestionStandsIsText() {
    var house = refused()
    house.happen(.key(.paste("pasted")))
    #expect(draft(house) == "pasted")
  }

  @Test func inAnotherDialogNothingIsAsked() {
    var house = house()
    house.interruption = ("wait", .user)
    house.console.send(.key(.character("x")))
    // The POST is under way while the operator goes elsewhere.
    var console = house.console
    console.press("<Enter><Esc>")
    console.state.open(2)
    let row = console.state.outbox.rows(of: 1).first
    console.send(.outbox(.journaled(clientID: row?.id ?? "")))
    console.send(.outbox(.failed(clientID: row?.id ?? "", .superseded(by: [message(99, .user, "wait")]))))
    #expect(console.state.prompt == nil)
    #expect(console.notice.hasPrefix("#1 Not sent: Ana wrote: “wait”. R sends it"))
  }

  @Test func aRestartKeepsItAndSendsNothing() throws {
    let house = refused()
    let entry = try #require(house.console.state.outbox.rows(of: 1).first?.entry)
    var next = Playhouse([.mine(1)])
    next.happen(.outbox(.restored([entry])))
    next.happen(.signedIn(Console.me, Self.capable))
    #expect(next.posts == 0)
    guard case .superseded(let newer) = next.console.state.outbox.rows(of: 1).first?.state else {
      Issue.record("it waits for the operator's word")
      return
    }
    #expect(newer.map(\.text) == ["wait, it was my fault"])
  }

  // MARK: What counts as seen

  private func message(_ id: MessageID, _ sender: Sender, _ text: String) -> Message {
    Message(id: id, sender: sender, text: text, timestamp: Console.start)
  }

  private func show(_ house: inout Playhouse) {
    let newest = house.console.state.openLink?.timeline.lastID
    house.happen(.viewport(Viewport(messageLines: 10, scroll: .bottom, listRows: 0, newestShown: newest)))
  }

  /// What comes up while the finger is on its way to Enter was not read; on any server.
  @Test(arguments: [Capabilities.partOne, capable])
  func whatHasJustComeUpIsAskedAbout(_ capabilities: Capabilities) {
    var house = house(capabilities)
    show(&house)
    house.press("hi")
    house.say("never mind", by: .user, in: 1)
    house.press("<Enter>")
    #expect(house.console.state.prompt?.question == "Ana wrote. Send?")
    #expect(house.posts == 0)
    #expect(draft(house) == "hi")
    house.press("<Enter>")
    #expect(house.posts == 0)
    house.press("<C-y>")
    #expect(house.posts == 1)
    #expect(texts(house).last == "hi")
  }

  @Test func whatWasOnTheScreenForAMomentWasSeen() {
    var house = house()
    show(&house)
    house.say("never mind", by: .user, in: 1)
    show(&house)
    house.press("hi<Enter>")
    #expect(house.console.state.prompt != nil)
    house.press("<C-e>")
    house.advance(by: .milliseconds(400))
    house.press("<Enter>")
    #expect(house.console.state.prompt == nil)
    #expect(texts(house).last == "hi")
  }

  @Test func whatIsBelowThePaneWasNotSeen() {
    var house = house()
    show(&house)
    house.happen(
      .viewport(
        Viewport(messageLines: 10, scroll: .held(anchor: 10, linesUp: 0), listRows: 0, newestShown: 10)))
    house.say("never mind", by: .user, in: 1)
    house.advance(by: .seconds(60))
    house.press("hi<Enter>")
    #expect(house.console.state.prompt?.question == "Ana wrote. Send?")
    #expect(house.console.state.conversation?.scroll == .bottom)
  }

  @Test(arguments: [Capabilities.partOne, capable])
  func onesOwnRepliesDoNotCount(_ capabilities: Capabilities) {
    var house = house(capabilities)
    show(&house)
    house.press("one<Enter>two<Enter>three<Enter>")
    #expect(house.console.state.prompt == nil)
    #expect(texts(house) == ["hello", "one", "two", "three"])
  }

  @Test func droppingWhatWasNotSentYet() {
    var house = house()
    show(&house)
    house.say("never mind", by: .user, in: 1)
    house.press("hi<Enter><C-x>")
    #expect(draft(house) == "")
    #expect(house.drafts[1] == nil)
    house.press("<C-_>")
    #expect(draft(house) == "hi")
  }

  @Test func aNoteHasNoPrecondition() {
    var house = house()
    show(&house)
    house.press("<C-t>careful")
    house.say("never mind", by: .user, in: 1)
    house.press("<Enter>")
    #expect(house.console.state.prompt == nil)
    #expect(house.posts == 1)
  }
}
