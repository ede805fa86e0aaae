import HTTPTypes
import Hummingbird
import NIOCore

/// Runs tasks on an event loop (SE-0417).
///
/// A request comes in and goes out on its connection's event loop. Handled there as well, it changes threads for the
/// commit alone; otherwise each part of it goes to the concurrency pool and back, which costs more than the handling.
final class EventLoopExecutor: TaskExecutor {
  private let eventLoop: any EventLoop

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// The executors of a group's event loops.
struct EventLoopExecutors: Sendable {
  private let executors: [ObjectIdentifier: EventLoopExecutor]

  init(_ group: any EventLoopGroup) {
    executors = Dictionary(
      group.makeIterator().map { (ObjectIdentifier($0), EventLoopExecutor($0)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Nil for an event loop of another group.
  subscript(_ eventLoop: any EventLoop) -> EventLoopExecutor? { executors[ObjectIdentifier(eventLoop)] }
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
