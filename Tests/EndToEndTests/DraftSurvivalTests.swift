import Foundation
import Testing

/// What an operator typed outlives the console, whatever ends it.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct DraftSurvivalTests {
  private func drafts(_ home: TemporaryDirectory) -> String {
    let folder = home.path + "/state/chatai/default/drafts"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().compactMap { try? String(contentsOfFile: folder + "/" + $0, encoding: .utf8) }
      .joined(separator: "|")
  }

  @Test func `A draft and a note survive kill -9 and a lost line`() async throws {
    let home = try TemporaryDirectory("chatai-e2e-drafts")
    let server = try await RealServer()
    try server.logIn(home: home)
    let visitor = try await Visitor(guest: "ana-drafts", server: server)
    try await visitor.say("I want to talk to a human, please")

    let first = try await ConsoleScreen(columns: 120, rows: 40, home: home)
    try await first.wait(for: "I want to talk")
    try first.press("n")
    try await first.wait(for: "live")
    try await first.takeOverAndReply()
    try first.type("half a thought")
    try await first.wait(for: "half a thought")
    // The bound is one second; the rest is for a busy machine.
    try await eventually(within: .seconds(5), "the draft did not come to the disk: \(drafts(home))") {
      drafts(home).contains("half a thought") ? true : nil
    }
    kill(try first.processID(), SIGKILL)

    let second = try await ConsoleScreen(columns: 120, rows: 40, home: home)
    try await second.wait(for: "draft")
    try second.press("n", "Enter", "r")
    try await second.wait(for: "half a thought")
    try await second.leaveComposer()
    try second.press("N")
    try await second.wait(for: "for operators only")
    try second.type("she is right")
    try await second.wait(for: "she is right")
    // At once: what is only in memory goes to the disk on the way out.
    kill(try second.processID(), SIGHUP)
    try await eventually("the note is not on the disk: \(drafts(home))") {
      drafts(home) == "half a thought|she is right" ? true : nil
    }

    let third = try await ConsoleScreen(columns: 120, rows: 40, home: home)
    try await third.wait(for: "draft")
    try third.press("n", "Enter", "N")
    try await third.wait(for: "she is right")
    #expect(try third.text().contains("for operators only"))
  }
}
