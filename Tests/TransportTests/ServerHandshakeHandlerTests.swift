import Glibc
import NIOCore
import Testing
import WebSocket

@testable import Transport

extension LoopbackTests {
  @Suite("The server's handshake without HTTP around it") struct ServerHandshakeHandlerTests {
    @Test("A decision may take its time; frames that came before it are not lost", arguments: [true, false])
    func awaited(early: Bool) async throws {
      let asked = Log<String>()
      let answer = Log<Bool>()
      let server = try await BareServer { request in
        asked.add(request.target)
        return await answer.next() == true ? .pass : .refuse(HTTPRefusal(status: 403, text: "no"))
      }
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(Array(upgradeRequest.utf8) + (early ? hiFrame : []))
      #expect(await asked.next() == "/ws")
      if early { try await peer.send(hiFrame) }
      answer.add(true)
      #expect(await peer.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101 "))
      if !early { try await peer.send(hiFrame + hiFrame) }
      for _ in 0..<2 { #expect(await server.events.next() == .text("hi")) }
      try await peer.channel.close()
      try await server.close()
    }

    @Test("The decision has status, headers and body") func refused() async throws {
      let server = try await BareServer { _ in
        .refuse(HTTPRefusal(status: 429, fields: HeaderFields([("Retry-After", "7")]), body: Array("slow".utf8)))
      }
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(Array(upgradeRequest.utf8) + hiFrame)
      let text = await peer.read()
      #expect(text.hasPrefix("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\n") && text.hasSuffix("\r\n\r\nslow"))
      try await server.close()
    }

    @Test("A decision that never comes is a 503, and its task is cancelled") func late() async throws {
      var timeouts = UpgradeTimeouts()
      timeouts.decision = .milliseconds(20)
      let cancelled = Log<Bool>()
      let server = try await BareServer(timeouts: timeouts) { _ in
        try? await Task.sleep(for: .seconds(100))
        cancelled.add(Task.isCancelled)
        return .pass
      }
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(upgradeRequest)
      #expect(await peer.read().hasPrefix("HTTP/1.1 503 "))
      #expect(await cancelled.next() == true)
      try await server.close()
    }

    @Test("Too much before the answer ends it: no megabytes are kept for a stranger") func tooEarly() async throws {
      let cancelled = Log<Bool>()
      let server = try await BareServer { _ in
        try? await Task.sleep(for: .seconds(100))
        cancelled.add(Task.isCancelled)
        return .pass
      }
      let peer = try await RawPeer.connect(to: server.port)
      // In one read with the request and in those behind it; what is not read waits in the kernel.
      for bytes in [Array(upgradeRequest.utf8), Array(repeating: 0, count: 8 << 20)] {
        peer.channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
      }
      // Either the reads that were under way brought too much, or reading stopped at once and the rest never came in.
      // In the second case only the peer's end shows it.
      let options = try #require(peer.channel as? any SocketOptionProvider)
      try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
      try? await peer.channel.close()
      #expect(await cancelled.next() == true)
      try await server.close()
    }

    @Test(
      "Silence, half a request and trickled bytes have one time together", arguments: ["", "GET /ws HTT", "trickle"])
    func silence(sent: String) async throws {
      var timeouts = UpgradeTimeouts()
      timeouts.request = .milliseconds(50)
      let server = try await BareServer(timeouts: timeouts)
      let peer = try await RawPeer.connect(to: server.port)
      let trickle = Task {
        let bytes = sent == "trickle" ? "GET / HTTP/1.1\r\nX:" + String(repeating: " ", count: 10_000) : sent
        for byte in bytes.utf8 {
          try await peer.send([byte])
          try await Task.sleep(for: .milliseconds(1))
        }
      }
      #expect(await peer.read() == "")
      trickle.cancel()
      try await server.close()
    }

    @Test("Every hostile head is refused, and the connection ends", arguments: HostileHeads.all)
    func hostile(head: HostileHeads.Head) async throws {
      let server = try await BareServer()
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(head.bytes + hiFrame)
      let answer = await peer.read()
      #expect(answer.hasPrefix("HTTP/1.1 4") && answer.contains("\r\nConnection: close\r\n"), "\(answer)")
      try await server.close()
    }
  }
}
