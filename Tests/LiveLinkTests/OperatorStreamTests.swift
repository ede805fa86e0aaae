import ChatProtocol
import LiveLink
import Testing

@Suite("The operator's stream: every event once, or a word that one is missing")
struct OperatorStreamTests {
  @Test func theFirstConnectionBeginsWithWhatHappensNext() {
    var bench = StreamBench()
    bench.send(.start)
    #expect(bench.since == nil)
    bench.open()
    #expect(bench.stream.phase == .connecting(attempt: 0), "open is not live: nobody has said where it stands")
    bench.hello(41)
    #expect(bench.isLive)
    #expect(bench.catchUps == [.began])
    #expect(bench.stream.position == OperatorStream.Position(sequence: 41, epoch: "e"))
    bench.message(42)
    #expect(bench.messageIDs == [4200])
    #expect(bench.lateIDs.isEmpty)
  }

  @Test func aBatchIsItsEventsInOrder() {
    var bench = StreamBench()
    bench.goLive()
    bench.text(batch(1...3))
    bench.text(#"{"batch":[]}"#)
    bench.message(4)
    #expect(bench.messageIDs == [100, 200, 300, 400])
  }

  @Test func whatWasMissedIsReportedAsLateAndCounted() {
    var bench = StreamBench()
    bench.goLive()
    bench.text(batch(1...2))
    bench.reconnect()
    #expect(bench.since == OperatorStream.Position(sequence: 2, epoch: "e"))
    bench.forget()
    bench.hello(2, resumed: true, last: 5)
    #expect(!bench.isLive, "what was missed is not there yet")
    bench.text(batch(3...4))
    #expect(!bench.isLive)
    bench.text(batch(5...6))
    #expect(bench.isLive)
    #expect(bench.messageIDs == [300, 400, 500, 600])
    #expect(bench.lateIDs == [300, 400, 500], "the sixth happened when we were back")
    #expect(bench.catchUps == [.resumed(missed: 3)])
    #expect(bench.timers[.replay] == nil)
  }

  @Test func nothingMissedIsSaidAtOnce() {
    var bench = StreamBench()
    bench.goLive(at: 7)
    bench.reconnect()
    bench.hello(7, resumed: true, last: 7)
    #expect(bench.isLive)
    #expect(bench.catchUps == [.resumed(missed: 0)])
  }

  @Test("where the hello does not say how much is missing, what comes within a second was missed")
  func unannouncedReplay() {
    var bench = StreamBench()
    bench.goLive()
    bench.reconnect()
    bench.hello(0, resumed: true)
    bench.text(batch(1...2))
    #expect(!bench.isLive)
    bench.pass(.seconds(1))
    #expect(bench.isLive)
    bench.message(3)
    #expect(bench.catchUps == [.resumed(missed: 2)])
    #expect(bench.lateIDs == [100, 200])
  }

  @Test func aReplayThatWasAnnouncedAndDoesNotComeIsAResync() {
    var bench = StreamBench()
    bench.goLive()
    bench.reconnect()
    bench.hello(0, resumed: true, last: 3)
    bench.message(1)
    bench.pass(.seconds(10))
    #expect(bench.isLive)
    #expect(bench.catchUps == [.resync(.forgotten)])
    bench.message(4)
    #expect(bench.messageIDs == [100, 400])
    #expect(bench.catchUps.count == 1, "the gap was told already")
  }

  @Test(
    "a hello that does not go on where we were",
    arguments: [
      ("e", false, 9), ("f", true, 2), ("f", false, 2), ("e", true, 5),
    ])
  func resync(epoch: String, resumed: Bool, sequence: Int) {
    var bench = StreamBench()
    bench.goLive(at: 2)
    bench.reconnect()
    bench.hello(sequence, epoch: epoch, resumed: resumed, last: sequence)
    #expect(bench.isLive)
    #expect(bench.catchUps == [.resync(.forgotten)])
    #expect(bench.stream.position == OperatorStream.Position(sequence: sequence, epoch: epoch))
    bench.message(sequence + 1)
    #expect(bench.messageIDs == [(sequence + 1) * 100])
  }

  @Test func aGapIsSaidBeforeWhatFollowsIt() {
    var bench = StreamBench()
    bench.goLive()
    bench.message(1)
    bench.forget()
    bench.text(batch([4, 5]))
    #expect(bench.isLive)
    #expect(bench.changes.first == .caughtUp(.resync(.gap)))
    #expect(bench.catchUps.count == 1)
    #expect(bench.messageIDs == [400, 500])
  }

  @Test func whatComesTwiceOrLateIsReportedOnce() {
    var bench = StreamBench()
    bench.goLive()
    for text in [messageEvent(1), messageEvent(1), batch(1...3), messageEvent(2), batch(2...4)] { bench.text(text) }
    #expect(bench.messageIDs == [100, 200, 300, 400])
    #expect(bench.catchUps.isEmpty)
  }

  @Test func anEventThatCannotBeReadKeepsItsNumber() {
    var bench = StreamBench()
    bench.goLive()
    bench.text(#"{"batch":[{"seq":1,"type":"from_the_future"},{"seq":2,"type":"message","dialog_id":4},{"seq":3}]}"#)
    bench.message(4)
    #expect(bench.messageIDs == [400])
    #expect(bench.catchUps.isEmpty)
  }

  @Test(
    "strange frames change nothing",
    arguments: [
      "", "{", "[]", "null", #"{"batch":4}"#, #"{"batch":[null,7,{"type":"message"}]}"#, #"{"type":"hello"}"#,
      #"{"seq":"many"}"#, #"{"type":7}"#, "__pong__", direct(4), #"{"seq":1e400,"type":"message"}"#,
      String(repeating: "[", count: 4000),
    ])
  func strangeFrames(text: String) {
    var bench = StreamBench()
    bench.goLive()
    bench.text(text)
    #expect(bench.isLive)
    #expect(bench.messageIDs.isEmpty)
    #expect(bench.stream.position?.sequence == 0)
  }

  @Test func eventsBeforeTheHelloAreNotBelieved() {
    var bench = StreamBench()
    bench.send(.start)
    bench.open()
    bench.message(1)
    #expect(bench.messageIDs.isEmpty)
    bench.hello(0)
    bench.message(1)
    #expect(bench.messageIDs == [100])
  }

  @Test func aPositionFromElsewhereIsWhereItGoesOn() {
    let position = OperatorStream.Position(sequence: 12, epoch: "x")
    var bench = StreamBench(position: position)
    bench.send(.start)
    #expect(bench.since == position)
    bench.open()
    bench.hello(12, epoch: "x", resumed: true, last: 13)
    bench.message(13)
    #expect(bench.catchUps == [.resumed(missed: 1)])
  }

  @Test func theEventsOfAConnectionThatIsGoneAreIgnored() throws {
    var bench = StreamBench()
    bench.goLive()
    let old = try #require(bench.connection)
    bench.reconnect()
    bench.hello(0, resumed: true, last: 0)
    bench.forget()
    bench.send(.socket(.text(old, messageEvent(1))))
    bench.send(.socket(.closed(old, code: 1000, reason: "")))
    #expect(bench.log.isEmpty)
    #expect(bench.isLive)
  }

  @Test func theAgeOfWhatIsKnown() {
    var bench = StreamBench()
    #expect(bench.stream.completeAsOf(now: bench.now) == nil)
    bench.goLive()
    #expect(bench.stream.completeAsOf(now: bench.now) == bench.now)
    bench.message(1)
    let heard = bench.now
    bench.pass(.seconds(20))
    bench.close(nil)
    bench.pass(.milliseconds(10))
    #expect(bench.stream.completeAsOf(now: bench.now) == heard, "the last sign of life, not the end")
  }

  // MARK: Heartbeat and round trip

  @Test func aHeartbeatIsAnsweredAndMeasuresTheWay() {
    var bench = StreamBench()
    bench.send(.start)
    bench.open()
    bench.hello(0)
    #expect(bench.pings == 1, "once at the beginning")
    bench.now += .milliseconds(42)
    bench.socket { .pong($0) }
    #expect(bench.stream.roundTrip == .milliseconds(42))
    bench.pass(.seconds(25))
    bench.forget()
    bench.text("__ping__")
    #expect(bench.sent == ["__pong__"])
    #expect(bench.pings == 1)
    bench.now += .milliseconds(44)
    bench.socket { .pong($0) }
    #expect(bench.stream.roundTrip == .milliseconds(42), "unrest is not news")
    bench.pass(.seconds(25))
    bench.text("__ping__")
    bench.now += .milliseconds(180)
    bench.socket { .pong($0) }
    #expect(bench.stream.roundTrip == .milliseconds(180))
    bench.close(nil)
    #expect(bench.stream.roundTrip == nil)
  }

  @Test func nothingWakesAnIdleStreamButItsSilence() {
    var bench = StreamBench()
    bench.goLive()
    var fired = 0
    for _ in 0..<144 {
      bench.text("__ping__")
      let before = bench.log.count
      bench.pass(.seconds(25))
      fired += bench.log.count - before
    }
    #expect(bench.isLive)
    #expect(fired < 144, "at most one timer in 40 s")
  }

  // MARK: What is told

  @Test func viewingAndReadingAreToldSparingly() {
    var bench = StreamBench()
    bench.goLive()
    for id in 1...9 {
      bench.send(.viewing(id))
      bench.send(.read(id * 10, id))
    }
    #expect(bench.sent == [#"{"type":"viewing","dialog_id":1}"#])
    bench.pass(.seconds(1))
    #expect(bench.sent.filter { $0.contains("viewing") }.last == #"{"type":"viewing","dialog_id":9}"#)
    #expect(bench.sent.count { $0.contains("viewing") } == 2)
    #expect(bench.sent.count { $0.contains(#""read""#) } == 9, "where one was, one has read")
    bench.forget()
    bench.send(.read(80, 9))
    bench.send(.viewing(9))
    bench.pass(.seconds(1))
    #expect(bench.sent.isEmpty, "nothing new")
    bench.send(.viewing(nil))
    #expect(bench.sent == [#"{"type":"viewing","dialog_id":null}"#])
  }

  @Test func aNewConnectionIsToldHowThingsStand() {
    var bench = StreamBench()
    bench.goLive()
    bench.send(.viewing(4))
    bench.send(.read(7, 4))
    bench.pass(.seconds(1))
    bench.reconnect()
    bench.send(.read(9, 5))
    bench.forget()
    bench.hello(0, resumed: true, last: 0)
    #expect(
      bench.sent == [
        #"{"type":"viewing","dialog_id":4}"#, #"{"type":"read","dialog_id":4,"message_id":7}"#,
        #"{"type":"read","dialog_id":5,"message_id":9}"#,
      ])
  }

  @Test func typingIsSpacedEndsByItselfAndMovesWithTheOperator() {
    var bench = StreamBench()
    bench.goLive()
    for _ in 0..<30 {
      bench.send(.typing(true, 4))
      bench.pass(.milliseconds(100))
    }
    #expect(bench.sent == [#"{"type":"typing_start","dialog_id":4}"#])
    bench.send(.typing(true, 5))
    #expect(
      bench.sent.suffix(2) == [#"{"type":"typing_stop","dialog_id":4}"#, #"{"type":"typing_start","dialog_id":5}"#])
    bench.pass(.seconds(5))
    #expect(bench.sent.last == #"{"type":"typing_stop","dialog_id":5}"#)
    bench.forget()
    bench.pass(.seconds(20))
    bench.send(.typing(false, 5))
    #expect(bench.sent.isEmpty)
  }

  @Test func nothingIsToldWhileNobodyListens() {
    var bench = StreamBench()
    bench.send(.start)
    bench.send(.typing(true, 4))
    bench.send(.viewing(4))
    bench.open()
    bench.send(.read(7, 4))
    #expect(bench.sent.isEmpty)
    bench.hello(0)
    #expect(bench.sent.count == 2)
  }
}
