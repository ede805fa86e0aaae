import ChatProtocol
import Synchronization
import Testing

@testable import ChatServer

/// The client against an endpoint that misbehaves, over real sockets.
@Suite struct ModelClientTests {
  private typealias Step = FakeModelServer.Step

  /// Patient enough for a busy machine, but for what a test wants to be too long.
  private func client(
    firstByte: Duration = .seconds(60), pause: Duration = .seconds(60), deadline: Duration = .seconds(60),
    attempts: Int = 3, gate: ModelGate = ModelGate(limits: .init(served: 8, waiting: 8))
  ) -> ModelClient {
    ModelClient(
      timing: .init(firstByte: firstByte, pause: pause),
      policy: .init(attempts: attempts, firstPause: .milliseconds(1), deadline: deadline), gate: gate)
  }

  private func ask(
    _ client: ModelClient, _ server: FakeModelServer, key: String? = nil, progress: @escaping @Sendable () -> Void = {}
  ) async throws -> Completion {
    let history = [Message(id: 1, sender: .user, text: "hello", timestamp: nil)]
    return try await client.complete(
      CompletionRequest(model: "m", settings: AssistantSettings(), history: history),
      at: #require(ModelEndpoint(baseURL: server.baseURL)), key: key, progress: progress)
  }

  @Test func readsAStream() async throws {
    try await FakeModelServer.run([.head(200), .piece("Hel"), .bytes(": still here\r\n"), .piece("lo"), .done]) {
      server async throws in
      #expect(try await ask(client(), server, key: "k-1") == .answer("Hello"))
      #expect(server.asked.map(\.path) == ["/v1/chat/completions"])
      #expect(server.asked.first?.authorization == "Bearer k-1")
      #expect(server.asked.first?.turns == ["user: hello"])
      // Without a key there is no header.
      _ = try await ask(client(), server)
      #expect(server.asked.last?.authorization == nil)
    }
  }

  @Test func takesAnAnswerThatIsNotStreamed() async throws {
    let body = #"{"choices":[{"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#
    try await FakeModelServer.run([.head(200, ["Content-Type": "application/json"]), .bytes(body), .end]) {
      server async throws in
      #expect(try await ask(client(), server) == .answer("Hi"))
    }
  }

  @Test func doesNotWaitBehindTheEnd() async throws {
    try await FakeModelServer.run([.head(200), .piece("Hi"), .bytes("data: [DONE]\n\n"), .stall]) {
      server async throws in
      #expect(try await ask(client(), server) == .answer("Hi"))
    }
  }

  @Test func triesAgain() async throws {
    try await FakeModelServer.run(
      [.head(500), .end], [.head(200), .piece("half"), .hangUp], FakeModelServer.answer("whole")
    ) { server async throws in
      #expect(try await ask(client(), server) == .answer("whole"))
      #expect(server.asked.count == 3)
    }
  }

  @Test func honoursRetryAfter() async throws {
    try await FakeModelServer.run([.head(429, ["Retry-After": "1"]), .end], FakeModelServer.answer("later")) {
      server async throws in
      let start = ContinuousClock.now
      #expect(try await ask(client(), server) == .answer("later"))
      #expect(start.duration(to: .now) >= .seconds(1))
    }
    // It will not be over in time: no use to wait.
    try await FakeModelServer.run([.head(429, ["Retry-After": "100"]), .end]) { server async throws in
      await #expect(throws: ModelFailure.status(429)) { try await ask(client(), server) }
      #expect(server.asked.count == 1)
    }
  }

  @Test func givesUp() async throws {
    let scripts: [([Step], ModelFailure, tries: Int)] = [
      ([.head(500), .end], .status(500), 3),
      ([.hangUp], .unreachable, 3),
      ([.head(200), .piece("half"), .end], .unreachable, 3),
      ([.head(200), .bytes("data: {\"error\":{\"message\":\"no\"}}\n\n"), .end], .broken, 3),
      ([.head(401), .end], .status(401), 1),
      // A redirect would carry the key elsewhere.
      ([.head(302, ["Location": "http://127.0.0.1:1/"]), .end], .status(302), 1),
      ([.head(200), .bytes("data: <html>\n\n"), .end], .garbled, 1),
      ([.head(200, ["Content-Type": "application/json"]), .bytes("<html>"), .end], .garbled, 1),
      ([.head(200), .done], .empty, 1),
      ([.head(200), .flood], .tooLong, 1),
      ([.head(200, ["Content-Type": "application/json"]), .flood], .tooLong, 1),
    ]
    for (script, failure, tries) in scripts {
      try await FakeModelServer.run(script) { server async throws in
        await #expect(throws: failure) { try await ask(client(), server) }
        #expect(server.asked.count == tries, "\(failure)")
      }
    }
  }

  @Test func nothingListens() async throws {
    let address = Mutex("")
    try await FakeModelServer.run([.stall]) { server in address.withLock { $0 = server.baseURL } }
    let endpoint = try #require(ModelEndpoint(baseURL: address.withLock { $0 }))
    await #expect(throws: ModelFailure.unreachable) {
      try await client().complete(
        CompletionRequest(model: "m", settings: AssistantSettings(), history: []), at: endpoint, key: nil, progress: {})
    }
  }

