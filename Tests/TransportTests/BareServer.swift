import NIOCore
import NIOPosix
import Testing
import WebSocket

@testable import Transport

/// A server that speaks nothing but WebSocket: the core's own parser, and no HTTP application behind it.
final class BareServer: Sendable {
  let port: Int
  /// The events of all its connections.
  let events = Log<ServerEvent>()
  let handles = Log<WebSocketHandle>()
  private let channel: any Channel

  init(
    timeouts: UpgradeTimeouts = UpgradeTimeouts(), drain: WebSocketDrain? = nil,
    configuration: WebSocketHandler.Configuration = WebSocketHandler.Configuration(),
    awaiting decide: (@Sendable (UpgradeRequest) async -> UpgradeDecision)? = nil
  ) async throws {
    let (events, handles) = (events, handles)
    let echo = UpgradeAcceptance(configuration: configuration) { handle in
      handles.add(handle)
      return { event in
        if case .text(let text) = event { handle.send(text) }
        events.add(event)
      }
    }
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let handshake =
            if let decide {
              ServerHandshakeHandler(
                timeouts: timeouts, drain: drain,
                awaiting: { request, _ in
                  switch await decide(request) {
                  case .pass: .accept(echo)
                  case let decision: decision
                  }
                })
            } else {
              ServerHandshakeHandler(timeouts: timeouts, drain: drain, decide: { _ in .accept(echo) })
            }
          try channel.pipeline.syncOperations.addHandler(handshake)
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = try #require(channel.localAddress?.port)
  }

  func close() async throws { try await channel.close() }
}

/// "hi" from a client, with a mask of zeros.
let hiFrame: [UInt8] = [0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]
