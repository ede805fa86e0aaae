import Foundation
import NIOCore
import NIOSSL
import Testing
import WebSocket

@testable import Transport

extension LoopbackTests {
  @Suite("Client and server") struct ClientServerTests {
    /// IPv6 only where the machine has it.
    static let hosts: [String] = {
      let interfaces = (try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8)) ?? ""
      return ["127.0.0.1"] + (interfaces.contains("00000000000000000000000000000001 ") ? ["::1"] : [])
    }()

    @Test("Text, binary, ping and close, both ends", arguments: hosts) func echo(host: String)
      async throws
    {
      let server = try await TestServer(host: host)
      let name = host.contains(":") ? "[\(host)]" : host
      let client = try TestClient("ws://\(name):\(server.port)/x") { $0.subprotocols = ["other", "echo"] }
      #expect(await client.opened() == "echo")
      for text in ["", "привет 👋", String(repeating: "x", count: 70_000)] {
        client.handle.send(text: text)
        #expect(await client.text() == text)
      }
      client.handle.send(binary: [0, 255])
      #expect(await client.binary() == [0, 255])
      client.handle.ping()
      let roundTrip = await client.roundTrip()
      #expect(try #require(roundTrip) > .zero)
      client.handle.close(CloseFrame(.normal, reason: "bye"))
      let ending = await client.closed()
      #expect(ending?.isClean == true)
      #expect(ending?.received == CloseFrame(.normal, reason: "bye"))
      try await server.close()
    }

    @Test("A refusal before the upgrade comes with all it says") func refusedBefore() async throws {
      let server = try await TestServer { request in
        #expect(request.fields.first("Authorization") == "Bearer t")
        let fields = HeaderFields([("Retry-After", "30")])
        return .refuse(HTTPRefusal(status: 401, fields: fields, body: Array(#"{"detail":"expired"}"#.utf8)))
      }
      let client = try TestClient("ws://127.0.0.1:\(server.port)/") { $0.fields.append("Authorization", "Bearer t") }
      let refusal = await client.refused()
      #expect(refusal?.status == 401)
      #expect(refusal?.retryAfter == .seconds(30))
      #expect(refusal?.body == Array(#"{"detail":"expired"}"#.utf8))
      try await server.close()
    }

    @Test("A refusal after the upgrade is a close code") func refusedAfter() async throws {
      let server = try await TestServer { _ in
        .accept(
          UpgradeAcceptance { handle in
            handle.close(CloseFrame(CloseCode(rawValue: 4002), reason: "bad token"))
            return { _ in }
          })
      }
      let client = try TestClient("ws://127.0.0.1:\(server.port)/")
      #expect(await client.opened() == "")
      let ending = await client.closed()
      #expect(ending?.code.rawValue == 4002)
      #expect(ending?.reason == "bad token")
      #expect(ending?.isClean == true)
      try await server.close()
    }

    @Test("Frames that come in one piece with the 101 are delivered") func withTheAnswer() async throws {
      let server = try await CannedServer { request in
        var handshake = ServerHandshake()
        var offset = 0
        let upgrade = try? handshake.receive(Array(request.utf8).span.bytes, from: &offset)
        return upgrade.map { $0.acceptance() + [0x81, 0x02, 0x68, 0x69, 0x81, 0x01, 0x21, 0x88, 0x02, 0x03, 0xF4] }
      }
      let client = try TestClient("ws://127.0.0.1:\(server.port)/") {
        $0.configuration.connection.closeTimeout = .milliseconds(50)
      }
      #expect(await client.opened() == "")
      #expect(await client.text() == "hi")
      #expect(await client.text() == "!")
      // The server keeps TCP open: the client drops it when the time is up.
      let ending = await client.closed()
      #expect(ending?.code.rawValue == 1012)
      #expect(ending?.isClean == true)
      try await server.close()
    }

    @Test("An answer that is no handshake fails with a sentence") func wrongAnswer() async throws {
      let server = try await CannedServer { _ in
        Array("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n".utf8)
      }
      let client = try TestClient("ws://127.0.0.1:\(server.port)/")
      guard case .handshake(.wrongAccept) = await client.failed() else {
        Issue.record("not failed")
        return
      }
      try await server.close()
    }

    @Test("A server that does not answer is given up") func silentServer() async throws {
      let server = try await CannedServer { _ in nil }
      let client = try TestClient("ws://127.0.0.1:\(server.port)/") { $0.handshakeTimeout = .milliseconds(30) }
      guard case .handshakeTimedOut = await client.failed() else {
        Issue.record("not failed")
        return
      }
      try await server.close()
    }

    @Test("A port nobody listens on is said to be so") func connectionRefused() async throws {
      let server = try await CannedServer { _ in nil }
      try await server.close()
      let client = try TestClient("ws://127.0.0.1:\(server.port)/")
      let error = try #require(await client.failed())
      #expect(error.description == "cannot connect to 127.0.0.1, port \(server.port): connection refused")
    }

    @Test("A connection can be given up before it is open") func cancelled() async throws {
      let server = try await CannedServer { _ in nil }
      let client = try TestClient("ws://127.0.0.1:\(server.port)/")
      client.handle.close()
      guard case .cancelled = await client.failed() else {
        Issue.record("not failed")
        return
      }
      try await server.close()
    }

    @Test("A server that shuts down says so") func shutdown() async throws {
      let server = try await TestServer()
      let client = try TestClient("ws://127.0.0.1:\(server.port)/")
      _ = await client.opened()
      let channel = try #require(await server.channels.next())
      channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
      let ending = await client.closed()
      #expect(ending?.code == .goingAway)
      #expect(ending?.isClean == true)
      try await server.close()
    }

    @Test("A server may close with a code of its choice") func serverCloses() async throws {
      let server = try await TestServer()
      let client = try TestClient("ws://127.0.0.1:\(server.port)/")
      _ = await client.opened()
      let handle = try #require(await server.handles.next())
      handle.close(CloseFrame(.serviceRestart, reason: "restart"))
      #expect(await client.closed()?.received == CloseFrame(.serviceRestart, reason: "restart"))
      #expect(await server.ended()?.isClean == true)
      try await server.close()
    }

    @Test("A peer that breaks the protocol is told, then dropped") func violation() async throws {
      let server = try await TestServer()
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(Array(upgradeRequest.utf8) + [0x81, 0x02, 0x68, 0x69])
      #expect(await peer.read().contains("client frame without mask"))
      let ending = await server.ended()
      #expect(ending?.cause == .violation(.unmaskedFrame))
      try await server.close()
    }

    @Test("wss: trusted by a file, and refused by the system's trust") func tls() async throws {
      let certificate = try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem)
      let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
      let context = try NIOSSLContext(
        configuration: .makeServerConfiguration(
          certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
      let server = try await TestServer(tls: context)
      let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).pem")
      try TestCertificate.certificate.write(to: file, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(at: file) }
      let trust = try ClientTLS(trustingFile: file.path)

      let client = try TestClient("wss://localhost:\(server.port)/") {
        $0.tls = trust
        $0.subprotocols = ["echo"]
      }
      #expect(await client.opened() == "echo")
      client.handle.send(text: "secret")
      #expect(await client.text() == "secret")
      client.handle.close()
      #expect(await client.closed()?.isClean == true)

      for (url, trust) in [("wss://localhost", nil), ("wss://127.0.0.1", trust)] {
        let stranger = try TestClient("\(url):\(server.port)/") { $0.tls = trust }
        guard case .tls = await stranger.failed() else {
          Issue.record("\(url) was trusted")
          continue
        }
      }
      try await server.close()
    }
  }
}
