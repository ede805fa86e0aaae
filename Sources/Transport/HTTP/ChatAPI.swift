public import ChatProtocol
import FoundationEssentials
public import NIOCore
import NIOHTTP1
import Synchronization

/// The HTTP API of a ChatAI server as an operator uses it.
///
/// Every call throws ``APIFailure`` and nothing else. An access token that has run out is renewed by itself, once for
/// all the calls that met it, and the calls are repeated: a 401 says that nothing was done. Tokens appear in no error.
public actor ChatAPI {
  /// Where.
  public nonisolated let server: ServerAddress
  nonisolated let exchange: HTTPExchange
  private nonisolated let tokens: Mutex<AccountTokens?>
  private var refresh: Task<Result<RenewedTokens, APIFailure>, Never>?
  private nonisolated let keeper: (any TokenKeeper)?
  private let executor: EventLoopTaskExecutor
  private let onTokens: @Sendable (AccountTokens) -> Void

  /// A client of a server. Call ``shutDown()`` when done with it.
  ///
  /// - Parameters:
  ///   - tokens: Those of the session; nil before a login.
  ///   - network: How the server is reached.
  ///   - group: Where the connections live.
  ///   - keeper: Where other programs share the tokens; nil if nobody does.
  ///   - isPresent: Whether the calls are a sign that the operator is there. If not they say so, to servers that know it.
  ///   - onTokens: Called with each pair of tokens that a login or a refresh brought.
  public init(
    server: ServerAddress, tokens: AccountTokens?, network: ClientNetwork = ClientNetwork(), group: any EventLoopGroup,
    keeper: (any TokenKeeper)? = nil, isPresent: Bool = true,
    onTokens: @escaping @Sendable (AccountTokens) -> Void = { _ in }
  ) {
    self.server = server
    self.keeper = keeper
    self.tokens = Mutex(tokens)
    self.onTokens = onTokens
    let eventLoop = group.any()
    executor = EventLoopTaskExecutor(eventLoop)
    exchange = HTTPExchange(server: server, network: network, on: eventLoop, isPresent: isPresent)
  }

  /// Closes all connections; calls under way fail.
  public nonisolated func shutDown() async {
    await exchange.shutDown()
  }

  // MARK: Tokens

  /// The newest access token, for a socket's URL; nil before a login. Not for any log.
  public nonisolated var accessToken: String? { tokens.withLock { $0?.accessToken } }

  /// Logs in and keeps the tokens.
  ///
  /// - Throws: ``APIFailure/unauthorized`` for a wrong address or password.
  @discardableResult
  public func logIn(email: String, password: String) async throws(APIFailure) -> AccountTokens {
    let form = "username=\(email.percentEncoded)&password=\(password.percentEncoded)"
    let answer = try await exchange.perform(
      .init(
        method: .POST, path: "/api/login",
        body: (ByteBuffer(string: form), "application/x-www-form-urlencoded")), bearer: nil)
    let tokens = try answer.decode(AccountTokens.self)
    adopt(tokens)
    return tokens
  }

  /// Renews the access token, once however many ask at the same time.
  ///
  /// - Parameter used: The token that was refused; if there is a newer one by now, nothing is done. Nil renews anyway.
  /// - Returns: Whether the server has just made the token that there is now; if not, it may be old, too.
  /// - Throws: ``APIFailure/unauthorized`` if only another login can help.
  @discardableResult
  public func refreshToken(replacing used: String?) async throws(APIFailure) -> Bool {
    guard let current = tokens.withLock({ $0 }), let refreshToken = current.refreshToken else { throw .unauthorized }
    if let used, used != current.accessToken { return false }
    let task =
      refresh
      ?? Task(executorPreference: executor) { [exchange, keeper] in
        do throws(APIFailure) {
          guard let keeper else { return .success(.made(try await Self.renew(refreshToken, over: exchange))) }
          return .success(
            try await keeper.renew(current) { refreshToken throws(APIFailure) in
              try await Self.renew(refreshToken, over: exchange)
            })
        } catch {
          return .failure(error)
        }
      }
    refresh = task
    let result = await task.value
    // Of all who waited, the first to come back clears the way; a refresh begun since then is another task.
    if refresh == task {
      refresh = nil
      if case .success(let renewed) = result { adopt(renewed.tokens) }
    }
    switch result {
    case .success(.made): return true
    case .success(.found): return false
    case .failure(let failure): throw failure
    }
  }

  private static func renew(_ refreshToken: String, over exchange: HTTPExchange) async throws(APIFailure)
    -> AccountTokens
  {
    let answer = try await exchange.perform(
      try .post("/api/refresh-token", ["refresh_token": refreshToken]), bearer: nil)
    do throws(APIFailure) {
      var renewed = try answer.decode(AccountTokens.self)
      renewed.refreshToken = renewed.refreshToken ?? refreshToken
      return renewed
    } catch .forbidden, .invalid, .notFound {
      // However a server says that it does not take the token: there is no way but the login.
      throw .unauthorized
    }
  }

  /// Goes on with other tokens, such as those a command brought.
  public func use(_ tokens: AccountTokens) {
    adopt(tokens)
  }

  /// Ends the session on the server.
  ///
  /// - Throws: ``APIFailure/notFound`` where the server has no such thing.
  public func logOut() async throws(APIFailure) {
    // The server knows the session by the token; the body is for those that read one.
    let answer = try await call(.post("/api/logout", ["refresh_token": tokens.withLock { $0?.refreshToken }]))
    if let failure = answer.failure { throw failure }
  }

  private func adopt(_ tokens: AccountTokens) {
    self.tokens.withLock { $0 = tokens }
    onTokens(tokens)
  }

  // MARK: Calls

  /// Does an authorised exchange, renewing the token if it has run out.
  func call(_ request: HTTPExchange.Request) async throws(APIFailure) -> HTTPExchange.Answer {
    guard var used = accessToken else { throw .unauthorized }
    var answer = try await exchange.perform(request, bearer: used)
    // A token that another program has left may have run out as well: then the server is asked for one.
    for _ in 0..<2 where answer.status == 401 {
      let isFresh = try await refreshToken(replacing: used)
      used = accessToken ?? used
      answer = try await exchange.perform(request, bearer: used)
      if isFresh { break }
    }
    return answer
  }

  /// The same for an answer of JSON.
  func call<Value: Decodable & Sendable>(
    _ request: HTTPExchange.Request, as type: Value.Type = Value.self
  ) async throws(APIFailure) -> Value {
    try await call(request).decode(type)
  }
}

