import Testing

@testable import ChatServer

/// What the chat's sockets allow.
@Suite struct SocketDefaultsTests {
  @Test func compressionIsAgreedOnWithWhoOffersIt() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let request = socketRequest("/ws/widget/dialogs/\(dialog)?\(server.widgetQuery("guest"))")
      for (offer, isAgreed) in [("", false), ("Sec-WebSocket-Extensions: permessage-deflate\r\n", true)] {
        let peer = try await RawSocket.connect(to: server.address.port)
        try await peer.send(request.replacing("Sec-WebSocket-Version", with: offer + "Sec-WebSocket-Version"))
        let head = await peer.readHead()
        #expect(head.hasPrefix("HTTP/1.1 101 "))
        #expect(head.contains("permessage-deflate") == isAgreed)
        try await peer.close()
      }
    }
  }

  @Test func aMessageOverSixteenKiBIsRefusedAtItsHeader() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let peer = try await RawSocket.connect(to: server.address.port)
      try await peer.send(socketRequest("/ws/widget/dialogs/\(dialog)?\(server.widgetQuery("guest"))"))
      _ = await peer.readHead()
      // A masked text frame of 16,385 bytes; none of them is sent.
      try await peer.send([0x81, 0xFE, 0x40, 0x01, 0, 0, 0, 0])
      let frame = await peer.read()
      // A Close frame with the code 1009; the rest is the reason.
      #expect(frame.count > 4 && frame[0] == 0x88 && frame[2...3] == [0x03, 0xF1])
    }
  }
}
