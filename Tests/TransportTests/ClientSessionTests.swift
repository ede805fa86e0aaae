import NIOCore
import NIOPosix
import Synchronization
import Testing
import WebSocket

@testable import Transport

/// Something to be a receiver's or a sender's id.
private final class Token {
  var id: ObjectIdentifier { ObjectIdentifier(self) }
}

@Suite("Mailbox") struct MailboxTests {
  private let tokens = [Token(), Token()]
  private var first: ObjectIdentifier { tokens[0].id }
  private var second: ObjectIdentifier { tokens[1].id }

  /// What one receiver gets at once: an element, or which of the other answers.
  private func answer(_ mailbox: inout Mailbox<Int>, _ id: ObjectIdentifier) -> String {
    switch mailbox.receive(id) {
    case .element(let number): "\(number)"
    case .ended: "ended"
    case .wait: "wait"
    }
  }

  @Test("Elements wait for receivers, and receivers for elements, each in order") func order() {
    var mailbox = Mailbox<Int>()
    let early = [mailbox.deliver(1), mailbox.deliver(2)]
    #expect(early == [nil, nil])
    let answers = [first, first, first, second].map { answer(&mailbox, $0) }
    #expect(answers == ["1", "2", "wait", "wait"])
    let late = [mailbox.deliver(3), mailbox.deliver(4), mailbox.deliver(5)]
    #expect(late == [first, second, nil])
    #expect(mailbox.count == 1)
  }

  @Test("A receiver that gives up takes nothing with it") func cancel() {
    var mailbox = Mailbox<Int>()
    let answers = [first, second].map { answer(&mailbox, $0) }
    #expect(answers == ["wait", "wait"])
    let cancelled = [mailbox.cancel(first), mailbox.cancel(first)]
    #expect(cancelled == [true, false])
    let receivers = [mailbox.deliver(1), mailbox.deliver(2)]
    #expect(receivers == [second, nil])
    let isCancelled = mailbox.cancel(second)
    #expect(!isCancelled)
    #expect(mailbox.count == 1)
  }

  @Test("After the end what waits can still be received, and then the end") func end() {
    var empty = Mailbox<Int>()
    _ = empty.receive(first)
    let waiting = empty.end()
    #expect(waiting == [first])
    var full = Mailbox<Int>()
    _ = full.deliver(1)
    let nobody = full.end()
    #expect(nobody.isEmpty)
    let answers = [first, first].map { answer(&full, $0) }
    #expect(answers == ["1", "ended"])
  }
}

@Suite("Send gate") struct SendGateTests {
  @Test("Messages pass in order, as long as there is room") func order() {
    let tokens = (0..<4).map { _ in Token() }
    var gate = SendGate<Int>()
    #expect(!gate.mustWait(isFull: false))
    #expect(gate.mustWait(isFull: true))
    for (number, token) in tokens.enumerated() { gate.enqueue(number, id: token.id) }
    // A queue with room does not let a newcomer overtake.
    #expect(gate.mustWait(isFull: false))
    let passed = [gate.next(isFull: true)?.message, gate.next(isFull: false)?.message]
    #expect(passed == [nil, 0])
    let cancelled = [gate.cancel(tokens[2].id), gate.cancel(tokens[0].id)]
    #expect(cancelled == [true, false])
    let (next, left) = (gate.next(isFull: false)?.message, gate.end())
    #expect(next == 1)
    #expect(left == [tokens[3].id])
    #expect(!gate.mustWait(isFull: false))
  }
}

extension LoopbackTests {
  @Suite("Session") struct ClientSessionTests {
    private func request(
      _ server: TestServer, change: (inout WebSocketClient.Request) -> Void = { _ in }
    ) throws -> WebSocketClient.Request {
      var request = WebSocketClient.Request(url: try WebSocketURL("ws://127.0.0.1:\(server.port)/"))
      change(&request)
      return request
    }

