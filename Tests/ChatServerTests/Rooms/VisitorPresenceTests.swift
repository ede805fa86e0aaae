import Testing

@testable import ChatServer

@Suite struct VisitorPresenceTests {
  private typealias Step = (event: VisitorPresence.Event, seconds: Int, actions: [VisitorPresence.Action])

  private func run(_ script: [Step]) -> VisitorPresence {
    var presence = VisitorPresence(grace: .seconds(5))
    for step in script {
      #expect(
        presence.handle(step.event, at: .seconds(step.seconds)) == step.actions, "\(step.event) at \(step.seconds) s")
    }
    return presence
  }

  @Test func onlineWithTheFirstSocketOfflineAGraceAfterTheLast() {
    let presence = run([
      (.sockets(1, of: 7), 0, [.announce(7, isOnline: true)]),
      (.sockets(2, of: 7), 1, []),
      (.sockets(1, of: 7), 2, []),
      (.sockets(0, of: 7), 10, [.setAlarm(after: .seconds(5))]),
      (.alarm, 15, [.announce(7, isOnline: false)]),
    ])
    #expect(!presence.isOnline(7))
  }

  @Test func aPageChangeDoesNotFlicker() {
    let presence = run([
      (.sockets(1, of: 7), 0, [.announce(7, isOnline: true)]),
      (.sockets(0, of: 7), 10, [.setAlarm(after: .seconds(5))]),
      (.sockets(1, of: 7), 12, []),
      (.alarm, 15, []),
      (.sockets(0, of: 7), 16, [.setAlarm(after: .seconds(5))]),
      (.alarm, 21, [.announce(7, isOnline: false)]),
    ])
    #expect(!presence.isOnline(7))
  }

  @Test func leavingAgainBeginsTheGraceAnew() {
    let presence = run([
      (.sockets(1, of: 7), 0, [.announce(7, isOnline: true)]),
      (.sockets(0, of: 7), 10, [.setAlarm(after: .seconds(5))]),
      (.sockets(1, of: 7), 11, []),
      (.sockets(0, of: 7), 12, []),
      (.alarm, 15, [.setAlarm(after: .seconds(2))]),
      (.sockets(0, of: 7), 16, []),
      (.alarm, 17, [.announce(7, isOnline: false)]),
    ])
    #expect(!presence.isOnline(7))
  }

  @Test func dialogsAreApartAndOneAlarmServesAll() {
    let presence = run([
      (.sockets(1, of: 1), 0, [.announce(1, isOnline: true)]),
      (.sockets(1, of: 2), 0, [.announce(2, isOnline: true)]),
      (.sockets(0, of: 3), 0, []),
      (.sockets(0, of: 1), 1, [.setAlarm(after: .seconds(5))]),
      (.sockets(0, of: 2), 3, []),
      (.alarm, 6, [.announce(1, isOnline: false), .setAlarm(after: .seconds(2))]),
    ])
    #expect(presence.isOnline(2))
  }
}
