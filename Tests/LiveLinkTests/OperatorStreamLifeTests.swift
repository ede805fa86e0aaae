import ChatProtocol
import LiveLink
import Testing

@Suite("The operator's stream: what the end of a connection leads to")
struct OperatorStreamLifeTests {
  enum Outcome: Sendable {
    case stopped(LiveLink.StopReason)
    case refresh
    case atOnce
    case backoff
    case longBackoff
  }

  static let closeCodes: [(Int?, Outcome)] = [
    (nil, .backoff), (1000, .stopped(.closedByServer)), (1001, .backoff),
    (1002, .stopped(.refused("the server found a protocol error in what we sent"))), (1006, .backoff),
    (1011, .backoff), (1012, .backoff), (1013, .longBackoff), (4000, .backoff), (4001, .refresh),
    (4002, .stopped(.refused("the token was refused"))), (4003, .stopped(.refused("this stream is not yours"))),
    (4004, .stopped(.refused("there is no such stream"))), (4008, .longBackoff), (4009, .atOnce), (4999, .backoff),
    (-1, .backoff),
  ]

  @Test("of a live stream, by close code", arguments: closeCodes)
  func closed(code: Int?, outcome: Outcome) {
    var bench = StreamBench()
    bench.goLive()
    bench.close(code)
    expect(outcome, of: bench)
  }

  @Test("right after the 101, before any hello", arguments: closeCodes)
  func closedAtOnce(code: Int?, outcome: Outcome) {
    var bench = StreamBench()
    bench.send(.start)
    bench.open()
    bench.forget()
    bench.close(code)
    expect(outcome, of: bench)
  }

  @Test("in the middle of a replay", arguments: closeCodes)
  func closedWhileReplaying(code: Int?, outcome: Outcome) {
    var bench = StreamBench()
    bench.goLive()
    bench.reconnect()
    bench.hello(0, resumed: true, last: 9)
    bench.message(1)
    bench.forget()
    bench.close(code)
    expect(outcome, of: bench)
    #expect(bench.timers[.replay] == nil)
    #expect(bench.stream.position?.sequence == 1, "what came is not asked for again")
  }

  static let statuses: [(Int, Outcome)] = [
    (200, .backoff), (400, .backoff), (401, .refresh), (403, .stopped(.refused("this stream is not yours"))),
    (404, .stopped(.refused("there is no such stream"))), (426, .backoff), (429, .longBackoff), (500, .backoff),
    (502, .backoff), (503, .longBackoff),
  ]

  @Test("of an attempt, by the HTTP status instead of the 101", arguments: statuses)
  func refused(status: Int, outcome: Outcome) {
    var bench = StreamBench()
    bench.send(.start)
    bench.forget()
    bench.socket { .refused($0, status: status, retryAfter: nil) }
    expect(outcome, of: bench)
  }

  private func expect(_ outcome: Outcome, of bench: StreamBench) {
    #expect(!bench.isLive)
    switch outcome {
    case .stopped(let reason):
      #expect(bench.stream.phase == .stopped(reason))
      #expect(bench.stream.problem != nil)
      #expect(bench.timers.isEmpty)
      #expect(bench.connects + bench.refreshes == 0)
    case .refresh:
      #expect(bench.refreshes == 1)
      #expect(bench.connects == 0)
    case .atOnce:
      #expect(bench.connects == 1)
    case .backoff:
      guard case .reconnecting(_, let retryAt) = bench.stream.phase else {
        Issue.record("\(bench.stream.phase)")
        return
      }
      #expect((.zero ... .seconds(2)).contains(retryAt - bench.now))
      #expect(bench.timers[.reconnect] == retryAt)
      #expect(bench.connects == 0)
    case .longBackoff:
      #expect(bench.isPolling)
      #expect(bench.wait.map { (.seconds(15) ... .seconds(30)).contains($0) } == true)
    }
  }

