import ChatProtocol
import ConsoleModel
import Headless
import LiveLink
import NIOPosix
import Transport
import WebSocket

/// One life of a watch: until its queue overflows.
struct WatchLoop {
  private(set) var watcher: Watcher
  private let client: HeadlessClient
  private let sink: WatchSink
  private let inbox: WatchInbox
  private let capabilities: Capabilities
  private let start = ContinuousClock.now

  private var stream: OperatorStream?
  private let streamSocket: SocketDriver
  private var links: [DialogID: (link: LiveLink, socket: SocketDriver)] = [:]
  private var timers: WatchTimers

  init(
    client: HeadlessClient, watcher: Watcher, sink: WatchSink, inbox: WatchInbox, capabilities: Capabilities
  ) {
    self.client = client
    self.watcher = watcher
    self.sink = sink
    self.inbox = inbox
    self.capabilities = capabilities
    streamSocket = SocketDriver(
      "operator stream", access: client.access, subprotocols: [StreamFrame.subprotocol]
    ) { inbox.post(.stream(.socket($0))) }
    timers = WatchTimers(on: client.group.next()) { inbox.post(.timer($0)) }
  }

  private var now: Duration { ContinuousClock.now - start }

  mutating func run() async throws {
    defer { shutDown() }
    try await feed(.start)
    for await event in inbox.events {
      if inbox.hasOverflown { return }
      switch event {
      case .watcher(let event): try await feed(event)
      case .stream(let event): try await feedStream(event)
      case .link(let id, let event): try await feedLink(id, event)
      case .timer(let firing): if timers.take(firing) { try await feed(firing.name) }
      }
    }
  }

  /// A timer's time has come.
  private mutating func feed(_ name: WatchTimers.Name) async throws {
    switch name {
    case .alarm: try await feed(Watcher.Event.alarm)
    case .stream(let timer): try await feedStream(.timerFired(timer))
    case .link(let id, let timer): try await feedLink(id, .timerFired(timer))
    }
  }

  private mutating func shutDown() {
    timers.cancelAll()
    streamSocket.shutDown()
    for (_, socket) in links.values { socket.shutDown() }
  }

  // MARK: The watch

  private mutating func feed(_ event: Watcher.Event) async throws {
    for action in watcher.handle(event) {
      switch action {
      case .tell(let event, let cursor):
        try await sink.take(WatchRecord(event: event.unescaped(capabilities), cursor: cursor))
      case .say(let standing): say(standing)
      case .end(let failure): throw CommandFailure(failure, server: client.session.server.authority)
      case .setAlarm(let delay): timers.set(.alarm, after: delay)
      case .load(let request, let after): load(request, after: after)
      case .openStream(let position):
        let opened = OperatorStream(
          position: position.map { OperatorStream.Position(sequence: $0.sequence, epoch: $0.epoch) },
          seed: .random(in: 0...UInt64.max))
        stream = opened
        try await feedStream(.start)
      case .openLink(let id):
        var configuration = LiveLink.Configuration()
        // The list is read anyway.
        configuration.pollsWhileDown = false
        let inbox = inbox
        links[id] = (
          LiveLink(dialogID: id, configuration: configuration, seed: .random(in: 0...UInt64.max)),
          SocketDriver("dialog \(id)", access: client.access) { inbox.post(.link(id, LiveLink.Event($0))) }
        )
        try await feedLink(id, .start)
      case .closeLink(let id):
        links.removeValue(forKey: id)?.socket.shutDown()
        timers.cancel(linkOf: id)
      }
    }
  }

  private func say(_ standing: Watcher.Standing) {
    switch standing {
    case .live(let recovered):
      Output.say("live" + (recovered > 0 ? ", \(recovered) missed and recovered" : ""))
    case .stale(let why): Output.say("what follows may be late: \(why.escapingControls)")
    }
  }

  private func load(_ request: Watcher.Request, after: MessageID?) {
    let (inbox, configuration, hasPaging) = (inbox, watcher.configuration, capabilities.hasPaging)
    client.access.call("GET what is watched") { api throws(APIFailure) -> Watcher.Event in
      switch request {
      case .queue: return .queueLoaded(try await api.queue())
      case .dialogs(let number):
        if let id = configuration.dialogID {
          return .dialogsLoaded([try await api.dialog(id)], page: number, pages: 1)
        }
        let page = try await api.dialogs(page: number, limit: 100, all: configuration.all)
        return .dialogsLoaded(page.items, page: number, pages: page.pages)
      case .history(let id):
        return .historyLoaded(id, try await api.messages(in: id, after: hasPaging ? after : nil))
      }
    } then: { result in
      switch result {
      case .success(let event): inbox.post(.watcher(event))
      case .failure(let failure): inbox.post(.watcher(.failed(request, failure)))
      }
    }
  }

  // MARK: The stream

