import Foundation
import Testing

/// What runs all day on somebody's laptop sleeps while nothing happens.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct AtRestTests {
  private let shell: Shell
  private let server: RealServer

  init() async throws {
    shell = Shell(home: try TemporaryDirectory("chatai-e2e-rest"))
    server = try await RealServer()
    try server.logIn(home: shell.home)
  }

  /// The heartbeats wake it, its own and the server's; a thread that ticks once a second would be the most of it.
  private func expectRest(of child: Child) async throws {
    try await Task.sleep(for: .seconds(2))
    let before = try child.wakeUps()
    try await Task.sleep(for: .seconds(15))
    let count = try child.wakeUps() - before
    #expect(count < 15, "\(count) in 15 s")
    child.kill(SIGTERM)
    _ = child.wait()
  }

  @Test func `A watch at rest sleeps, also one that has waited for its server`() async throws {
    server.kill()
    let watch = try shell.start("watch", "--json")
    try await eventually("it does not wait") { shell.errors().contains("waiting for the server") ? true : nil }
    try server.start()
    try await eventually("it is not live: \(shell.errors())") { shell.errors().contains("live") ? true : nil }
    let visitor = try await Visitor(guest: "ana", server: server)
    try await visitor.say("hello")
    #expect(watch.firstLine()?.contains("hello") == true)
    try await expectRest(of: watch)
  }

  @Test func `A socket by hand sleeps while nothing comes`() async throws {
    let socket = try shell.start("ws", "/ws/operator", "--token")
    #expect(socket.firstLine()?.contains("hello") == true)
    try await expectRest(of: socket)
  }
}
