import NIOCore
import NIOSSL
import WebSocket

/// One connection from the wish to its end, over all redirects; lives on its event loop. Sees to it that exactly one
/// terminal event comes, and that no socket is left behind it.
final class ClientAttempt {
  private enum State {
    /// The sockets that may become the connection: happy eyeballs has several.
    case connecting([any Channel])
    case handshaking(any Channel)
    case open(WebSocketHandle)
    case over
  }

  private var request: WebSocketClient.Request
  private let eventLoop: any EventLoop
  private var listener: WebSocketClient.Listener?
  private var state = State.connecting([])
  private var route = ClientRoute.direct(host: "", port: 0)
  /// Whether the proxy has let us through, so that whatever goes wrong is the server's.
  private var isBehindProxy = false
  /// The addresses asked so far; the last is the one that is being asked.
  private var path: [WebSocketURL] = []
  private var tlsHandler: NIOSSLClientHandler?
  private var timer: Scheduled<Void>?
  private var idleClock: IdleClock?

  init(_ request: WebSocketClient.Request, eventLoop: any EventLoop) {
    self.request = request
    self.eventLoop = eventLoop
  }

  func start(_ listener: @escaping WebSocketClient.Listener) {
    self.listener = listener
    // A handle may be closed before its attempt has begun.
    guard case .connecting = state else { return finish(.failed(.cancelled)) }
    connect()
  }

  // MARK: Connecting