    @Test("Open, send, receive, ping, close") func life() async throws {
      let server = try await TestServer()
      let session = try await WebSocketClient.open(try request(server) { $0.subprotocols = ["echo"] })
      #expect(session.subprotocol == "echo")
      try await session.send("hello")
      try await session.send([1, 2])
      #expect(try await session.receive() == .text("hello"))
      #expect(try await session.receive() == .binary([1, 2]))
      #expect(try await session.ping() > .zero)
      let ending = await session.close(CloseFrame(.normal, reason: "bye"))
      #expect(ending.isClean)
      #expect(ending.received == CloseFrame(.normal, reason: "bye"))
      #expect(await session.closed() == ending)
      #expect(await session.close() == ending)
      await #expect(throws: WebSocketSession.Closed(ending)) { try await session.receive() }
      await #expect(throws: WebSocketSession.Closed(ending)) { try await session.send("late") }
      await #expect(throws: WebSocketSession.Closed(ending)) { try await session.ping() }
      try await server.close()
    }

    @Test("A refusal is thrown with all it says", arguments: [401, 403, 404, 426, 429, 503])
    func refused(status: Int) async throws {
      let server = try await TestServer { _ in
        let fields = HeaderFields([("Retry-After", "7"), ("X-Why", "because")])
        return .refuse(HTTPRefusal(status: status, fields: fields, body: Array("sorry".utf8)))
      }
      let request = try request(server)
      let refusal = await #expect(throws: HTTPRefusal.self) { try await WebSocketClient.open(request) }
      #expect(refusal?.status == status)
      #expect(refusal?.fields.first("x-why") == "because")
      #expect(refusal?.retryAfter == .seconds(7))
      #expect(refusal?.body == Array("sorry".utf8))
      try await server.close()
    }

    @Test("A receive that is cancelled, or whose time is up, loses no message and hurts nothing")
    func cancelledReceive() async throws {
      let server = try await TestServer()
      let session = try await WebSocketClient.open(try request(server))
      #expect(try await session.receive(timeout: .milliseconds(20)) == nil)
      for number in 0..<50 {
        let waiting = Task { try await session.receive() }
        if number % 2 == 0 { await Task.yield() }
        // The echo and the cancellation race; whoever wins, the message comes out once.
        try await session.send("\(number)")
        waiting.cancel()
        let got = (try? await waiting.value) ?? nil
        let message = if let got { got } else { try await session.receive() }
        #expect(message == .text("\(number)"))
      }
      let early = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await session.receive()
      }
      await #expect(throws: CancellationError.self) { try await early.value }
      try await session.send("still there")
      #expect(try await session.receive(timeout: .seconds(5)) == .text("still there"))
      #expect(await session.close().isClean)
      try await server.close()
    }

    @Test("Messages of many senders leave whole, each sender's in its order") func concurrentSenders() async throws {
      let server = try await TestServer()
      let session = try await WebSocketClient.open(
        try request(server) { $0.configuration.sendMarks = WaterMarks(low: 1 << 10, high: 16 << 10) })
      let (senders, count) = (8, 60)
      let padding = String(repeating: "x", count: 2000)
      var next = Array(repeating: 0, count: senders)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for sender in 0..<senders {
          group.addTask {
            for number in 0..<count { try await session.send("\(sender) \(number) \(padding)") }
          }
        }
        for _ in 0..<senders * count {
          guard case .text(let text) = try await session.receive() else { continue }
          let parts = text.split(separator: " ")
          let (sender, number) = (try #require(Int(parts[0])), try #require(Int(parts[1])))
          #expect(number == next[sender])
          #expect(parts[2] == padding)
          next[sender] += 1
        }
        try await group.waitForAll()
      }
      #expect(next == Array(repeating: count, count: senders))
      #expect(await session.close().isClean)
      try await server.close()
    }

    @Test("A slow peer makes send wait, within its bound; a cancelled send is not sent") func slowPeer() async throws {
      let server = try await SilentServer()
      var request = WebSocketClient.Request(url: try WebSocketURL("ws://localhost:\(server.port)/"))
      request.configuration.connection.closeTimeout = .milliseconds(50)
      let session = try await WebSocketClient.open(request)
      let marks = request.configuration.sendMarks
      let sent = Mutex(0)
      let sender = Task {
        while true {
          try await session.send(Array(repeating: 1, count: 50_000))
          sent.withLock { $0 += 1 }
        }
      }
      // The kernel takes the first megabytes; then the queue fills up to its mark and stays there.
      while await session.sendQueueSize() < marks.high { await Task.yield() }
      // It may be on its way still; without a bound it would never stand.
      var (count, before) = (sent.withLock { $0 }, -1)
      while count != before {
        try await Task.sleep(for: .milliseconds(50))
        (count, before) = (sent.withLock { $0 }, count)
      }
      #expect(await session.sendQueueSize() < marks.high + 50_100)
      sender.cancel()
      await #expect(throws: CancellationError.self) { try await sender.value }
      // Closing has its own time, whatever still waits.
      let ending = await session.close()
      #expect(ending.cause == .closeTimedOut)
      try await server.close()
    }

