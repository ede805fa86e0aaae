import NIOCore
import NIOPosix
import NIOSSL
import Testing
import Transport
import WebSocket

/// Our server on a free port, in one of the two ways it can be set up.
struct OurServer: Sendable {
  enum Kind: Sendable {
    /// It speaks nothing but WebSocket.
    case webSocketsOnly
    /// A gate in front of an HTTP application, as in Hummingbird.
    case gate
  }

  let port: Int
  let connections = Inbox<OurEnd>()
  private let channel: any Channel

  init(_ kind: Kind, _ settings: Settings) async throws {
    let connections = connections
    let decide: @Sendable (UpgradeRequest) -> UpgradeDecision = { request in
      if let status = settings.refusal {
        return .refuse(
          HTTPRefusal(status: status, fields: HeaderFields([("X-Reason", "expired")]), text: "not you"))
      }
      let subprotocol = request.subprotocols.first { settings.subprotocols.contains($0) }
      return .accept(
        UpgradeAcceptance(subprotocol: subprotocol, configuration: settings.configuration) { handle in
          let (end, listener) = OurEnd.server(handle)
          connections.add(end)
          return listener
        })
    }
    let tls = settings.isSecure ? try OurServer.tls() : nil
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
          switch kind {
          case .webSocketsOnly: try pipeline.addHandler(ServerHandshakeHandler(decide: decide))
          case .gate: try WebSocketUpgradeGate.addHTTPHandlers(to: channel) { request, _ in decide(request) }
          }
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = try #require(channel.localAddress?.port)
  }

  func close() async throws { try await channel.close() }

  private static func tls() throws -> NIOSSLContext {
    let chain = try NIOSSLCertificate.fromPEMFile(Peer.certificate).map { NIOSSLCertificateSource.certificate($0) }
    let key = try NIOSSLPrivateKey(file: Peer.key, format: .pem)
    return try NIOSSLContext(
      configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key)))
  }
}
