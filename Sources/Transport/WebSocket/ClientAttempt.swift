import NIOCore
import NIOPosix
import NIOSSL
import WebSocket

/// One connection from the wish to its end; lives on its event loop. Sees to it that exactly one terminal event comes.
final class ClientAttempt {
  private enum State {
    case connecting
    case handshaking(any Channel)
    case open(WebSocketHandle)
    case over
  }

  private let request: WebSocketClient.Request
  private let eventLoop: any EventLoop
  private var listener: WebSocketClient.Listener?
  private var state = State.connecting

  init(_ request: WebSocketClient.Request, eventLoop: any EventLoop) {
    self.request = request
    self.eventLoop = eventLoop
  }

  func start(_ listener: @escaping WebSocketClient.Listener) {
    self.listener = listener
    // A handle may be closed before its attempt has begun.
    guard case .connecting = state else { return finish(.failed(.cancelled)) }
    do {
      let handshake = try makeHandshake()
      let tls = try request.url.isSecure ? (request.tls ?? ClientTLS.system.get()) : nil
      let box = NIOLoopBound(self, eventLoop: eventLoop)
      ClientBootstrap(group: eventLoop)
        .connectTimeout(request.connectTimeout)
        .channelOption(.socketOption(.tcp_nodelay), value: 1)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try box.value.initialize(channel, handshake: handshake, tls: tls)
          }
        }
        .connect(host: request.url.host, port: request.url.port)
        .assumeIsolated()
        .whenComplete { [self] in connected($0) }
    } catch {
      finish(.failed(WebSocketClientError(error, url: request.url)))
    }
  }

  private func makeHandshake() throws -> ClientHandshake {
    var generator = SystemRandomNumberGenerator()
    return try ClientHandshake(
      .init(
        authority: request.url.authority, target: request.url.target, fields: request.fields,
        subprotocols: request.subprotocols, deflate: request.configuration.connection.deflate),
      using: &generator)
  }

  private func initialize(_ channel: any Channel, handshake: ClientHandshake, tls: ClientTLS?) throws {
    let pipeline = channel.pipeline.syncOperations
    if let tls {
      let host = request.url.host
      // An address is checked against the certificate by NIOSSL itself; as a server name it would be an error.
      let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
      try pipeline.addHandler(NIOSSLClientHandler(context: tls.context, serverHostname: isAddress ? nil : host))
    }
    try pipeline.addHandler(ClientHandshakeHandler(handshake, timeout: request.handshakeTimeout, attempt: self))
  }

  private func connected(_ result: Result<any Channel, any Error>) {
    switch (result, state) {
    case (.success(let channel), .connecting): state = .handshaking(channel)
    case (.success(let channel), .over): channel.close(promise: nil)
    case (.success, _): break
    case (.failure(let error), _): finish(.failed(WebSocketClientError(error, url: request.url)))
    }
  }

  // MARK: From the handshake

  /// The handler that takes over, once the server has accepted.
  func accepted(subprotocol: String?, deflate: PermessageDeflate?) -> WebSocketHandler? {
    if case .over = state { return nil }
    let box = NIOLoopBound(self, eventLoop: eventLoop)
    return WebSocketHandler(role: .client, configuration: request.configuration, deflate: deflate) { handle in
      box.value.state = .open(handle)
      box.value.listener?(.opened(subprotocol: subprotocol))
      return { event in box.value.receive(event) }
    }
  }

  func refused(_ refusal: HTTPRefusal) { finish(.refused(refusal)) }

  func failed(_ error: any Error) { finish(.failed(WebSocketClientError(error, url: request.url))) }

  func handshakeTimedOut() { finish(.failed(.handshakeTimedOut(host: request.url.host))) }

  // MARK: The open connection

  private func receive(_ event: WebSocketConnection.Event) {
    switch event {
    case .text(let message): listener?(.text(message.string))
    case .binary(let bytes): listener?(.binary(bytes))
    case .pong(let roundTrip): listener?(.pong(roundTrip: roundTrip))
    case .ping, .closeReceived: break
    case .ended(let ending): finish(.closed(ending))
    }
  }

  func perform(_ command: WebSocketHandle.Command) {
    switch (state, command) {
    case (.open(let handle), _): handle.perform(command)
    case (.connecting, .close), (.connecting, .abort), (.handshaking, .close), (.handshaking, .abort):
      finish(.failed(.cancelled))
    default: break
    }
  }

  /// The terminal event goes out once, and the listener, which may hold the handle, goes with it.
  private func finish(_ event: WebSocketClient.Event) {
    if case .handshaking(let channel) = state { channel.close(promise: nil) }
    state = .over
    let listener = listener
    self.listener = nil
    listener?(event)
  }
}
