import ChatProtocol
import LiveLink
import Testing

@Suite("Outbox: every send exactly once")
struct OutboxTests {
  // MARK: The way out

  @Test("nothing is posted that is not on the disk as about to be sent", arguments: [true, false])
  func journalFirst(takesClientID: Bool) throws {
    var outbox = Outbox(seed: 1)
    _ = outbox.handle(.serverTakesClientID(takesClientID), at: .zero)
    let submitted = outbox.handle(
      .submit(clientID: "c", dialogID: 4, text: "hello", lastSeenID: 10, at: Timestamp(milliseconds: 0)), at: .zero)
    let journaled = submitted.compactMap { if case .journal(let entry) = $0 { entry } else { nil } }
    #expect(journaled.count == 1)
    #expect(journaled.first?.mayHaveBeenSent == true)
    #expect(!submitted.contains { if case .post = $0 { true } else { false } })
    let written = outbox.handle(.journaled(clientID: "c"), at: .zero)
    #expect(written.contains(.post(try #require(journaled.first))))
    #expect(outbox.rows(of: 4).map(\.state) == [.sending])
  }

  @Test("answered, it is settled once, and its file is erased", arguments: [true, false])
  func answered(takesClientID: Bool) {
    var bench = OutboxBench(takesClientID: takesClientID)
    let id = bench.submit("hello")
    bench.send(.answered(clientID: id, reply(11, "hello")))
    bench.send(.answered(clientID: id, reply(11, "hello")))
    bench.send(.seen(4, [reply(11, "hello")]))
    #expect(bench.settled == ["hello"])
    #expect(bench.disk.isEmpty)
    #expect(bench.outbox.isEmpty)
  }

  @Test("in a dialog they go one at a time and in order; dialogs do not wait for each other")
  func order() {
    var bench = OutboxBench(takesClientID: true)
    let first = bench.submit("one")
    let second = bench.submit("two")
    bench.submit("three")
    bench.submit("elsewhere", to: 5)
    #expect(bench.posts == ["one", "elsewhere"])
    #expect(bench.states() == [.sending, .queued, .queued])
    #expect(bench.disk.count == 4)
    bench.send(.answered(clientID: first, reply(11, "one")))
    #expect(bench.posts == ["one", "elsewhere", "two"])
    bench.send(.answered(clientID: second, reply(12, "two")))
    #expect(bench.posts == ["one", "elsewhere", "two", "three"])
    #expect(bench.settled == ["one", "two"])
  }

  @Test("until the server has said what it takes, nothing goes")
  func capabilitiesUnknown() {
    var bench = OutboxBench(takesClientID: nil)
    bench.submit("hello")
    #expect(bench.posts.isEmpty)
    #expect(bench.disk.count == 1)
    bench.send(.serverTakesClientID(true))
    #expect(bench.posts == ["hello"])
  }

  @Test("the same id twice is one send")
  func submittedTwice() {
    var bench = OutboxBench(takesClientID: true)
    let id = bench.submit("hello")
    bench.send(.submit(clientID: id, dialogID: 4, text: "hello", lastSeenID: nil, at: Timestamp(milliseconds: 0)))
    #expect(bench.posts == ["hello"])
    #expect(bench.texts() == ["hello"])
  }

  @Test("what cannot be saved is not sent, and its text stays")
  func diskFull() {
    var bench = OutboxBench(takesClientID: true)
    bench.diskWorks = false
    let id = bench.submit("hello")
    #expect(bench.posts.isEmpty)
    #expect(bench.states() == [.failed(why: "it could not be saved: no space left on device")])
    #expect(bench.texts() == ["hello"])
    bench.diskWorks = true
    bench.send(.retry(clientID: id))
    #expect(bench.posts == ["hello"])
  }

  // MARK: Failures

  enum Outcome: Sendable { case failed, waits, waitsForLogin, checks }

