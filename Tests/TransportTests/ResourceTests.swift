import NIOCore
import Testing
import WebSocket

@testable import Transport

extension LoopbackTests {
  @Suite("What a peer can make this end hold") struct ResourceTests {
    @Test("After the end no descriptor is left, whoever ends it and how", .enabled(if: OpenSockets.canBeCounted))
    func descriptors() async throws {
      let server = try await TestServer()
      let listening = OpenSockets.connections(to: server.port)
      var seen: Set<String> = []
      for round in 0..<32 {
        let client = try TestClient("ws://127.0.0.1:\(server.port)/")
        _ = await client.opened()
        let serverSide = try #require(await server.handles.next())
        seen.formUnion(OpenSockets.connections(to: server.port).subtracting(listening))
        switch round % 4 {
        case 0: client.handle.close()
        case 1: serverSide.close()
        case 2: client.handle.abort()
        default: serverSide.abort()
        }
        #expect(await client.closed() != nil)
        _ = await server.ended()
      }
      #expect(seen.count == 64)
      // The last one's is closed right behind its end.
      while !seen.isDisjoint(with: OpenSockets.all.values) { try await Task.sleep(for: .milliseconds(5)) }
      try await server.close()
    }

    @Test("A slow consumer is dropped by its bytes") func slowConsumerBySize() async throws {
      var configuration = WebSocketHandler.Configuration()
      configuration.maximumPendingOutput = 1 << 20
      let server = try await TestServer(configuration: configuration)
      let peer = try await RawPeer.neverReading(from: server.port)
      let handle = try #require(await server.handles.next())
      let message = TextMessage(String(repeating: "x", count: 1 << 18))
      for _ in 0..<200 { handle.send(message) }
      let ending = await server.ended()
      #expect(ending?.cause == .slowConsumer)
      try? await peer.channel.close()
      try await server.close()
    }

    @Test("A slow consumer is dropped by time, and nothing piles up meanwhile") func slowConsumerByTime() async throws {
      var configuration = WebSocketHandler.Configuration()
      configuration.stallTimeout = .milliseconds(100)
      let server = try await TestServer(configuration: configuration)
      let peer = try await RawPeer.neverReading(from: server.port)
      // An echo of 64 MiB that nobody reads: the server stops reading, so no more than the sockets' buffers go in.
      let message: [UInt8] = [0x82, 0xFF, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0] + Array(repeating: 1, count: 1 << 18)
      for _ in 0..<256 { peer.channel.writeAndFlush(ByteBuffer(bytes: message), promise: nil) }
      let ending = await server.ended()
      #expect(ending?.cause == .slowConsumer)
      try? await peer.channel.close()
      try await server.close()
    }

    @Test("A client that does not answer our Close is dropped in time") func closeTimesOut() async throws {
      var configuration = WebSocketHandler.Configuration()
      configuration.connection.closeTimeout = .milliseconds(50)
      let server = try await TestServer(configuration: configuration)
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(upgradeRequest)
      let handle = try #require(await server.handles.next())
      handle.close(CloseFrame(.goingAway, reason: "bye"))
      #expect(await peer.read().hasSuffix("bye"))
      let ending = await server.ended()
      #expect(ending?.cause == .closeTimedOut)
      try await server.close()
    }

    @Test("A peer that answers no ping is found dead") func deadPeer() async throws {
      var configuration = WebSocketHandler.Configuration()
      configuration.connection.keepalive = .init(interval: .milliseconds(30), timeout: .milliseconds(30))
      let server = try await TestServer(configuration: configuration)
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(upgradeRequest)
      #expect(await peer.read().contains("101"))
      let ending = await server.ended()
      #expect(ending?.cause == .keepaliveTimedOut)
      try await server.close()
    }

    @Test("Sends of one turn of the event loop leave in one write") func joinedWrites() async throws {
      let server = try await TestServer()
      let client = try TestClient("ws://127.0.0.1:\(server.port)/")
      _ = await client.opened()
      let handle = try #require(await server.handles.next())
      handle.eventLoop.execute {
        for number in 0..<100 { handle.send(text: String(number)) }
      }
      for number in 0..<100 { #expect(await client.text() == String(number)) }
      client.handle.abort()
      try await server.close()
    }
  }
}