  @Test func eachStageHasItsTime() async throws {
    let brief = Duration.milliseconds(300)
    try await FakeModelServer.run([.stall]) { server async throws in
      await #expect(throws: ModelFailure.tooSlow) { try await ask(client(firstByte: brief), server) }
      // Not again; on a busy machine the one request may not have come through in that time.
      #expect(server.asked.count <= 1)
    }
    try await FakeModelServer.run([.head(200), .piece("a"), .stall]) { server async throws in
      await #expect(throws: ModelFailure.tooSlow) { try await ask(client(pause: brief), server) }
    }
    // Each pause is short enough, and all of it is not.
    let drops = (0..<100).flatMap { _ in [Step.piece("a"), .pause(.milliseconds(20))] }
    try await FakeModelServer.run([.head(200)] + drops) { server async throws in
      await #expect(throws: ModelFailure.tooSlow) { try await ask(client(deadline: .milliseconds(300)), server) }
    }
    // The pause between two tries is no time of the second.
    try await FakeModelServer.run([.head(429, ["Retry-After": "3"]), .end], FakeModelServer.answer("later")) {
      server async throws in
      #expect(try await ask(client(firstByte: .milliseconds(2900)), server) == .answer("later"))
    }
  }

  @Test func cancellationEndsTheRequest() async throws {
    try await FakeModelServer.run([.head(200), .piece("a"), .stall]) { server async throws in
      let asking = Task { try await ask(client(), server) }
      var events = server.events.makeAsyncIterator()
      #expect(await events.next() == .asked)
      asking.cancel()
      #expect(await events.next() == .gone)
      await #expect(throws: CancellationError.self) { try await asking.value }
    }
  }

  @Test func onlySoManyAreAskedAtOnce() async throws {
    try await FakeModelServer.run([.head(200), .piece("a"), .stall]) { server async throws in
      let gate = ModelGate(limits: .init(served: 1, waiting: 1))
      let client = client(gate: gate)
      let first = Task { try await ask(client, server) }
      var events = server.events.makeAsyncIterator()
      #expect(await events.next() == .asked)
      let second = Task { try await ask(client, server) }
      while gate.counts.waiting == 0 { await Task.yield() }
      await #expect(throws: ModelFailure.busy) { try await ask(client, server) }
      #expect(server.asked.count == 1)
      first.cancel()
      // Now it is the second one's turn, on a connection of its own.
      #expect(await Set([events.next(), events.next()]) == [.gone, .asked])
      second.cancel()
      _ = await (first.result, second.result)
      #expect(gate.counts == (0, 0))
    }
  }

  @Test func theLineCountsAgainstTheDeadline() async throws {
    try await FakeModelServer.run([.stall]) { server async throws in
      let gate = ModelGate(limits: .init(served: 1, waiting: 1))
      let first = Task { try await ask(client(gate: gate), server) }
      var events = server.events.makeAsyncIterator()
      #expect(await events.next() == .asked)
      await #expect(throws: ModelFailure.tooSlow) {
        try await ask(client(deadline: .milliseconds(100), gate: gate), server)
      }
      #expect(gate.counts == (1, 0))
      first.cancel()
      _ = await first.result
    }
  }

  @Test func progressIsTold() async throws {
    try await FakeModelServer.run(FakeModelServer.answer("x")) { server async throws in
      let told = Collected<Bool>()
      _ = try await ask(client(), server) { told.add(true) }
      #expect(told.all.count >= 2)
    }
  }
}
