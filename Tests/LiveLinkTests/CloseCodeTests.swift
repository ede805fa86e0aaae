import ChatProtocol
import LiveLink
import Testing

@Suite("What the end of a connection leads to")
struct CloseCodeTests {
  enum Outcome: Sendable {
    case stopped(LiveLink.StopReason)
    case refresh
    case atOnce
    case backoff
    case longBackoff
  }

  static let closeCodes: [(Int?, Outcome)] = [
    (nil, .backoff), (1000, .stopped(.closedByServer)), (1001, .backoff),
    (1002, .stopped(.refused("the server found a protocol error in what we sent"))), (1003, .backoff),
    (1006, .backoff), (1007, .backoff), (1008, .backoff), (1009, .backoff), (1011, .backoff), (1012, .backoff),
    (1013, .longBackoff), (1014, .backoff), (3000, .backoff), (4000, .backoff), (4001, .refresh),
    (4002, .stopped(.refused("the token was refused"))), (4003, .stopped(.refused("this dialog is not yours"))),
    (4004, .stopped(.refused("there is no such dialog"))), (4008, .longBackoff), (4009, .atOnce), (4999, .backoff),
    (0, .backoff), (-1, .backoff), (70_000, .backoff),
  ]

  @Test("of a live connection, by close code", arguments: closeCodes)
  func closed(code: Int?, outcome: Outcome) {
    var bench = LinkBench()
    bench.goLive()
    bench.close(code)
    expect(outcome, of: bench)
  }

  @Test("of an attempt, by close code right after the 101", arguments: closeCodes)
  func closedAtOnce(code: Int?, outcome: Outcome) {
    var bench = LinkBench()
    bench.send(.start)
    bench.open()
    bench.forget()
    bench.close(code)
    expect(outcome, of: bench)
  }

  static let statuses: [(Int, Outcome)] = [
    (200, .backoff), (302, .backoff), (400, .backoff), (401, .refresh),
    (403, .stopped(.refused("this dialog is not yours"))), (404, .stopped(.refused("there is no such dialog"))),
    (426, .backoff), (429, .longBackoff), (500, .backoff), (502, .backoff), (503, .longBackoff), (504, .backoff),
  ]

  @Test("of an attempt, by the HTTP status instead of the 101", arguments: statuses)
  func refused(status: Int, outcome: Outcome) throws {
    var bench = LinkBench()
    bench.send(.start)
    let connection = try #require(bench.connection)
    bench.forget()
    bench.send(.socketRefused(connection, status: status, retryAfter: nil))
    expect(outcome, of: bench)
  }

  private func expect(_ outcome: Outcome, of bench: LinkBench) {
    switch outcome {
    case .stopped(let reason):
      #expect(bench.link.phase == .stopped(reason))
      #expect(bench.link.problem != nil)
      #expect(bench.timers.isEmpty)
      #expect(bench.connects + bench.refreshes == 0)
    case .refresh:
      #expect(bench.link.phase == .connecting(attempt: 0))
      #expect(bench.refreshes == 1)
      #expect(bench.connects == 0)
    case .atOnce:
      #expect(bench.link.phase == .connecting(attempt: 0))
      #expect(bench.connects == 1)
    case .backoff:
      guard case .reconnecting(attempt: 1, let retryAt) = bench.link.phase else {
        Issue.record("\(bench.link.phase)")
        return
      }
      #expect((.zero ... .seconds(1)).contains(retryAt - bench.now))
      #expect(bench.timers[.reconnect] == retryAt)
      #expect(bench.connects == 0)
    case .longBackoff:
      #expect(bench.isPolling)
      #expect(bench.wait.map { (.seconds(15) ... .seconds(30)).contains($0) } == true)
      #expect(bench.connects == 0)
    }
  }

  // MARK: 4001

  @Test func aNewTokenConnectsAtOnce() {
    var bench = LinkBench()
    bench.goLive()
    bench.close(4001)
    bench.forget()
    bench.send(.tokenRefreshed)
    #expect(bench.connects == 1)
    #expect(bench.timers[.reconnect] == nil)
  }

  @Test("a server that never likes the token gets one refresh a minute, and back-off in between")
  func refreshLoop() throws {
    var bench = LinkBench()
    bench.send(.start)
    var attempts = 0
    let end = bench.now + .seconds(300)
    while bench.now < end {
      if bench.log.last(where: { $0 == .refreshToken || $0.isConnect }) == .refreshToken {
        bench.send(.tokenRefreshed)
      } else if bench.isAttempting {
        attempts += 1
        bench.open()
        bench.close(4001)
      } else {
        bench.pass(.milliseconds(100))
      }
      try #require(attempts < 100, "a tight loop")
    }
    #expect((4...6).contains(bench.refreshes))
  }

  @Test func aRefreshThatFailsForGoodSignsOut() {
    var bench = LinkBench()
    bench.goLive()
    bench.close(4001)
    bench.send(.tokenRefreshFailed(.unauthorized))
    #expect(bench.link.phase == .stopped(.signedOut))
  }

  @Test func aRefreshThatFailsForNowIsTriedAgainWithTheNextAttempt() {
    var bench = LinkBench()
    bench.goLive()
    bench.close(4001)
    bench.send(.tokenRefreshFailed(.unreachable("no route")))
    #expect(bench.wait != nil)
    bench.pass(.seconds(1))
    bench.open()
    bench.forget()
    bench.close(4001)
    #expect(bench.refreshes == 1)
  }

  @Test func answersToARefreshNobodyAskedForChangeNothing() {
    var bench = LinkBench()
    bench.goLive()
    #expect(bench.send(.tokenRefreshed).isEmpty)
    #expect(bench.send(.tokenRefreshFailed(.unauthorized)).isEmpty)
    #expect(bench.isLive)
  }

  // MARK: 4009, 1013

  @Test("4009 again and again is not followed again and again")
  func immediateLoop() {
    var bench = LinkBench()
    bench.send(.start)
    bench.open()
    bench.close(4009)
    bench.open()
    bench.forget()
    bench.close(4009)
    #expect(bench.connects == 0)
    #expect(bench.wait != nil)
  }

  @Test("4009 of a connection that was good is followed at once, each time")
  func immediateReconnects() {
    var bench = LinkBench()
    bench.goLive()
    for _ in 0..<3 {
      bench.close(4009)
      bench.open()
      bench.load([])
      bench.pass(.seconds(6))
    }
    #expect(bench.connects == 3)
  }

  @Test("Retry-After is obeyed, to a limit", arguments: [(60, 60), (1, 1), (0, 0), (-5, 0), (1_000_000, 3600)])
  func retryAfter(asked: Int, waited: Int) throws {
    for status in [429, 503] {
      var bench = LinkBench()
      bench.send(.start)
      let connection = try #require(bench.connection)
      bench.send(.socketRefused(connection, status: status, retryAfter: .seconds(asked)))
      let wait = try #require(bench.wait)
      #expect((.seconds(waited) ... .seconds(waited + 1)).contains(wait))
    }
  }

  @Test("a long wait for the socket is bridged by polling, and ends with the first ordinary trouble")
  func longWait() {
    var bench = LinkBench()
    bench.goLive()
    bench.close(1013)
    #expect(bench.isPolling)
    #expect(bench.fetches == 1)
    bench.load([])
    bench.pass(.seconds(30))
    bench.fail()
    guard case .reconnecting(attempt: 2, _) = bench.link.phase else {
      Issue.record("\(bench.link.phase)")
      return
    }
  }
}

extension LiveLink.Action {
  var isConnect: Bool { if case .connect = self { true } else { false } }
}
