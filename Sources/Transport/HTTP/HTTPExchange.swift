import AsyncHTTPClient
import ChatProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import WebSocket

/// One request and its answer, whole, within a time and a size; what goes wrong is an ``APIFailure``.
struct HTTPExchange: Sendable {
  /// What is asked.
  struct Request: Sendable {
    var method: HTTPMethod = .GET
    /// The path and query behind the server's address.
    var path: String
    /// The body and its type.
    var body: (bytes: ByteBuffer, contentType: String)?
    /// The largest answer that is taken, in bytes.
    var limit = 8 << 20
    /// How long the whole exchange may take.
    var timeout = Duration.seconds(30)
  }

  /// What came back.
  struct Answer: Sendable {
    var status: Int
    /// The seconds of `Retry-After`; nil for none, or its form with a date.
    var retryAfter: Duration?
    /// The server's clock, by the `Date` header.
    var date: Timestamp?
    var body: [UInt8]
  }

  private let client: HTTPClient
  private let eventLoop: any EventLoop
  private let server: ServerAddress
  private let network: ClientNetwork
  private let proxy: Proxy?
  private let isPresent: Bool

  init(
    server: ServerAddress, network: ClientNetwork = ClientNetwork(), on eventLoop: any EventLoop, isPresent: Bool = true
  ) {
    self.server = server
    self.isPresent = isPresent
    self.network = network
    proxy = server.endpoint.flatMap {
      network.proxies.proxy(forHost: $0.host, port: $0.port, isSecure: server.isSecure)
    }
    self.eventLoop = eventLoop
    var configuration = HTTPClient.Configuration()
    // A redirected POST would lose its body, and a redirected token its secrecy.
    configuration.redirectConfiguration = .disallow
    configuration.httpVersion = .http1Only
    configuration.timeout = .init(connect: .seconds(10))
    configuration.connectionPool.idleTimeout = .seconds(30)
    // Who calls has a back-off of its own, and wants to know at once.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.tlsConfiguration = network.tls?.configuration
    configuration.proxy = proxy.map { proxy in
      .server(
        host: proxy.host, port: proxy.port,
        authorization: proxy.credentials.map { .basic(username: $0.user, password: $0.password) })
    }
    client = HTTPClient(eventLoopGroup: eventLoop, configuration: configuration)
  }

  /// Closes the connections. Call it once, at the end.
  func shutDown() async {
    // It fails only if requests are under way, which are cancelled by it.
    try? await client.shutdown()
  }

  /// Does the exchange. Any status is an answer; only what brings none throws.
  func perform(_ request: Request, bearer: String?) async throws(APIFailure) -> Answer {
    if let proxy, proxy.isSecure {
      throw .unreachable("the proxy \(proxy.name) is to be spoken to by https://, which HTTP calls cannot: use http://")
    }
    var headers: HTTPHeaders = ["Accept": "application/json", "User-Agent": "chatai"]
    if !isPresent { headers.add(name: "X-ChatAI-Passive", value: "1") }
    if let bearer { headers.add(name: "Authorization", value: "Bearer " + bearer) }
    if let body = request.body { headers.add(name: "Content-Type", value: body.contentType) }
    do {
      let outgoing = try HTTPClient.Request(
        url: server.url + request.path, method: request.method, headers: headers,
        body: request.body.map { .byteBuffer($0.bytes) })
      // The library's async calls begin a task of the concurrency pool for each request, whose threads then start, stay
      // awake and look at each other once a second; a future stays on the event loop. It is the only one there is, and not
      // insisted on: the library closes a connection of such a request behind it.
      let exchange = client.execute(
        request: outgoing, delegate: ResponseAccumulator(request: outgoing, maxBodySize: request.limit),
        eventLoop: .delegate(on: eventLoop), deadline: .now() + TimeAmount(request.timeout))
      let response = try await withTaskCancellationHandler {
        try await exchange.get()
      } onCancel: {
        exchange.cancel()
      }
      return Answer(
        status: Int(response.status.code),
        retryAfter: response.headers.first(name: "Retry-After").flatMap(Int.init).map { .seconds(max(0, $0)) },
        date: response.headers.first(name: "Date").flatMap(HTTPDate.init)
          .map { Timestamp(milliseconds: Int64($0.secondsSince1970) * 1000) },
        body: response.body.map { Array($0.readableBytesView) } ?? [])
    } catch {
      if let failure = TLSFailure(error, certificate: nil) { throw .unreachable(await reason(of: failure)) }
      throw failure(error, limit: request.limit)
    }
  }

  /// Why there is no secure connection. The HTTP library does not show a certificate that it has refused, so that one
  /// is looked at over a connection of our own.
  private func reason(of failure: TLSFailure) async -> String {
    guard let host = server.endpoint?.host else { return "no secure connection: \(failure)" }
    let plain = "no secure connection to \(host): \(failure)"
    guard failure == .unknownAuthority(issuer: nil) || failure == .wrongName([]),
      let url = try? WebSocketURL("wss://" + server.authority)
    else { return plain }
    var probe = WebSocketClient.Request(url: url)
    probe.tls = network.tls
    probe.proxies = network.proxies
    do {
      try await WebSocketClient.open(probe, on: eventLoop).abort()
    } catch let error as WebSocketClientError {
      if case .tls = error { return error.description }
    } catch {
      // It got past TLS this time, or was given up.
    }
    return plain
  }

  /// What an error means to who asked: whether the request may have reached the server is what matters.
  private func failure(_ error: any Error, limit: Int) -> APIFailure {
    switch error {
    case let error as APIFailure: error
    case let error as NIOConnectionError: .unreachable(Self.reason(of: error))
    case is ResponseAccumulator.ResponseTooBigError: .malformed("it is larger than \(limit >> 20) MiB")
    case let error as HTTPClientError:
      switch error {
      case .connectTimeout, .getConnectionFromPoolTimeout: .unreachable("it did not take the connection in time")
      case .proxyAuthenticationRequired:
        .unreachable("the proxy \(proxy?.name ?? "") wants a user name and a password, or others (HTTP 407)")
      case .invalidProxyResponse: .unreachable("the proxy \(proxy?.name ?? "") makes no tunnel")
      case .tlsHandshakeTimeout: .unreachable("no secure connection in time")
      case .deadlineExceeded, .readTimeout, .writeTimeout: .noAnswer("it took too long")
      case .remoteConnectionClosed: .noAnswer("the connection was closed")
      case .cancelled: .noAnswer("given up")
      case .invalidURL, .emptyHost, .emptyScheme: .unreachable("its address is not one")
      default: .noAnswer(error.shortDescription)
      }
    case is CancellationError: .noAnswer("given up")
    case is HTTPParserError: .malformed("it is no HTTP")
    case let error as IOError where error.errnoCode == ECONNREFUSED: .unreachable("connection refused")
    case let error as IOError: .noAnswer(String(describing: error))
    default: .noAnswer(String(describing: error))
    }
  }

  private static func reason(of error: NIOConnectionError) -> String {
    if error.dnsAError != nil || error.dnsAAAAError != nil, error.connectionErrors.isEmpty {
      return "the host \(error.host) is not known"
    }
    guard let attempt = error.connectionErrors.last?.error else { return "it did not take the connection in time" }
    guard let error = attempt as? IOError else {
      if case ChannelError.connectTimeout = attempt { return "it did not take the connection in time" }
      return String(describing: attempt)
    }
    return switch error.errnoCode {
    case ECONNREFUSED: "connection refused"
    case EHOSTUNREACH, ENETUNREACH: "no route to it"
    default: String(describing: error)
    }
  }
}
