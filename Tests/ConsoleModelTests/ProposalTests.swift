import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("The AI's proposals")
struct ProposalTests {
  static let proposing = Capabilities(version: 2, features: ["client-id", "paging", "proposals"])

  private func house() -> Playhouse {
    var house = Playhouse([.make(1, name: "Ana"), .make(2)])
    house.begin(capabilities: Self.proposing)
    house.console.state.list.freeze()
    house.console.state.list.select(1)
    return house
  }

  @Test func aProposalIsToldAndCounted() {
    var house = house()
    let bells = house.bells
    house.propose(5, "It ships today", in: 1)
    #expect(house.console.state.list.entries[1]?.openProposals == 1)
    #expect(house.console.notice == "Ana #1: the AI proposes an answer")
    #expect(house.bells == bells + 1)
    #expect(house.console.state.list.needingAttention == [1])
    house.press("n")
    #expect(house.console.opened == 1)
    #expect(house.console.notice == "#1: the AI's proposal waits for you")
  }

  @Test func approvingAsksAndSendsTheAIsWords() {
    var house = house()
    house.propose(5, "It ships today", in: 1)
    house.press("pa")
    #expect(house.console.opened == 1, "what is sent is on the screen")
    #expect(house.console.state.prompt?.question == "Send the AI's words to Ana as they are?")
    house.press("pa")
    #expect(house.decisions.isEmpty, "the keys that ask do not answer")
    house.press("y")
    #expect(house.decisions.map(\.verdict) == [.approve(text: nil)])
    #expect(house.console.state.openLink?.timeline.last?.text == "It ships today")
    #expect(house.console.state.openProposal(in: 1) == nil)
    #expect(house.console.notice == "The AI's words are sent")
  }

  @Test func editingSendsOtherWordsInItsPlace() {
    var house = house()
    house.propose(5, "It ships today", in: 1)
    house.press("pe")
    #expect(house.console.state.mode == .compose)
    #expect(house.console.draft == "It ships today")
    #expect(house.console.state.editedProposal(in: 1)?.id == 5)
    house.press("!<Enter>")
    #expect(house.decisions.map(\.verdict) == [.approve(text: "It ships today!")])
    #expect(house.posts == 0, "it is no message of its own")
    #expect(house.console.draft.isEmpty)
    #expect(house.console.state.openProposal(in: 1) == nil)
  }

  @Test func aDraftIsNotWrittenOver() {
    var house = house()
    house.press("<Enter>")
    house.console.state.composers[1] = Composer("my own words")
    house.propose(5, "It ships today", in: 1)
    house.press("pe")
    #expect(house.console.draft == "my own words")
    #expect(house.console.notice.hasPrefix("There is a draft"))
    #expect(house.console.state.mode == .conversation)
  }

  @Test func goneWhileItIsEditedKeepsTheWords() {
    var house = house()
    house.propose(5, "It ships today", in: 1)
    house.press("pe!")
    house.settle(5, in: 1, .approved, by: 8, tells: false)
    house.press("<Enter>")
    #expect(
      house.console.notice == "#1: The proposal was already approved. Your words are still in the composer")
    #expect(house.console.draft == "It ships today!")
    #expect(house.posts == 0)
    house.press("<Enter>")
    #expect(
      house.console.state.prompt?.act == .replyAnyway(thenSend: true), "from here on it is a reply like any other")
  }

  @Test func twoOperatorsAtOnceIsSaidInWords() {
    var house = house()
    house.console.send(.teamLoaded([Colleague(id: 8, name: "Omar")]))
    house.propose(5, "It ships today", in: 1)
    house.press("pa")
    house.settle(5, in: 1, .approved, by: 8)
    #expect(house.console.state.prompt == nil, "there is nothing to answer any more")
    #expect(house.console.notice == "#1: Omar has sent the AI's proposal")
    house.press("y")
    #expect(house.decisions.isEmpty)
  }

  @Test(arguments: [
    (ProposalState.edited, UserID?(8), "Operator 8 has sent the AI's proposal in other words"),
    (.rejected, 8, "Operator 8 has rejected the AI's proposal"),
    (.rejected, nil, "A colleague has rejected the AI's proposal"),
    (.stale, nil, "the AI's proposal is out of date: the conversation has gone on"),
  ])
  func whatBecameOfItIsSaid(_ state: ProposalState, _ by: UserID?, _ words: String) {
    var house = house()
    house.press("<Enter>")
    house.propose(5, "It ships today", in: 1)
    house.settle(5, in: 1, state, by: by)
    #expect(house.console.state.proposals[1] == nil)
    #expect(house.console.state.list.entries[1]?.openProposals == 0)
    #expect(house.console.notice == "#1: \(words)")
  }

  @Test func rejectingNeedsAReason() {
    var house = house()
    house.propose(5, "It ships today", in: 1)
    house.console.state.perform(Command(.rejectProposal, ["wrong price"]))
    house.happen(.key(.unknown))
    #expect(house.decisions.map(\.verdict) == [.reject(reason: "wrong price")])
    #expect(house.console.notice == "The proposal is rejected")
  }

  @Test func anAnswerThatIsLostIsLookedFor() {
    var house = house()
    house.losesAnswers = true
    house.propose(5, "It ships today", in: 1)
    house.press("pay")
    #expect(house.console.notice.contains("may have worked"))
    #expect(house.console.state.proposals[1] == nil, "the server has it no more")
    #expect(house.console.state.openLink?.timeline.filter { $0.text == "It ships today" }.count == 1)
  }

  @Test func whatWaitsIsReadWhenTheDialogIsOpened() {
    var house = house()
    house.proposals[1] = [
      Proposal(id: 3, dialogID: 1, messageID: 10, text: "one", state: .open, createdAt: nil),
      Proposal(id: 4, dialogID: 1, messageID: 10, text: "two", state: .open, createdAt: nil),
    ]
    #expect(house.console.state.openProposal(in: 1) == nil)
    house.press("<Enter>")
    #expect(house.console.state.openProposal(in: 1)?.id == 4, "the newest answers the newest question")
  }

  @Test func aServerWithoutProposalsIsAskedForNone() {
    var console = Console.loaded([.make(1)])
    console.press("<Enter>")
    #expect(!console.effects.contains(.loadProposals(1)))
    console.press("pa")
    #expect(console.notice == "The AI of this server proposes nothing")
  }
}