  /// The failure, what becomes of it with `client_id`, and without.
  static let failures: [(APIFailure, Outcome, Outcome)] = [
    (.unreachable("no route"), .waits, .waits),
    (.noAnswer("time-out"), .waits, .checks),
    (.server(status: 500, ErrorDetail("boom")), .waits, .checks),
    (.server(status: 503, ErrorDetail("boom")), .waits, .checks),
    (.malformed("not JSON"), .waits, .checks),
    (.tooManyRequests(retryAfter: .seconds(20)), .waits, .waits),
    (.tooManyRequests(retryAfter: nil), .waits, .waits),
    (.unauthorized, .waitsForLogin, .waitsForLogin),
    (.forbidden(ErrorDetail("not yours")), .failed, .failed),
    (.notFound(ErrorDetail("gone")), .failed, .failed),
    (.conflict(ErrorDetail("taken")), .failed, .failed),
    (.invalid(ErrorDetail("too long")), .failed, .failed),
  ]

  @Test(arguments: failures, [true, false])
  func failure(row: (APIFailure, Outcome, Outcome), takesClientID: Bool) {
    let (failure, withID, without) = row
    var bench = OutboxBench(takesClientID: takesClientID)
    let id = bench.submit("hello")
    bench.forget()
    bench.send(.failed(clientID: id, failure))
    #expect(bench.texts() == ["hello"], "the text is kept")
    #expect(bench.disk[id]?.text == "hello")
    switch takesClientID ? withID : without {
    case .failed:
      #expect(bench.states() == [.failed(why: failure.description)])
      #expect(bench.disk[id]?.failure == failure.description)
      bench.send(.reachable)
      bench.pass(.seconds(100))
      #expect(bench.posts.isEmpty, "not again without the operator")
      bench.send(.retry(clientID: id))
      #expect(bench.posts == ["hello"])
    case .waits:
      guard case .waiting(let retryAt?, _) = bench.states().first else {
        Issue.record("\(bench.states())")
        return
      }
      if case .tooManyRequests(let delay?) = failure { #expect(retryAt - bench.now >= delay) }
      bench.pass(retryAt - bench.now)
      #expect(bench.posts == ["hello"])
      bench.send(.answered(clientID: id, reply(11, "hello")))
      #expect(bench.settled == ["hello"])
    case .waitsForLogin:
      bench.pass(.seconds(100))
      #expect(bench.posts.isEmpty)
      bench.send(.reachable)
      #expect(bench.posts == ["hello"])
    case .checks:
      #expect(bench.states() == [.checking(why: failure.description)])
      #expect(bench.looks == 1)
      #expect(bench.posts.isEmpty)
    }
  }

  @Test("retries back off, and a link that is back ends the wait")
  func backoff() {
    var bench = OutboxBench(takesClientID: true)
    let id = bench.submit("hello")
    for attempt in 1...8 {
      bench.send(.failed(clientID: id, .unreachable("no route")))
      guard case .waiting(let retryAt?, _) = bench.states().first else {
        Issue.record("\(bench.states())")
        return
      }
      #expect((.zero...Backoff().ceiling(attempt: attempt)).contains(retryAt - bench.now))
      bench.forget()
      bench.send(.reachable)
      #expect(bench.posts == ["hello"])
      #expect(bench.timers.isEmpty)
    }
  }

  @Test("a failed one lets those behind it pass, and keeps its place; an undecided one holds them")
  func blocking() {
    var bench = OutboxBench(takesClientID: true)
    let first = bench.submit("one")
    bench.submit("two")
    bench.send(.failed(clientID: first, .invalid(ErrorDetail("too long"))))
    #expect(bench.posts == ["one", "two"])
    bench.send(.retry(clientID: first))
    #expect(bench.posts == ["one", "two"], "one at a time")
    #expect(bench.states() == [.queued, .sending])

    var plain = OutboxBench(takesClientID: false)
    let unsure = plain.submit("one")
    plain.submit("two")
    plain.makeUnsure(unsure)
    plain.send(.reachable)
    #expect(plain.posts == ["one"])
    plain.send(.discard(clientID: unsure))
    #expect(plain.posts == ["one", "two"])
  }

  @Test("discarding: not while the POST is under way")
  func discard() {
    var bench = OutboxBench(takesClientID: true)
    let first = bench.submit("one")
    let second = bench.submit("two")
    bench.send(.discard(clientID: first))
    #expect(bench.texts() == ["one", "two"])
    bench.send(.discard(clientID: second))
    #expect(bench.texts() == ["one"])
    bench.send(.failed(clientID: first, .unreachable("no route")))
    bench.send(.discard(clientID: first))
    #expect(bench.outbox.isEmpty)
    #expect(bench.disk.isEmpty)
    #expect(bench.timers.isEmpty)
    bench.pass(.seconds(60))
    #expect(bench.posts == ["one"])
  }

  @Test("events about sends that are not there change nothing")
  func strangers() {
    var bench = OutboxBench(takesClientID: false)
    for event: Outbox.Event in [
      .journaled(clientID: "x"), .journalFailed(clientID: "x", reason: ""), .answered(clientID: "x", reply(1, "")),
      .failed(clientID: "x", .unauthorized), .retry(clientID: "x"), .discard(clientID: "x"), .timerFired(9), .reachable,
      .historyLoaded(4, []), .historyFailed(4, .unauthorized), .seen(4, [reply(1, "", clientID: "x")]),
    ] {
      #expect(bench.send(event).isEmpty, "\(event)")
    }
  }

  // MARK: With client_id

  @Test("the echo settles it, before or instead of the answer, in every state")
  func echo() {
    let situations: [(inout OutboxBench, String) -> Void] = [
      { _, _ in },
      { bench, id in bench.send(.failed(clientID: id, .noAnswer("time-out"))) },
      { bench, id in bench.send(.failed(clientID: id, .forbidden(ErrorDetail("not any more")))) },
      { bench, id in bench.restart(takesClientID: true) },
    ]
    for situate in situations {
      var bench = OutboxBench(takesClientID: true)
      let id = bench.submit("hello")
      situate(&bench, id)
      bench.send(.seen(4, [reply(11, "hello", clientID: id)]))
      bench.send(.answered(clientID: id, reply(11, "hello", clientID: id)))
      bench.pass(.seconds(100))
      #expect(bench.settled == ["hello"])
      #expect(bench.outbox.isEmpty)
      #expect(bench.disk.isEmpty)
      #expect(bench.timers.isEmpty)
    }
  }

  @Test("same words are not taken for ours where the server can tell")
  func sameWords() {
    var bench = OutboxBench(takesClientID: true)
    bench.submit("ok")
    bench.send(.seen(4, [reply(11, "ok"), reply(12, "ok", clientID: "another's")]))
    #expect(bench.settled.isEmpty)
    #expect(bench.states() == [.sending])
  }

  @Test("after a crash everything that was on its way goes again, with its own id, in order")
  func restart() {
    var bench = OutboxBench(takesClientID: true)
    let first = bench.submit("one")
    bench.submit("two")
    bench.restart(takesClientID: true)
    #expect(bench.posts == ["one"])
    #expect(bench.texts() == ["one", "two"])
    bench.send(.answered(clientID: first, reply(11, "one", clientID: first)))
    #expect(bench.posts == ["one", "two"])
  }

  @Test("after a crash a failed one is still failed")
  func restartWithFailure() {
    var bench = OutboxBench(takesClientID: true)
    let id = bench.submit("hello")
    bench.send(.failed(clientID: id, .invalid(ErrorDetail("too long"))))
    bench.restart(takesClientID: true)
    #expect(bench.posts.isEmpty)
    #expect(bench.states() == [.failed(why: "refused: too long")])
  }

  // MARK: Rows

  @Test("rows of all dialogs, oldest first")
  func rows() {
    var bench = OutboxBench(takesClientID: true)
    bench.submit("a", to: 9)
    bench.submit("b", to: 2)
    bench.submit("c", to: 9)
    #expect(bench.outbox.rows.map(\.entry.text) == ["a", "b", "c"])
    #expect(bench.texts(9) == ["a", "c"])
    #expect(bench.texts(1).isEmpty)
  }
}

extension OutboxBench {
  /// Its POST got no answer, and two looks into the history found nothing.
  mutating func makeUnsure(_ clientID: String) {
    send(.failed(clientID: clientID, .noAnswer("time-out")))
    send(.historyLoaded(4, []))
    pass(.seconds(3))
    send(.historyLoaded(4, []))
  }
}
