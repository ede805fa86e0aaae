import Testing

@testable import ChatServer

@Suite struct TypingRelayTests {
  private typealias Step = (event: TypingRelay.Event, milliseconds: Int, actions: [TypingRelay.Action])

  private func run(_ script: [Step]) {
    var relay = TypingRelay()
    for step in script {
      #expect(
        relay.handle(step.event, at: .milliseconds(step.milliseconds)) == step.actions,
        "\(step.event) at \(step.milliseconds) ms")
    }
  }

  @Test func startsAreHeldToARateAndNoStopIsLost() {
    run([
      (.stop(1), 0, []),  // A stop without a start is no news.
      (.start(1), 10, [.announce(1, isTyping: true), .setAlarm(after: .seconds(6))]),
      (.start(1), 500, []),
      (.start(1), 2009, []),
      (.start(1), 2010, [.announce(1, isTyping: true)]),
      (.stop(2), 2011, []),  // Of a dialog in which nobody types.
      (.stop(1), 2011, [.announce(1, isTyping: false)]),
      (.stop(1), 2012, []),
      (.start(1), 2509, []),  // Faster than hands; and its stop is no news then.
      (.stop(1), 2509, []),
      (.start(1), 2510, [.announce(1, isTyping: true)]),
      (.stop(1), 2510, [.announce(1, isTyping: false)]),
    ])
  }

  @Test func aLostStopIsMadeUpForSixSecondsAfterTheLastStart() {
    run([
      (.start(1), 0, [.announce(1, isTyping: true), .setAlarm(after: .seconds(6))]),
      (.start(1), 1500, []),
      (.alarm, 6000, [.setAlarm(after: .milliseconds(1500))]),
      (.alarm, 7500, [.announce(1, isTyping: false)]),
      (.alarm, 20_000, []),
    ])
  }

  @Test func oneAlarmAtATime() {
    run([
      (.start(1), 0, [.announce(1, isTyping: true), .setAlarm(after: .seconds(6))]),
      (.stop(1), 100, [.announce(1, isTyping: false)]),
      (.start(1), 5000, [.announce(1, isTyping: true)]),
      (.alarm, 6000, [.setAlarm(after: .seconds(5))]),
      (.stop(1), 6001, [.announce(1, isTyping: false)]),
      (.alarm, 11_000, []),
      (.start(1), 12_000, [.announce(1, isTyping: true), .setAlarm(after: .seconds(6))]),
    ])
  }

  @Test func aSocketTypesInOneDialogAtATime() {
    run([
      (.start(1), 0, [.announce(1, isTyping: true), .setAlarm(after: .seconds(6))]),
      (.start(2), 400, [.announce(1, isTyping: false)]),
      (.start(2), 500, [.announce(2, isTyping: true)]),
      (.start(3), 5000, [.announce(2, isTyping: false), .announce(3, isTyping: true)]),
    ])
  }

  @Test func theEndOfTheSocketStopsIt() {
    run([
      (.ended, 0, []),
      (.start(1), 1, [.announce(1, isTyping: true), .setAlarm(after: .seconds(6))]),
      (.ended, 2, [.announce(1, isTyping: false)]),
      (.alarm, 6001, []),
    ])
  }
}
