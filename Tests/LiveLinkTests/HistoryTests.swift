import ChatProtocol
import LiveLink
import Testing

@Suite("Frames, histories and answers in any order: no gap, no duplicate")
struct HistoryTests {
  enum Step: Sendable {
    case direct(MessageID), wrapped(MessageID), load([MessageID]), stored(MessageID)
  }

  static let orders: [(String, [Step])] = [
    ("history, then frames", [.load([1, 2]), .direct(3), .direct(4)]),
    ("frames before the history", [.direct(3), .direct(4), .load([1, 2, 3, 4])]),
    ("frame that the history has not", [.direct(4), .load([1, 2, 3])]),
    ("history backwards", [.load([4, 3, 2, 1])]),
    ("history with duplicates", [.load([1, 1, 2, 3, 4, 4, 2])]),
    ("frames out of order", [.load([1]), .direct(4), .direct(2), .direct(3)]),
    ("both forms of each", [.load([1, 2]), .direct(3), .wrapped(3), .wrapped(4), .direct(4)]),
    ("echo before the answer", [.load([1, 2, 3]), .direct(4), .stored(4)]),
    ("answer before the echo", [.load([1, 2, 3]), .stored(4), .wrapped(4)]),
    ("answer before the history", [.stored(4), .load([1, 2, 3, 4]), .direct(4)]),
    ("old messages behind new ones", [.direct(4), .direct(1), .load([2, 3])]),
  ]

  @Test(arguments: orders)
  func merges(name: String, steps: [Step]) {
    var bench = LinkBench()
    bench.send(.start)
    bench.open()
    for step in steps {
      switch step {
      case .direct(let id): bench.text(direct(id))
      case .wrapped(let id): bench.text(wrapped(id))
      case .stored(let id): bench.send(.stored(message(id)))
      case .load(let ids): bench.load(ids)
      }
    }
    #expect(bench.ids == [1, 2, 3, 4], "\(name)")
    #expect(bench.insertedIDs.sorted() == [1, 2, 3, 4], "each is reported once: \(name)")
  }

  @Test("a fetch that began before the socket opened is not enough: another follows")
  func fetchBeforeOpen() {
    var bench = LinkBench()
    bench.send(.start)
    #expect(bench.fetches == 1, "the dialog on the screen does not wait for the handshake")
    bench.open()
    bench.load([1, 2])
    #expect(!bench.isLive)
    #expect(bench.fetches == 2)
    bench.load([1, 2, 3])
    #expect(bench.isLive)
    #expect(bench.ids == [1, 2, 3])
    #expect(bench.link.recoveredCount == 1)
  }

  @Test("a fetch that began on the connection before is not enough either")
  func fetchOnOldConnection() {
    var bench = LinkBench()
    bench.goLive()
    bench.send(.refresh)
    bench.close(4009)
    bench.open()
    bench.load([1, 2, 3])
    #expect(!bench.isLive)
    bench.load([1, 2, 3, 4])
    #expect(bench.isLive)
    #expect(bench.ids == [1, 2, 3, 4])
  }

  @Test("a background link fetches only once its socket is open")
  func background() {
    var bench = LinkBench { $0.pollsWhileDown = false }
    bench.send(.start)
    #expect(bench.fetches == 0)
    bench.open()
    #expect(bench.fetches == 1)
  }

  @Test("once it has settled, the history is fetched again: the room may have been joined late")
  func confirms() {
    var bench = LinkBench()
    bench.send(.start)
    bench.open()
    bench.load([1])
    bench.load([1])
    bench.forget()
    bench.pass(.seconds(5))
    #expect(bench.fetches == 1)
    bench.load([1, 2])
    #expect(bench.ids == [1, 2])
    #expect(bench.origins == [.recovered])
    bench.forget()
    bench.text("__ping__")
    bench.pass(.seconds(39))
    #expect(bench.fetches == 0)
  }

  @Test("what came during the outage is there once, and counted")
  func recovers() {
    var bench = LinkBench()
    bench.goLive([1, 2, 3])
    bench.text(direct(4))
    bench.close(nil)
    bench.pass(.seconds(1))
    bench.open()
    bench.text(direct(8))
    bench.load([1, 2, 3, 4, 5, 6, 7])
    bench.text(direct(9))
    #expect(bench.ids == Array(1...9))
    #expect(bench.insertedIDs == [4, 8, 5, 6, 7, 9])
    #expect(bench.origins == [.socket, .socket, .recovered, .socket])
    #expect(bench.link.recoveredCount == 3)
  }

  @Test("a frame of the new connection does not hide the gap before it: the fetch starts where all was known")
  func fetchStart() {
    var bench = LinkBench { $0.catchUpOverlap = 2 }
    bench.goLive(Array(1...10))
    bench.text(direct(11))
    bench.close(4009)
    bench.open()
    #expect(bench.fetchedAfter == .some(9))
    bench.load([10, 11])
    bench.close(4009)
    bench.pass(.seconds(5))
    bench.open()
    bench.text(direct(20))
    bench.failFetch(.noAnswer("time-out"))
    bench.pass(.seconds(1))
    #expect(bench.fetchedAfter == .some(9), "not 18: what lies between 11 and 20 is not known")
  }

