import ChatProtocol
import LiveLink
import Testing

@Suite("Outage, back-off, polling, and back")
struct ReconnectTests {
  @Test("five attempts are announced, each within its bound; then history is polled and the socket still tried")
  func outage() throws {
    for seed in UInt64(0)..<50 {
      var bench = LinkBench(seed: seed)
      bench.goLive()
      bench.close(nil)
      for attempt in 1...5 {
        guard case .reconnecting(attempt, let retryAt) = bench.link.phase else {
          Issue.record("attempt \(attempt): \(bench.link.phase)")
          return
        }
        #expect((.zero ... .seconds(1 << (attempt - 1))).contains(retryAt - bench.now))
        bench.pass(retryAt - bench.now)
        #expect(bench.link.phase == .connecting(attempt: attempt))
        bench.fail()
      }
      #expect(bench.isPolling)
      #expect(bench.fetches == 1)
      for _ in 0..<20 {
        bench.failFetch(.unreachable("connection refused"))
        let wait = try #require(bench.wait)
        #expect((.zero ... .seconds(30)).contains(wait))
        bench.pass(wait)
        #expect(bench.isAttempting)
        bench.fail()
      }
    }
  }

  @Test("while polling, the history is asked for every three seconds")
  func pollRhythm() {
    var bench = LinkBench()
    bench.goPolling()
    for poll in 1...10 {
      #expect(bench.fetches == poll)
      bench.load([1, 2, 3, 3 + poll])
      if case .polling(_, let nextPollAt?, _) = bench.link.phase {
        #expect(nextPollAt == bench.now + .seconds(3))
      } else {
        Issue.record("\(bench.link.phase)")
      }
      bench.timers[.reconnect] = nil
      bench.pass(.seconds(3))
    }
    #expect(bench.insertedIDs == Array(4...13))
    #expect(bench.link.recoveredCount == 10)
  }

  @Test("from polling to live, and the polling ends")
  func backToLive() {
    var bench = LinkBench()
    bench.goPolling()
    bench.load([1, 2, 3])
    bench.pass(.seconds(2))
    bench.send(.retryNow)
    bench.open()
    bench.load([1, 2, 3, 4])
    #expect(bench.isLive)
    #expect(bench.link.problem == nil)
    bench.pass(.seconds(5))
    bench.load([])
    bench.forget()
    bench.text("__ping__")
    bench.pass(.seconds(30))
    #expect(bench.fetches == 0)
    #expect(bench.link.recoveredCount == 1)
  }

  @Test("a server that answers again after a silence is tried by socket within a second")
  func serverIsBack() throws {
    for seed in UInt64(0)..<20 {
      var bench = LinkBench(seed: seed)
      bench.goPolling()
      bench.failFetch(.unreachable("connection refused"))
      bench.timers[.reconnect] = bench.now + .seconds(3600)
      bench.pass(.seconds(3))
      bench.load([1, 2, 3])
      let due = try #require(bench.timers[.reconnect])
      #expect(due == bench.now + .seconds(3597) || due - bench.now <= .seconds(1))
    }
  }

  @Test("a refusal that follows the 101 does not reset the back-off")
  func refusalAfterUpgrade() {
    var bench = LinkBench()
    bench.send(.start)
    for attempt in 1...5 {
      bench.open()
      bench.pass(.milliseconds(5))
      bench.close(1011)
      guard case .reconnecting(attempt, _) = bench.link.phase else {
        Issue.record("attempt \(attempt): \(bench.link.phase)")
        return
      }
      bench.pass(bench.wait ?? .zero)
    }
    bench.open()
    bench.close(1011)
    #expect(bench.isPolling)
  }

  @Test("nor does a history that was fetched while such a connection was open")
  func historyIsNoSignOfAGoodSocket() {
    var bench = LinkBench()
    bench.send(.start)
    bench.open()
    bench.load([1])
    bench.load([1])
    #expect(bench.isLive)
    bench.close(1011)
    bench.pass(.seconds(1))
    bench.open()
    bench.load([1])
    bench.close(1011)
    guard case .reconnecting(attempt: 2, _) = bench.link.phase else {
      Issue.record("\(bench.link.phase)")
      return
    }
  }

