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
  let drain: WebSocketDrain
  let addresses: ClientAddress
  let timeouts: ServerConfiguration.Timeouts
  /// The longest body of a request.
  let bodyBytes: Int
  let socketConfiguration: WebSocketHandler.Configuration

  /// What a socket may make this server hold, and when it is dropped.
  ///
  /// A client that does not take what is pushed to it is dropped with its connection once 256 KiB wait for it, which is
  /// hundreds of messages (one more may be queued, and the kernel holds its own), or once its socket has been full
  /// for 30 s. It costs the others nothing, and loses nothing: it comes back and reads the history. The log has it as
  /// `cause=slowConsumer`. Compression is agreed on with clients that offer it.
  static func socketConfiguration(frameBytes: Int) -> WebSocketHandler.Configuration {
    var configuration = WebSocketHandler.Configuration()
    configuration.connection.maximumMessageSize = frameBytes
    configuration.maximumPendingOutput = 256 << 10
    configuration.stallTimeout = .seconds(30)
    configuration.shutdownFrame = SocketEnding.serverStops.frame
    return configuration
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      let idle = HTTPConnectionStateHandler(idleTimeout: timeouts.idle, logger: logger)
      let body = RequestBodyGuard(timeout: TimeAmount(timeouts.body), longestBody: bodyBytes)
      var upgradeTimeouts = UpgradeTimeouts()
      upgradeTimeouts.request = TimeAmount(timeouts.header)
      try WebSocketUpgradeGate.addHTTPHandlers(
        to: channel, timeouts: upgradeTimeouts, drain: drain, removingOnUpgrade: [body, idle]
      ) { request, _ in
        await decide(request, channel: channel)
      }
      try channel.pipeline.syncOperations.addHandler(body)
      try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
      try channel.pipeline.syncOperations.addHandler(idle)
      return try NIOAsyncChannel(
        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
    }
  }

  func handle(value asyncChannel: Value, logger: Logger) async {
    await handleHTTP(asyncChannel: asyncChannel, logger: logger)
  }

  private func decide(_ request: UpgradeRequest, channel: any Channel) async -> UpgradeDecision {
    guard let route = SocketRoute(path: URI(request.target).path) else {
      return .refuse(HTTPRefusal(status: 404, text: "no such socket"))
    }
    let admission = await door.admit(
      SocketRequest(
        target: request.target, authorization: request.fields.first("Authorization"),
        source: RequestSource(origin: request.fields.first("Origin"), host: request.fields.first("Host")),
        peer: addresses.rateLimitKey(
          peer: channel.remoteAddress, forwardedFor: request.fields.values(of: "X-Forwarded-For"))),
      route: route, channel: channel)
    return .accept(
      UpgradeAcceptance(
        subprotocol: route.subprotocol(offered: request.subprotocols), configuration: configuration(of: route),
        attach: admission.attach))
  }

  /// A stream is sent as much as its client takes, so that a long replay does not make it a slow consumer.
  private func configuration(of route: SocketRoute) -> WebSocketHandler.Configuration {
    var configuration = socketConfiguration
    if route == .operatorStream {
      configuration.sendMarks = WaterMarks(low: 32 << 10, high: 64 << 10)
    }
    return configuration
  }
}
