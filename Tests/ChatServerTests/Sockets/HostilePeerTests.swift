import ChatProtocol
import NIOCore
import Testing

@testable import ChatServer

/// Strangers at the sockets' door, byte by byte, before the whole of the server.
@Suite struct HostilePeerTests {
  @Test func framesBeforeTheAnswerAreKept() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let ann = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      let peer = try await RawSocket.connect(to: server.address.port)
      let typing = clientFrame(1, Array(#"{"type":"typing_start"}"#.utf8))
      let target = "/ws/widget/dialogs/\(dialog)?\(server.widgetQuery("guest"))"
      try await peer.send(Array(socketRequest(target).utf8) + typing)
      #expect(await peer.readHead().hasPrefix("HTTP/1.1 101 "))
      #expect(try await ann.nextEvent() == .typingStarted(by: .user))
      try await peer.close()
    }
  }

  @Test func whatIsNoRequestIsRefused() async throws {
    try await TestServer.run { server in
      let sound = socketRequest("/ws/dialogs/1")
      let table: [(request: String, status: Int)] = [
        (sound.replacing("/ws/dialogs/1", with: "/ws/nothing"), 404),
        (sound.replacing("GET", with: "POST"), 405),
        (sound.replacing("13", with: "8"), 426),
        (sound.replacing("Host: localhost\r\n", with: ""), 400),
        (sound.replacing("Host: localhost", with: "Host: a\r\nHost: b"), 400),
        (sound.replacing("Host: localhost", with: "Host : localhost"), 400),
        (sound.replacing("Host: localhost", with: "Host: localhost\r\nContent-Length: 99999999"), 400),
        (sound.replacing("Host: localhost", with: "Host: a\r\nX: " + String(repeating: "x", count: 20_000)), 431),
        (sound.replacing("Host: localhost", with: "Host: localhost\r\nX: a\0b"), 400),
        ("\u{16}\u{3}\u{1}\r\n\r\n", 400),
      ]
      for (request, status) in table {
        let peer = try await RawSocket.connect(to: server.address.port)
        try await peer.send(request)
        let answer = String(decoding: await peer.read(), as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(request.prefix(100)): \(answer)")
      }
      // Nobody minds.
      #expect(try await server.call(.GET, "/api/capabilities").status == 200)
    }
  }

  /// One client that never reads, beside one that does: it is dropped by the stated rule, and costs the other nothing.
  @Test(.timeLimit(.minutes(2))) func aSlowConsumerIsDropped() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let slow = try await RawSocket.connect(to: server.address.port, receiveBuffer: 8 << 10)
      try await slow.send(socketRequest("/ws/widget/dialogs/\(dialog)?\(server.widgetQuery("guest"))"))
      #expect(await slow.readHead().hasPrefix("HTTP/1.1 101 "))
      try await slow.stopReading()
      let ann = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      func dropped() -> Bool {
        server.logs.all.contains { $0.contains("socket disconnected") && $0.contains("cause=slowConsumer") }
      }
      let text = String(repeating: "x", count: 1000)
      var pushed = 0
      // The kernel takes some megabytes for itself before anything waits in this process.
      while !dropped(), pushed < 32_000 {
        for number in pushed..<pushed + 100 {
          let message = Message(id: number + 1, sender: .manager, text: text, timestamp: .now())
          server.rooms.deliver(.message(message), to: dialog, .everyone)
        }
        for number in pushed..<pushed + 100 { #expect(try await ann.nextMessage().id == number + 1) }
        pushed += 100
      }
      #expect(dropped(), "after \(pushed) messages")
      #expect(server.rooms.socketCount == 1)
    }
  }
}
