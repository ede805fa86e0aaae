import NIOCore
import NIOPosix

/// Does what has to do with the disk, in order, on a thread of its own: a slow disk must not hold a key.
final class DiskQueue: Sendable {
  private let thread = NIOThreadPool(numberOfThreads: 1)
  private let eventLoop: any EventLoop

  /// - Parameter group: Lends the event loop that the end is waited for on.
  init(group: any EventLoopGroup) {
    eventLoop = group.next()
    thread.start()
  }

  /// Does it later.
  func run(_ job: @escaping @Sendable () -> Void) {
    thread.submit { _ in job() }
  }

  /// Waits until everything asked for so far is done. Not on an event loop.
  func flush() {
    // It fails only after the thread was shut down, which nobody does.
    try? thread.runIfActive(eventLoop: eventLoop) {}.wait()
  }

  /// Does what is left and ends the thread.
  func shutDown() {
    flush()
    try? thread.syncShutdownGracefully()
  }
}
