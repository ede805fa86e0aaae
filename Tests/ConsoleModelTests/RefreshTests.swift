import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Reading list and queue again and again")
struct RefreshTests {
  private let reading: [Effect] = [.loadDialogs(page: 1, limit: 100), .loadQueue]

  private func answer(_ console: inout Console, _ dialogs: [Dialog] = [], queue: [QueueEntry] = []) {
    console.send(page(dialogs))
    console.send(.queueLoaded(queue))
  }

  private func loads(_ console: inout Console) -> [Effect] {
    console.takeVisibleEffects().filter { effect in
      switch effect {
      case .heartbeat, .bell, .announce, .setTitle: false
      default: true
      }
    }
  }

  @Test func everyInterval() {
    var console = Console.loaded()
    for _ in 0..<4 {
      console.advance(by: ConsoleState.refreshInterval - .milliseconds(10))
      #expect(loads(&console) == [])
      console.advance(by: .milliseconds(10))
      #expect(loads(&console) == reading)
      answer(&console)
    }
  }

  @Test func oneReadingAtATime() {
    var console = Console.loaded()
    console.advance(by: ConsoleState.refreshInterval)
    #expect(loads(&console) == reading)
    console.advance(by: .seconds(60))
    console.press("<C-r><C-r>")
    console.send(.alarm(.refresh))
    #expect(loads(&console) == [], "the first one is not answered yet")
    console.send(page([]))
    #expect(loads(&console) == [], "half of it is not")
    console.send(.queueLoaded([]))
    console.advance(by: .milliseconds(1))
    #expect(loads(&console) == reading, "what was asked for meanwhile follows")
  }

  @Test func manyEventsAreOneReading() {
    var console = Console.loaded([.make(1)])
    console.advance(by: .seconds(2))
    for _ in 0..<20 {
      console.state.handoffChanged(.requested, of: 1, manager: nil)
      console.state.handoffChanged(.cancelled, of: 1, manager: nil)
    }
    console.send(.key(.unknown))
    #expect(loads(&console) == reading)
    answer(&console)
    console.advance(by: .milliseconds(490))
    #expect(loads(&console) == [])
    console.advance(by: .milliseconds(10))
    #expect(loads(&console) == reading, "once more for what came while it was under way")
  }

  // MARK: Pages

  private func pages(_ console: inout Console, count: Int, dialogs: Int) -> [Int] {
    var asked: [Int] = []
    var isAsking = true
    while isAsking {
      isAsking = false
      for effect in loads(&console) {
        switch effect {
        case .loadDialogs(let number, let limit):
          asked.append(number)
          isAsking = true
          let ids = ((number - 1) * limit..<min(number * limit, dialogs)).map { 100_000 - $0 }
          console.send(
            .dialogsLoaded(Page(items: ids.map { .make($0) }, total: dialogs, page: number, limit: limit)))
        case .loadQueue: console.send(.queueLoaded([]))
        default: break
        }
      }
    }
    return asked
  }

  @Test(arguments: [
    (0, [1], 0), (99, [1], 99), (101, [1, 2], 101), (499, [1, 2, 3, 4, 5], 499), (9000, [1, 2, 3, 4, 5], 500),
  ])
  func allPagesUpToTheCap(_ total: Int, _ asked: [Int], _ shown: Int) {
    var console = Console()
    console.send(.signedIn(Console.me, Console.capable))
    #expect(pages(&console, count: 5, dialogs: total) == asked)
    #expect(console.order.count == shown)
    #expect(console.state.health.totalDialogs == total)
    #expect(console.selected == (total == 0 ? nil : 100_000))
  }

  @Test func theLaterPagesAreReadLessOften() {
    var console = Console()
    console.send(.signedIn(Console.me, Console.capable))
    _ = pages(&console, count: 5, dialogs: 300)
    var asked: [[Int]] = []
    for _ in 0..<6 {
      console.advance(by: ConsoleState.refreshInterval)
      asked.append(pages(&console, count: 5, dialogs: 300))
    }
    #expect(asked == [[1], [1, 2, 3], [1], [1, 2, 3], [1], [1, 2, 3]])
  }

  @Test func aPageCountThatLiesDoesNotLoop() {
    var console = Console()
    console.send(.signedIn(Console.me, Console.capable))
    for _ in 0..<3 {
      var lie = Page(items: [Dialog](), total: 0, page: 1, limit: 100)
      lie.pages = 1_000_000
      console.send(.dialogsLoaded(lie))
      console.send(.queueLoaded([]))
    }
    #expect(console.takeEffects().count { if case .loadDialogs = $0 { true } else { false } } == 1)
  }

  @Test func whatTheServerListsNoMoreGoes() {
    var console = Console.loaded([.make(1), .make(2), .mine(3), .waiting(4, minutes: 1)])
    console.press("f#1<Enter><Enter>h<Esc>")
    for _ in 0..<3 {
      console.advance(by: ConsoleState.refreshInterval)
      answer(&console, [], queue: [QueueEntry(dialogID: 4)])
    }
    #expect(Set(console.order) == [1, 3, 4], "the open one, mine and a waiting one stay")
  }

  // MARK: The queue

