import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import ChatServer

@Suite struct EventLoopExecutorsTests {
  @Test func aTaskStaysOnItsEventLoop() async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let executors = EventLoopExecutors(group)
    for eventLoop in group.makeIterator() {
      let executor = try #require(executors[eventLoop])
      try await withTaskExecutorPreference(executor) {
        #expect(await Self.isOn(eventLoop))
        // What waits elsewhere comes back.
        try await eventLoop.next().scheduleTask(in: .milliseconds(1)) {}.futureResult.get()
        try await NIOThreadPool.singleton.runIfActive {}
        #expect(await Self.isOn(eventLoop))
        await withTaskGroup(of: Bool.self) { tasks in
          for _ in 0..<10 { tasks.addTask { await Self.isOn(eventLoop) } }
          for await isOn in tasks { #expect(isOn) }
        }
      }
    }
  }

  @Test func anEventLoopOfAnotherGroupHasNone() async throws {
    let other = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    #expect(EventLoopExecutors(MultiThreadedEventLoopGroup.singleton)[other.next()] == nil)
    try await other.shutdownGracefully()
  }

  /// What may take long must not hold up the sockets of an event loop.
  @Test(arguments: [
    (HTTPRequest.Method.get, false), (.head, false), (.post, true),
  ]) func readsAreTakenOffTheEventLoop(method: HTTPRequest.Method, stays: Bool) async throws {
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    let executor = try #require(EventLoopExecutors(MultiThreadedEventLoopGroup.singleton)[eventLoop])
    let request = Request(
      head: HTTPRequest(method: method, scheme: "http", authority: "localhost", path: "/"),
      body: RequestBody(buffer: ByteBuffer()))
    let context = ChatRequestContext(
      source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test")))
    try await withTaskExecutorPreference(executor) {
      _ = try await ReadingApart().handle(request, context: context) { _, _ in
        #expect(await Self.isOn(eventLoop) == stays)
        return Response(status: .ok)
      }
    }
  }

  private static func isOn(_ eventLoop: any EventLoop) async -> Bool { eventLoop.inEventLoop }
}
