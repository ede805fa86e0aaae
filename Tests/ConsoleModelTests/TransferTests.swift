import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Passing on, putting back, taking by force")
struct TransferTests {
  static let leased = Capabilities(version: 2, features: ["client-id", "paging", "leases", "presence"])

  private static let team: [Colleague] = [
    Colleague(id: 7, name: "Maria", status: .online, dialogs: 1, capacity: 4),
    Colleague(id: 8, name: "Omar Haddad", status: .online, dialogs: 4, capacity: 4),
    Colleague(id: 9, name: "Ann Lee", status: .away, dialogs: 0, capacity: 4),
    Colleague(id: 10, name: "Ida", status: .online, dialogs: 2, capacity: 4),
    Colleague(id: 11, name: "Ian", status: .offline),
  ]

  private func house(_ dialogs: [Dialog] = [.mine(1)], capabilities: Capabilities = leased) -> Playhouse {
    var house = Playhouse(dialogs)
    house.team = Self.team
    house.begin(capabilities: capabilities)
    house.console.state.list.selectFirst()
    return house
  }

  @Test func whoCanGetItIsOfferedByPresenceAndLoad() {
    var house = house()
    house.press("T")
    let items = house.console.state.pickerItems
    #expect(items.map(\.title) == ["Ida", "Omar Haddad", "Ann Lee", "Ian"])
    #expect(items.map(\.detail) == ["online, 2 of 4", "online, 4 of 4, full", "away, 0 of 4", "offline"])
    house.press("<Down><Enter>")
    #expect(house.console.notice == "Omar Haddad has as many dialogs as one may have")
    #expect(house.console.state.mode == .pick, "another one can be chosen")
    house.press("<Up><Enter>")
    #expect(house.console.notice == "#1 is with Ida now")
    #expect(house.console.holder(1) == .other(Manager(id: 10, name: "Ida")))
  }

  @Test func typingNarrowsTheTeam() {
    var house = house()
    house.press("Tlee")
    #expect(house.console.state.pickerItems.map(\.title) == ["Ann Lee"])
    house.press("<C-u>away<Enter>")
    #expect(house.console.holder(1) == .other(Manager(id: 9, name: "Ann Lee")))
  }

  @Test(arguments: [("ida", 10), ("#9", 9), ("LEE", 9)])
  func oneWhoIsNamedGetsItAtOnce(_ name: String, _ id: UserID) {
    var house = house()
    house.happen(.teamLoaded(Self.team))
    house.console.state.startTransfer(to: name, note: "speaks Polish")
    let transfers = house.console.state.engine.effects.compactMap { effect in
      if case .handoff(.transfer(let to, let note), 1) = effect { "\(to.id) \(note ?? "")" } else { nil }
    }
    #expect(transfers == ["\(id) speaks Polish"])
  }

  @Test func aNameOfTwoIsAskedAbout() {
    var house = house()
    house.happen(.teamLoaded(Self.team))
    house.console.state.startTransfer(to: "i", note: nil)
    #expect(house.console.state.picker?.status == "Which one?")
    #expect(house.console.state.picker?.input.text == "i")
    house.console.state.startTransfer(to: "zoe", note: nil)
    #expect(house.console.state.picker?.status == "Nobody is called zoe")
    #expect(house.console.state.pickerItems.count == 4)
  }

  @Test func fullMeanwhileIsSaidInTheServersWords() {
    var house = house()
    house.press("T")
    house.team[3].dialogs = 4
    house.press("<Enter>")
    #expect(
      house.console.notice
        == "#1 was not passed on to Ida: The operator has 1 dialog already, the most one may have")
    #expect(house.console.holder(1) == .me)
  }

  @Test func puttingBackAsksFirst() {
    var house = house()
    house.press("Q")
    #expect(house.console.state.prompt?.question == "Put #1 back into the queue, for any operator?")
    house.press("Q")
    #expect(house.console.holder(1) == .me, "the key that asks does not answer")
    house.press("y")
    #expect(house.console.state.list.entries[1]?.isWaiting == true)
    #expect(house.console.notice == "#1 is back in the queue")
  }

  @Test func forceIsForWhatAnotherHasAndNeedsAReason() {
    var house = house([.omars(1)])
    house.press("t")
    #expect(house.console.notice.contains("force it with a reason"))
    house.console.state.forceTakeover(reason: "  ")
    #expect(house.console.state.notice?.text == "Why? The log keeps the reason")
    house.console.state.perform(Command(.forceTakeover, ["Omar is ill"]))
    #expect(house.console.state.engine.effects.contains(.handoff(.forceTakeover(reason: "Omar is ill"), 1)))
    house.happen(.key(.unknown))
    #expect(house.console.holder(1) == .me)
    house.console.state.perform(Command(.forceTakeover, ["again"]))
    #expect(house.console.state.notice?.text == "You have #1")
  }

  @Test func askingForAHumanLeavesItInTheQueue() {
    var house = house([.make(1)])
    house.console.state.perform(Command(.requestHuman, ["rude"]))
    house.happen(.key(.unknown))
    #expect(house.console.state.list.entries[1]?.isWaiting == true)
    #expect(house.console.notice.hasPrefix("#1 waits for a human"))
  }

  @Test(arguments: ["T", "Q"])
  func aServerOfPartOneHasNothingOfIt(_ key: String) {
    var house = house(capabilities: .partOne)
    house.press(key)
    #expect(house.console.notice == "This server has no transfers, requeues or forced takeovers")
    #expect(house.console.state.mode == .list)
    #expect(Verb(.forceTakeover).isAvailable(in: house.console.state) != .yes)
    #expect(Verb(.showLog).isAvailable(in: house.console.state) == .no("This server keeps no log of hand-offs"))
  }

  @Test func theLogIsReadInWords() {
    var house = house()
    let omar = Manager(id: 8, name: "Omar")
    house.logs[1] = [
      HandoffRecord(
        id: 1, dialogID: 1, at: Console.start, action: "request", actor: .init(kind: "visitor"), reason: "refund"),
      HandoffRecord(
        id: 2, dialogID: 1, at: nil, action: "forced_takeover", actor: .init(kind: "operator", id: 7, name: "Maria"),
        reason: "he is ill", from: omar, to: Manager(id: 7, name: "Maria")),
      HandoffRecord(id: 3, dialogID: 1, at: nil, action: "lease_expired", actor: .init(kind: "server"), from: omar),
      HandoffRecord(id: 4, dialogID: 1, at: nil, action: "sung", actor: nil),
    ]
    house.console.state.perform(Command(.showLog))
    house.happen(.key(.unknown))
    #expect(
      house.console.state.pickerItems.map(\.detail) == [
        "The visitor asked for a human: refund", "Maria took it by force from Omar: he is ill",
        "The server put it back into the queue: Omar was gone", "The server sung",
      ])
    #expect(house.console.state.pickerItems[0].title == "22:13")
    #expect(house.console.state.picker?.selection == 3)
    house.press("<Enter>")
    #expect(house.console.state.mode == .list)
  }

  @Test func noTeamAndNoLogAreSaid() {
    var house = house()
    house.kill()
    house.press("T")
    #expect(house.console.state.picker?.status.hasPrefix("The team could not be read") == true)
    house.press("<Esc>")
    house.console.state.perform(Command(.showLog))
    house.happen(.key(.unknown))
    #expect(house.console.state.picker?.status.hasPrefix("The log could not be read") == true)
  }
}