  @Test("a frame, or five seconds, make a connection good", arguments: [true, false])
  func goodConnection(byFrame: Bool) {
    var bench = LinkBench()
    bench.send(.start)
    bench.fail()
    bench.pass(.seconds(1))
    bench.fail()
    bench.pass(.seconds(2))
    bench.open()
    if byFrame { bench.text("__ping__") } else { bench.pass(.seconds(5)) }
    bench.close(nil)
    guard case .reconnecting(attempt: 1, _) = bench.link.phase else {
      Issue.record("\(bench.link.phase)")
      return
    }
  }

  @Test("a link in the background does not poll, and goes on counting")
  func background() {
    var bench = LinkBench { $0.pollsWhileDown = false }
    bench.goLive()
    bench.close(nil)
    for _ in 1...9 {
      bench.pass(bench.wait ?? .zero)
      bench.fail()
    }
    guard case .reconnecting(attempt: 10, _) = bench.link.phase else {
      Issue.record("\(bench.link.phase)")
      return
    }
    #expect(bench.fetches == 0)
    bench.send(.pollsWhileDown(true))
    #expect(bench.isPolling)
    #expect(bench.fetches == 1)
    bench.load([1])
    bench.send(.pollsWhileDown(false))
    #expect(bench.timers[.fetch] == nil)
  }

  @Test("events of a connection that is not the newest are ignored")
  func staleConnection() throws {
    var bench = LinkBench()
    bench.goLive()
    let old = try #require(bench.connection)
    bench.close(nil)
    bench.pass(.seconds(1))
    bench.open()
    bench.load([1, 2, 3])
    for event: LiveLink.Event in [
      .socketOpened(old), .socketText(old, direct(99)), .socketPong(old), .socketClosed(old, code: 4003, reason: ""),
      .socketRefused(old, status: 403, retryAfter: nil), .socketFailed(old, "late"),
    ] {
      #expect(bench.send(event).isEmpty, "\(event)")
    }
    #expect(bench.ids == [1, 2, 3])
    #expect(bench.isLive)
  }

  @Test("two links of a dialog do not share ids")
  func idsAreTheLinksOwn() {
    var one = LinkBench(seed: 1)
    var other = LinkBench(seed: 2)
    one.send(.start)
    other.send(.start)
    #expect(one.connection != other.connection)
    #expect(one.request != other.request)
  }

  @Test("stop ends everything, from wherever it was", arguments: 0..<6)
  func stop(situation: Int) {
    var bench = LinkBench()
    switch situation {
    case 0: bench.send(.start)
    case 1: bench.goLive()
    case 2: bench.goPolling()
    case 3:
      bench.goLive()
      bench.close(4001)
    case 4:
      bench.goLive()
      bench.text(#"{"type":"typing_start"}"#)
    default:
      bench.send(.start)
      bench.failFetch(.noAnswer("time-out"))
    }
    bench.forget()
    bench.send(.stop)
    #expect(bench.link.phase == .idle)
    #expect(bench.timers.isEmpty)
    #expect(bench.link.typists.isEmpty)
    bench.forget()
    bench.load([7])
    bench.send(.tokenRefreshed)
    bench.pass(.seconds(100))
    #expect(bench.log.isEmpty)
    bench.send(.start)
    #expect(bench.connects == 1)
  }

  @Test("retryNow ends a wait, and begins anew after a stop")
  func retryNow() {
    var bench = LinkBench()
    bench.goPolling()
    bench.forget()
    bench.send(.retryNow)
    #expect(bench.connects == 1)
    #expect(bench.timers[.reconnect] == nil)
    bench.send(.retryNow)
    #expect(bench.connects == 1, "one attempt at a time")
    bench.close(4003)
    #expect(bench.link.phase == .stopped(.refused("this dialog is not yours")))
    bench.send(.retryNow)
    #expect(bench.link.phase == .connecting(attempt: 0))
  }
}

extension LinkBench {
  /// Was live, lost its server, and has just begun to poll.
  mutating func goPolling() {
    goLive()
    close(nil)
    for _ in 1...5 {
      pass(wait ?? .zero)
      fail()
    }
    forget()
    // The first poll was asked for with the last failure.
    if let request { log.append(.fetchMessages(request, after: nil)) }
  }
}
