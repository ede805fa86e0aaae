import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Testing
import WebSocket

@testable import Transport

/// Everything that comes of something, in order, to be awaited.
final class Log<Element: Sendable>: Sendable {
  private let stream: AsyncStream<Element>
  private let continuation: AsyncStream<Element>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream(of: Element.self) }

  func add(_ element: Element) { continuation.yield(element) }

  func next() async -> Element? { await stream.first { _ in true } }

  /// Passes over what does not fit.
  func next<Value: Sendable>(_ transform: @Sendable (Element) -> Value?) async -> Value? {
    for await element in stream { if let value = transform(element) { return value } }
    return nil
  }
}

typealias ServerEvent = WebSocketConnection.Event

/// A server on a free port with the gate in front of a small HTTP application.
final class TestServer: Sendable {
  let port: Int
  /// The events of all its connections.
  let events = Log<ServerEvent>()
  let handles = Log<WebSocketHandle>()
  /// Its connections, as TCP.
  let channels = Log<any Channel>()
  private let channel: any Channel

  init(
    host: String = "127.0.0.1", tls: NIOSSLContext? = nil,
    timeouts: UpgradeTimeouts = UpgradeTimeouts(), drain: WebSocketDrain? = nil,
    configuration: WebSocketHandler.Configuration = WebSocketHandler.Configuration(),
    decide: (@Sendable (UpgradeRequest) async -> UpgradeDecision)? = nil
  ) async throws {
    let (events, handles, channels) = (events, handles, channels)
    let echo = UpgradeAcceptance(subprotocol: "echo", configuration: configuration) { handle in
      handles.add(handle)
      return { event in
        if case .text(let text) = event { handle.send(text) }
        if case .binary(let bytes) = event { handle.send(binary: bytes) }
        events.add(event)
      }
    }
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channels.add(channel)
        return channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try WebSocketUpgradeGate.addHTTPHandlers(to: channel, timeouts: timeouts, drain: drain) { request, _ in
            await decide?(request) ?? .accept(echo)
          }
          try channel.pipeline.syncOperations.addHandler(HelloApplication())
        }
      }
      .bind(host: host, port: 0).get()
    port = try #require(channel.localAddress?.port)
  }

  /// How the next of its connections to end has ended.
  func ended() async -> WebSocketConnection.Ending? {
    await events.next { event in
      guard case .ended(let ending) = event else { return nil }
      return ending
    }
  }

  func close() async throws { try await channel.close() }
}

/// Answers each request with the headers it has seen.
final class HelloApplication: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private var head: HTTPRequestHead?

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body: break
    case .end:
      guard let head else { return }
      let body = "\(head.uri) upgrade=\(head.headers["Upgrade"]) connection=\(head.headers["Connection"])"
      var response = HTTPResponseHead(version: .http1_1, status: .ok)
      response.headers.add(name: "Content-Length", value: String(body.utf8.count))
      context.write(wrapOutboundOut(.head(response)), promise: nil)
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
  }
}

/// A TCP peer that sends and receives whatever bytes a test wants.
struct RawPeer {
  let channel: any Channel
  private let received: Log<ByteBuffer?>

  static func connect(to port: Int) async throws -> RawPeer {
    let received = Log<ByteBuffer?>()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Collector(received))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    return RawPeer(channel: channel, received: received)
  }

  /// A peer with an open WebSocket that reads nothing from then on.
  static func neverReading(from port: Int) async throws -> RawPeer {
    let peer = try await connect(to: port)
    try await peer.send(upgradeRequest)
    _ = await peer.read(until: "\r\n\r\n")
    try await peer.channel.setOption(.autoRead, value: false).get()
    return peer
  }

  private init(channel: any Channel, received: Log<ByteBuffer?>) {
    self.channel = channel
    self.received = received
  }

  func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  /// What comes until `mark` has come, or until the end.
  func read(until mark: String? = nil) async -> String {
    var text = ""
    while mark.map({ !text.contains($0) }) ?? true {
      guard let buffer = await received.next() ?? nil else { return text }
      text += String(decoding: buffer.readableBytesView, as: UTF8.self)
    }
    return text
  }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let received: Log<ByteBuffer?>

    init(_ received: Log<ByteBuffer?>) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { received.add(unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) { received.add(nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}

/// A server that answers every connection with the same bytes, and keeps what it was sent.
struct CannedServer {
  let port: Int
  private let channel: any Channel

  init(answer: @escaping @Sendable (String) -> [UInt8]?) async throws {
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Answerer(answer))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = try #require(channel.localAddress?.port)
  }

  func close() async throws { try await channel.close() }

  private final class Answerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let answer: @Sendable (String) -> [UInt8]?
    private var request = ""

    init(_ answer: @escaping @Sendable (String) -> [UInt8]?) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      request += String(decoding: unwrapInboundIn(data).readableBytesView, as: UTF8.self)
      guard request.hasSuffix("\r\n\r\n"), let bytes = answer(request) else { return }
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }
  }
}

/// A client's connection with its events to await.
struct TestClient {
  let handle: WebSocketClient.Handle
  let events = Log<WebSocketClient.Event>()

  init(_ url: String, change: (inout WebSocketClient.Request) -> Void = { _ in }) throws {
    var request = WebSocketClient.Request(url: try WebSocketURL(url))
    change(&request)
    handle = WebSocketClient.connect(request, on: MultiThreadedEventLoopGroup.singleton) { [events] in
      events.add($0)
    }
  }

  func opened() async -> String? {
    await events.next { event in
      guard case .opened(let subprotocol) = event else { return nil }
      return subprotocol ?? ""
    }
  }

  func text() async -> String? {
    await events.next { event in
      guard case .text(let text) = event else { return nil }
      return text
    }
  }

  func binary() async -> [UInt8]? {
    await events.next { event in
      guard case .binary(let bytes) = event else { return nil }
      return bytes
    }
  }

  func roundTrip() async -> Duration? {
    await events.next { event in
      guard case .pong(let roundTrip) = event else { return nil }
      return roundTrip
    }
  }

  func closed() async -> WebSocketConnection.Ending? {
    await events.next { event in
      guard case .closed(let ending) = event else { return nil }
      return ending
    }
  }

  func refused() async -> HTTPRefusal? {
    await events.next { event in
      guard case .refused(let refusal) = event else { return nil }
      return refusal
    }
  }

  func failed() async -> WebSocketClientError? {
    await events.next { event in
      guard case .failed(let error) = event else { return nil }
      return error
    }
  }
}

/// All tests that open sockets, one after another: one of them counts the process's descriptors.
@Suite("On real sockets", .serialized, .timeLimit(.minutes(5))) enum LoopbackTests {}

/// The handshake of a client made by hand.
let upgradeRequest =
  "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
  + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
