import ChatProtocol
import Logging
import NIOCore
import NIOPosix
import Transport

/// What a program reaches its server by: the API, what sockets are opened with, and the thread of both.
struct ServerAccess: Sendable {
  let api: ChatAPI
  let network: ClientNetwork
  /// One thread for all sockets and calls: an operator's programs have little of either.
  let group: MultiThreadedEventLoopGroup
  /// Whether the server is to take the operator for being there.
  let isPresent: Bool
  /// Hears what becomes of sockets and calls; nil where whoever asked says it.
  let logger: Logger?
  private let executor: EventLoopTaskExecutor

  /// - Parameters:
  ///   - keeper: Where other programs share the tokens; nil if nobody does.
  ///   - group: A group of one thread.
  init(
    _ server: ServerAddress, tokens: AccountTokens, network: ClientNetwork, group: MultiThreadedEventLoopGroup,
    keeper: SessionKeeper?, isPresent: Bool, logger: Logger? = nil
  ) {
    self.network = network
    self.group = group
    self.isPresent = isPresent
    self.logger = logger
    executor = EventLoopTaskExecutor(group.next())
    api = ChatAPI(server: server, tokens: tokens, network: network, group: group, keeper: keeper, isPresent: isPresent)
  }

  /// Makes a call of the API, away from the caller's thread; a failure is logged, by the route's name only.
  func call<Value: Sendable>(
    _ name: String, _ body: @escaping @Sendable (ChatAPI) async throws(APIFailure) -> Value,
    then: @escaping @Sendable (Result<Value, APIFailure>) -> Void
  ) {
    Task.detached(executorPreference: executor) { [api, logger] in
      do throws(APIFailure) {
        then(.success(try await body(api)))
      } catch {
        logger?.warning("\(name): \(error.description)")
        then(.failure(error))
      }
    }
  }
}

extension EventLoop {
  /// Waits. In place of `Task.sleep`, whose timer starts threads that look at each other once a second from then on.
  func sleep(for delay: Duration) async throws {
    let timer = scheduleTask(in: TimeAmount(delay)) {}
    try await withTaskCancellationHandler {
      try await timer.futureResult.get()
    } onCancel: {
      timer.cancel()
    }
  }
}
