import Foundation
import Testing

/// The demo, as a stranger meets it.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct DemoTests {
  @Test func `The demo opens on a lively desk and leaves nothing behind`() async throws {
    let home = try TemporaryDirectory("chatai-e2e-demo")
    let console = try await ConsoleScreen(columns: 120, rows: 40, home: home, command: [Programs.console, "demo"])
    let screen = try await console.wait(within: .seconds(60), for: "a dozen dialogs, some of which wait") {
      ($0.firstNumber(after: "Dialogs") ?? 0) >= 12 && ($0.firstNumber(before: "waiting") ?? 0) >= 1
    }
    #expect(screen.contains("online") || screen.contains("live"))

    // A visitor gets the operator and answers.
    try console.press("n")
    try await console.wait(for: "● live")
    try await console.takeOverAndReply()
    try console.type("Hello, how can I help?")
    try console.press("Enter")
    try await console.wait(within: .seconds(60), for: "the visitor's answer") { screen in
      let lines = screen.split(separator: "\n").map { String($0.dropFirst(40)) }
      guard let reply = lines.lastIndex(where: { $0.contains("Hello, how can I help?") }) else { return false }
      return lines[reply...].contains { $0.contains(" │ ") }
    }

    let servers = try servers(home: home)
    #expect(servers.count == 1)
    try await console.leaveComposer()
    try console.press("q")
    try await eventually("the demo did not end:\n\((try? console.text()) ?? "")") {
      try console.exitStatus().flatMap { $0 == 0 ? true : nil }
    }
    try await eventually("the server is still there") { try self.servers(home: home).isEmpty ? true : nil }
  }

  /// The demo servers of a console with these folders: others may run on this machine.
  private func servers(home: TemporaryDirectory) throws -> [Substring] {
    let (_, found) = try Child.run("/usr/bin/env", ["pgrep", "-f", "chatai-server demo"])
    return found.split(separator: "\n").filter { pid in
      let environment = (try? String(contentsOfFile: "/proc/\(pid)/environ", encoding: .utf8)) ?? ""
      return environment.contains(home.path)
    }
  }

  @Test func `A taken port is a clear error`() async throws {
    let home = try TemporaryDirectory("chatai-e2e-demo")
    let first = try await ConsoleScreen(columns: 100, rows: 30, home: home, command: [Programs.console, "demo"])
    let screen = try await first.wait(within: .seconds(60), for: "127.0.0.1:")
    let port = try #require(screen.firstNumber(after: "127.0.0.1:"))
    let second = try await ConsoleScreen(
      columns: 100, rows: 30, home: home, command: [Programs.console, "demo", "--port", "\(port)"])
    try await second.wait(within: .seconds(60), for: "port \(port) is taken")
    let status = try await eventually("the second demo did not end") { try second.exitStatus() }
    #expect(status != 0)
    try first.press("C-c")
    #expect(try await eventually("the first demo did not end") { try first.exitStatus() } == 0)
  }
}

extension String {
  /// The number that follows a text.
  fileprivate func firstNumber(after text: String) -> Int? {
    guard let found = range(of: text) else { return nil }
    return Int(self[found.upperBound...].drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber })
  }

  /// The number that a text follows.
  fileprivate func firstNumber(before text: String) -> Int? {
    guard let found = range(of: text) else { return nil }
    return Int(String(self[..<found.lowerBound].reversed().drop { $0 == " " }.prefix { $0.isNumber }.reversed()))
  }
}