  @Test func theQueueBringsWhatTheListDoesNotHave() {
    var console = Console.loaded(
      [],
      queue: [QueueEntry(dialogID: 9, reason: "asked", lastUserText: "human!", waitTimeMinutes: 2.5, priority: "high")])
    let entry = console.state.list.entries[9]
    #expect(entry?.waitingSince == console.now(-150))
    #expect(entry?.lastLine?.text == "human!")
    #expect(entry?.priority == "high")
    #expect(entry?.queuePosition == 1)
    #expect(entry?.dialog.handoffReason == "asked")
    var dialog = Dialog.make(9, name: "Ana")
    dialog.guestID = "guest-9"
    console.send(.dialogLoaded(dialog))
    #expect(console.state.list.entries[9]?.isWaiting == true, "a route without hand-off fields takes nothing back")
    #expect(console.state.list.entries[9]?.visitorName == "Ana")
  }

  @Test func theFirstQueueDoesNotRingAndTheNextDoes() {
    var console = Console.loaded([.make(1)], queue: [QueueEntry(dialogID: 5)])
    #expect(!console.takeEffects().contains(.bell))
    console.advance(by: ConsoleState.refreshInterval)
    answer(&console, [.make(1)], queue: [QueueEntry(dialogID: 5), QueueEntry(dialogID: 1)])
    #expect(console.takeEffects().contains(.bell))
    #expect(console.state.list.waitingCount == 2)
    #expect(console.state.list.entries[1]?.queuePosition == 2)
  }

  @Test(arguments: [
    (Dialog.make(1, .active), Holder.other(nil)), (.omars(1), .other(Manager(id: 8, name: nil))), (.mine(1), .me),
    (.make(1, .released), .assistant), (.make(1, .other("paused")), .assistant), (.make(1, .cancelled), .assistant),
  ])
  func whoHasADialogByTheList(_ dialog: Dialog, _ holder: Holder) {
    #expect(Console.loaded([dialog]).holder(1) == holder)
  }

  @Test func aNameThatAnEventToldStays() {
    var console = Console.loaded([.waiting(1, minutes: 1)])
    console.state.handoffChanged(.active, of: 1, manager: Console.omar)
    for _ in 0..<2 {
      console.advance(by: ConsoleState.refreshInterval)
      answer(&console, [.omars(1)])
    }
    #expect(console.holder(1) == .other(Console.omar))
  }

  @Test func anOlderListDoesNotTakeTheLastLineBack() {
    var house = Playhouse([.make(1, minutesAgo: 5)])
    house.begin()
    let old = house.dialogs
    house.say("news", by: .user, in: 1)
    house.dialogs = old
    house.advance(by: ConsoleState.refreshInterval)
    #expect(house.console.state.list.entries[1]?.lastLine?.text == "news")
    #expect(house.console.state.list.entries[1]?.lastLine?.sender == .user)
    #expect(house.console.unread(1) == 1)
  }

  // MARK: Failures

  @Test func failuresBackOffAndAreShown() throws {
    var console = Console.loaded([.make(1)])
    var waits: [Double] = []
    console.advance(by: ConsoleState.refreshInterval)
    for _ in 0..<6 {
      console.send(.dialogsFailed(.unreachable("refused")))
      console.send(.queueFailed(.unreachable("refused")))
      let next = try #require(console.state.health.nextRefreshAt)
      waits.append((next - console.state.clock.monotonic) / .seconds(1))
      console.takeEffects()
      console.advance(by: next - console.state.clock.monotonic)
      #expect(loads(&console) == reading)
    }
    for (wait, base) in zip(waits, [5.0, 10, 20, 30, 30, 30]) { #expect((base...base * 1.2).contains(wait)) }
    #expect(console.state.health.failures == 6)
    #expect(console.state.health.isListStale(at: console.state.clock))
    #expect(console.order == [1], "what is known stays on the screen")

    answer(&console, [.make(1)])
    #expect(console.state.health.failure == nil)
    #expect(console.state.health.failures == 0)
    #expect(!console.state.health.isListStale(at: console.state.clock))
    console.takeEffects()
    console.advance(by: ConsoleState.refreshInterval)
    #expect(loads(&console) == reading)
  }

  @Test func halfAFailureIsOne() {
    var console = Console.loaded()
    console.advance(by: ConsoleState.refreshInterval)
    console.send(.queueFailed(.server(status: 500, ErrorDetail("oops"))))
    console.send(page([.make(3)]))
    #expect(console.state.health.failures == 1)
    #expect(console.order == [3])
  }

  @Test func eventsDoNotHurryAServerThatIsDown() {
    var console = Console.loaded([.make(1)])
    console.advance(by: ConsoleState.refreshInterval)
    console.send(.dialogsFailed(.unreachable("refused")))
    console.send(.queueFailed(.unreachable("refused")))
    console.takeEffects()
    console.state.handoffChanged(.requested, of: 1, manager: nil)
    console.send(.key(.unknown))
    #expect(loads(&console) == [])
    console.press("<C-r>")
    #expect(loads(&console) == reading, "the operator does")
  }

  @Test func aListThatIsNotReadForLongIsStaleWithoutAFailureToo() {
    var console = Console.loaded()
    console.advance(by: .seconds(11))
    #expect(!console.state.health.isListStale(at: console.state.clock))
    console.advance(by: .seconds(1))
    #expect(console.state.health.isListStale(at: console.state.clock))
    #expect(console.state.health.listAge(at: console.state.clock) == .seconds(12))
  }
}
