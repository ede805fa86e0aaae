import NIOCore
import NIOPosix
import Synchronization

/// A wire between the console and the server that a test can cut: what is in flight is lost, and nobody gets through
/// until it is mended.
final class Relay: Sendable {
  private let target: Int
  private let group = MultiThreadedEventLoopGroup.singleton
  private let wires = Mutex<[any Channel]>([])
  private let listener = Mutex<(any Channel)?>(nil)
  let port: Int

  /// Relays a port of the loopback of its own to another.
  init(to target: Int) async throws {
    self.target = target
    port = try RealServer.freePort()
    try await mend()
  }

  deinit {
    try? listener.withLock { $0?.close(mode: .all) }?.wait()
    for wire in wires.withLock({ $0 }) { wire.close(promise: nil) }
  }

  var url: String { "http://127.0.0.1:\(port)" }

  /// Cuts every wire, and lets nobody in.
  func cut() async throws {
    let channel = listener.withLock { listener in
      defer { listener = nil }
      return listener
    }
    try await channel?.close()
    let cut = wires.withLock { wires in
      defer { wires = [] }
      return wires
    }
    for wire in cut { wire.close(promise: nil) }
  }

  /// Lets everybody in again.
  func mend() async throws {
    let channel = try await Relay.bootstrap(group: group, target: target) { [weak self] channel in
      self?.wires.withLock { $0.append(channel) }
    }.bind(host: "127.0.0.1", port: port).get()
    listener.withLock { $0 = channel }
  }

  private static func bootstrap(
    group: MultiThreadedEventLoopGroup, target: Int, register: @escaping @Sendable (any Channel) -> Void
  ) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.autoRead, value: false)
      .childChannelInitializer { near in
        register(near)
        return ClientBootstrap(group: near.eventLoop)
          .connect(host: "127.0.0.1", port: target)
          .flatMap { far in
            do {
              try far.pipeline.syncOperations.addHandler(Pipe(to: near))
              try near.pipeline.syncOperations.addHandler(Pipe(to: far))
            } catch {
              return near.eventLoop.makeFailedFuture(error)
            }
            return near.setOption(.autoRead, value: true)
          }
      }
  }

  /// One direction: what comes in here goes out there.
  private final class Pipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(to other: any Channel) {
      self.other = other
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      other.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
      other.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }
}
