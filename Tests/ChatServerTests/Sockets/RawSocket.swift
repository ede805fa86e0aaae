import NIOCore
import NIOPosix

/// A TCP connection that says whatever bytes a test wants, and reads only while the test wants it to.
final class RawSocket: Sendable {
  private let channel: any Channel
  private let received: AsyncStream<[UInt8]>

  /// - Parameter receiveBuffer: the kernel's, in bytes, for a peer that is to be slow.
  static func connect(to port: Int, receiveBuffer: Int? = nil) async throws -> RawSocket {
    let (received, sink) = AsyncStream.makeStream(of: [UInt8].self)
    var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Collector(sink)) }
      }
    if let receiveBuffer {
      bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: receiveBuffer)
    }
    let channel = try await bootstrap.connect(host: "127.0.0.1", port: port).get()
    return RawSocket(channel, received)
  }

  private init(_ channel: any Channel, _ received: AsyncStream<[UInt8]>) {
    self.channel = channel
    self.received = received
  }

  func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  /// What comes until it ends with these bytes, or until the connection does.
  func read(until mark: [UInt8]? = nil) async -> [UInt8] {
    var bytes: [UInt8] = []
    for await part in received {
      bytes += part
      if let mark, bytes.suffix(mark.count) == mark[...] { break }
    }
    return bytes
  }

  /// The head of the answer to a request, or all up to the connection's end.
  func readHead() async -> String { String(decoding: await read(until: Array("\r\n\r\n".utf8)), as: UTF8.self) }

  /// The answer to a request, or nil if the connection ends before it is whole. Its body must have a `Content-Length`.
  func readAnswer() async -> (status: Int, body: [UInt8])? {
    var bytes: [UInt8] = []
    for await part in received {
      bytes += part
      guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { continue }
      let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
      let length = lines.first { $0.lowercased().hasPrefix("content-length:") }?.split(separator: " ").last
      guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
        let length = length.flatMap({ Int($0) })
      else { return nil }
      if bytes.count >= end + length { return (status, Array(bytes[end...])) }
    }
    return nil
  }

  func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

  func close() async throws { try await channel.close() }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let sink: AsyncStream<[UInt8]>.Continuation

    init(_ sink: AsyncStream<[UInt8]>.Continuation) { self.sink = sink }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      sink.yield(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) { sink.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}

/// A client's request to open a socket, as bytes.
func socketRequest(_ target: String) -> String {
  "GET \(target) HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
}

/// A client's frame of up to 125 bytes, with a mask of zeros.
func clientFrame(_ opcode: UInt8, _ payload: [UInt8]) -> [UInt8] {
  [0x80 | opcode, 0x80 | UInt8(payload.count), 0, 0, 0, 0] + payload
}
