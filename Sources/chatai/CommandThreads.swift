import NIOCore
import NIOPosix
import Transport

/// The threads of a command without a screen: one for sockets and calls, and one for the command itself, which may have
/// to wait for whoever reads what it prints. The server's heartbeat is answered meanwhile.
///
/// Neither is of the concurrency pool: its threads look at each other once a second as long as the program lives, and
/// some commands live for days.
enum CommandThreads {
  /// Does something on them, and waits for it.
  ///
  /// - Parameter body: What is to be done; it is given the threads for sockets and calls.
  static func run<Value: Sendable>(
    _ body: @escaping @Sendable (MultiThreadedEventLoopGroup) async throws -> Value
  ) throws -> Value {
    let network = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let own = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    // By then nothing runs on them any more; an error could only say so.
    defer {
      try? network.syncShutdownGracefully()
      try? own.syncShutdownGracefully()
    }
    let outcome = own.next().makePromise(of: Value.self)
    let executor = EventLoopTaskExecutor(own.next())
    Task.detached(executorPreference: executor) {
      do {
        outcome.succeed(try await body(network))
      } catch {
        outcome.fail(error)
      }
    }
    return try withExtendedLifetime(executor) { try outcome.futureResult.wait() }
  }
}
