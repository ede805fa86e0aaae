import Foundation
import Testing

/// One socket for all dialogs, from the outside: the real server, the real console in a real terminal, and a wire
/// between them that can be cut.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct StreamJourneyTests {
  @Test func `The stream is used, an outage is told in numbers, and nothing is lost or doubled`() async throws {
    let home = try TemporaryDirectory("chatai-e2e-stream")
    let server = try await RealServer()
    let relay = try await Relay(to: server.port)
    try server.logIn(home: home, at: relay.url)
    let ana = try await Visitor(guest: "ana-stream", server: server)
    let ben = try await Visitor(guest: "ben-stream", server: server)
    try ana.listen()
    try await ana.say("I want to talk to a human, please")
    try await ben.say("Where is my order?")

    let console = try await ConsoleScreen(columns: 120, rows: 40, home: home)
    try await console.wait(for: "I want to talk")
    try await console.wait(for: "● live")
    try console.press("n")
    try console.press("t")
    try await console.wait(for: "yours")
    try await console.wait(for: "the visitor is there") { $0.contains("· online") }
    try await console.wait(for: "the way is measured") { $0.firstMatch(of: /● live (<?\d+)ms/) != nil }

    // Both dialogs are told of over one socket, and no other was opened.
    try await ben.say("Hello? Is anybody reading this?")
    try await console.wait(for: "Is anybody rea")
    let log = try String(contentsOfFile: home.path + "/state/chatai/default/log", encoding: .utf8)
    #expect(log.contains("operator stream: socket open"))
    #expect(!log.contains(/dialog \d+: socket open/))

    // What the visitor reads and types.
    try console.press("r")
    try await console.wait(for: "REPLY")
    try console.type("I am with you")
    try console.press("Enter")
    let reply = try await eventually("the reply did not reach the visitor: \(ana.frames)") {
      ana.frames.first { $0.contains("I am with you") }
    }
    try await console.leaveComposer()
    try await ana.read(reply)
    try await console.wait(for: "✓✓")

    // The wire is cut: the server goes on, and remembers.
    try await relay.cut()
    try await console.wait(for: "reconnecting") { !$0.contains("● live") }
    try await ana.say("Missed one")
    try await ana.say("Missed two")
    try await ben.say("Missed elsewhere")
    try await relay.mend()
    let back = try await console.wait(within: .seconds(60), for: "what was missed, and the number of it") {
      $0.contains("● live") && $0.contains("Missed two") && $0.contains("all here now")
    }
    #expect(back.conversationOccurrences(of: "Missed one") == 1)
    #expect(back.conversationOccurrences(of: "Missed two") == 1)
    #expect(back.contains("came late"), "a line stands above what came late")
    #expect(back.contains(/Reconnected: \d+ events missed, all here now, \d+ in this chat/))
    try await console.wait(for: "Missed elsew")

    // The server is started anew: it has forgotten the stream, and everything is read anew.
    server.kill()
    try await console.wait(for: "reconnecting") { !$0.contains("● live") }
    try server.start()
    try await ana.say("Missed by a new server")
    let anew = try await console.wait(within: .seconds(60), for: "what a new server had") {
      $0.contains("● live") && $0.contains("Missed by a new server") && $0.contains("read anew")
    }
    #expect(anew.conversationOccurrences(of: "Missed by a new server") == 1)
    #expect(anew.conversationOccurrences(of: "Missed one") == 1)
    try await ana.say("And on it goes")
    try await console.wait(for: "And on it goes")

    try console.press("q")
    let status = try await eventually("the console did not quit:\n\((try? console.text()) ?? "")") {
      try console.exitStatus()
    }
    #expect(status == 0)
    #expect(server.terminate() == 0)
  }
}
