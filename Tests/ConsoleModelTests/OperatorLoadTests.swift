import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("Operators on the dashboard")
struct OperatorLoadTests {
  private func load(_ house: Playhouse, _ id: UserID) -> OperatorLoad? {
    house.console.state.operatorLoads.first { $0.id == id }
  }

  @Test func presenceLoadAndAnswersOfEach() {
    var house = Playhouse([.mine(1), .omars(2), .make(3)])
    house.team = [
      Colleague(id: 7, name: "Maria", status: .online, dialogs: 1, capacity: 6),
      Colleague(id: 8, name: "Omar", status: .away, dialogs: 1, capacity: 4),
      Colleague(id: 9, name: "Lin", status: .online, dialogs: 0, capacity: 4),
      Colleague(id: 10, name: "Gone", status: .offline, dialogs: 0, capacity: 4),
    ]
    house.begin(capabilities: Playhouse.streaming)
    house.press("gd")
    #expect(Set(house.console.state.operatorLoads.map(\.id)) == [7, 8, 9], "who is not there is not on it")
    #expect(load(house, 8)?.status == .away && load(house, 8)?.dialogs == 1 && load(house, 8)?.capacity == 4)
    #expect(load(house, 9)?.status == .online && load(house, 9)?.dialogs == 0)

    house.say("hello", by: .manager, in: 2, author: Console.omar)
    house.say("and", by: .manager, in: 2, author: Console.omar)
    house.say("an answer of the AI", by: .assistant, in: 3)
    house.say("a note", by: .manager, in: 2, kind: .note, author: Console.omar)
    #expect(load(house, 8)?.answers == 2, "notes are no answers")
    #expect(load(house, 7)?.answers == 0)
    house.tell(#""type":"presence","operator":{"id":8,"name":"Omar"},"status":"online""#)
    house.advance(by: .seconds(3601))
    #expect(load(house, 8)?.answers == 0, "the last hour's")
  }

  @Test("A list names nobody: the filter knows holders by the team", arguments: [true, false])
  func theFilterKnowsNames(teamComesFirst: Bool) {
    var house = Playhouse([.mine(1), .omars(2), .make(3)])
    house.team = [Colleague(id: 8, name: "Omar Haddad", status: .online, dialogs: 1, capacity: 4)]
    house.begin(capabilities: teamComesFirst ? Playhouse.streaming : Console.capable)
    if !teamComesFirst { house.happen(.teamLoaded(house.team)) }
    house.press("fholder:omar<Enter>")
    #expect(house.console.order == [2])
    house.handoff(.active, in: 3, manager: Manager(id: 8, name: nil), tells: false)
    house.press("<C-r>")
    #expect(house.console.holder(3) == .other(Manager(id: 8, name: "Omar Haddad")))
  }

  @Test func withPartOneTheHolderHasAnswered() {
    var house = Playhouse([.mine(1), .omars(2)])
    house.begin(capabilities: Capabilities(version: 1, features: []))
    house.say("hello", by: .manager, in: 2)
    house.say("hello", by: .manager, in: 1)
    #expect(load(house, 8)?.answers == 1 && load(house, 7)?.answers == 1)
    #expect(load(house, 8)?.status == nil && load(house, 7)?.status == nil)
  }
}
