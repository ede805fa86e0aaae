import HTTPTypes
import Hummingbird
import NIOCore
import Transport

/// The executors of a group's event loops.
///
/// A request comes in and goes out on its connection's event loop. Handled there as well, it changes threads for the
/// commit alone; otherwise each part of it goes to the concurrency pool and back, which costs more than the handling.
struct EventLoopExecutors: Sendable {
  private let executors: [ObjectIdentifier: EventLoopTaskExecutor]

  init(_ group: any EventLoopGroup) {
    executors = Dictionary(
      group.makeIterator().map { (ObjectIdentifier($0), EventLoopTaskExecutor($0)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Nil for an event loop of another group.
  subscript(_ eventLoop: any EventLoop) -> EventLoopTaskExecutor? { executors[ObjectIdentifier(eventLoop)] }
}

/// Takes what only reads off its connection's event loop: a long history takes its time to be encoded, and on an event
/// loop all its sockets would wait for that.
struct ReadingApart: RouterMiddleware {
  func handle(
    _ request: Request, context: ChatRequestContext,
    next: (Request, ChatRequestContext) async throws -> Response
  ) async throws -> Response {
    guard request.method == .get || request.method == .head else { return try await next(request, context) }
    return try await withTaskExecutorPreference(globalConcurrentExecutor) {
      try await next(request, context)
    }
  }
}
