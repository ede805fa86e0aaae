import ChatProtocol
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle
import Transport

/// A whole chat server on one port: the HTTP routes, the sockets, and the rooms behind them.
///
///     let application = try await ChatApplication(configuration: configuration, store: store, …)
///     try await application.run()
///
/// `run()` ends when the surrounding `ServiceGroup` shuts down: every socket is told with 1012, requests that are
/// under way are answered, and what was begun is stored.
public struct ChatApplication: Service, CustomStringConvertible {
  /// Where a server listens.
  public struct Address: Hashable, Sendable, CustomStringConvertible {
    /// The host it was told to listen on.
    public let host: String
    /// The real port, also when a free one was asked for.
    public let port: Int

    /// As a URL.
    public var description: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
  }

  /// The name that the service group's log has for it; without it that would print all that is in here.
  public var description: String { "ChatApplication" }

  private let application: Application<RouterResponder<ChatRequestContext>>
  /// Where frames go out to the sockets.
  let rooms: Rooms
  /// The HTTP routes that there are.
  let routes: [Route]

  /// One HTTP route.
  struct Route: Hashable, Sendable {
    let method: String
    /// With its parameters by name: `/api/dialogs/{id}`.
    let path: String
  }

  private let engine: ChatEngine
  private let drain = WebSocketDrain(retryAfter: .seconds(5))
  private let logger: Logger

  /// How long what was begun may take to its end when the server stops.
  private static let drainTime = Duration.milliseconds(500)
  /// How long the sockets may take, all together, to answer their Close frames when the server stops.
  private static let farewellTime = Duration.seconds(2)

