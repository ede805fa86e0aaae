import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Which links run")
struct WatchTests {
  private func running(_ console: Console) -> Set<DialogID> {
    Set(console.state.links.filter { $0.value.phase != .idle }.keys)
  }

  @Test func allOfAShortList() {
    let console = Console.loaded([.make(1), .mine(2), .waiting(3, minutes: 1)])
    #expect(running(console) == [1, 2, 3])
  }

  @Test func noneBeforeTheListIsRead() {
    var console = Console()
    console.send(.signedIn(Console.me, Console.capable))
    #expect(running(console) == [])
  }

  @Test func atMostTwentyFourTheMostImportantFirst() {
    var dialogs = (1...60).map { Dialog.make($0, minutesAgo: $0) }
    dialogs[55] = .waiting(56, minutes: 56)
    dialogs[56] = .mine(57, minutesAgo: 57)
    dialogs[57] = .omars(58, minutesAgo: 58)
    let console = Console.loaded(dialogs)
    #expect(running(console) == Set([56, 57, 58] + (1...21)))
  }

  @Test func theOpenDialogIsAlwaysAmongThem() {
    var console = Console.loaded((1...60).map { .make($0, minutesAgo: $0) })
    console.press("G<Enter>")
    #expect(console.opened == 60)
    #expect(running(console).count == 24)
    #expect(running(console).contains(60))
    #expect(!running(console).contains(24), "the least recent made room")
  }

  @Test func aRequestGetsALinkEvenWhenAllAreTaken() {
    var console = Console.loaded((1...60).map { .make($0, minutesAgo: $0) })
    console.send(.queueLoaded([QueueEntry(dialogID: 50)]))
    console.advance(by: ConsoleState.refreshInterval)
    console.send(page((1...60).map { .make($0, minutesAgo: $0) }))
    console.send(.queueLoaded([QueueEntry(dialogID: 50)]))
    #expect(running(console).contains(50))
    #expect(running(console).count == 24)
  }

  /// Two dialogs at the edge that overtake each other with every message must not connect and disconnect in turn.
  @Test func theEdgeDoesNotFlap() {
    var console = Console.loaded((1...60).map { .make($0, minutesAgo: $0) })
    let before = running(console)
    for round in 1...4 {
      console.advance(by: ConsoleState.refreshInterval)
      var dialogs = (1...60).map { Dialog.make($0, minutesAgo: $0) }
      // The 24th and the 25th of the list.
      dialogs[23 + round % 2].lastMessageAt = console.now(-60 * 23 - 50 + round)
      console.send(page(dialogs))
      console.send(.queueLoaded([]))
    }
    #expect(running(console) == before)
  }

  @Test func aDialogThatComesToLifeGetsALink() {
    var console = Console.loaded((1...60).map { .make($0, minutesAgo: $0) })
    console.advance(by: ConsoleState.refreshInterval)
    var dialogs = (1...60).map { Dialog.make($0, minutesAgo: $0) }
    dialogs[49].lastMessageAt = console.now(4)
    console.send(page(dialogs))
    console.send(.queueLoaded([]))
    #expect(running(console) == Set([50] + (1...23)))
  }

  @Test func onlyTheOpenDialogIsPolled() {
    var console = Console.loaded([.make(1, minutesAgo: 1), .make(2, minutesAgo: 2)])
    console.press("<Enter>")
    #expect(console.state.links[1]?.configuration.pollsWhileDown == true)
    #expect(console.state.links[2]?.configuration.pollsWhileDown == false)
    console.press("hj<Enter>")
    #expect(console.state.links[1]?.configuration.pollsWhileDown == false)
    #expect(console.state.links[2]?.configuration.pollsWhileDown == true)
  }

  @Test func aLinkThatRestsKeepsItsMessages() {
    var house = Playhouse((1...60).map { .make($0, minutesAgo: $0) })
    house.begin()
    house.press("G<Enter>")
    house.press("h<Home><Enter>")
    #expect(house.console.opened == 1)
    #expect(house.console.state.links[60]?.timeline.count == 1)
    #expect(house.connected.count == 24)
  }

  @Test func aRefusedLinkIsNotTriedAgainByTheList() throws {
    var house = Playhouse([.make(1), .make(2)])
    house.begin()
    let connection = try #require(house.connected[1])
    house.happen(.link(1, .socketClosed(connection, code: 4003, reason: "")))
    house.advance(by: .seconds(60))
    if case .stopped(.refused) = house.console.state.links[1]?.phase {
    } else {
      Issue.record("a link that the server will not have stays stopped")
    }
    house.press("<C-r>")
    #expect(house.console.state.links[1]?.phase.isLive == true, "the operator may try")
  }

  @Test func eventsOfAnUnknownLinkAreNothing() {
    var console = Console.loaded([.make(1)])
    console.send(.link(99, .timerFired(.fetch)))
    console.send(.link(99, .start))
    #expect(console.takeEffects() == [])
  }
}
