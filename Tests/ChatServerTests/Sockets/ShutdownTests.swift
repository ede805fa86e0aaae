import ChatProtocol
import Foundation
import Glibc
import NIOCore
import Testing

@testable import ChatServer

/// The end of a whole server, as its process.
@Suite struct ShutdownTests {
  @Test func halfARequestHoldsNobodyUp() async throws {
    let peers = Collected<RawSocket>()
    try await TestServer.run { server in
      let peer = try await RawSocket.connect(to: server.address.port)
      try await peer.send("GET /ws/dialo")
      peers.add(peer)
    }
    for peer in peers.all { #expect(await peer.read() == []) }
  }

  @Test(.timeLimit(.minutes(5))) func aThousandSocketsAreToldAndTheProcessEnds() async throws {
    let folder = try TemporaryDirectory()
    let store = try await ChatStore.open(in: DataDirectory(path: folder.path))
    let owner = try await store.addUser(
      email: EmailAddress("ann@example.com"), passwordHash: PasswordHash(encoded: "none"), role: .operator,
      firstName: "Ann", at: .now())
    let assistant = try await store.addAssistant(name: "Juno", ownerID: owner.id, at: .now())
    let dialog = try await store.openDialog(
      for: Visitor(entrance: .widget(assistantID: assistant.id), guestID: "guest"), at: .now()
    ).id
    try store.close()
    allowDescriptors(4096)
    let server = try await ServerProcess.start(
      data: folder, log: folder.url.appending(path: "log"),
      settings: [
        "LIMITS_SOCKETS_PER_DIALOG": "1000", "LIMITS_CONNECTS_PER_MINUTE": "10000",
        // Nothing but the end of the server is to end them.
        "HEARTBEAT_INTERVAL_SECONDS": "3000", "HEARTBEAT_TIMEOUT_SECONDS": "6000",
      ])
    let request = socketRequest("/ws/widget/dialogs/\(dialog)?assistant_id=\(assistant.id)&guest_id=guest")
    var peers: [RawSocket] = []
    for _ in 0..<1000 {
      let peer = try await RawSocket.connect(to: server.port)
      try await peer.send(request)
      peers.append(peer)
    }
    for peer in peers { #expect(await peer.readHead().hasPrefix("HTTP/1.1 101 ")) }
    // Beside them: silence, half a request, and a connection that is kept alive behind a whole one.
    var others: [RawSocket] = []
    for text in ["", "GET /ws/dialo", "GET /api/capabilities HTTP/1.1\r\nHost: localhost\r\n\r\n"] {
      let peer = try await RawSocket.connect(to: server.port)
      try await peer.send(text)
      others.append(peer)
    }
    server.terminate()
    // Code 1012 and its reason, unmasked. The first hundred do not answer it; that must hold nobody up.
    let reason = Array("server restarts".utf8)
    let farewell = [0x88, UInt8(2 + reason.count), 0x03, 0xF4] + reason
    for (index, peer) in peers.enumerated() {
      let bytes = await peer.read(until: farewell)
      if bytes.suffix(farewell.count) != farewell[...] { Issue.record("socket \(index) got \(bytes.count) bytes") }
      if index >= 100 { try? await peer.send(clientFrame(8, [0x03, 0xF4])) }
    }
    let (status, log) = await server.ended()
    #expect(status == 0)
    // It has given them its two seconds, and no more: a longer end runs into the test's own limit.
    #expect(log.contains("sockets drained") && log.contains("sockets=1000"), "\(log.suffix(500))")
    for peer in others { _ = await peer.read() }
  }

  /// The server's descriptors are as many as this process may have.
  private func allowDescriptors(_ count: Int) {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, rlim_t(count)))
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
