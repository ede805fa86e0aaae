import Testing

/// The console against a server that has part 1 of the contract and nothing else, with the oddities of its kind.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct PartOneServerTests {
  private let home: TemporaryDirectory
  private let server: PartOneServer
  private let console: ConsoleScreen

  init() async throws {
    home = try TemporaryDirectory("chatai-e2e-part-one")
    server = try PartOneServer()
    _ = try Child.require(
      Programs.console, ["login", "--server", server.url, "--email", PartOneServer.email, "--password-stdin"],
      input: PartOneServer.password + "\n", environment: ConsoleScreen.environment(home: home))
    console = try await ConsoleScreen(columns: 120, rows: 40, home: home)
    try await console.wait(for: "Ana Petrova")
    // Ana waits for a human: the dialog that needs attention.
    try console.press("n")
    try await console.wait(for: "live")
  }

  @Test func `Messages in every form arrive once, and operator text comes back unescaped`() async throws {
    // Direct and wrapped in turn, with and without zone and fraction in their times.
    for number in 1...6 { try await server.control("say?dialog=1", "line \(number) of 6") }
    let screen = try await console.wait(for: "line 6 of 6")
    for number in 1...6 { #expect(screen.conversationOccurrences(of: "line \(number) of 6") == 1) }

    try await console.takeOverAndReply()
    try console.type("5 < 6 & \"so on\"")
    try console.press("Enter")
    let replied = try await console.wait(for: "the reply with its tick") { $0.contains("✓") }
    #expect(replied.conversationOccurrences(of: "5 < 6 & \"so on\"") == 1)
    #expect(!replied.contains("&lt;"))

    // A dead connection: what came meanwhile is fetched, once.
    try await server.control("drop")
    try await server.control("store?dialog=1", "stored while away")
    let recovered = try await console.wait(within: .seconds(120), for: "the missed message, live again") {
      $0.contains("stored while away") && $0.contains("● live")
    }
    #expect(recovered.conversationOccurrences(of: "stored while away") == 1)
  }

  @Test func `Hostile text stays text, and a frame that is none is ignored`() async throws {
    try await server.control("say?dialog=1", "\u{1B}]0;owned\u{07}\u{1B}[2J\u{9B}31m \u{202E}evil\u{2066}\u{200B} end")
    for frame in [
      "nonsense", "[1]", "{\"type\":\"message_received\",\"message\":\"a string\"}", "{\"message\":{}}", "{",
    ] {
      try await server.control("raw?dialog=1", frame)
    }
    try await server.control("say?dialog=1", String(repeating: "long ", count: 200_000))
    try await server.control("say?dialog=1", "still here")
    let screen = try await console.wait(for: "still here")
    #expect(screen.contains("● live"))
    #expect(!screen.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7F..<0xA0).contains($0.value) })
    #expect(!screen.unicodeScalars.contains { ["\u{202E}", "\u{2066}", "\u{200B}"].contains($0) })
    try console.press("g", "g")
    try await console.wait(for: "‹U+202E›")
  }

  @Test func `A refusal that follows the 101 is no connection, and one that is final says why`() async throws {
    try await server.control("refuse?how=close&code=1013")
    try await server.control("drop")
    try await console.wait(for: "polling")
    try await server.control("store?dialog=1", "seen by polling")
    try await console.wait(for: "seen by polling")

    try await server.control("refuse?how=close&code=4003")
    try console.press("C-r")
    try await console.wait(for: "not yours")
  }

  @Test func `The screen follows its size and gives the terminal back`() async throws {
    try console.resize(columns: 80, rows: 24)
    try await console.wait(for: "Ana Petrova")
    try console.resize(columns: 40, rows: 10)
    try console.resize(columns: 160, rows: 50)
    try await console.wait(for: "● live")
    try console.press("q")
    try await eventually("the console did not quit:\n\((try? console.text()) ?? "")") {
      try console.exitStatus().flatMap { $0 == 0 ? true : nil }
    }
  }
}
