import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing
import WebSocket

@testable import Transport

extension LoopbackTests {
  @Suite("Through a proxy") struct ClientProxyTests {
    @Test("ws and wss are tunnelled, by a plain proxy and by one with TLS", arguments: [false, true], [false, true])
    func tunnels(isSecure: Bool, isProxySecure: Bool) async throws {
      let server = try await TestServer(tls: isSecure ? TestAuthority.serverContext() : nil)
      let proxy = try await TestProxy(tls: isProxySecure ? TestAuthority.serverContext() : nil)
      let before = openSockets()
      let scheme = isProxySecure ? "https" : "http"
      let environment = [
        isSecure ? "HTTPS_PROXY" : "http_proxy": "\(scheme)://me:p%40ss@localhost:\(proxy.port)/",
        "NO_PROXY": "other.test",
      ]
      let (proxies, tls) = (try ProxyConfiguration(environment: environment), try TestAuthority.clientTLS())
      let client = try TestClient("\(isSecure ? "wss" : "ws")://localhost:\(server.port)/x") {
        $0.proxies = proxies
        $0.tls = tls
      }
      #expect(await client.opened() == "")
      // "me:p@ss".
      let head = try #require(await proxy.requests.next())
      #expect(
        head == """
          CONNECT localhost:\(server.port) HTTP/1.1\r\nHost: localhost:\(server.port)\r\n\
          Proxy-Authorization: Basic bWU6cEBzcw==\r\n\r\n
          """)
      client.handle.send(text: "through")
      #expect(await client.text() == "through")
      client.handle.close()
      #expect(await client.closed()?.isClean == true)
      try await expectNoSockets(but: before)
      try await proxy.close()
      try await server.close()
    }

    @Test("NO_PROXY goes round it") func exception() async throws {
      let server = try await TestServer()
      let client = try TestClient("ws://127.0.0.1:\(server.port)/") {
        $0.proxies.plain = try? Proxy("http://127.0.0.1:1")
        $0.proxies.exceptions = NoProxyList("127.0.0.0/8")
      }
      #expect(await client.opened() == "")
      client.handle.abort()
      try await server.close()
    }

    /// How a connection through a proxy that gives this answer fails.
    private func failure(
      answer: String, change: (inout WebSocketClient.Request) -> Void = { _ in }
    ) async throws -> WebSocketClientError? {
      let proxy = try await CannedServer { _ in Array(answer.utf8) }
      let client = try TestClient("ws://server.test/") {
        $0.proxies.plain = try? Proxy("http://127.0.0.1:\(proxy.port)")
        change(&$0)
      }
      let error = await client.failed()
      try await proxy.close()
      return error
    }

    @Test("A refusal comes with status, headers and body", arguments: [407, 403, 502, 302])
    func refused(status: Int) async throws {
      let error = try await failure(
        answer: "HTTP/1.1 \(status) No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 4\r\n\r\nwhy?")
      guard case .proxyRefused(_, let refusal) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(refusal.status == status)
      #expect(refusal.fields.first("Proxy-Authenticate") == "Basic realm=x")
      #expect(refusal.body == Array("why?".utf8))
    }

    @Test(
      "Answers that are none",
      arguments: ["hello\r\n\r\n", "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 OK\r\nX : y\r\n\r\n", "HTTP/2 200\r\n\r\n"])
    func malformed(answer: String) async throws {
      guard case .proxy(_, .handshake(.malformedHead)) = try await failure(answer: answer) else {
        Issue.record("not failed as malformed")
        return
      }
    }

    @Test("What stands behind the proxy's answer comes from the server, whatever length it names")
    func bytesBehind() async throws {
      let proxy = try await CannedServer { _ in
        Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno".utf8)
      }
      let client = try TestClient("ws://server.test/") {
        $0.proxies.plain = try? Proxy("http://127.0.0.1:\(proxy.port)")
      }
      let refusal = await client.refused()
      #expect(refusal?.status == 404)
      #expect(refusal?.body == Array("no".utf8))
      try await proxy.close()
    }

    @Test("A proxy that is not there, or not itself, is named") func named() async throws {
      let gone = try await CannedServer { _ in nil }
      try await gone.close()
      let client = try TestClient("ws://server.test/") {
        $0.proxies.plain = try? Proxy("http://u:secret@127.0.0.1:\(gone.port)")
      }
      let error = try #require(await client.failed())
      #expect(
        error.description
          == "the proxy 127.0.0.1:\(gone.port): cannot connect to 127.0.0.1, port \(gone.port): connection refused")

      let expired = try await TestProxy(tls: TestAuthority.serverContext(TestAuthority.expired))
      let tls = try TestAuthority.clientTLS()
      let secure = try TestClient("ws://server.test/") {
        $0.proxies.plain = try? Proxy("https://localhost:\(expired.port)")
        $0.tls = tls
      }
      guard case .proxy(_, .tls("localhost", .expired)) = await secure.failed() else {
        Issue.record("the proxy's certificate was taken")
        return
      }
      try await expired.close()
    }

    @Test("A proxy that does not answer is given up in time") func silent() async throws {
      let silent = try await CannedServer { _ in nil }
      let client = try TestClient("ws://server.test/") {
        $0.proxies.plain = try? Proxy("http://127.0.0.1:\(silent.port)")
        $0.handshakeTimeout = .milliseconds(50)
      }
      guard case .handshakeTimedOut = await client.failed() else {
        Issue.record("not timed out")
        return
      }
      try await silent.close()
    }
  }
}

/// A proxy that makes a tunnel to whatever port it is asked for, on this machine.
struct TestProxy {
  let port: Int
  let requests = Log<String>()
  private let counter = Counter()
  private let channel: any Channel

  /// How many connections it has taken.
  var count: Int { counter.value.load(ordering: .relaxed) }

  private final class Counter: Sendable {
    let value = Atomic(0)
  }

  init(tls: NIOSSLContext? = nil) async throws {
    let (requests, counter) = (requests, counter)
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        counter.value.wrappingAdd(1, ordering: .relaxed)
        return channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(Tunneller(requests))
        }
      }
      .bind(host: "localhost", port: 0).get()
    port = try #require(channel.localAddress?.port)
  }

  func close() async throws { try await channel.close() }

  private final class Tunneller: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let requests: Log<String>
    private var head = ""
    private var server: (any Channel)?

    init(_ requests: Log<String>) { self.requests = requests }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let buffer = unwrapInboundIn(data)
      if let server { return server.writeAndFlush(buffer, promise: nil) }
      head += String(decoding: buffer.readableBytesView, as: UTF8.self)
      guard head.hasSuffix("\r\n\r\n") else { return }
      requests.add(head)
      let authority = head.split(separator: " ")[1]
      guard let port = authority.split(separator: ":").last.flatMap({ Int($0) }) else { return }
      let client = context.channel
      let this = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      ClientBootstrap(group: context.eventLoop)
        .channelInitializer { server in
          server.eventLoop.makeCompletedFuture { try server.pipeline.syncOperations.addHandler(Pipe(to: client)) }
        }
        .connect(host: "localhost", port: port)
        .whenSuccess { server in
          let (handler, context) = this.value
          handler.server = server
          context.writeAndFlush(handler.wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n")), promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { server?.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }

  private final class Pipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let client: any Channel

    init(to client: any Channel) { self.client = client }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      client.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { client.close(promise: nil) }
  }
}
