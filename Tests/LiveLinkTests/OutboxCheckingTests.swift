import ChatProtocol
import LiveLink
import Testing

@Suite("Outbox: sends to a server without client_id")
struct OutboxCheckingTests {
  @Test("a POST without an answer is looked up; what is found is settled", arguments: [1, 2])
  func found(look: Int) {
    var bench = OutboxBench(takesClientID: false)
    let id = bench.submit("hello")
    bench.send(.failed(clientID: id, .noAnswer("time-out")))
    #expect(bench.log.contains(.loadHistory(4, after: 10)))
    if look == 2 {
      bench.send(.historyLoaded(4, [reply(9, "hello"), reply(11, "other"), reply(12, "hello", by: .user)]))
      #expect(bench.states() == [.checking(why: "no answer from the server: time-out")])
      bench.pass(.seconds(3))
      #expect(bench.looks == 2)
    }
    bench.send(.historyLoaded(4, [reply(13, "hello")]))
    #expect(bench.settled == ["hello"])
    #expect(bench.posts == ["hello"])
    #expect(bench.disk.isEmpty)
  }

  @Test("what is not found is never sent again by itself; the operator decides")
  func unsure() {
    var bench = OutboxBench(takesClientID: false)
    let id = bench.submit("hello")
    bench.makeUnsure(id)
    #expect(bench.states() == [.unsure(why: "no answer from the server: time-out")])
    bench.send(.reachable)
    bench.pass(.seconds(1000))
    #expect(bench.posts == ["hello"])
    bench.send(.retry(clientID: id))
    #expect(bench.posts == ["hello", "hello"])
    bench.send(.answered(clientID: id, reply(11, "hello")))
    #expect(bench.settled == ["hello"])
  }

  @Test("an unsure one whose message turns up late is settled")
  func late() {
    var bench = OutboxBench(takesClientID: false)
    bench.makeUnsure(bench.submit("hello"))
    bench.send(.seen(4, [reply(11, "hello")]))
    #expect(bench.settled == ["hello"])
  }

