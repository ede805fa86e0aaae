import Testing

/// The main job, from the outside: the real server, the real console in a real terminal, a visitor over the real
/// widget route.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct OperatorJourneyTests {
  @Test func `An operator answers a visitor, and an outage loses nothing and doubles nothing`() async throws {
    let home = try TemporaryDirectory("chatai-e2e-console")
    let server = try await RealServer()
    try server.logIn(home: home)
    let visitor = try await Visitor(guest: "ana-e2e", server: server)
    try visitor.listen()
    try await visitor.say("I want to talk to a human, please")

    // The message appears.
    let console = try await ConsoleScreen(columns: 120, rows: 40, home: home)
    try await console.wait(for: "I want to talk")
    try console.press("n", "Enter")
    try await console.wait(for: "live")

    // Taking over, and the reply, which arrives at the visitor's socket.
    try await console.takeOverAndReply()
    try console.type("Hello, this is Olga.")
    try console.press("Enter")
    try await eventually("the reply did not reach the visitor: \(visitor.frames)") {
      visitor.frames.contains { $0.contains("Hello, this is Olga.") } ? true : nil
    }
    try await console.wait(for: "the reply in the conversation, once and with its tick") {
      $0.conversationOccurrences(of: "Hello, this is Olga.") == 1 && $0.contains("✓")
    }
    try await visitor.say("First, before the outage")
    try await console.wait(for: "First, before the outage")

    // The outage: reconnecting with attempts, then polling; what was typed meanwhile stays.
    server.kill()
    try await console.wait(for: "reconnecting, with the attempt's number") { screen in
      (1...5).contains { screen.contains("reconnecting \($0)/5") }
    }
    try console.type("half a sen")
    try await console.wait(within: .seconds(120), for: "polling")
    #expect(try console.text().contains("half a sen"))

    // The server returns; the missed message is there once, and the draft still stands.
    try server.start()
    try await visitor.say("Missed during the outage")
    let recovered = try await console.wait(within: .seconds(120), for: "the missed message, and the link live") {
      $0.contains("Missed during the outage") && $0.contains("live")
    }
    #expect(recovered.conversationOccurrences(of: "Missed during the outage") == 1)
    #expect(recovered.conversationOccurrences(of: "First, before the outage") == 1)
    #expect(recovered.contains("half a sen"))

    try await console.leaveComposer()
    try console.press("q")
    let status = try await eventually("the console did not quit:\n\((try? console.text()) ?? "")") {
      try console.exitStatus()
    }
    #expect(status == 0)
    #expect(server.terminate() == 0)
  }
}

extension String {
  /// How often a text occurs in it.
  func occurrences(of text: String) -> Int {
    ranges(of: text).count
  }

  /// How often a text occurs right of the list, which shows the last line of the dialog too.
  func conversationOccurrences(of text: String) -> Int {
    // The brief above the messages quotes what is asked.
    split(separator: "\n").map { String($0.dropFirst(40)) }.filter { !$0.contains("asked  “") }
      .reduce(0) { $0 + $1.occurrences(of: text) }
  }
}
