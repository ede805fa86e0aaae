import Foundation
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing
import WebSocket

@testable import Transport

/// The sockets of this process, by the kernel's numbers for them.
func openSockets() -> Set<String> { Set(OpenSockets.all.values) }

/// Waits until no socket is open but those there were before; says which are after a minute.
func expectNoSockets(but before: Set<String>, sourceLocation: SourceLocation = #_sourceLocation) async throws {
  var left = openSockets().subtracting(before)
  for _ in 0..<6000 where !left.isEmpty {
    try await Task.sleep(for: .milliseconds(10))
    left = openSockets().subtracting(before)
  }
  #expect(left.isEmpty, sourceLocation: sourceLocation)
}

/// A TCP port that takes no connection and refuses none: its queue is full.
final class DeadPort: Sendable {
  let address: SocketAddress
  private let listener: Int32
  private let fillers: [Int32]

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let anyPort = try SocketAddress(ipAddress: "127.0.0.1", port: 0)
    try #require(anyPort.withSockAddr { bind(listener, $0, socklen_t($1)) } == 0)
    try #require(listen(listener, 0) == 0)
    var name = [UInt16](repeating: 0, count: 8)
    var size = socklen_t(16)
    let status = name.withUnsafeMutableBytes {
      getsockname(listener, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
    }
    try #require(status == 0)
    let address = try SocketAddress(ipAddress: "127.0.0.1", port: Int(UInt16(bigEndian: name[1])))
    fillers = (0..<4).map { _ in
      let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
      _ = address.withSockAddr { connect(filler, $0, socklen_t($1)) }
      return filler
    }
    (self.listener, self.address) = (listener, address)
  }

  deinit { for descriptor in fillers + [listener] { close(descriptor) } }
}

/// Knows addresses that no DNS has.
struct FixedResolver: Resolver, Sendable {
  var v4: [SocketAddress] = []
  var v6: [SocketAddress] = []
  var delay: TimeAmount = .zero

  func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { answer(v4) }

  func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> { answer(v6) }

  func cancelQueries() {}

  private func answer(_ addresses: [SocketAddress]) -> EventLoopFuture<[SocketAddress]> {
    MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: delay) { addresses }.futureResult
  }
}

/// A server that completes the opening handshake and then neither reads nor says anything.
final class SilentServer: Sendable {
  let port: Int
  private let listener: any Channel
  private let box = ChannelBox()

  init(tls: NIOSSLContext? = nil) async throws {
    let box = box
    listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        box.channels.withLock { $0.append(channel) }
        return channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(Greeter())
        }
      }
      .bind(host: "localhost", port: 0).get()
    port = try #require(listener.localAddress?.port)
  }

  private final class ChannelBox: Sendable {
    let channels = Mutex<[any Channel]>([])
  }

  /// Reads again, and so finds those connections that have ended.
  func resumeReading() {
    for channel in box.channels.withLock({ $0 }) { _ = channel.setOption(.autoRead, value: true) }
  }

  func close() async throws { try await listener.close() }

  private final class Greeter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private var request: [UInt8] = []
    private var hasAnswered = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      request += unwrapInboundIn(data).readableBytesView
      // A ping may come before the reading has stopped.
      guard !hasAnswered, let answer = acceptance(of: request) else { return }
      hasAnswered = true
      let channel = context.channel
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer))).whenComplete { _ in
        _ = channel.setOption(.autoRead, value: false)
      }
    }
  }
}

/// The 101 for a client's request; nil before the request is whole.
func acceptance(of request: [UInt8]) -> [UInt8]? {
  var handshake = ServerHandshake()
  var offset = 0
  return (try? handshake.receive(request.span.bytes, from: &offset))?.acceptance()
}

/// An echo server on a Unix socket.
func unixSocketServer(_ path: String) async throws -> any Channel {
  try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        let acceptance = UpgradeAcceptance { handle in
          { event in if case .text(let text) = event { handle.send(text) } }
        }
        try channel.pipeline.syncOperations.addHandler(ServerHandshakeHandler { _ in .accept(acceptance) })
      }
    }
    .bind(unixDomainSocketPath: path).get()
}

extension TestAuthority {
  /// A server that shows a certificate of the authority, or the one given.
  static func serverContext(_ certificate: String = server, key: String = serverKey, requiringClient: Bool = false)
    throws -> NIOSSLContext
  {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: [.certificate(try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem))],
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
    if requiringClient {
      configuration.certificateVerification = .noHostnameVerification
      configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(self.certificate.utf8)))
    }
    return try NIOSSLContext(configuration: configuration)
  }

  /// A client that trusts the authority and nobody else.
  static func clientTLS() throws -> ClientTLS {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)))
    return try ClientTLS(configuration)
  }
}
