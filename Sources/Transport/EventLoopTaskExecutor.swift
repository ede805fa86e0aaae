public import NIOCore

/// Runs tasks on an event loop (SE-0417).
///
/// What an event loop brings is then dealt with there: nothing changes threads, and no thread of the concurrency pool
/// wakes for it.
public final class EventLoopTaskExecutor: TaskExecutor {
  private let eventLoop: any EventLoop

  /// Makes an executor of an event loop; to be kept as long as there are tasks on it.
  public init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
