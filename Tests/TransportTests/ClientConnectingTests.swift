import Foundation
import NIOCore
import Testing
import WebSocket

@testable import Transport

extension LoopbackTests {
  @Suite("Connecting") struct ClientConnectingTests {
    @Test("An address that does not answer holds up the next one by a quarter of a second at most")
    func happyEyeballs() async throws {
      let server = try await TestServer()
      let dead = try DeadPort()
      let alive = try SocketAddress(ipAddress: "127.0.0.1", port: server.port)
      let before = openSockets()
      // The first address as it would be of IPv6, without which this machine may be.
      for resolver in [FixedResolver(v4: [alive], v6: [dead.address]), FixedResolver(v4: [dead.address, alive])] {
        let start = ContinuousClock.now
        let client = try TestClient("ws://dual.test/") { $0.resolver = resolver }
        #expect(await client.opened() == "")
        // NIO waits 250 ms (RFC 8305, section 5); the rest is for a busy machine. The address itself would be given up
        // after ten seconds.
        let time = ContinuousClock.now - start
        #expect(time >= .milliseconds(200) && time < .seconds(5))
        client.handle.close()
        #expect(await client.closed()?.isClean == true)
      }
      try await expectNoSockets(but: before)
      try await server.close()
    }

    @Test("A host that takes no connection, and one that nobody knows") func unreachable() async throws {
      let dead = try DeadPort()
      let before = openSockets()
      let client = try TestClient("ws://dead.test:81/") {
        $0.resolver = FixedResolver(v4: [dead.address])
        $0.connectTimeout = .milliseconds(100)
      }
      let error = try #require(await client.failed())
      #expect(error.description == "dead.test, port 81, did not take the connection in time")
      let unknown = try TestClient("ws://no-such-host.invalid/")
      guard case .unknownHost("no-such-host.invalid") = await unknown.failed() else {
        Issue.record("not unknown")
        return
      }
      try await expectNoSockets(but: before)
      withExtendedLifetime(dead) {}
    }

    @Test("Given up during the name, TCP, TLS, the handshake or a proxy's answer: no socket is left")
    func cancelled() async throws {
      let before = openSockets()
      do {
        let dead = try DeadPort()
        let silent = try await CannedServer { _ in nil }
        let held = openSockets()
        let silentAddress = try SocketAddress(ipAddress: "127.0.0.1", port: silent.port)
        let proxy = try Proxy("http://silent.test:\(silent.port)")
        let stages: [(url: String, proxy: Proxy?, resolver: FixedResolver)] = [
          ("ws://slow.test/", nil, FixedResolver(v4: [silentAddress], delay: .milliseconds(300))),
          ("ws://dead.test/", nil, FixedResolver(v4: [dead.address, dead.address])),
          ("wss://silent.test/", nil, FixedResolver(v4: [silentAddress])),
          ("ws://silent.test/", nil, FixedResolver(v4: [silentAddress])),
          ("ws://beyond.test/", proxy, FixedResolver(v4: [silentAddress])),
        ]
        for (url, proxy, resolver) in stages {
          var request = WebSocketClient.Request(url: try WebSocketURL(url))
          request.proxies.plain = proxy
          request.resolver = resolver
          request.handshakeTimeout = .minutes(5)
          let wish = request
          let task = Task { try await WebSocketClient.open(wish) }
          try await Task.sleep(for: .milliseconds(100))
          let start = ContinuousClock.now
          task.cancel()
          await #expect(throws: CancellationError.self) { try await task.value }
          try await expectNoSockets(but: held)
          // TLS, too, is not waited for: its closing would have five seconds.
          #expect(ContinuousClock.now - start < .milliseconds(4500), "\(url)")
        }
        try await silent.close()
      }
      try await expectNoSockets(but: before)
    }

    @Test("A task that was cancelled before opens nothing") func cancelledBefore() async throws {
      let server = try await TestServer()
      let request = WebSocketClient.Request(url: try WebSocketURL("ws://127.0.0.1:\(server.port)/"))
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await WebSocketClient.open(request)
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      try await server.close()
    }

    @Test("A Unix socket") func unixSocket() async throws {
      let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).sock").path
      let server = try await unixSocketServer(path)
      let client = try TestClient("ws://chat.test/x") {
        $0.unixSocketPath = path
        $0.proxies.plain = try? Proxy("http://127.0.0.1:1")
      }
      #expect(await client.opened() == "")
      client.handle.send(text: "over a file")
      #expect(await client.text() == "over a file")
      client.handle.close()
      #expect(await client.closed()?.isClean == true)
      try await server.close()
      try? FileManager.default.removeItem(atPath: path)
      let late = try TestClient("ws://chat.test/") { $0.unixSocketPath = path }
      #expect(await late.failed()?.description == "cannot connect to the socket \(path): there is no such socket")
      let long = "/" + String(repeating: "x", count: 200)
      let wrong = try TestClient("ws://chat.test/") { $0.unixSocketPath = long }
      #expect(await wrong.failed()?.description == "cannot connect to the socket \(long): its path is too long")
    }

    @Test("A peer that goes silent is found dead, and its descriptor is freed", arguments: [false, true])
    func halfOpen(isSecure: Bool) async throws {
      let before = openSockets()
      let server = try await SilentServer(tls: isSecure ? TestAuthority.serverContext() : nil)
      let held = openSockets()
      let scheme = isSecure ? "wss" : "ws"
      var request = WebSocketClient.Request(url: try WebSocketURL("\(scheme)://localhost:\(server.port)/"))
      request.tls = try TestAuthority.clientTLS()
      request.configuration.connection.keepalive = .init(interval: .milliseconds(100), timeout: .milliseconds(100))
      let session = try await WebSocketClient.open(request)
      let ending = await session.closed()
      #expect(ending.cause == .keepaliveTimedOut)
      await #expect(throws: WebSocketSession.Closed.self) { try await session.receive() }
      // The client's end is gone at once; the server's when it reads again.
      server.resumeReading()
      try await expectNoSockets(but: held)
      try await server.close()
      try await expectNoSockets(but: before)
    }

    @Test("A connection over which no message passes is closed, pings or not") func idle() async throws {
      let server = try await TestServer()
      let client = try TestClient("ws://127.0.0.1:\(server.port)/") {
        $0.idleTimeout = .seconds(1)
        $0.configuration.connection.keepalive = .init(interval: .milliseconds(20), timeout: .seconds(60))
      }
      _ = await client.opened()
      let start = ContinuousClock.now
      for _ in 0..<15 {
        try await Task.sleep(for: .milliseconds(100))
        client.handle.send(text: "busy")
        #expect(await client.text() == "busy")
      }
      let ending = await client.closed()
      #expect(ending?.isClean == true)
      #expect(ending?.sent == CloseFrame(.normal, reason: "idle"))
      #expect(ContinuousClock.now - start >= .milliseconds(2500))
      try await server.close()
    }
  }
}

@Suite("Idle clock") struct IdleClockTests {
  @Test("The end is put off by each message") func deadline() {
    var clock = IdleClock(timeout: .seconds(10), now: .seconds(1))
    #expect(clock.deadline == .seconds(11))
    clock.messagePassed(at: .seconds(5))
    #expect(clock.deadline == .seconds(15))
  }
}
