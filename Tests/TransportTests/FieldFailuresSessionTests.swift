import NIOCore
import NIOPosix
import Testing
import WebSocket

@testable import Transport

/// Rows about tasks that wait, and about the way to the server.
extension LoopbackTests.FieldFailures {
  private func open(_ url: String, change: (inout WebSocketClient.Request) -> Void = { _ in })
    async throws
    -> WebSocketSession
  {
    var request = WebSocketClient.Request(url: try WebSocketURL(url))
    change(&request)
    return try await WebSocketClient.open(request)
  }

  @Test("12. A cancelled receive loses no message, whenever it is cancelled")
  func cancelledReceive() async throws {
    // python-websockets/websockets #486, mended in PR #506.
    let server = try await TestServer()
    let session = try await open("ws://127.0.0.1:\(server.port)/")
    for number in 0..<300 {
      let receiver = Task { try await session.receive() }
      try await session.send("\(number)")
      for _ in 0..<number % 40 { await Task.yield() }
      receiver.cancel()
      let message: WebSocketSession.Message
      do { message = try await receiver.value } catch is CancellationError {
        message = try await session.receive()
      }
      #expect(message == .text("\(number)"))
    }
    #expect(await session.close().isClean)
    try await server.close()
  }

  @Test("13. A receive that times out is no error of the connection, and loses no message")
  func timedOutReceive()
    async throws
  {
    // gorilla/websocket #474, #549: the first time-out stayed for ever, and a loop over it ended in a panic.
    let server = try await TestServer()
    let session = try await open("ws://127.0.0.1:\(server.port)/")
    for _ in 0..<20 { #expect(try await session.receive(timeout: .microseconds(100)) == nil) }
    for number in 0..<200 {
      try await session.send("\(number)")
      var message: WebSocketSession.Message?
      while message == nil { message = try await session.receive(timeout: .microseconds(number)) }
      #expect(message == .text("\(number)"))
    }
    #expect(await session.close().isClean)
    try await server.close()
  }

  @Test("25. A redirect is followed; credentials stay with their origin") func redirect()
    async throws
  {
    // python-websockets/websockets #631: Authorization went to whatever host the redirect named.
    let seen = Log<String>()
    let target = try await TestServer { request in
      seen.add("\(request.target) \(request.fields.first("Authorization") ?? "none")")
      return request.target == "/end"
        ? .accept(UpgradeAcceptance { _ in { _ in } })
        : .refuse(HTTPRefusal(status: 307, fields: HeaderFields([("Location", "/end")])))
    }
    let other = try await CannedServer { _ in
      Array(
        "HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:\(target.port)/end\r\nContent-Length: 0\r\n\r\n"
          .utf8)
    }
    for (url, expected) in [
      ("ws://127.0.0.1:\(target.port)/start", ["/start Bearer t", "/end Bearer t"]),
      ("ws://127.0.0.1:\(other.port)/start", ["/end none"]),
    ] {
      let session = try await open(url) { $0.fields.append("Authorization", "Bearer t") }
      for line in expected { #expect(await seen.next() == line) }
      session.abort()
    }
    try await target.close()
    try await other.close()
  }

  @Test("25. Redirects without end are given up") func endlessRedirects() async throws {
    // The same threads: followed with a bound.
    let server = try await CannedServer { request in
      let length = request.prefix { $0 != "\r" }.count
      let head = "HTTP/1.1 302 Found\r\nLocation: /\(String(repeating: "x", count: length))\r\n"
      return Array((head + "Content-Length: 0\r\n\r\n").utf8)
    }
    await #expect(throws: WebSocketClientError.self) {
      _ = try await open("ws://127.0.0.1:\(server.port)/")
    }
    try await server.close()
  }

  @Test("25. All addresses of a host are tried, not the first alone") func everyAddress()
    async throws
  {
    // vi/websocat #194, paullouisageneau/libdatachannel #1556: no connection where the first address is dead.
    let server = try await TestServer()
    let session = try await open("ws://two.addresses.test:\(server.port)/") {
      $0.resolver = Addresses(v6: ["::1"], v4: ["127.0.0.2", "127.0.0.1"])
    }
    #expect(await session.close().isClean)
    try await server.close()
  }
}

/// Knows one host.
private struct Addresses: Resolver, Sendable {
  let v6: [String]
  let v4: [String]

  func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    answer(v4, port)
  }

  func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    answer(v6, port)
  }

  func cancelQueries() {}

  private func answer(_ addresses: [String], _ port: Int) -> EventLoopFuture<[SocketAddress]> {
    let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
    return eventLoop.makeCompletedFuture {
      try addresses.map { try SocketAddress(ipAddress: $0, port: port) }
    }
  }
}