  static let stored: [(String, String, Bool)] = [
    (#"a < b & "c""#, "a &lt; b &amp; &quot;c&quot;", true),
    ("it's", "it&#x27;s", true),
    ("it's", "it&#39;s", true),
    ("  hello \n", "hello", true),
    ("&amp;", "&amp;", true),
    ("&amp;", "&amp;amp;", true),
    ("hello", "Hello", false),
    ("hello", "hello!", false),
    ("<", "&gt;", false),
  ]

  @Test("servers trim and escape", arguments: stored)
  func normalised(text: String, stored: String, isSame: Bool) {
    var bench = OutboxBench(takesClientID: false)
    let id = bench.submit(text)
    bench.send(.failed(clientID: id, .noAnswer("time-out")))
    bench.send(.historyLoaded(4, [reply(11, stored)]))
    #expect(bench.settled == (isSame ? [text] : []))
  }

  @Test("an echo hides the row until the answer; then there is one message, not two")
  func echoFirst() {
    var bench = OutboxBench(takesClientID: false)
    let id = bench.submit("hello")
    bench.send(.seen(4, [reply(11, "hello")]))
    #expect(bench.texts().isEmpty)
    #expect(bench.settled.isEmpty)
    bench.send(.answered(clientID: id, reply(11, "hello")))
    #expect(bench.settled == ["hello"])
  }

  @Test("an echo that was another operator's gives the row back")
  func foreignEcho() {
    var bench = OutboxBench(takesClientID: false)
    let id = bench.submit("ok")
    bench.send(.seen(4, [reply(11, "ok")]))
    bench.send(.failed(clientID: id, .forbidden(ErrorDetail("not yours"))))
    #expect(bench.states() == [.failed(why: "not allowed: not yours")])
  }

  @Test("an echo is as good as the answer that never came")
  func echoWithoutAnswer() {
    var bench = OutboxBench(takesClientID: false)
    let id = bench.submit("hello")
    bench.send(.seen(4, [reply(11, "hello")]))
    bench.send(.failed(clientID: id, .noAnswer("time-out")))
    #expect(bench.settled == ["hello"])
    #expect(bench.looks == 0)
  }

  @Test("one message settles one send: the same words twice are two messages")
  func twice() {
    var bench = OutboxBench(takesClientID: false)
    let first = bench.submit("ok")
    let second = bench.submit("ok")
    bench.send(.failed(clientID: first, .noAnswer("time-out")))
    bench.send(.historyLoaded(4, [reply(11, "ok")]))
    #expect(bench.settled == ["ok"])
    #expect(bench.posts == ["ok", "ok"])
    bench.send(.failed(clientID: second, .noAnswer("time-out")))
    bench.send(.historyLoaded(4, [reply(11, "ok")]))
    bench.pass(.seconds(3))
    bench.send(.historyLoaded(4, [reply(11, "ok")]))
    #expect(bench.settled == ["ok"])
    #expect(bench.states() == [.unsure(why: "no answer from the server: time-out")])
  }

  @Test("words that were there before the POST left are not it, though they came to be known later")
  func knownBefore() {
    var bench = OutboxBench(takesClientID: false)
    let first = bench.submit("one")
    let second = bench.submit("ok", after: 10)
    bench.send(.seen(4, [reply(15, "ok")]))
    bench.send(.answered(clientID: first, reply(14, "one")))
    #expect(bench.disk[second]?.lastSeenID == 15)
    bench.send(.failed(clientID: second, .noAnswer("time-out")))
    bench.send(.historyLoaded(4, [reply(15, "ok")]))
    #expect(bench.settled == ["one"])
  }

  @Test("where nothing of the dialog is known, the history is looked at before the POST", arguments: [true, false])
  func nothingKnown(isEmpty: Bool) {
    var bench = OutboxBench(takesClientID: false)
    let id = bench.submit("ok", after: nil)
    #expect(bench.posts.isEmpty)
    #expect(bench.states() == [.queued])
    bench.send(.historyFailed(4, .unreachable("no route")))
    #expect(bench.states() == [.queued])
    bench.pass(.seconds(1))
    let old = isEmpty ? [] : [reply(3, "ok")]
    bench.send(.historyLoaded(4, old))
    #expect(bench.posts == ["ok"])
    bench.send(.failed(clientID: id, .noAnswer("time-out")))
    bench.send(.historyLoaded(4, old))
    #expect(bench.states() == [.checking(why: "no answer from the server: time-out")])
    bench.pass(.seconds(3))
    bench.send(.historyLoaded(4, old + [reply(5, "ok")]))
    #expect(bench.settled == ["ok"])
  }

  @Test("where the history is refused, nothing is sent")
  func nothingCanBeKnown() {
    var bench = OutboxBench(takesClientID: false)
    bench.submit("ok", after: nil)
    bench.send(.historyFailed(4, .forbidden(ErrorDetail("not yours"))))
    #expect(bench.states() == [.failed(why: "not allowed: not yours")])
    #expect(bench.posts.isEmpty)
  }

  @Test("a history that cannot be had is asked for again, with back-off", arguments: [0, 1])
  func historyFails(look: Int) {
    var bench = OutboxBench(takesClientID: false)
    let id = bench.submit("hello")
    bench.send(.failed(clientID: id, .noAnswer("time-out")))
    if look == 1 {
      bench.send(.historyLoaded(4, []))
      bench.pass(.seconds(3))
    }
    for _ in 0..<10 {
      bench.send(.historyFailed(4, .unreachable("no route")))
      bench.forget()
      bench.pass(.seconds(30))
      #expect(bench.looks == 1)
    }
    bench.send(.historyFailed(4, .unreachable("no route")))
    bench.forget()
    bench.send(.reachable)
    #expect(bench.looks == 1)
    bench.send(.historyLoaded(4, [reply(11, "hello")]))
    #expect(bench.settled == ["hello"])
  }

  @Test("a history that will never be had leaves it unsure; a lost login makes it wait")
  func historyRefused() {
    var bench = OutboxBench(takesClientID: false)
    let id = bench.submit("hello")
    bench.send(.failed(clientID: id, .noAnswer("time-out")))
    bench.send(.historyFailed(4, .unauthorized))
    #expect(bench.states() == [.waiting(retryAt: nil, why: "the login has expired")])
    bench.forget()
    bench.send(.retry(clientID: id))
    #expect(bench.looks == 1, "looked at again, not sent again")
    #expect(bench.posts.isEmpty)
    bench.send(.historyFailed(4, .forbidden(ErrorDetail("not yours"))))
    #expect(bench.states() == [.unsure(why: "not allowed: not yours")])
  }

  @Test("after a crash: what may have left is looked up, what cannot have left goes")
  func restart() {
    var bench = OutboxBench(takesClientID: false)
    bench.submit("one")
    bench.submit("two")
    bench.restart(takesClientID: false)
    #expect(bench.posts.isEmpty)
    #expect(bench.looks == 1)
    bench.send(.historyLoaded(4, [reply(11, "one")]))
    #expect(bench.settled == ["one"])
    #expect(bench.posts == ["two"])
  }
}