  static let failures: [(APIFailure, LiveLink.Phase?)] = [
    (.unreachable("no route"), nil), (.noAnswer("time-out"), nil), (.server(status: 500, ErrorDetail("boom")), nil),
    (.malformed("not JSON"), nil), (.tooManyRequests(retryAfter: nil), nil), (.conflict(ErrorDetail("no")), nil),
    (.invalid(ErrorDetail("no")), nil), (.unauthorized, .stopped(.signedOut)),
    (.forbidden(ErrorDetail("no")), .stopped(.refused("not allowed: no"))),
    (.notFound(ErrorDetail("no")), .stopped(.refused("not found: no"))),
  ]

  @Test("a fetch that fails is repeated with back-off, unless it never can succeed", arguments: failures)
  func fetchFails(failure: APIFailure, phase: LiveLink.Phase?) {
    var bench = LinkBench()
    bench.send(.start)
    bench.open()
    bench.load([])
    for attempt in 0..<8 {
      bench.forget()
      bench.failFetch(failure)
      if let phase {
        #expect(bench.link.phase == phase)
        return
      }
      bench.pass(.seconds(min(30, 1 << attempt)))
      bench.text("__ping__")
      #expect(bench.fetches == 1, "attempt \(attempt)")
    }
    #expect(bench.link.phase == .connecting(attempt: 0), "what may have a gap does not call itself live")
    bench.load([1])
    #expect(bench.isLive)
    #expect(bench.link.problem == nil)
  }

  @Test("Retry-After of a fetch is obeyed")
  func fetchRetryAfter() {
    var bench = LinkBench()
    bench.send(.start)
    bench.open()
    bench.load([])
    bench.failFetch(.tooManyRequests(retryAfter: .seconds(20)))
    bench.forget()
    bench.pass(.seconds(19))
    #expect(bench.fetches == 0)
    bench.pass(.seconds(2))
    #expect(bench.fetches == 1)
  }

  @Test("an answer to a fetch that was given up is ignored")
  func staleFetch() throws {
    var bench = LinkBench()
    bench.send(.start)
    let old = try #require(bench.request)
    bench.send(.stop)
    bench.send(.start)
    #expect(bench.send(.messagesLoaded(old, [message(9)])).isEmpty)
    #expect(bench.send(.messagesFailed(old, .unauthorized)).isEmpty)
    #expect(bench.ids.isEmpty)
  }

  @Test("a dialog of 20,000 messages takes a frame in no time, and an unchanged history in one pass")
  func long() {
    var bench = LinkBench()
    bench.goLive(Array(1...20_000))
    for id in 20_001...21_000 { bench.text(direct(id)) }
    bench.send(.refresh)
    bench.load(Array(1...21_000))
    #expect(bench.ids == Array(1...21_000))
    #expect(bench.link.recoveredCount == 0)
  }

  @Test("how old what is shown is")
  func age() {
    var bench = LinkBench()
    bench.send(.start)
    #expect(bench.link.completeAsOf(now: bench.now) == nil)
    bench.open()
    bench.load([])
    bench.load([])
    bench.pass(.seconds(2))
    #expect(bench.link.completeAsOf(now: bench.now) == bench.now)
    bench.text("__ping__")
    let heard = bench.now
    bench.close(nil)
    bench.now += .seconds(7)
    #expect(bench.link.completeAsOf(now: bench.now) == heard)
  }

  // MARK: Other frames

  @Test("the heartbeat is answered, events are passed on, strange frames are for the log")
  func otherFrames() {
    var bench = LinkBench()
    bench.goLive()
    bench.text("__ping__")
    #expect(bench.sent == ["__pong__"])
    bench.text(#"{"type":"handoff_started","dialog_id":4,"manager":{"id":7,"name":"Ann"}}"#)
    bench.text(#"{"type":"message_received","message":"a string"}"#)
    bench.text("rubbish")
    #expect(bench.log.contains(.report(.event(.handoff(.active, dialogID: 4, manager: Manager(id: 7, name: "Ann"))))))
    #expect(bench.log.contains(.report(.event(.other(type: "message_received")))))
    #expect(bench.log.contains(.report(.ignoredFrame(reason: "not a JSON object"))))
    #expect(bench.ids == [1, 2, 3])
  }

  @Test("a message that reads differently later is updated, not doubled")
  func updates() {
    var bench = LinkBench()
    bench.goLive()
    bench.text(#"{"id":3,"sender":"manager","text":"edited"}"#)
    #expect(bench.ids == [1, 2, 3])
    #expect(bench.link.timeline[id: 3]?.text == "edited")
    #expect(bench.link.timeline[id: 3]?.timestamp != nil, "what was known is not lost")
    #expect(bench.log.contains(.report(.updated(3))))
  }
}
