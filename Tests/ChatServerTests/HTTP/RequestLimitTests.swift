import ChatProtocol
import Testing

@testable import ChatServer

/// What a request may cost: its body's size, and the time it may take. At the limit, and one over it.
@Suite struct RequestLimitTests {
  @Test func aBodyOfTheLimitAndOneByteMore() async throws {
    try await TestServer.run(configure: { $0.limits.bodyBytes = 2048 }) { server in
      let dialog = try await server.openDialog()
      let target = "/api/widget/dialogs/\(dialog)/messages?wait=0&\(server.widgetQuery("guest"))"
      for (size, status) in [(2048, 200), (2049, 413)] {
        let empty = #"{"text":"x","pad":""}"#
        let body = #"{"text":"x","pad":"\#(String(repeating: "p", count: size - empty.utf8.count))"}"#
        let answer = try await server.call(.POST, target, json: body)
        #expect(answer.status == status, "\(size)")
        if status == 413 { #expect(answer.detail == "The body may have 2048 bytes at most") }
      }
      #expect(
        server.logs.all.contains {
          $0.contains("request refused") && $0.contains("status=413") && !$0.contains("guest")
        })
    }
  }

  @Test func aBodyWithoutALengthIsCountedToo() async throws {
    try await TestServer.run(configure: {
      $0.limits.bodyBytes = 1024
      $0.timeouts.body = .seconds(1)
    }) { server in
      let peer = try await RawSocket.connect(to: server.address.port)
      try await peer.send("POST /api/login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
      try await peer.send("500\r\n" + String(repeating: "x", count: 0x500) + "\r\n")
      #expect(await peer.readHead().hasPrefix("HTTP/1.1 413 "))
      // It goes on, as if nothing had been said: the connection ends.
      for _ in 0..<8 { try? await peer.send("500\r\n" + String(repeating: "x", count: 0x500) + "\r\n") }
      _ = await peer.read()
    }
  }

  @Test func aBodyThatDoesNotEndIsNotWaitedFor() async throws {
    try await TestServer.run(configure: { $0.timeouts.body = .milliseconds(200) }) { server in
      let peer = try await RawSocket.connect(to: server.address.port)
      try await peer.send("POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
      let answer = String(decoding: await peer.read(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 408 "))
      #expect(server.logs.all.contains { $0.contains("request refused") && $0.contains("status=408") })
    }
  }

  @Test func aHeadThatDoesNotEndIsNotWaitedFor() async throws {
    try await TestServer.run(configure: { $0.timeouts.header = .milliseconds(200) }) { server in
      for beginning in ["", "GET /health HTTP/1.1\r\nHost: localhost\r\nX: "] {
        let peer = try await RawSocket.connect(to: server.address.port)
        // On a busy machine the end may come before the beginning has left.
        if !beginning.isEmpty { try? await peer.send(beginning) }
        #expect(await peer.read().isEmpty)
      }
    }
  }

  @Test func aConnectionThatAsksNothingMoreIsNotKept() async throws {
    try await TestServer.run(configure: { $0.timeouts.idle = .seconds(1) }) { server in
      let peer = try await RawSocket.connect(to: server.address.port)
      try await peer.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(String(decoding: await peer.read(), as: UTF8.self).hasPrefix("HTTP/1.1 200 "))
    }
  }

  @Test func aVisitorsMessagesOfOneMinuteAndOneMore() async throws {
    try await TestServer.run(configure: { $0.limits.messagesPerMinute = 3 }) { server in
      let dialog = try await server.openDialog()
      func post(_ guest: String, _ dialog: DialogID) async throws -> TestServer.Answer {
        try await server.call(
          .POST, "/api/widget/dialogs/\(dialog)/messages?wait=0&\(server.widgetQuery(guest))", json: #"{"text":"x"}"#)
      }
      for _ in 0..<3 { #expect(try await post("guest", dialog).status == 200) }
      let refused = try await post("guest", dialog)
      #expect(refused.status == 429 && refused.headers["retry-after"] != nil)
      #expect(server.logs.all.contains { $0.contains("request refused") && $0.contains("status=429") })
      // Another guest is not held up by it.
      #expect(try await post("other", server.openDialog(guest: "other")).status == 200)
    }
  }

  @Test func aSocketsMessageOfTheLimitAndOneByteMore() async throws {
    try await TestServer.run(configure: { $0.limits.frameBytes = 200 }) { server in
      let dialog = try await server.openDialog()
      for (size, ends) in [(200, false), (201, true)] {
        let socket = try TestSocket(server, "/ws/widget/dialogs/\(dialog)?\(server.widgetQuery("guest"))")
        #expect(try await socket.next() == .opened)
        socket.send(String(repeating: "x", count: size))
        if ends {
          #expect(try await socket.closeCode() == 1009)
        } else {
          let token = try await server.accessToken(server.ann)
          _ = try await server.call(
            .POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"still here"}"#, token: token)
          #expect(try await socket.nextMessage().text == "still here")
        }
      }
    }
  }
}
