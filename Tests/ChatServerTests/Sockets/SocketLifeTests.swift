import Testing

@testable import ChatServer

@Suite struct SocketLifeTests {
  /// What a socket does until the given second when it is woken at each alarm and heard at the given seconds.
  private func history(
    heardAt: [Int] = [], expiresAt: Duration? = nil, until end: Int
  ) -> [Step] {
    var life = SocketLife(openedAt: .zero, expiresAt: expiresAt)
    var steps: [Step] = []
    var alarm: Duration?
    if case .setAlarm(let after) = life.firstAlarm(at: .zero) { alarm = after }
    for second in 0...end {
      let now = Duration.seconds(second)
      if heardAt.contains(second) { #expect(life.handle(.heard, at: now) == []) }
      guard let due = alarm, due <= now else { continue }
      alarm = nil
      for action in life.handle(.alarm, at: now) {
        switch action {
        case .setAlarm(let after): alarm = now + after
        case .ping: steps.append(Step(second, .ping))
        case .end(let ending): steps.append(Step(second, .end(ending)))
        }
      }
    }
    return steps
  }

  private struct Step: Equatable {
    let second: Int
    let action: SocketLife.Action
    init(_ second: Int, _ action: SocketLife.Action) {
      self.second = second
      self.action = action
    }
  }

  @Test func silentSocketIsPingedOnceAndDroppedAfterForty() {
    #expect(history(until: 120) == [Step(25, .ping), Step(40, .end(.silent))])
  }

  @Test func answeringSocketIsPingedEvery25Seconds() {
    #expect(
      history(heardAt: [25, 50, 75, 100], until: 110)
        == [Step(25, .ping), Step(50, .ping), Step(75, .ping), Step(100, .ping)])
  }

  @Test func anyFrameCountsAsLife() {
    #expect(history(heardAt: [39, 78], until: 100).filter { $0.action != .ping } == [])
  }

  @Test func silenceIsCountedFromTheLastFrame() {
    #expect(history(heardAt: [30], until: 120) == [Step(25, .ping), Step(50, .ping), Step(70, .end(.silent))])
  }

  @Test func endsWithItsToken() {
    #expect(
      history(heardAt: [25, 50], expiresAt: .seconds(60), until: 120)
        == [Step(25, .ping), Step(50, .ping), Step(60, .end(.tokenExpired))])
  }

  @Test func aTokenThatEndsBeforeTheFirstPing() {
    #expect(history(expiresAt: .seconds(3), until: 10) == [Step(3, .end(.tokenExpired))])
  }

  @Test func nothingFollowsTheEnd() {
    var life = SocketLife(openedAt: .zero, expiresAt: .seconds(1))
    #expect(life.handle(.alarm, at: .seconds(1)) == [.end(.tokenExpired)])
    #expect(life.handle(.alarm, at: .seconds(2)) == [])
    #expect(life.handle(.heard, at: .seconds(3)) == [])
  }

  @Test func earlyAlarmIsSetAgain() {
    var life = SocketLife(openedAt: .zero, expiresAt: nil)
    #expect(life.handle(.alarm, at: .seconds(24)) == [.setAlarm(after: .seconds(1))])
  }

  @Test func oneStallGivesOnePing() {
    var life = SocketLife(openedAt: .zero, expiresAt: nil)
    _ = life.handle(.heard, at: .seconds(99))
    #expect(life.handle(.alarm, at: .seconds(100)) == [.ping, .setAlarm(after: .seconds(25))])
  }
}
