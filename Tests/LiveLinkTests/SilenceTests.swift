import ChatProtocol
import LiveLink
import Testing

@Suite("Silence, sleep and typing")
struct SilenceTests {
  @Test("40 s without a frame: the connection is dead")
  func silence() throws {
    var bench = LinkBench()
    bench.goLive()
    bench.text("__ping__")
    bench.pass(.seconds(39))
    #expect(bench.isLive)
    bench.forget()
    bench.pass(.milliseconds(1001))
    let connection = try #require(bench.connection)
    #expect(bench.log.contains(.disconnect(connection, code: 1001)))
    #expect(bench.link.problem == "the server has been silent for 40 s")
    #expect(!bench.isLive)
  }

  @Test("every frame puts it off, and costs no timer")
  func heartbeat() {
    var bench = LinkBench()
    bench.goLive()
    for _ in 0..<20 {
      bench.forget()
      bench.text("__ping__")
      #expect(bench.log.count == 1, "the pong, and no timer")
      bench.pass(.seconds(25))
    }
    #expect(bench.isLive)
  }

  @Test("a handshake without an answer is given up")
  func handshake() {
    var bench = LinkBench()
    bench.send(.start)
    bench.load([])
    bench.pass(.seconds(40))
    guard case .reconnecting(attempt: 1, _) = bench.link.phase else {
      Issue.record("\(bench.link.phase)")
      return
    }
  }

  @Test("after a sleep the connection is asked before it is judged")
  func sleepSurvived() throws {
    for byPong in [true, false] {
      var bench = LinkBench()
      bench.goLive()
      bench.sleep(.seconds(3600))
      let connection = try #require(bench.connection)
      #expect(bench.log.contains(.ping(connection)))
      #expect(bench.fetches == 1, "and what was missed is fetched")
      #expect(bench.isLive)
      bench.load([1, 2, 3])
      bench.pass(.seconds(1))
      if byPong { bench.send(.socketPong(connection)) } else { bench.text("__ping__") }
      bench.pass(.seconds(30))
      #expect(bench.isLive)
    }
  }

  @Test("a connection that did not survive the sleep is dropped soon")
  func sleepNotSurvived() {
    var bench = LinkBench()
    bench.goLive()
    bench.sleep(.seconds(3600))
    bench.pass(.seconds(5))
    #expect(!bench.isLive)
    #expect(bench.link.problem == "the connection did not survive the sleep")
  }

  @Test("woken, it verifies a socket once and ends a wait")
  func woke() {
    var bench = LinkBench()
    bench.goLive()
    bench.send(.woke)
    bench.send(.woke)
    #expect(bench.log.count { if case .ping = $0 { true } else { false } } == 1)
    var waiting = LinkBench()
    waiting.goPolling()
    waiting.forget()
    waiting.send(.woke)
    #expect(waiting.connects == 1)
    var idle = LinkBench()
    #expect(idle.send(.woke).isEmpty)
  }

  // MARK: Typing

  static let start = #"{"type":"typing_start"}"#
  static let stop = #"{"type":"typing_stop"}"#

  @Test("typing ends with the stop, the message, the time, or the connection", arguments: 0..<4)
  func typing(end: Int) {
    var bench = LinkBench()
    bench.goLive()
    bench.text(Self.start)
    #expect(bench.link.typists == [.user])
    bench.pass(.seconds(7))
    bench.text(Self.start)
    bench.pass(.seconds(7))
    #expect(bench.link.typists == [.user], "renewed")
    bench.forget()
    switch end {
    case 0: bench.text(Self.stop)
    case 1: bench.text(direct(9))
    case 2: bench.pass(.seconds(1))
    default: bench.close(nil)
    }
    #expect(bench.link.typists.isEmpty)
    #expect(bench.log.count { $0 == .report(.typing) } == 1)
    #expect(bench.timers[.typing] == nil)
  }

  @Test("who types is told apart, and made-up names do not grow without end")
  func typists() {
    var bench = LinkBench()
    bench.goLive()
    bench.text(#"{"type":"typing_start","sender":"manager"}"#)
    bench.text(Self.start)
    #expect(bench.link.typists == [.manager, .user])
    bench.text(direct(9))
    #expect(bench.link.typists == [.manager])
    for number in 0..<100 { bench.text(#"{"type":"typing_start","sender":"nobody \#(number)"}"#) }
    #expect(bench.link.typists.count == 8)
  }

  @Test("the operator's keys become one start every few seconds and one stop")
  func operatorTyping() {
    var bench = LinkBench()
    bench.goLive()
    for _ in 0..<100 {
      bench.send(.operatorTyping(true))
      bench.pass(.milliseconds(100))
    }
    #expect(bench.sent == [Self.start, Self.start, Self.start])
    bench.forget()
    bench.pass(.seconds(10))
    #expect(bench.sent == [Self.stop], "a pause is a stop")
    bench.forget()
    bench.send(.operatorTyping(true))
    bench.send(.operatorTyping(false))
    bench.send(.operatorTyping(false))
    bench.pass(.seconds(10))
    #expect(bench.sent == [Self.start, Self.stop])
    bench.close(nil)
    bench.forget()
    bench.send(.operatorTyping(true))
    #expect(bench.sent.isEmpty)
  }
}
