import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Transport
import WebSocket

/// One accepted connection: HTTP/1.1 for Hummingbird, until it asks to become one of our sockets.
struct ChatChannel: ServerChildChannel, HTTPChannelHandler {
  typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

  let responder: HTTPChannelHandler.Responder
  let door: SocketDoor

  /// A connection without a request for this long is closed.
  private static let idleTimeout = Duration.seconds(60)

  /// Larger than any header this server has a use for; the decoder's own limit is 80 KiB.
  private static let decoderLimits: NIOHTTPDecoderLimitConfiguration = {
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderListSize = 16 * 1024
    limits.maxHeaderFieldSize = 8 * 1024
    return limits
  }()

  private static let socketConfiguration: WebSocketHandler.Configuration = {
    var configuration = WebSocketHandler.Configuration()
    // Clients say `__pong__` and that they type; a stranger has no use for more.
    configuration.connection.maximumMessageSize = 16 * 1024
    // A whole history's worth of the longest messages: who is further behind is quicker served by reading it anew.
    configuration.maximumPendingOutput = 1 << 20
    configuration.shutdownFrame = SocketEnding.serverStops.frame
    return configuration
  }()

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let idle = HTTPConnectionStateHandler(idleTimeout: Self.idleTimeout, logger: logger)
      try WebSocketUpgradeGate.addHTTPHandlers(to: channel, limits: Self.decoderLimits, removingOnUpgrade: [idle]) {
        [door] request, _ in
        await Self.decide(request, door: door, channel: channel)
      }
      try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
      try channel.pipeline.syncOperations.addHandler(idle)
      return try NIOAsyncChannel(
        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
    }
  }

  func handle(value asyncChannel: Value, logger: Logger) async {
    await handleHTTP(asyncChannel: asyncChannel, logger: logger)
  }

  private static func decide(
    _ request: UpgradeRequest, door: SocketDoor, channel: any Channel
  ) async -> UpgradeDecision {
    guard let route = SocketRoute(path: URI(request.target).path) else {
      return .refuse(HTTPRefusal(status: 404, text: "no such socket"))
    }
    let admission = await door.admit(
      SocketRequest(
        target: request.target, authorization: request.fields.first("Authorization"),
        origin: request.fields.first("Origin")),
      route: route, channel: channel)
    return .accept(UpgradeAcceptance(configuration: socketConfiguration, attach: admission.attach))
  }
}
