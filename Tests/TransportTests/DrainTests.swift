import NIOCore
import Testing
import WebSocket

@testable import Transport

extension LoopbackTests {
  @Suite("A server that shuts down") struct DrainTests {
    private var configuration: WebSocketHandler.Configuration {
      var configuration = WebSocketHandler.Configuration()
      configuration.shutdownFrame = CloseFrame(.serviceRestart, reason: "restart")
      return configuration
    }

    @Test("Open sockets get the Close frame, and the end is when they have answered it") func open() async throws {
      let drain = WebSocketDrain()
      let server = try await TestServer(drain: drain, configuration: configuration)
      var clients: [TestClient] = []
      for _ in 0..<20 {
        let client = try TestClient("ws://127.0.0.1:\(server.port)/")
        #expect(await client.opened() != nil)
        clients.append(client)
      }
      #expect(drain.connectionCount == 20)
      try await server.close()
      let report = await drain.drain(within: .seconds(60))
      #expect(report.connections == 20 && report.dropped == 0)
      #expect(drain.connectionCount == 0)
      for client in clients {
        let ending = await client.closed()
        #expect(ending?.code == .serviceRestart && ending?.isClean == true)
      }
      #expect(await drain.drain(within: .seconds(60)) == report, "the same end for whoever asks again")
    }

    @Test("Who does not answer is dropped at the one deadline") func silent() async throws {
      let drain = WebSocketDrain()
      let server = try await TestServer(drain: drain, configuration: configuration)
      var peers: [RawPeer] = []
      for _ in 0..<3 {
        let peer = try await RawPeer.connect(to: server.port)
        try await peer.send(upgradeRequest)
        #expect(await peer.read(until: "\r\n\r\n").contains(" 101 "))
        peers.append(peer)
      }
      let report = await drain.drain(within: .milliseconds(100))
      #expect(report.connections == 3 && report.dropped == 3)
      #expect(report.duration >= .milliseconds(100))
      for peer in peers { #expect(await peer.read().hasSuffix("restart")) }
      try await server.close()
    }

    @Test("In the middle of a decision, and behind it: 503 with Retry-After") func undecided() async throws {
      let drain = WebSocketDrain(retryAfter: .seconds(7))
      let asked = Log<Void>()
      let cancelled = Log<Bool>()
      let server = try await TestServer(drain: drain) { _ in
        asked.add(())
        try? await Task.sleep(for: .seconds(100))
        cancelled.add(Task.isCancelled)
        return .pass
      }
      let (deciding, late) = (try await RawPeer.connect(to: server.port), try await RawPeer.connect(to: server.port))
      try await deciding.send(Array(upgradeRequest.utf8) + hiFrame)
      await asked.next()
      // Kept alive behind an ordinary request, as a browser's connection is.
      try await late.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(await late.read(until: "connection=[]").contains("200"))
      async let report = drain.drain(within: .seconds(60))
      var answer = await deciding.read()
      #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("\r\nRetry-After: 7\r\n"), "\(answer)")
      #expect(await cancelled.next() == true)
      try await late.send(upgradeRequest)
      answer = await late.read()
      #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("\r\nRetry-After: 7\r\n"), "\(answer)")
      #expect(await report.dropped == 0)
      try await server.close()
    }

    @Test("Without HTTP around it: open, deciding, half a request, silent") func bare() async throws {
      let drain = WebSocketDrain()
      let asked = Log<Void>()
      let server = try await BareServer(drain: drain, configuration: configuration) { request in
        asked.add(())
        if request.target == "/slow" { try? await Task.sleep(for: .seconds(100)) }
        return .pass
      }
      var peers: [RawPeer] = []
      for text in [
        upgradeRequest, upgradeRequest.replacing("/ws", with: "/slow"), String(upgradeRequest.dropLast(3)), "",
      ] {
        let peer = try await RawPeer.connect(to: server.port)
        try await peer.send(text)
        if text.hasSuffix("\r\n\r\n") { await asked.next() }
        peers.append(peer)
      }
      #expect(await peers[0].read(until: "\r\n\r\n").contains(" 101 "))
      while drain.connectionCount < 4 { await Task.yield() }
      async let report = drain.drain(within: .seconds(60))
      #expect(await peers[0].read(until: "restart").hasSuffix("restart"))
      try await peers[0].channel.close()
      for peer in peers[1...] { #expect(await peer.read().hasPrefix("HTTP/1.1 503 ")) }
      #expect(await report.connections == 4)
      #expect(await report.dropped == 0)
      try await server.close()
    }
  }
}
