import NIOCore
import NIOPosix
import Testing
import WebSocket

@testable import Transport

extension LoopbackTests {
  /// The failures that broke other WebSocket libraries in the field, as far as sockets are needed to see them. The rest
  /// are in WebSocketTests, under the same numbers.
  @Suite("What broke other WebSocket libraries") struct FieldFailures {
    /// A server that upgrades, sends these frames and is silent from then on: it never ends TCP by itself.
    private func muteServer(sending frames: [UInt8] = []) async throws -> CannedServer {
      try await CannedServer { request in
        var handshake = ServerHandshake()
        var offset = 0
        let upgrade = try? handshake.receive(Array(request.utf8).span.bytes, from: &offset)
        return upgrade.map { $0.acceptance() + frames }
      }
    }

    /// A peer that has opened a WebSocket, and reads no more if it is told so.
    private func openPeer(to server: TestServer, reading: Bool = true) async throws -> (RawPeer, WebSocketHandle) {
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(upgradeRequest)
      _ = await peer.read(until: "\r\n\r\n")
      try await peer.channel.setOption(.autoRead, value: reading).get()
      return (peer, try #require(await server.handles.next()))
    }

    /// A client's frame, masked with zeros.
    private func frame(_ opcode: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
      [0x80 | opcode, 0x80 | UInt8(payload.count), 0, 0, 0, 0] + payload
    }

    /// Waits until there are so many descriptors; the suite's time limit bounds it.
    private func descriptors(of port: Int, are count: Int) async throws {
      while OpenSockets.connections(to: port).count != count { try await Task.sleep(for: .milliseconds(5)) }
    }

    // MARK: Dead peers

    @Test("2. A missing pong ends the connection and frees its descriptor, without the wait of a closing")
    func missingPong() async throws {
      // python-websockets/websockets #1527, #1128: the error was noted and the connection stayed.
      let server = try await muteServer()
      let client = try TestClient("ws://127.0.0.1:\(server.port)/") {
        $0.configuration.connection.keepalive = .init(interval: .milliseconds(20), timeout: .milliseconds(40))
        $0.configuration.connection.closeTimeout = .seconds(1000)
      }
      _ = await client.opened()
      #expect(await client.closed()?.cause == .keepaliveTimedOut)
      try await descriptors(of: server.port, are: 1)
      try await server.close()
    }

    @Test("5. A client pings by default, and finds a dead server before a proxy's 60 s") func proxyIdle() throws {
      // websockets/ws #2283, #1254, gorilla/websocket #725: nginx drops a connection that idles for 60 s.
      let request = WebSocketClient.Request(url: try WebSocketURL("ws://localhost/"))
      let keepalive = try #require(request.configuration.connection.keepalive)
      #expect(keepalive.interval + keepalive.timeout < .seconds(60))
    }

    // MARK: Closing

    @Test(
      "7. Closing is bounded even when the Close frame cannot leave; aborting waits for nothing",
      arguments: [true, false])
    func stuckClose(isAborted: Bool) async throws {
      // coder/websocket #384, #212: close() hung for 5 s and more behind a write.
      var configuration = WebSocketHandler.Configuration()
      configuration.connection.closeTimeout = isAborted ? .seconds(1000) : .milliseconds(50)
      let server = try await TestServer(configuration: configuration)
      let (peer, handle) = try await openPeer(to: server, reading: false)
      var waiting = 0
      while waiting < 1 << 20 {
        waiting = try await handle.eventLoop.submit {
          handle.send(binary: Array(repeating: 1, count: 1 << 16))
          return handle.sendQueueSize
        }.get()
      }
      if isAborted { handle.abort() } else { handle.close() }
      #expect(await server.ended()?.cause == (isAborted ? .aborted : .closeTimedOut))
      try? await peer.channel.close()
      try await descriptors(of: server.port, are: 1)
      try await server.close()
    }

    @Test("9. One deadline for the whole closing, though the peer never stops sending") func chatterer() async throws {
      // aio-libs/aiohttp #1002, websocket-client #592: each frame began the wait anew.
      var configuration = WebSocketHandler.Configuration()
      configuration.connection.closeTimeout = .milliseconds(100)
      let server = try await TestServer(configuration: configuration)
      let (peer, handle) = try await openPeer(to: server)
      let chatter = Task { while !Task.isCancelled { try await peer.send(frame(9)) } }
      handle.close()
      #expect(await server.ended()?.cause == .closeTimedOut)
      chatter.cancel()
      try await server.close()
    }

    @Test(
      "10. After both Close frames the descriptor is gone, though the peer keeps its own",
      .enabled(if: OpenSockets.canBeCounted))
    func halfClosed() async throws {
      // vapor/websocket-kit #86: only one direction was ended, and the sockets stayed at both ends.
      var patient = WebSocketHandler.Configuration()
      // Not by the deadline: at once.
      patient.connection.closeTimeout = .seconds(3600)
      let server = try await TestServer(configuration: patient)
      let (peer, _) = try await openPeer(to: server)
      try await peer.channel.setOption(.allowRemoteHalfClosure, value: true).get()
      try await descriptors(of: server.port, are: 3)
      try await peer.send(frame(8, [0x03, 0xE8]))
      #expect(await server.ended()?.isClean == true)
      try await descriptors(of: server.port, are: 2)
      try? await peer.channel.close()
      try await server.close()

      // A client that waits in vain for its server to drop TCP.
      let mute = try await muteServer(sending: [0x88, 0x02, 0x03, 0xE8])
      let client = try TestClient("ws://127.0.0.1:\(mute.port)/") {
        $0.configuration.connection.closeTimeout = .milliseconds(50)
      }
      #expect(await client.closed()?.isClean == true)
      try await descriptors(of: mute.port, are: 1)
      try await mute.close()
    }

    // MARK: Many at once, and slow ones

    @Test("14. Writers at once, on any thread: whole messages, each writer's in order") func manyWriters() async throws
    {
      // gorilla/websocket #957, #651: a panic, or frames within frames.
      let server = try await TestServer()
      let client = try TestClient("ws://127.0.0.1:\(server.port)/")
      _ = await client.opened()
      let (writers, count) = (UInt8(8), 200)
      await withTaskGroup(of: Void.self) { group in
        for writer in 0..<writers {
          group.addTask {
            for number in 0..<count {
              client.handle.send(binary: [writer] + Array(repeating: UInt8(number), count: number * 37))
              if number.isMultiple(of: 50) { client.handle.ping() }
            }
          }
        }
      }
      var next = Array(repeating: 0, count: Int(writers))
      for _ in 0..<Int(writers) * count {
        let echo = try #require(await client.binary())
        let number = next[Int(echo[0])]
        #expect(echo.dropFirst().elementsEqual(Array(repeating: UInt8(number), count: number * 37)))
        next[Int(echo[0])] += 1
      }
      #expect(next == Array(repeating: count, count: Int(writers)))
      client.handle.close()
      #expect(await client.closed()?.isClean == true)
      try await server.close()
    }

    @Test("15. Who sends without looking is stopped at the limit, in bytes") func heedlessSender() async throws {
      // snapview/tokio-tungstenite #286, uNetworking/uWebSockets #1337: a slow reader took all the memory.
      var configuration = WebSocketHandler.Configuration()
      configuration.maximumPendingOutput = 1 << 20
      let server = try await TestServer(configuration: configuration)
      let (peer, handle) = try await openPeer(to: server, reading: false)
      var most = 0
      for _ in 0..<2000 {
        let waiting = try await handle.eventLoop.submit {
          handle.send(binary: Array(repeating: 1, count: 1 << 16))
          return handle.sendQueueSize
        }.get()
        most = max(most, waiting)
      }
      #expect(most > 1 << 20, "the limit was reached")
      #expect(most <= 1 << 20 + 1 << 16 + 14)
      #expect(await server.ended()?.cause == .slowConsumer)
      try? await peer.channel.close()
      try await server.close()
    }

    @Test("15. Who waits until sending makes sense is never dropped, and nothing piles up") func politeSender()
      async throws
    {
      // The same threads: a send that suspends at a mark is what they asked for.
      let server = try await TestServer()
      let (peer, handle) = try await openPeer(to: server, reading: false)
      let marks = WebSocketHandler.Configuration().sendMarks
      let full = Log<Void>()
      let sender = Task {
        var most = 0
        for _ in 0..<512 {
          try await handle.whenSendable().get()
          let waiting = try await handle.eventLoop.submit {
            handle.send(binary: Array(repeating: 1, count: 1 << 16))
            return handle.sendQueueSize
          }.get()
          if waiting >= marks.high, most < marks.high { full.add(()) }
          most = max(most, waiting)
        }
        return most
      }
      await full.next()
      try await peer.channel.setOption(.autoRead, value: true).get()
      #expect(try await sender.value <= marks.high + 1 << 16 + 14)
      handle.abort()
      #expect(await server.ended()?.cause == .aborted)
      try? await peer.channel.close()
      try await server.close()
    }

    @Test("16. While the consumer lags TCP is not read") func lazyConsumer() async throws {
      // nodejs/undici #5503: what the application did not take was read all the same, and kept.
      let delivered = Log<Int>()
      let handles = Log<WebSocketHandle>()
      var configuration = WebSocketHandler.Configuration()
      configuration.receiveMarks = WaterMarks(low: 1 << 16, high: 1 << 20)
      let settings = configuration
      let server = try await TestServer { _ in
        .accept(
          UpgradeAcceptance(configuration: settings) { handle in
            handles.add(handle)
            return { event in if case .binary(let bytes) = event { delivered.add(bytes.count) } }
          })
      }
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(upgradeRequest)
      let handle = try #require(await handles.next())
      let size = 1 << 18
      let message: [UInt8] = [0x82, 0xFF, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0] + Array(repeating: 1, count: size)
      let writes = (0..<256).map { _ in peer.channel.writeAndFlush(ByteBuffer(bytes: message)) }
      let all = EventLoopFuture.andAllSucceed(writes, on: peer.channel.eventLoop)
      // 64 MiB go through in a fraction of that time if somebody reads them.
      let isAllRead = try await peer.channel.eventLoop.scheduleTask(in: .milliseconds(500)) { writes[255].isDone }
        .futureResult.get()
      #expect(!isAllRead)
      for _ in 0..<256 {
        #expect(await delivered.next() == size)
        handle.consumed(size)
      }
      try await all.get()
      try? await peer.channel.close()
      try await server.close()
    }

    // MARK: Opening

    @Test("24. A gateway's refusal comes typed, with Retry-After and its body", arguments: [429, 502, 503])
    func gateway(status: Int) async throws {
      // python-websockets/websockets #1633, #1480, #414: one error for all, and nothing to wait by.
      let server = try await CannedServer { _ in
        Array("HTTP/1.1 \(status) Oh\r\nServer: nginx\r\nRetry-After: 9\r\nContent-Length: 4\r\n\r\nbusy".utf8)
      }
      let client = try TestClient("ws://127.0.0.1:\(server.port)/")
      let refusal = try #require(await client.refused())
      #expect(refusal.status == status)
      #expect(refusal.retryAfter == .seconds(9))
      #expect(refusal.fields.first("server") == "nginx")
      #expect(refusal.body == Array("busy".utf8))
      try await server.close()
    }
  }
}

extension EventLoopFuture {
  /// To be asked on its event loop.
  fileprivate var isDone: Bool {
    var isDone = false
    assumeIsolated().whenComplete { _ in isDone = true }
    return isDone
  }
}
