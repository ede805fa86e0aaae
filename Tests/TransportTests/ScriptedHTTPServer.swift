import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on loopback that answers as a test says, and remembers what it was asked.
final class ScriptedHTTPServer: Sendable {
  struct Request: Sendable {
    var method: HTTPMethod
    var uri: String
    var authorization: String?
    var contentType: String?
    var body: String
    /// The client's port: one for each connection.
    var peer: Int?
  }

  enum Reply: Sendable {
    case answer(status: Int, body: String, headers: [(String, String)] = [])
    /// The connection is closed without an answer.
    case hangUp
    /// Nothing ever comes.
    case silence
  }

  private let channel: any Channel

  /// Starts on a free port.
  init(
    group: any EventLoopGroup, reply: @escaping @Sendable (Request) -> Reply
  ) async throws {
    let record = Recorder()
    channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(
            Handler { request in
              record.requests.withLock { $0.append(request) }
              return reply(request)
            })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    recorder = record
  }

  private let recorder: Recorder

  private final class Recorder: Sendable {
    let requests = Mutex<[Request]>([])
  }

  var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }
  var requests: [Request] { recorder.requests.withLock { $0 } }

  func stop() async throws {
    try await channel.close()
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let reply: @Sendable (Request) -> Reply
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()

    init(reply: @escaping @Sendable (Request) -> Reply) {
      self.reply = reply
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        self.head = head
        body.clear()
      case .body(var part): body.writeBuffer(&part)
      case .end:
        guard let head else { return }
        let request = Request(
          method: head.method, uri: head.uri, authorization: head.headers.first(name: "authorization"),
          contentType: head.headers.first(name: "content-type"), body: String(buffer: body),
          peer: context.remoteAddress?.port)
        answer(reply(request), context: context)
      }
    }

    private func answer(_ reply: Reply, context: ChannelHandlerContext) {
      switch reply {
      case .answer(let status, let body, let headers):
        var fields = HTTPHeaders(headers)
        fields.replaceOrAdd(name: "Content-Length", value: "\(body.utf8.count)")
        context.write(
          wrapOutboundOut(
            .head(HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields))),
          promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      case .hangUp: context.close(promise: nil)
      case .silence: break
      }
    }
  }
}
