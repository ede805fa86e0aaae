import NIOCore
import Testing
import WebSocket

@testable import Transport

extension LoopbackTests {
  /// NIO's HTTP parser stands before the gate: what it lets through must be caught or harmless.
  @Suite("What strangers send to the upgrade gate") struct GateHostilityTests {
    @Test("Every hostile head ends without a WebSocket", arguments: HostileHeads.all)
    func hostile(head: HostileHeads.Head) async throws {
      let server = try await TestServer { _ in
        Issue.record("asked about \(head.testDescription)")
        return .refuse(HTTPRefusal(status: 418))
      }
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(head.bytes + hiFrame)
      let answer = await peer.read()
      #expect(answer.hasPrefix("HTTP/1.1 4") && answer.contains("\r\nConnection: close\r\n"), "\(answer)")
      #expect(!answer.contains("\nHTTP/1.1"), "one answer: \(answer)")
      try await server.close()
    }

    @Test("A request behind an upgrade is never taken for one: it is frames, or nothing")
    func pipelinedBehind() async throws {
      let second = "GET /second HTTP/1.1\r\nHost: x\r\n\r\n"
      let refusing = try await TestServer { _ in .refuse(HTTPRefusal(status: 403, text: "no")) }
      var peer = try await RawPeer.connect(to: refusing.port)
      try await peer.send(upgradeRequest + second)
      let refused = await peer.read()
      #expect(refused.hasPrefix("HTTP/1.1 403 ") && !refused.contains("second"))
      try await refusing.close()

      let accepting = try await TestServer()
      peer = try await RawPeer.connect(to: accepting.port)
      try await peer.send(upgradeRequest + second)
      let accepted = await peer.read()
      #expect(accepted.hasPrefix("HTTP/1.1 101 ") && !accepted.contains("/second upgrade"))
      // As frames it is nonsense: "G" is no opcode.
      #expect(await accepting.ended()?.cause == .violation(.reservedOpcode(7)))
      try await accepting.close()
    }

    @Test("A body behind an upgrade is not waited for") func endlessBody() async throws {
      let server = try await TestServer()
      let peer = try await RawPeer.connect(to: server.port)
      let request = upgradeRequest.dropLast(1) + "Content-Length: 1000000000\r\n\r\nthe first of many"
      try await peer.send(String(request))
      #expect(await peer.read().hasPrefix("HTTP/1.1 400 "))
      try await server.close()
    }

    @Test("Nonsense in the middle of a request that is being answered ends the connection")
    func nonsense() async throws {
      let server = try await TestServer()
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n")
      #expect(await peer.read() == "", "no answer that could be taken for another's")
      try await server.close()
    }

    @Test("A head in every form that is allowed") func lenient() async throws {
      for (old, new) in [
        ("Connection: Upgrade", "Connection: keep-alive, Upgrade"),
        ("Connection: Upgrade", "connection: keep-alive\r\nCONNECTION:upgrade"),
        ("Upgrade: websocket", "Upgrade: WebSocket"), ("Upgrade: websocket", "upgrade:\twebsocket \t"),
        ("Upgrade: websocket", "Upgrade: h2c\r\nUpgrade: websocket"), ("GET /ws", "GET http://x/ws"),
        ("Host: x", "Host: x\r\nContent-Length: 0"),
      ] {
        let server = try await TestServer()
        let peer = try await RawPeer.connect(to: server.port)
        let parts = upgradeRequest.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        try await peer.send(Array(parts.joined(separator: new).utf8) + hiFrame)
        #expect(await peer.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101 "), "\(new)")
        #expect(await server.events.next() == .text("hi"))
        try await peer.channel.close()
        try await server.close()
      }
    }
  }
}
