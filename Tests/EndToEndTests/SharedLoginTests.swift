import Foundation
import Testing

/// One login in several programs at once, with a server on which a refresh token is good once and the second use of one
/// ends the login.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct SharedLoginTests {
  private let shell: Shell
  private let server: PartOneServer

  init() throws {
    shell = Shell(home: try TemporaryDirectory("chatai-e2e-login"))
    server = try PartOneServer()
    try server.logIn(home: shell.home)
  }

  @Test func `Of many programs that find the token expired, one renews it`() async throws {
    for round in 1...3 {
      try await server.control("expire")
      let outcome = try shell.sh("for i in 1 2 3 4 5 6 7 8; do chatai list --json & done; wait")
      #expect(outcome.errors.isEmpty)
      #expect(outcome.lines.count == 8 * 4)
      #expect(try await server.refreshes() == [round, 0])
    }
  }

  @Test func `A console and a command do not use the same refresh token twice`() async throws {
    let console = try await ConsoleScreen(columns: 120, rows: 40, home: shell.home)
    try await console.wait(for: "Ana Petrova")
    try console.press("n")
    try await console.wait(for: "● live")
    // The command is first: the console takes what it left.
    try await server.control("expire")
    #expect(try shell.chatai("list").status == 0)
    try console.press("C-r")
    try await server.control("say?dialog=1", "after the command")
    try await console.wait(for: "after the command")
    // The console is first, with its next reading of the list; or the command, if it is faster.
    try await server.control("expire")
    try console.press("C-r")
    #expect(try shell.chatai("list").status == 0)
    try await server.control("drop")
    try await server.control("store?dialog=1", "after the console")
    let screen = try await console.wait(within: .seconds(30), for: "the new message, live") {
      $0.contains("after the console") && $0.contains("● live")
    }
    #expect(!screen.contains("expired"))
    #expect(try await server.refreshes() == [2, 0])
  }

  @Test func `Against a server of part 1 a watch has everything once, and a reply is not repeated blindly`()
    async throws
  {
    let watch = try shell.start("watch", "--json")
    try await eventually("not live: \(shell.errors())") { shell.errors().contains("live") ? true : nil }
    for number in 1...4 { try await server.control("say?dialog=\(number)", "line \(number)") }
    try await server.control("drop")
    for number in 1...4 { try await server.control("store?dialog=\(number)", "stored \(number)") }
    #expect(try shell.chatai("reply", "1", "5 < 6").output.hasSuffix("operator: 5 < 6\n"))
    #expect(try shell.chatai("take-over", "1").status == 0)
    #expect(try shell.chatai("transfer", "1", "2").status == 4)
    #expect(try shell.chatai("reply", "1", "--note", "secret").status == 4)
    #expect(try shell.chatai("reply", "1", "late", "--if-last", "1").status == 4)
    var texts: [String] = []
    var cursor = ""
    while texts.count < 10 {
      let line = try #require(watch.firstLine())
      let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      cursor = try #require(event["cursor"] as? String)
      texts.append((event["message"] as? [String: Any])?["text"] as? String ?? event["status"] as? String ?? "")
    }
    let expected = (1...4).flatMap { ["line \($0)", "stored \($0)"] } + ["5 < 6", "active"]
    #expect(texts.sorted() == expected.sorted())
    watch.kill(SIGTERM)
    _ = watch.wait()
    try await server.control("say?dialog=2", "after its end")
    let later = try shell.start("watch", "--json", "--since", cursor)
    let line = try #require(later.firstLine())
    #expect(line.contains("after its end"))
    later.kill(SIGTERM)
    _ = later.wait()
  }
}