  private func connect() {
    route = ClientRoute(request)
    path.append(request.url)
    do {
      let handshake = try makeHandshake()
      let note = NIOLoopBound({ [self] in try connecting($0) }, eventLoop: eventLoop)
      route.connect(on: eventLoop, timeout: request.connectTimeout, resolver: request.resolver, onChannel: note)
        .assumeIsolated()
        .whenComplete { [self] in connected($0, handshake) }
    } catch {
      fail(error)
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

  private func connecting(_ channel: any Channel) throws {
    guard case .connecting(let channels) = state else { throw WebSocketClientError.cancelled }
    state = .connecting(channels + [channel])
  }

  private func connected(_ result: Result<any Channel, any Error>, _ handshake: ClientHandshake) {
    switch (result, state) {
    case (.success(let channel), .connecting):
      state = .handshaking(channel)
      timer = eventLoop.assumeIsolated().scheduleTask(in: request.handshakeTimeout) { [self] in
        finish(.failed(.handshakeTimedOut(host: request.url.host)))
      }
      do {
        try channel.pipeline.syncOperations.addHandlers([ConnectionDropper()] + handlers(for: handshake))
      } catch {
        fail(error)
      }
    case (.success(let channel), _): channel.close(promise: nil)
    case (.failure(let error), .connecting): fail(error)
    case (.failure, _): break
    }
  }

  /// The handlers of a fresh connection: those for the proxy first, if there is one.
  private func handlers(for handshake: ClientHandshake) throws -> [any ChannelHandler] {
    guard case .proxy(let proxy) = route else { return try serverHandlers(for: handshake) }
    let connect = try ConnectHandshake(
      host: request.url.host, port: request.url.port, credentials: proxy.credentials)
    let opening = OpeningHandler(connect) { [self] result in
      switch result {
      case .success(.established):
        isBehindProxy = true
        tlsHandler = nil
        return try serverHandlers(for: handshake)
      case .success(.refused(let refusal)): finish(.failed(.proxyRefused(proxy: proxy.name, refusal)))
      case .failure(let error): fail(error)
      }
      return []
    }
    // The certificate for the server is none of the proxy's business.
    guard proxy.isSecure else { return [opening] }
    let handler = try tls().withoutIdentity().makeHandler(host: proxy.host)
    tlsHandler = handler
    return [handler, opening]
  }

  private func serverHandlers(for handshake: ClientHandshake) throws -> [any ChannelHandler] {
    let opening = OpeningHandler(handshake) { [self] result in
      switch result {
      case .success(.accepted(let subprotocol, let deflate, _)):
        tellAnswer(isCompressed: deflate != nil)
        return [accepted(subprotocol: subprotocol, deflate: deflate)].compactMap { $0 }
      case .success(.refused(let refusal)):
        tellAnswer(isCompressed: false)
        refused(refusal)
      case .failure(let error): fail(error)
      }
      return []
    }
    guard request.url.isSecure else { return [opening] }
    let handler = try tls().makeHandler(host: request.url.host)
    tlsHandler = handler
    return [handler, opening]
  }

  private func tls() throws -> ClientTLS { try request.tls ?? ClientTLS.system.get() }

  // MARK: The answer

  private func tellAnswer(isCompressed: Bool) {
    guard let onDetail = request.onDetail else { return }
    onDetail(.answered(tlsHandler?.peerCertificate.flatMap(PeerCertificate.init), isCompressed: isCompressed))
  }

  /// The handler that takes over.
  private func accepted(subprotocol: String?, deflate: PermessageDeflate?) -> WebSocketHandler? {
    if case .over = state { return nil }
    timer?.cancel()
    tlsHandler = nil
    let box = NIOLoopBound(self, eventLoop: eventLoop)
    return WebSocketHandler(role: .client, configuration: request.configuration, deflate: deflate) { handle in
      box.value.opened(handle, subprotocol: subprotocol)
      return { event in box.value.receive(event) }
    }
  }

  private func refused(_ refusal: HTTPRefusal) {
    switch request.redirects.step(refusal, path: path) {
    case .deliver: finish(.refused(refusal))
    case .fail(let failure): finish(.failed(.redirect(failure)))
    case .follow(let url): follow(url)
    }
  }

  private func follow(_ url: WebSocketURL) {
    timer?.cancel()
    tlsHandler = nil
    isBehindProxy = false
    if !url.hasSameOrigin(as: request.url) {
      request.unixSocketPath = nil
      do { request.tls = try request.tls?.withoutIdentity() } catch { return fail(error) }
    }
    request.fields = RedirectPolicy.fields(request.fields, from: request.url, to: url)
    request.url = url
    // The handler that has brought the answer closes its channel.
    state = .connecting([])
    connect()
  }

  // MARK: The open connection

  private func opened(_ handle: WebSocketHandle, subprotocol: String?) {
    state = .open(handle)
    listener?(.opened(subprotocol: subprotocol))
    guard let timeout = request.idleTimeout else { return }
    idleClock = IdleClock(timeout: Duration(timeout), now: MonotonicTime.now)
    watchIdleness()
  }

  private func receive(_ event: WebSocketConnection.Event) {
    switch event {
    case .text(let message):
      idleClock?.messagePassed(at: MonotonicTime.now)
      listener?(.text(message.string))
    case .binary(let bytes):
      idleClock?.messagePassed(at: MonotonicTime.now)
      listener?(.binary(bytes))
    case .pong(let roundTrip): listener?(.pong(roundTrip: roundTrip))
    case .ping: request.onDetail?(.ping)
    case .closeReceived: break
    case .ended(let ending): finish(.closed(ending))
    }
  }

  /// One timer, which may be early: messages that have passed meanwhile put the end off.
  private func watchIdleness() {
    guard case .open(let handle) = state, let idleClock else { return }
    let left = idleClock.deadline - MonotonicTime.now
    guard left > .zero else { return handle.close(CloseFrame(.normal, reason: "idle")) }
    timer = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(left)) { [self] in watchIdleness() }
  }

  /// The handle to the open connection; nil before it is open and after its end.
  var openHandle: WebSocketHandle? {
    guard case .open(let handle) = state else { return nil }
    return handle
  }

  func perform(_ command: WebSocketHandle.Command) {
    switch (state, command) {
    case (.open(let handle), .text), (.open(let handle), .binary):
      idleClock?.messagePassed(at: MonotonicTime.now)
      handle.perform(command)
    case (.open(let handle), _): handle.perform(command)
    case (.connecting, .close), (.connecting, .abort), (.handshaking, .close), (.handshaking, .abort):
      finish(.failed(.cancelled))
    default: break
    }
  }

  // MARK: The end

  /// Tells what went wrong, and who it was: the proxy or the server.
  private func fail(_ error: any Error) {
    let certificate = tlsHandler?.peerCertificate
    let url = request.url
    switch route {
    case .unixSocket(let path):
      finish(.failed(WebSocketClientError(error, peer: .socket(path: path), certificate: certificate)))
    case .proxy(let proxy) where !isBehindProxy:
      let reason = WebSocketClientError(
        error, peer: .host(proxy.host, port: proxy.port), certificate: certificate)
      finish(.failed(.proxy(name: proxy.name, reason)))
    case .proxy, .direct:
      let peer = WebSocketClientError.Peer.host(url.host, port: url.port)
      finish(.failed(WebSocketClientError(error, peer: peer, certificate: certificate)))
    }
  }

  /// The terminal event goes out once, and the listener, which may hold the handle, goes with it.
  private func finish(_ event: WebSocketClient.Event) {
    let (before, listener) = (state, listener)
    state = .over
    // Before the channel is closed, which would be one more reason to finish.
    self.listener = nil
    timer?.cancel()
    tlsHandler = nil
    switch before {
    case .connecting(let channels): for channel in channels { channel.close(promise: nil) }
    case .handshaking(let channel): channel.drop()
    case .open, .over: break
    }
    listener?(event)
  }
}
