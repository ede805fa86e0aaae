import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An OpenAI-compatible endpoint on loopback that does as it is told: each request is met with the next script, the
/// last script with all that follow.
final class FakeModelServer: Sendable {
  /// One thing that it does about a request, in order.
  enum Step: Sendable {
    /// The head of an answer.
    case head(Int, [String: String] = ["Content-Type": "text/event-stream"])
    /// Bytes of the body, as they are.
    case bytes(String)
    /// A piece of an answer in a stream.
    case piece(String)
    /// The end of a stream, and of the answer.
    case done
    /// The end of the answer.
    case end
    /// Nothing any more, with the connection open.
    case stall
    /// Nothing for a time.
    case pause(Duration)
    /// The connection is cut.
    case hangUp
    /// A line without an end, for as long as anybody listens.
    case flood
  }

  /// A whole answer.
  static func answer(_ text: String) -> [Step] { [.head(200), .piece(text), .done] }

  /// What happened, in order.
  enum Event: Sendable, Hashable {
    case asked
    /// The connection ended before the answer did.
    case gone
  }

  /// What a client sent.
  struct Asked: Sendable {
    let path: String
    let authorization: String?
    let body: [UInt8]

    /// The roles and contents of the messages behind the system prompt.
    var turns: [String] {
      guard let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any],
        let messages = object["messages"] as? [[String: String]]
      else { return ["unreadable"] }
      return messages.dropFirst().map { "\($0["role"] ?? "?"): \($0["content"] ?? "?")" }
    }
  }

  private struct State {
    var scripts: [[Step]]
    var asked: [Asked] = []
  }

  private let state: Mutex<State>
  private let channel = Mutex<(any Channel)?>(nil)
  /// What happens, as it happens.
  let events: AsyncStream<Event>
  private let happened: AsyncStream<Event>.Continuation

  private init(scripts: [[Step]]) {
    state = Mutex(State(scripts: scripts))
    (events, happened) = AsyncStream.makeStream()
  }

  /// Starts one, runs the body with it, and stops it.
  static func run(
    _ scripts: [Step]..., body: @Sendable @escaping (FakeModelServer) async throws -> Void
  ) async throws {
    let server = FakeModelServer(scripts: scripts)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(server: server))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    server.channel.withLock { $0 = channel }
    do {
      try await body(server)
    } catch {
      try? await channel.close()
      throw error
    }
    try await channel.close()
  }

  var baseURL: String { "http://127.0.0.1:\(channel.withLock { $0?.localAddress?.port } ?? 0)/v1" }

  /// What clients sent so far.
  var asked: [Asked] { state.withLock(\.asked) }

  private func take(_ asked: Asked) -> [Step] {
    let steps = state.withLock { state in
      state.asked.append(asked)
      return state.scripts.count > 1 ? state.scripts.removeFirst() : state.scripts.first ?? [.hangUp]
    }
    happened.yield(.asked)
    return steps
  }

  /// One connection. It lives on its event loop and is called there only.
  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: FakeModelServer
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isAnswering = false

    init(server: FakeModelServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): (self.head, body) = (head, [])
      case .body(let bytes): body += bytes.readableBytesView
      case .end:
        guard let head else { return }
        isAnswering = true
        let asked = Asked(path: head.uri, authorization: head.headers.first(name: "Authorization"), body: body)
        play(server.take(asked)[...], context)
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      if isAnswering { server.happened.yield(.gone) }
      context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func play(_ steps: ArraySlice<Step>, _ context: ChannelHandlerContext) {
      guard let step = steps.first, context.channel.isActive else { return }
      let rest = steps.dropFirst()
      switch step {
      case .head(let status, let fields):
        let head = HTTPResponseHead(
          version: .http1_1, status: .init(statusCode: status), headers: HTTPHeaders(fields.map { ($0.key, $0.value) }))
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
      case .bytes(let text):
        write(text, context)
      case .piece(let text):
        let json = try? JSONSerialization.data(withJSONObject: ["choices": [["delta": ["content": text]]]])
        write("data: \(String(decoding: json ?? Data(), as: UTF8.self))\n\n", context)
      case .done:
        write("data: [DONE]\n\n", context)
        end(context)
      case .end:
        end(context)
      case .stall:
        return
      case .pause(let time):
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: TimeAmount(time)) { bound.value.0.play(rest, bound.value.1) }
        return
      case .hangUp:
        isAnswering = false
        context.close(promise: nil)
        return
      case .flood:
        write(String(repeating: "x", count: 4096), context)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .microseconds(200)) { bound.value.0.play(steps, bound.value.1) }
        return
      }
      play(rest, context)
    }

    private func end(_ context: ChannelHandlerContext) {
      isAnswering = false
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
      context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
    }
  }
}
