import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Time on the screen")
struct TimeTests {
  private let start = Console.start

  @Test(arguments: [
    (-5, "<1m"), (0, "<1m"), (59, "<1m"), (60, "1m"), (3599, "59m"), (3600, "1h00m"), (3960, "1h06m"),
    (86_399, "23h59m"),
    (86_400, "1d"), (200_000, "2d"),
  ])
  func elapsedWords(_ seconds: Int, _ words: String) {
    #expect(Elapsed(since: start).text(at: start.advanced(by: .seconds(seconds))) == words)
  }

  /// Before the announced moment the words stay, at it they change.
  @Test(arguments: [0, 1, 59, 60, 61, 3599, 3600, 86_399, 86_400, 100_000])
  func elapsedChangesWhenItSays(_ seconds: Int) {
    let elapsed = Elapsed(since: start)
    let now = start.advanced(by: .seconds(seconds))
    let next = elapsed.nextChange(after: now)
    #expect(next > now)
    #expect(elapsed.text(at: next.advanced(by: .milliseconds(-1))) == elapsed.text(at: now))
    #expect(elapsed.text(at: next) != elapsed.text(at: now))
  }

  @Test(arguments: [(0, 10), (1, 10), (500, 10), (1000, 9), (9001, 1), (9999, 1), (10_000, 0), (12_000, 0)])
  func countdownSeconds(_ milliseconds: Int, _ seconds: Int64) {
    #expect(Countdown(end: .seconds(10)).seconds(at: .milliseconds(milliseconds)) == seconds)
  }

  @Test func countdownTicksEachSecondAndThenNoMore() {
    let countdown = Countdown(end: .milliseconds(2500))
    var now: Duration = .zero
    var ticks: [Duration] = []
    while let next = countdown.nextChange(after: now) {
      ticks.append(next)
      now = next
    }
    #expect(ticks == [.milliseconds(500), .milliseconds(1500), .milliseconds(2500)])
  }

  @Test(arguments: [(0, 1), (500, 1), (118_000, 119), (119_000, 120), (119_500, 120), (125_000, 180), (180_000, 240)])
  func agesTickInSecondsAndThenInMinutes(_ milliseconds: Int, _ next: Int) {
    #expect(Age(start: .zero).nextChange(after: .milliseconds(milliseconds)) == .seconds(next))
  }

  // MARK: Wake-ups

  /// Live, nothing waits: only the list's reading and the minute of the clock wake the console.
  @Test func anIdleConsoleSleeps() {
    var house = Playhouse([.mine(1), .make(2)])
    house.begin()
    house.press("<Enter>")
    house.advance(by: .seconds(20))
    house.console.takeEffects()
    let before = house.console.state.clock.monotonic
    var console = house.console
    var wakeUps = 0
    for _ in 0..<8 {
      wakeUps += console.advance(by: ConsoleState.refreshInterval)
      for effect in console.takeEffects() where effect == .loadQueue {
        console.send(page([.mine(1), .make(2)]))
        console.send(.queueLoaded([]))
      }
    }
    #expect(console.state.clock.monotonic - before == .seconds(60))
    // 8 readings, 2 heartbeats, a minute, the clock of the visitor who waits for me, and what the links' own timers bring is counted elsewhere.
    #expect(wakeUps <= 13)
  }

  @Test func aWaitingClockWakesTheConsoleOnceAMinute() throws {
    let console = Console.loaded([.waiting(1, minutes: 2)])
    let next = try #require(console.alarm(.display))
    // The fixture's start is 20 s after a full minute; the wait changes at each 60 s from the start.
    #expect(next - console.state.clock.monotonic == .seconds(12), "first of all the list could become stale")
  }

  @Test func aCountdownTicksOnlyWhileItIsShown() throws {
    var house = Playhouse([.mine(1)])
    house.begin()
    house.press("<Enter>")
    house.kill()
    house.advance(by: .seconds(40))
    let soon = try #require(house.console.alarm(.display))
    #expect(soon - house.console.state.clock.monotonic <= .seconds(1))
    house.revive()
    house.advance(by: .seconds(60))
    let later = try #require(house.console.alarm(.display))
    #expect(later - house.console.state.clock.monotonic > .seconds(1))
  }

  @Test func anAlarmIsSetOnceForOneMoment() {
    var console = Console.loaded()
    console.takeEffects()
    for _ in 0..<10 { console.send(.key(.unknown)) }
    #expect(console.takeEffects() == [])
  }

  @Test func anAlarmThatIsEarlyIsSetAgain() throws {
    var console = Console.loaded()
    let at = try #require(console.alarm(.display))
    console.takeEffects()
    console.send(.alarm(.display))
    #expect(console.takeEffects() == [.setAlarm(.display, at: at)])
  }

  // MARK: Notices and the bell

  @Test func aNoticeGoesByItself() {
    var console = Console.loaded([.mine(1)])
    console.press("t")
    #expect(console.notice == "You have #1")
    console.advance(by: .milliseconds(7999))
    #expect(console.state.notice != nil)
    console.advance(by: .milliseconds(1))
    #expect(console.state.notice == nil)
  }

  @Test func aNoticeForInformationGoesWithTheNextKeyAndATroubleStays() {
    var console = Console.loaded([.mine(1)])
    console.press("<C-c>")
    #expect(console.state.notice?.level == .info)
    console.send(.key(.focusOut))
    console.send(.key(.unknown))
    #expect(console.state.notice != nil)
    console.press("j")
    #expect(console.state.notice == nil)
    console.press("tj")
    #expect(console.notice == "You have #1")
  }

  @Test func theBellRingsAtMostEveryThreeSeconds() {
    var console = Console.loaded([.make(1), .make(2), .make(3)])
    console.state.handoffChanged(.requested, of: 1, manager: nil)
    console.state.handoffChanged(.requested, of: 2, manager: nil)
    console.send(.key(.unknown))
    #expect(console.takeEffects().count { $0 == .bell } == 1)
    console.advance(by: .seconds(3))
    console.state.handoffChanged(.requested, of: 3, manager: nil)
    console.send(.key(.unknown))
    #expect(console.takeEffects().count { $0 == .bell } == 1)
  }

  @Test func theDialogBeforeTheOperatorsEyesDoesNotRing() {
    var console = Console.loaded([.make(1)])
    console.press("<Enter>")
    console.state.handoffChanged(.requested, of: 1, manager: nil)
    console.send(.key(.unknown))
    #expect(!console.takeEffects().contains(.bell))
    #expect(console.notice.contains("asks for a human"))
  }
}