  private mutating func feedStream(_ event: OperatorStream.Event) async throws {
    let now = now
    guard let actions = stream?.handle(event, at: now) else { return }
    var news: [Watcher.StreamNews] = []
    var lost: Watcher.Event?
    for action in actions {
      switch action {
      case .connect(let id, let since):
        let position = since.map { ($0.sequence, $0.epoch) }
        streamSocket.connect(id) { [access = client.access] in
          try access.api.server.operatorStream(since: position, token: $0, isPresent: access.isPresent)
        }
      case .disconnect(let id, let code): streamSocket.disconnect(id, code: code)
      case .send(let id, let text): streamSocket.send(text, on: id)
      case .ping(let id): streamSocket.ping(id)
      case .setTimer(let timer, let delay): timers.set(.stream(timer), after: delay)
      case .cancelTimer(let timer): timers.cancel(.stream(timer))
      case .refreshToken: streamSocket.refreshToken()
      case .report(let change):
        if let item = Watcher.StreamNews(change) { news.append(item) }
        if case .phase(let phase) = change { lost = try meaning(of: phase) ?? lost }
      }
    }
    if !news.isEmpty {
      let position = stream?.position.map { WatchLedger.StreamPosition(epoch: $0.epoch, sequence: $0.sequence) }
      try await feed(.stream(news, position))
    }
    if let lost { try await feed(lost) }
  }

  /// What a phase of the stream means to the watch.
  private func meaning(of phase: OperatorStream.Phase) throws -> Watcher.Event? {
    let why = stream?.problem ?? "no connection"
    switch phase {
    case .idle, .live, .connecting(attempt: 0): return nil
    case .connecting, .reconnecting: return .streamLost(why, polls: false)
    case .polling: return .streamLost(why, polls: true)
    case .stopped(let reason):
      let server = client.session.server.authority
      switch reason {
      case .closedByServer: throw CommandFailure("\(server) has ended the connection: \(why.escapingControls)")
      case .refused(let words): throw CommandFailure("\(server): \(words.escapingControls)", status: .refused)
      case .signedOut: throw CommandFailure(.unauthorized, server: server)
      }
    }
  }

  // MARK: Links

  private mutating func feedLink(_ id: DialogID, _ event: LiveLink.Event) async throws {
    let now = now
    guard let actions = links[id]?.link.handle(event, at: now), let socket = links[id]?.socket else { return }
    for action in actions {
      switch action {
      case .connect(let connection):
        socket.connect(connection) { [access = client.access] in
          try access.api.server.operatorSocket(dialogID: id, token: $0, isPresent: access.isPresent)
        }
      case .disconnect(let connection, let code): socket.disconnect(connection, code: code)
      case .send(let connection, let text): socket.send(text, on: connection)
      case .ping(let connection): socket.ping(connection)
      case .setTimer(let timer, let delay): timers.set(.link(id, timer), after: delay)
      case .cancelTimer(let timer): timers.cancel(.link(id, timer))
      case .refreshToken: socket.refreshToken()
      case .fetchMessages(let request, let after): fetch(request, of: id, after: after)
      case .report(.inserted(let messages, let origin)):
        try await feed(.linked(id, messages, isPushed: origin == .socket))
      case .report(.event(let event)): try await feed(.linkEvent(id, event))
      case .report(.phase(let phase)):
        var isLive = false
        if case .live = phase { isLive = true }
        try await feed(.linkIsLive(id, isLive))
      // Its links have no page size: they read whole histories.
      case .fetchPage, .report: break
      }
    }
  }

  private func fetch(_ request: LiveLink.RequestID, of id: DialogID, after: MessageID?) {
    let (inbox, hasPaging) = (inbox, capabilities.hasPaging)
    client.access.call("GET messages") { api throws(APIFailure) in
      try await api.messages(in: id, after: hasPaging ? after : nil)
    } then: { result in
      switch result {
      case .success(let messages): inbox.post(.link(id, .messagesLoaded(request, messages)))
      case .failure(let failure): inbox.post(.link(id, .messagesFailed(request, failure)))
      }
    }
  }
}

extension Watcher.StreamNews {
  /// What a change of the stream is to a watch; nil for what it has no use for.
  fileprivate init?(_ change: OperatorStream.Change) {
    switch change {
    case .message(let message, let id, let origin): self = .message(message, id, isLate: origin == .recovered)
    case .event(let event, let id, let isLate): self = .event(event, id, isLate: isLate)
    case .ignoredFrame: self = .unreadable
    case .caughtUp(.began): self = .began
    case .caughtUp(.resumed(let missed)): self = .resumed(missed: missed)
    case .caughtUp(.resync): self = .broken
    case .phase, .roundTrip, .problem: return nil
    }
  }
}

extension WatchEvent {
  /// With an operator's text as it was typed, on servers that store it escaped.
  fileprivate func unescaped(_ capabilities: Capabilities) -> WatchEvent {
    guard case .message(var message) = content else { return self }
    message.text = message.visibleText(on: capabilities)
    var event = self
    event.content = .message(message)
    return event
  }
}
