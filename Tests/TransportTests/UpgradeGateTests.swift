import Glibc
import NIOCore
import Testing
import WebSocket

@testable import Transport

extension LoopbackTests {
  @Suite("The upgrade gate") struct UpgradeGateTests {
    /// "hi" from a client, with a mask of zeros.
    private let early: [UInt8] = [0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]

    @Test("Ordinary requests reach the application, and the connection stays") func ordinary() async throws {
      let server = try await TestServer()
      let peer = try await RawPeer.connect(to: server.port)
      for path in ["/a", "/b"] {
        try await peer.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await peer.read(until: "connection=[]").contains("\(path) upgrade=[]"))
      }
      try await peer.channel.close()
      try await server.close()
    }

    @Test("A WebSocket may follow ordinary requests on one connection, pipelined too")
    func afterRequests() async throws {
      let server = try await TestServer()
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n" + upgradeRequest)
      let text = await peer.read(until: "Sec-WebSocket-Accept")
      let first = try #require(text.firstRange(of: "/a upgrade=[] connection=[]"))
      let second = try #require(text.firstRange(of: "HTTP/1.1 101 "))
      #expect(first.upperBound <= second.lowerBound)
      try await peer.send(early)
      #expect(await server.events.next() == .text("hi"))
      try await peer.channel.close()
      try await server.close()
    }

    @Test("Frames that come with the request are not lost") func earlyBytes() async throws {
      let server = try await TestServer()
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(Array(upgradeRequest.utf8) + early + early.prefix(3))
      #expect(await server.events.next() == .text("hi"))
      #expect(await peer.read(until: "hi").contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "answered at once")
      try await peer.send(Array(early.dropFirst(3)))
      #expect(await server.events.next() == .text("hi"))
      try await peer.channel.close()
      #expect(await server.ended()?.code == .abnormal)
      try await server.close()
    }

    @Test("Trickled bytes make no difference") func trickle() async throws {
      let server = try await TestServer()
      let peer = try await RawPeer.connect(to: server.port)
      for byte in Array(upgradeRequest.utf8) + early { try await peer.send([byte]) }
      #expect(await server.events.next() == .text("hi"))
      try await peer.channel.close()
      try await server.close()
    }

    @Test("A refusal is a whole HTTP answer, and the connection ends with it") func refusal() async throws {
      let server = try await TestServer { _ in
        .refuse(HTTPRefusal(status: 429, fields: HeaderFields([("Retry-After", "7")]), body: Array("slow".utf8)))
      }
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(Array(upgradeRequest.utf8) + early)
      let text = await peer.read()
      #expect(text.hasPrefix("HTTP/1.1 429 "))
      #expect(text.contains("\r\nRetry-After: 7\r\n") && text.contains("\r\nConnection: close\r\n"))
      #expect(text.hasSuffix("\r\n\r\nslow"))
      try await server.close()
    }

    @Test(
      "An unsound request is refused without asking",
      arguments: [("13", "8", 426), ("GET", "POST", 405), ("Key", "Kez", 400)])
    func unsound(find: String, replacement: String, status: Int) async throws {
      let server = try await TestServer()
      let peer = try await RawPeer.connect(to: server.port)
      let request = upgradeRequest.split(separator: find, maxSplits: 1, omittingEmptySubsequences: false)
      try await peer.send(request.joined(separator: replacement))
      #expect(await peer.read().hasPrefix("HTTP/1.1 \(status) "))
      try await server.close()
    }

    @Test("What is passed reaches the application without its upgrade") func pass() async throws {
      let server = try await TestServer { _ in .pass }
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(upgradeRequest)
      #expect(await peer.read(until: "connection").contains("/ws upgrade=[]"))
      try await peer.channel.close()
      try await server.close()
    }

    @Test("A connection that says nothing is closed") func silence() async throws {
      var timeouts = UpgradeTimeouts()
      timeouts.request = .milliseconds(20)
      let server = try await TestServer(timeouts: timeouts)
      let peer = try await RawPeer.connect(to: server.port)
      // On a busy machine the end may come first.
      try? await peer.send("GET /ws HTT")
      #expect(await peer.read() == "")
      try await server.close()
    }

    @Test("A decision that does not come is a 503, and its task is cancelled") func lateDecision() async throws {
      var timeouts = UpgradeTimeouts()
      timeouts.decision = .milliseconds(20)
      let cancelled = Log<Bool>()
      let server = try await TestServer(timeouts: timeouts) { _ in
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

    @Test("A peer that leaves while its fate is decided leaves nothing behind") func leaves() async throws {
      let asked = Log<Void>()
      let cancelled = Log<Bool>()
      let server = try await TestServer { _ in
        asked.add(())
        try? await Task.sleep(for: .seconds(100))
        cancelled.add(Task.isCancelled)
        return .pass
      }
      let peer = try await RawPeer.connect(to: server.port)
      try await peer.send(upgradeRequest)
      await asked.next()
      // With reading held the end of TCP is seen only by a reset.
      let options = try #require(peer.channel as? any SocketOptionProvider)
      try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
      try await peer.channel.close()
      #expect(await cancelled.next() == true)
      try await server.close()
    }
  }
}