extension HTTPExchange.Request {
  /// A POST with a body of JSON.
  static func post(_ path: String, _ body: some Encodable) throws(APIFailure) -> HTTPExchange.Request {
    do {
      let data = try JSONEncoder().encode(body)
      return HTTPExchange.Request(method: .POST, path: path, body: (ByteBuffer(bytes: data), "application/json"))
    } catch {
      throw .invalid(ErrorDetail("it cannot be written as JSON"))
    }
  }
}

extension HTTPExchange.Answer {
  /// The body, if the status is a success.
  func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(APIFailure) -> Value {
    if let failure { throw failure }
    do {
      return try JSONDecoder().decode(type, from: Data(body))
    } catch {
      throw .malformed("its body is not what was asked for")
    }
  }

  /// What the status means; nil for a success.
  var failure: APIFailure? {
    let detail = ErrorDetail(body: body, status: status)
    return switch status {
    case 200..<300: nil
    case 401: .unauthorized
    case 403: .forbidden(detail)
    case 404: .notFound(detail)
    case 409: NewerMessages(body: body).map { .superseded(by: $0.newer) } ?? .conflict(detail)
    case 429: .tooManyRequests(retryAfter: retryAfter)
    case 400..<500: .invalid(detail)
    case 500..<600: .server(status: status, detail)
    default: .malformed("HTTP \(status)")
    }
  }
}
