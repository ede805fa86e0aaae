import ArgumentParser
import NIOCore
import NIOPosix
import Transport
import WebSocket

/// An echo server: any path, no subprotocol, compression as the client offers it, each message straight back.
struct ServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "server", abstract: "Echo every message until killed.")

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen on; 0 lets the system choose.")
  var port: Int

  @Option(help: "The longest message to take, in bytes.")
  var limit = 64 << 20

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("a port is a number from 0 to 65535") }
  }

  func run() async throws {
    var configuration = WebSocketHandler.Configuration()
    configuration.connection = .testee(limit: limit)
    configuration.maximumPendingOutput = limit
    let acceptance = UpgradeAcceptance(configuration: configuration) { handle in
      { event in
        switch event {
        case .text(let text): handle.send(text)
        case .binary(let bytes): handle.send(binary: bytes)
        case .ping, .pong, .closeReceived, .ended: break
        }
      }
    }
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handshake = ServerHandshakeHandler { _ in .accept(acceptance) }
          try channel.pipeline.syncOperations.addHandler(handshake)
        }
      }
      .bind(host: host, port: port).get()
    StandardStream.output.write("listening on ws://\(host):\(channel.localAddress?.port ?? port)\n")
    try await channel.closeFuture.get()
  }
}