  /// Puts a server together; nothing listens before `run()`.
  ///
  /// - Parameters:
  ///   - metricsToken: opens `/metrics`, as an admin's access token does.
  ///   - answers: the AI of the assistants that ask no language model.
  ///   - widget: the web widget's files.
  ///   - onListening: called once, when connections are accepted.
  public init(
    configuration: ServerConfiguration, store: ChatStore, tokens: TokenService, metricsToken: MetricsToken? = nil,
    passwords: Passwords = Passwords(), answers: any AnswerEngine, widget: WidgetFiles, logger: Logger,
    onListening: @escaping @Sendable (Address) async -> Void
  ) {
    let now: @Sendable () -> Timestamp = { .now() }
    self.logger = logger
    let metrics = ServerMetrics()
    let streams = StreamHub(limits: OperatorStreams.Limits(configuration.stream), logger: logger) {
      try await store.owner(of: $0)
    }
    rooms = Rooms(
      limits: RoomRegistry.Limits(configuration.limits), streams: streams,
      presenceGrace: configuration.presenceGrace, metrics: metrics, logger: logger)
    let assistants = AssistantAnswers(
      knowledge: answers, models: ModelClient(configuration.models), logger: logger)
    engine = ChatEngine(
      store: store, answers: assistants, delivery: rooms, handoffPolicy: configuration.handoff, metrics: metrics,
      now: now, logger: logger)
    let access = AccessControl(store: store, tokens: tokens, now: now)
    let visitors = VisitorAccess(store: store, now: now)
    let router = Router(context: ChatRequestContext.self)
    let addresses = ClientAddress(trustedProxies: configuration.trustedProxies)
    router.add(middleware: ClientAddressMiddleware(addresses: addresses))
    router.add(middleware: SecurityHeaders())
    router.add(middleware: CrossOriginAccess(origins: Set(configuration.corsOrigins), visitors: visitors))
    router.add(middleware: ErrorMiddleware(metrics: metrics))
    router.add(middleware: BodyMiddleware(limit: configuration.limits.bodyBytes))
    ServiceRoutes.add(to: router, isSearchable: store.isSearchable)
    WidgetRoutes(files: widget, store: store, access: visitors).add(to: router)
    WatchRoutes(store: store, rooms: rooms, metrics: metrics, token: metricsToken, access: access, now: now)
      .add(to: router)
    let open = router.group("api")
    let account = AccountRoutes(
      store: store, tokens: tokens, passwords: passwords, logins: LoginLimiter(), rooms: rooms, now: now)
    account.add(to: open)
    VisitorRoutes(
      store: store, engine: engine, access: visitors,
      posts: Throttle(count: configuration.limits.messagesPerMinute, per: .seconds(60)),
      reads: Throttle(count: configuration.limits.messagesPerMinute, per: .seconds(60))
    ).add(to: open)
    let operators = router.group("api").add(
      middleware: BearerAuthentication(access: access, operators: engine.operators)
    )
    .group(context: OperatorRequestContext.self)
    account.add(to: operators)
    DialogRoutes(store: store, engine: engine, rooms: rooms).add(to: operators)
    SearchRoutes(store: store).add(to: operators)
    HandoffRoutes(store: store, engine: engine).add(to: operators)
    AssistantRoutes(store: store, engine: engine).add(to: operators)
    OperatorRoutes(store: store, engine: engine, now: now).add(to: operators)

    routes = router.routes.map { Route(method: $0.method.rawValue, path: $0.path.description) }
    let door = SocketDoor(
      rooms: rooms, operators: engine.operators,
      authentication: SocketAuthentication(access: access, visitors: visitors),
      desk: OperatorDesk(store: store, engine: engine, logger: logger),
      accounts: AccountCheck(store: store, rooms: rooms, logger: logger),
      timing: SocketLife.Timing(configuration.heartbeat), metrics: metrics, now: now, logger: logger)
    let host = configuration.host
    application = Application(
      router: router,
      server: HTTPServerBuilder { [drain] in
        ChatChannel(
          responder: $0, door: door, drain: drain, addresses: addresses, timeouts: configuration.timeouts,
          bodyBytes: configuration.limits.bodyBytes,
          socketConfiguration: ChatChannel.socketConfiguration(frameBytes: configuration.limits.frameBytes))
      },
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: configuration.port),
        // A storm of connections waits in the kernel's queue instead of being turned away there.
        backlog: 1024,
        availableConnectionsDelegate: .maximum(configuration.limits.connections, logger: logger)),
      onServerRunning: { channel in
        guard let port = channel.localAddress?.port else { return }
        await onListening(Address(host: host, port: port))
      },
      logger: logger)
  }

  /// Serves until the surrounding service group shuts down.
  ///
  /// - Throws: if the address cannot be listened on.
  public func run() async throws {
    let (stops, stop) = AsyncStream.makeStream(of: Void.self)
    let (served, serves) = AsyncStream.makeStream(of: Never.self)
    async let farewell: Void = sayFarewell(when: stops, served: served)
    try await engine.restoreLeases()
    try await engine.restoreWaits()
    async let operators: Void = engine.tendOperators { await announce($1, of: $0) }
    async let waits: Void = engine.tendWaits()
    try await withGracefulShutdownHandler {
      defer {
        stop.finish()
        serves.finish()
        engine.operators.stop()
        engine.waits.stop()
      }
      try await application.run()
    } onGracefulShutdown: {
      stop.yield()
    }
    await farewell
    await operators
    await waits
    await finishEngine()
  }

  /// Tells the admins' streams how an operator is.
  private func announce(_ status: OperatorStatus, of id: UserID) async {
    guard let user = try? await engine.store.user(id: id),
      let frame = try? Frame.event(.operatorPresence(user.manager, status))
    else { return }
    rooms.announce(frame, about: id)
  }

  /// Ends all sockets with 1012, and drops who has not answered in time: one client must not hold the server up.
  ///
  /// - Parameter served: ends when the last request does.
  private func sayFarewell(when stops: AsyncStream<Void>, served: AsyncStream<Never>) async {
    for await _ in stops {
      engine.operators.stop()
      engine.waits.stop()
      // Requests that wait for an answer of the AI must not hold the server up either.
      async let turns: Void = engine.stopTurns(after: Self.drainTime, orBehind: served)
      rooms.shutDown()
      let report = await drain.drain(within: Self.farewellTime)
      logger.notice(
        "sockets drained",
        metadata: [
          "sockets": "\(report.connections)", "dropped": "\(report.dropped)", "duration": "\(report.duration)",
        ])
      await turns
    }
  }

  /// Waits for the engine, but not for an AI that thinks for ever: a task group would wait for both children.
  private func finishEngine() async {
    let (ended, end) = AsyncStream.makeStream(of: Never.self)
    Task {
      await engine.drain()
      end.finish()
    }
    Task {
      try? await Task.sleep(for: Self.drainTime)
      end.finish()
    }
    for await _ in ended {}
  }
}

extension RoomRegistry.Limits {
  init(_ limits: ServerConfiguration.Limits) {
    self.init(
      socketsPerPool: limits.socketsPerDialog, sockets: limits.sockets, connectsPerMinute: limits.connectsPerMinute)
  }
}

extension OperatorStreams.Limits {
  init(_ stream: ServerConfiguration.Stream) {
    self.init(
      log: StreamLog.Limits(events: stream.replayEvents, bytes: stream.replayBytes), keptFor: stream.keptFor)
  }
}

extension SocketLife.Timing {
  init(_ heartbeat: ServerConfiguration.Heartbeat) {
    self.init(pingInterval: heartbeat.interval, silenceLimit: heartbeat.timeout)
  }
}

extension ModelClient {
  init(_ models: ServerConfiguration.Models) {
    self.init(
      timing: Timing(firstByte: models.firstByte, pause: models.pause),
      policy: ModelCall.Policy(attempts: models.attempts, deadline: models.deadline),
      gate: ModelGate(limits: WaitingLine.Limits(served: models.concurrency, waiting: models.waiting)))
  }
}
