import Testing

@testable import WebSocket

/// Rows about time, death and closing.
extension FieldFailures {
  private var keepalive: WebSocketConnection.Keepalive { .init(interval: .seconds(25), timeout: .seconds(15)) }

  @Test("2. A missing pong ends reads and writes at once, and TCP with them") func missingPong() {
    // python-websockets/websockets #1527, #1128: the error was noted and the connection stayed open.
    var client = connection(.client, keepalive: keepalive)
    #expect(client.timerFired(now: .seconds(25)) == nil)
    #expect(flush(&client, at: .seconds(25)).map(\.opcode) == [9])
    #expect(ending(client.timerFired(now: .seconds(40)))?.cause == .keepaliveTimedOut)
    #expect(client.directive == .close)
    #expect(client.deadline == nil)
    #expect(client.takeOutput().isEmpty, "no Close frame to a peer that is not there")
    #expect(client.feed(frame(1, [0x61], masked: false), now: .seconds(41)).isEmpty)
    #expect(throws: WebSocketConnection.SendError.notOpen) { try client.send([1]) }
  }

  @Test(
    "3. After a sleep the peer is asked again, then judged",
    arguments: [.seconds(30), .seconds(41), .seconds(8 * 3600)] as [Duration])
  func sleep(wakesAt wake: Duration) {
    // coder/claudecode.nvim PR #141: a living peer timed out on waking. superset-sh/superset #5130: a dead one did not.
    let wake = wake + .seconds(25)
    for isAlive in [true, false] {
      var client = connection(.client, keepalive: keepalive)
      _ = client.timerFired(now: .seconds(25))
      _ = flush(&client, at: .seconds(25))
      // Asleep with the ping out: no pong can have been heard.
      #expect(client.timerFired(now: wake) == nil)
      let ping = flush(&client, at: wake)
      #expect(ping.map(\.opcode) == [9])
      #expect(client.deadline == wake + .seconds(15))
      if isAlive {
        let pong = frame(10, ping.first?.payload ?? [], masked: false)
        #expect(client.feed(pong, now: wake + .seconds(1)) == [.pong(roundTrip: .seconds(1))])
      }
      let verdict = ending(client.timerFired(now: wake + .seconds(15)))
      #expect(verdict?.cause == (isAlive ? nil : .keepaliveTimedOut))
    }
  }

  @Test("3. A sleep between pings brings a ping, not a verdict") func sleepAtRest() {
    // The same threads: silence that this machine slept through says nothing about the peer.
    var client = connection(.client, keepalive: keepalive)
    #expect(client.timerFired(now: .seconds(8 * 3600)) == nil)
    #expect(flush(&client, at: .seconds(8 * 3600)).map(\.opcode) == [9])
    #expect(client.deadline == .seconds(8 * 3600 + 15))
  }

