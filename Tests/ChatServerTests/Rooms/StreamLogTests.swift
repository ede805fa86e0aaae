import Testing

@testable import ChatServer

@Suite struct StreamLogTests {
  private func log(_ events: Int, limits: StreamLog.Limits = StreamLog.Limits()) -> StreamLog {
    var log = StreamLog(limits: limits)
    for number in 1...events { log.append("\"n\":\(number)") }
    return log
  }

  @Test func oneEventIsItsOwnFrameSeveralAreABatch() {
    let log = log(3)
    #expect(log.frame(after: 2)?.frame == Frame(text: #"{"seq":3,"n":3}"#))
    #expect(
      log.frame(after: 0)?.frame
        == Frame(text: #"{"batch":[{"seq":1,"n":1},{"seq":2,"n":2},{"seq":3,"n":3}]}"#))
    #expect(log.frame(after: 3) == nil)
  }

  @Test(arguments: [(5, 0), (6, 1), (600, 595)]) func countIsBounded(events: Int, forgotten: Int) {
    let log = log(events, limits: .init(events: 5, bytes: 1 << 20))
    #expect(log.forgottenThrough == forgotten)
    #expect(log.lastSequence == events)
    #expect(log.frame(after: events - 1)?.frame == Frame(text: "{\"seq\":\(events),\"n\":\(events)}"))
    #expect(log.frame(after: forgotten)?.through == events)
  }

  @Test func bytesAreBounded() {
    var log = StreamLog(limits: .init(events: 100, bytes: 10))
    log.append("12345")
    log.append("67890")
    #expect(log.forgottenThrough == 0)
    log.append("1")
    #expect(log.forgottenThrough == 1)
    // The newest is kept whatever it has.
    log.append("more than ten bytes")
    #expect(log.count == 1)
    #expect(log.lastSequence == 4)
  }

  @Test func aBatchIsBoundedInCountAndBytes() {
    #expect(log(300).frame(after: 0)?.through == 128)
    #expect(log(300).frame(after: 256)?.through == 300)
    var log = StreamLog(limits: StreamLog.Limits())
    for _ in 0..<5 { log.append(String(repeating: "x", count: 30 << 10)) }
    #expect(log.frame(after: 0)?.through == 2)
    #expect(log.frame(after: 4)?.through == 5)
  }
}
