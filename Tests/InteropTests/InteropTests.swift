import Testing
import WebSocket

/// Other people's WebSockets against ours, on real sockets, one after another.
@Suite("Interop", .serialized, .peers, .timeLimit(.minutes(10))) struct InteropTests {
  static let limit = 64 << 10

  /// Who begins the closing.
  enum Closer: CaseIterable { case us, usWithoutCode, them }

  static func close(_ conversation: Conversation, by closer: Closer) async throws {
    switch closer {
    case .us: try await conversation.weClose()
    case .usWithoutCode: try await conversation.weClose(.empty)
    case .them: try await conversation.theyClose()
    }
  }
}

extension InteropTests {
  @Suite("Peer as client, our server", .serialized) struct PeerAsClientTests {
    /// Lets a peer connect to a server of ours.
    private func with(
      _ peer: Peer, _ settings: Settings, to kind: OurServer.Kind = .webSocketsOnly,
      _ body: (Conversation) async throws -> Void
    ) async throws {
      try await PeerPool.with(peer) { theirs in
        var settings = settings
        settings.subprotocols = ["chat"]
        let server = try await OurServer(kind, settings)
        settings.subprotocols = ["other", "chat"]
        try theirs.tell("connect \(settings.url(port: server.port)) \(settings.words)")
        try await theirs.hear(settings.open("chat"))
        guard let ours = await server.connections.next() else { throw InteropFailure("no connection came") }
        let conversation = Conversation(ours: ours, theirs: theirs, role: .client, settings, port: server.port)
        try conversation.hasBothDescriptors()
        try await body(conversation)
        try await server.close()
      }
    }

    @Test("Messages and pings", arguments: Peer.clients, Settings.Deflate.allCases)
    func talk(peer: Peer, deflate: Settings.Deflate) async throws {
      try await with(peer, Settings(deflate: deflate)) { conversation in
        try await conversation.talk()
        try await conversation.weClose()
      }
    }

    @Test("Messages and pings behind the gate", arguments: Peer.clients)
    func gate(peer: Peer) async throws {
      try await with(peer, Settings(deflate: .on), to: .gate) { conversation in
        try await conversation.talk()
        try await conversation.theyClose()
      }
    }

    @Test("Closing", arguments: Peer.clients, Closer.allCases)
    func closing(peer: Peer, closer: Closer) async throws {
      try await with(peer, Settings()) { try await InteropTests.close($0, by: closer) }
    }

    @Test("A message over the limit", arguments: Peer.clients, Settings.Deflate.allCases)
    func limits(peer: Peer, deflate: Settings.Deflate) async throws {
      let settings = Settings(deflate: deflate, limit: limit)
      try await with(peer, settings) { try await $0.weTakeNoMore(than: limit) }
      guard peer.hasLimit else { return }
      try await with(peer, settings) { try await $0.theyTakeNoMore(than: limit) }
    }

    @Test("TLS", arguments: Peer.clients) func tls(peer: Peer) async throws {
      try await with(peer, Settings(isSecure: true)) { conversation in
        conversation.ours.speaker.send(text: Payload.text(65_536))
        #expect(try await conversation.ours.text() == Payload.text(65_536))
        try await conversation.weClose()
      }
    }

    @Test("A refusal", arguments: Peer.clients, [OurServer.Kind.webSocketsOnly, .gate])
    func refusal(peer: Peer, kind: OurServer.Kind) async throws {
      try await PeerPool.with(peer) { theirs in
        let settings = Settings(refusal: 401)
        let server = try await OurServer(kind, settings)
        try theirs.tell("connect \(settings.url(port: server.port)) \(settings.words)")
        try await theirs.hear(peer.showsOfRefusal.line)
        try await OpenConnections.areGone(port: server.port)
        try await server.close()
      }
    }
  }
}

extension InteropTests {
  @Suite("Our client, peer as server", .serialized) struct PeerAsServerTests {
    /// Connects to a peer.
    private func with(
      _ peer: Peer, _ settings: Settings, _ body: (Conversation) async throws -> Void
    ) async throws {
      try await PeerPool.with(peer) { theirs in
        var settings = settings
        settings.subprotocols = ["chat"]
        let port = try await theirs.listen(settings)
        settings.subprotocols = ["other", "chat"]
        let ours = try OurEnd.client(of: port, settings)
        #expect(try await ours.opened() == "chat")
        try await theirs.hear(settings.open("chat"))
        let conversation = Conversation(ours: ours, theirs: theirs, role: .server, settings, port: port)
        try conversation.hasBothDescriptors()
        try await body(conversation)
        try theirs.tell("stop")
        try await theirs.hear("stopped")
      }
    }

    @Test("Messages and pings", arguments: Peer.servers, Settings.Deflate.allCases)
    func talk(peer: Peer, deflate: Settings.Deflate) async throws {
      try await with(peer, Settings(deflate: deflate)) { conversation in
        try await conversation.talk()
        try await conversation.weClose()
      }
    }

    @Test("Closing", arguments: Peer.servers, Closer.allCases)
    func closing(peer: Peer, closer: Closer) async throws {
      try await with(peer, Settings()) { try await InteropTests.close($0, by: closer) }
    }

    @Test("A message over the limit", arguments: Peer.servers, Settings.Deflate.allCases)
    func limits(peer: Peer, deflate: Settings.Deflate) async throws {
      let settings = Settings(deflate: deflate, limit: limit)
      try await with(peer, settings) { try await $0.weTakeNoMore(than: limit) }
      try await with(peer, settings) { try await $0.theyTakeNoMore(than: limit) }
    }

    @Test("TLS", arguments: Peer.servers) func tls(peer: Peer) async throws {
      try await with(peer, Settings(isSecure: true)) { conversation in
        conversation.ours.speaker.send(text: Payload.text(65_536))
        #expect(try await conversation.ours.text() == Payload.text(65_536))
        try await conversation.weClose()
      }
    }

    @Test("A refusal", arguments: Peer.servers) func refusal(peer: Peer) async throws {
      try await PeerPool.with(peer) { theirs in
        let port = try await theirs.listen(Settings(refusal: 401))
        let refusal = try await OurEnd.client(of: port, Settings()).refused()
        #expect(refusal.status == 401)
        #expect(refusal.fields.first("X-Reason") == "expired")
        #expect(String(decoding: refusal.body, as: UTF8.self).hasPrefix("not you"))
        try await OpenConnections.areGone(port: port)
        try theirs.tell("stop")
        try await theirs.hear("stopped")
      }
    }
  }
}