  @Test("4. The ping's clock starts when it leaves") func queuedPing() throws {
    // hummingbird-project/swift-websocket PR #47: a ping behind a big write timed out before it was sent.
    var server = connection(.server, keepalive: keepalive)
    try server.send(Array(repeating: 0, count: 1 << 20))
    #expect(server.timerFired(now: .seconds(25)) == nil)
    var written: [UInt8] = []
    let mark = server.drainOutput { span in span.withUnsafeBytes { written += $0 } }
    let ping = try #require(PlainFrame.parse(written).last)
    #expect(server.deadline == nil, "nobody's silence yet")
    #expect(server.timerFired(now: .seconds(500)) == nil)
    server.pingsLeft(try #require(mark), now: .seconds(500))
    #expect(server.deadline == .seconds(515))
    #expect(server.feed(frame(10, ping.payload), now: .seconds(501)) == [.pong(roundTrip: .seconds(1))])
  }

  @Test("5. With the defaults a ping leaves well within a proxy's 60 s") func proxyIdle() {
    // websockets/ws #2283, #1254, gorilla/websocket #725: nginx drops a connection that idles for 60 s.
    var client = connection(.client, keepalive: WebSocketConnection.Keepalive())
    var now = Duration.zero
    for _ in 0..<10 {
      let due = client.deadline
      #expect(due.map { $0 - now <= .seconds(45) } == true)
      now = due ?? now
      #expect(client.timerFired(now: now) == nil)
      let ping = flush(&client, at: now)
      #expect(ping.map(\.opcode) == [9])
      _ = client.feed(frame(10, ping.first?.payload ?? [], masked: false), now: now)
    }
  }

  @Test("6. The wait for a server that never drops TCP is bounded, and still a clean end") func lazyServer() throws {
    // python-websockets/websockets #1487: every close took the whole time-out.
    var client = connection(.client)
    try client.close(now: .seconds(10))
    #expect(client.feed(close(1000, masked: false), now: .seconds(11)).count == 1)
    #expect(client.directive == .keepOpen, "the server drops TCP first")
    #expect(client.deadline == .seconds(15))
    #expect(ending(client.timerFired(now: .seconds(15)))?.isClean == true)
    #expect(client.directive == .close)
    // A server does not wait at all: both Close frames, and TCP goes.
    var server = connection(.server)
    try server.close(now: .zero)
    _ = server.feed(close(1000))
    #expect(server.directive == .close)
  }

  @Test("8. Closing in the middle of a message keeps payload and frames apart, wherever it is cut")
  func closeAmidMessage() throws {
    // coder/websocket #355: close() began to parse frames at the place where reading had stopped.
    let payload = close(1011, Array("not a frame".utf8)) + frame(9)
    let stream = frame(2, payload, fin: false) + frame(9, [1]) + frame(0, payload) + close(1001)
    let expected: [Event] = [.ping([1]), .binary(payload + payload), .closeReceived(CloseFrame(.goingAway))]
    for cut in 0...stream.count - 1 {
      var server = connection(.server)
      var events = server.feed(Array(stream[..<cut]))
      try server.close(now: .zero)
      events += server.feed(Array(stream[cut...]))
      #expect(events == expected, "closed after byte \(cut)")
    }
  }

  @Test("9. One deadline for the whole closing, whatever the peer sends") func oneDeadline() throws {
    // aio-libs/aiohttp #1002, websocket-client #592: each frame began the wait anew.
    let chatter = [frame(1, [0x61]), frame(9), frame(10), frame(2, [1], fin: false), [0x80]]
    var server = connection(.server, keepalive: keepalive)
    try server.close(now: .zero)
    for (second, bytes) in chatter.enumerated() {
      _ = server.feed(bytes, now: .seconds(second))
      try server.close(CloseFrame(.goingAway), now: .seconds(second))
      #expect(server.timerFired(now: .seconds(second)) == nil)
      #expect(server.deadline == .seconds(5))
    }
    #expect(ending(server.timerFired(now: .seconds(5)))?.cause == .closeTimedOut)
  }

  @Test("9. A violation, and the Close that answers it, share that deadline") func oneDeadlineAfterViolation() throws {
    // The same threads: a peer that breaks the protocol while closing gains no time by it.
    var client = connection(.client)
    try client.close(now: .zero)
    _ = client.feed(frame(3, masked: false), now: .seconds(3))
    _ = client.feed(close(1002, masked: false), now: .seconds(4))
    #expect(client.deadline == .seconds(5))
    #expect(ending(client.timerFired(now: .seconds(5)))?.cause == .violation(.reservedOpcode(3)))
  }

  @Test("Also: who has answered a Close waits for no other") func answeredClose() throws {
    // hummingbird-project/hummingbird-websocket PR #57: the answering side waited for a second Close.
    var server = connection(.server)
    #expect(server.feed(close(1000)).count == 1)
    #expect(PlainFrame.parse(server.takeOutput()).map(\.opcode) == [8])
    #expect(server.directive == .close)
    #expect(ending(server.transportEnded())?.isClean == true)
    var client = connection(.client)
    _ = client.feed(close(1000, masked: false))
    #expect(PlainFrame.parse(client.takeOutput()).map(\.opcode) == [8])
    #expect(ending(client.transportEnded())?.isClean == true, "TCP's end is enough")
  }
}
