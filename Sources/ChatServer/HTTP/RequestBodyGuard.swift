import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Ends a connection whose request's body does not come to an end.
///
/// It stands between HTTP's decoder and the application. A body must be there within a time of its head; what follows
/// a body that was refused for its size is read away up to a bound, so that the client gets to see the refusal.
final class RequestBodyGuard: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  /// A body that was not there in time.
  struct TimedOut: Error {}

  private let timeout: TimeAmount
  private let longestBody: Int
  private var received = 0
  private var deadline: Scheduled<Void>?

  /// - Parameter longestBody: in bytes; four times as much is read away before the connection ends.
  init(timeout: TimeAmount, longestBody: Int) {
    self.timeout = timeout
    self.longestBody = longestBody
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      received = 0
      // Most requests are whole with their head, and set no timer.
      if head.headers.contains(name: "Content-Length") || head.headers.contains(name: "Transfer-Encoding") {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
          context.fireErrorCaught(TimedOut())
        }
      }
    case .body(let bytes):
      received += bytes.readableBytes
      if received / 4 > longestBody {
        context.close(promise: nil)
        return
      }
    case .end: cancel()
    }
    context.fireChannelRead(data)
  }

  func channelInactive(context: ChannelHandlerContext) {
    cancel()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { cancel() }

  private func cancel() {
    deadline?.cancel()
    deadline = nil
  }
}

/// Reads each body before its route is asked, up to the limit.
struct BodyMiddleware: RouterMiddleware {
  /// In bytes.
  let limit: Int

  func handle(
    _ request: Request, context: ChatRequestContext,
    next: (Request, ChatRequestContext) async throws -> Response
  ) async throws -> Response {
    guard request.headers[.contentLength] != nil || request.headers[.transferEncoding] != nil else {
      return try await next(request, context)
    }
    var request = request
    do {
      request.body = RequestBody(buffer: try await request.body.collect(upTo: limit))
    } catch is NIOTooManyBytesError {
      throw APIError(status: .contentTooLarge, detail: "The body may have \(limit) bytes at most")
    } catch is RequestBodyGuard.TimedOut {
      throw APIError(
        status: .requestTimeout, detail: "The body did not come in time", headers: [.connection: "close"])
    }
    return try await next(request, context)
  }
}