    @Test("A slow reader bounds what is held, and gets everything in the end") func slowReader() async throws {
      let handles = Log<WebSocketHandle>()
      let server = try await TestServer { _ in
        .accept(
          UpgradeAcceptance { handle in
            handles.add(handle)
            return { _ in }
          })
      }
      let session = try await WebSocketClient.open(
        try request(server) { $0.configuration.receiveMarks = WaterMarks(low: 1 << 10, high: 64 << 10) })
      let handle = try #require(await handles.next())
      let count = 40
      for number in 0..<count { handle.send(text: "\(number) " + String(repeating: "x", count: 50_000)) }
      // The kernel has it all.
      while try await handle.eventLoop.submit({ () -> Int in handle.sendQueueSize }).get() > 0 { await Task.yield() }
      try await Task.sleep(for: .milliseconds(100))
      #expect(await session.waitingMessages() <= 3)
      for number in 0..<count {
        guard case .text(let text) = try await session.receive() else { continue }
        #expect(text.hasPrefix("\(number) "))
      }
      #expect(await session.close().isClean)
      try await server.close()
    }

    @Test("The sequence of messages ends with a clean end and throws otherwise") func sequence() async throws {
      let server = try await TestServer()
      for isClean in [true, false] {
        let session = try await WebSocketClient.open(try request(server))
        let handle = try #require(await server.handles.next())
        handle.send(text: "one")
        handle.send(text: "two")
        if isClean { handle.close() }
        var texts: [WebSocketSession.Message] = []
        do {
          for try await message in session.messages {
            texts.append(message)
            if !isClean, texts.count == 2 { handle.abort() }
          }
          #expect(isClean)
        } catch let closed as WebSocketSession.Closed {
          #expect(!isClean)
          #expect(closed.ending.cause == .transportEnded)
        }
        #expect(texts == [.text("one"), .text("two")])
      }
      try await server.close()
    }

    @Test("Messages that nobody receives do not hold up the closing") func closeWithFullMailbox() async throws {
      let server = try await TestServer()
      let session = try await WebSocketClient.open(
        try request(server) {
          $0.configuration.receiveMarks = WaterMarks(low: 100, high: 1000)
          $0.configuration.connection.closeTimeout = .seconds(60)
        })
      let handle = try #require(await server.handles.next())
      for _ in 0..<100 { handle.send(text: String(repeating: "x", count: 500)) }
      #expect(try await session.receive() == .text(String(repeating: "x", count: 500)))
      #expect(await session.close().isClean)
      try await server.close()
    }

    @Test("A session that is let go, a closing that is cancelled and a drop leave no socket") func noLeak() async throws
    {
      let server = try await TestServer()
      let before = openSockets()
      do {
        let session = try await WebSocketClient.open(try request(server))
        try await session.send("x")
        _ = try await session.receive()
      }
      try await expectNoSockets(but: before)

      let dropped = try await WebSocketClient.open(try request(server))
      dropped.abort()
      #expect(await dropped.closed().cause == .aborted)
      try await expectNoSockets(but: before)

      let silent = try await SilentServer()
      let held = openSockets()
      var slow = WebSocketClient.Request(url: try WebSocketURL("ws://localhost:\(silent.port)/"))
      slow.configuration.connection.closeTimeout = .seconds(60)
      let session = try await WebSocketClient.open(slow)
      let closing = Task { await session.close() }
      try await Task.sleep(for: .milliseconds(50))
      closing.cancel()
      #expect(await closing.value.cause == .aborted)
      silent.resumeReading()
      try await expectNoSockets(but: held)
      try await silent.close()
      try await server.close()
    }
  }
}