  @Test func fiveAttemptsFailThenItSaysSoAndGoesOnTrying() {
    var bench = StreamBench()
    bench.goLive()
    bench.close(nil)
    for attempt in 1...5 {
      guard case .reconnecting(attempt, _) = bench.stream.phase else {
        Issue.record("attempt \(attempt): \(bench.stream.phase)")
        return
      }
      bench.pass(.seconds(30))
      bench.fail()
    }
    #expect(bench.isPolling)
    let before = bench.connects
    for _ in 0..<10 {
      bench.pass(.seconds(30))
      bench.fail()
    }
    #expect(bench.connects == before + 10)
    bench.pass(.seconds(30))
    bench.open()
    bench.hello(0, resumed: true, last: 0)
    #expect(bench.isLive)
  }

  @Test func aServerThatIsBackIsTriedAtOnce() {
    var bench = StreamBench()
    bench.send(.start)
    for _ in 0..<8 {
      bench.fail()
      bench.pass(.seconds(30))
    }
    bench.fail()
    bench.forget()
    bench.send(.serverReturned)
    bench.pass(.seconds(1))
    #expect(bench.connects == 1)
  }

  @Test("a 101 without a hello is no stream: the back-off grows")
  func nobodySaysHello() {
    var bench = StreamBench()
    bench.send(.start)
    for attempt in 1...6 {
      bench.open()
      bench.pass(.milliseconds(5001))
      #expect(!bench.isLive)
      #expect(bench.stream.problem == "the server did not begin the stream", "attempt \(attempt)")
      if bench.isPolling { break }
      bench.pass(.seconds(30))
    }
    #expect(bench.isPolling)
  }

  @Test("a hello and then an end, again and again: the back-off grows, too")
  func helloAndGoodbye() {
    var bench = StreamBench()
    bench.send(.start)
    for _ in 0..<6 {
      bench.open()
      bench.hello(0, resumed: true, last: 0)
      bench.close(1011)
      bench.pass(.seconds(30))
    }
    bench.fail()
    #expect(bench.isPolling)
  }

  @Test func silenceEndsIt() {
    var bench = StreamBench()
    bench.goLive()
    bench.pass(.seconds(41))
    #expect(!bench.isLive)
    #expect(bench.log.contains { if case .disconnect(_, 1001) = $0 { true } else { false } })
  }

  @Test func afterASleepItIsAskedWhetherItLives() {
    var bench = StreamBench()
    bench.goLive()
    bench.now += .seconds(3600)
    bench.send(.woke)
    #expect(bench.pings == 1)
    bench.socket { .pong($0) }
    bench.pass(.seconds(6))
    #expect(bench.isLive)
    bench.now += .seconds(3600)
    bench.send(.woke)
    bench.pass(.seconds(6))
    #expect(!bench.isLive)
  }

  @Test func aNewTokenConnectsWhereItWas() {
    var bench = StreamBench()
    bench.goLive(at: 3)
    bench.close(4001)
    bench.send(.socket(.tokenRefreshed))
    #expect(bench.since == OperatorStream.Position(sequence: 3, epoch: "e"))
    bench.close(4001)
    bench.forget()
    bench.send(.socket(.tokenRefreshFailed(.unauthorized)))
    #expect(bench.refreshes == 0, "one refresh a minute")
  }

  @Test func aLoginThatIsOverStopsIt() {
    var bench = StreamBench()
    bench.goLive()
    bench.close(4001)
    bench.send(.socket(.tokenRefreshFailed(.unauthorized)))
    #expect(bench.stream.phase == .stopped(.signedOut))
    bench.forget()
    bench.send(.retryNow)
    #expect(bench.connects == 1)
  }

  @Test func stopClosesAndForgetsEveryTimer() {
    var bench = StreamBench()
    bench.goLive()
    bench.send(.typing(true, 4))
    bench.send(.viewing(4))
    bench.send(.viewing(5))
    bench.send(.stop)
    #expect(bench.stream.phase == .idle)
    #expect(bench.timers.isEmpty)
    #expect(bench.log.contains { if case .disconnect(_, 1000) = $0 { true } else { false } })
  }
}
