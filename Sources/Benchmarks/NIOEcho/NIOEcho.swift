import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// `nio-echo PORT`: an echo server on SwiftNIO's own NIOWebSocket, for `make bench-websocket` to measure beside ours.
///
/// As fast as its documentation allows: one event loop, handlers and no async channels, one flush a read. Frames go
/// back one for one, fragments too, which spares it the aggregator. It has no permessage-deflate to offer.
@main
enum NIOEcho {
  /// As much as the benchmark's greatest message needs; the decoder's own default is 16 KiB.
  private static let maximumFrameSize = 64 << 20

  static func main() async throws {
    guard CommandLine.arguments.count == 2, let port = UInt16(CommandLine.arguments[1]) else {
      print("usage: nio-echo PORT")
      return
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: maximumFrameSize,
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
            upgradePipelineHandler: { channel, _ in
              channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(EchoHandler())
              }
            })
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
        }
      }
      .bind(host: "127.0.0.1", port: Int(port)).get()
    try await channel.closeFuture.get()
  }
}
