import ChatProtocol
import Testing

@testable import ChatServer

/// What becomes of open sockets when an account is changed behind the server's back, as a command does it.
@Suite struct AccountCheckTests {
  private func run(_ body: @Sendable @escaping (TestServer) async throws -> Void) async throws {
    try await TestServer.run(configure: { $0.heartbeat.interval = .milliseconds(100) }, body)
  }

  private func stream(_ server: TestServer, _ user: User) async throws -> TestSocket {
    let socket = try TestSocket(server, "/ws/operator?token=\(try await server.accessToken(user))")
    try #require(try await socket.next() == .opened)
    return socket
  }

  /// Waits for three heartbeats from now on: whatever was to end it has had its time.
  private func isOpen(_ socket: TestSocket) async throws -> Bool {
    // What comes before the pong was sent before now.
    socket.ping()
    var beats: Int?
    while (beats ?? 0) < 3 {
      switch try await socket.next() {
      case .pong: beats = beats ?? 0
      case .text("__ping__"): beats = beats.map { $0 + 1 }
      case .closed, .failed: return false
      default: continue
      }
    }
    return true
  }

  /// Whether all of them are, at the same time.
  private func areOpen(_ sockets: [TestSocket]) async throws -> Bool {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for socket in sockets { group.addTask { try await isOpen(socket) } }
      return try await group.reduce(true) { $0 && $1 }
    }
  }

  private func command(_ server: TestServer, _ arguments: String..., input: String = "") throws {
    let result = try ServerProgram.run(["user"] + arguments + ["--data", server.dataPath], input: input)
    #expect(result == ServerProgram.Result(output: "", error: "", status: 0))
  }

  @Test func aDemotedAdminSeesNoMore() async throws {
    try await run { server in
      let dialog = try await server.openDialog()
      try await server.store.setRole(ofUser: server.bob.id, to: .admin)
      let ended = [
        try await TestSocket.open(server, operator: server.admin, dialog: dialog),
        try await stream(server, server.admin),
      ]
      let staying = [
        try await TestSocket.open(server, operator: server.ann, dialog: dialog), try await stream(server, server.ann),
        try await stream(server, server.bob), try await TestSocket.open(server, guest: "guest", dialog: dialog),
      ]
      #expect(try await areOpen(ended + staying))
      try command(server, "role", "ada@example.com", "operator")
      for socket in ended { #expect(try await socket.closeCode() == 4001) }
      #expect(try await areOpen(staying))
      // Back with the same token, which is good: not to somebody else's dialog any more.
      let token = try await server.accessToken(server.admin)
      #expect(try await TestSocket(server, "/ws/dialogs/\(dialog)?token=\(token)").closeCode() == 4003)
      #expect(try await isOpen(try await stream(server, server.admin)))
      #expect(server.logs.all.contains { $0.hasPrefix("notice rights of an open socket changed role=admin") })
    }
  }

  @Test func aDisabledOperatorIsOut() async throws {
    try await run { server in
      let dialog = try await server.openDialog()
      let ended = [
        try await TestSocket.open(server, operator: server.ann, dialog: dialog), try await stream(server, server.ann),
      ]
      let staying = [
        try await stream(server, server.bob), try await TestSocket.open(server, guest: "guest", dialog: dialog),
        try await TestSocket.open(server, operator: server.admin, dialog: dialog),
      ]
      try command(server, "disable", "ann@example.com")
      for socket in ended { #expect(try await socket.closeCode() == 4001) }
      #expect(try await areOpen(staying))
    }
  }

  @Test func aNewPasswordEndsTheSocketsOfAllLogins() async throws {
    try await run { server in
      func logIn(_ user: User) async throws -> (session: SessionID, socket: TestSocket) {
        let session = try await server.store.beginSession(userID: user.id, tokenID: "t", at: .now()).id
        let token = try await server.tokens.issue(.access, for: user, sessionID: session, at: .now())
        let socket = try TestSocket(server, "/ws/operator?token=\(token)")
        try #require(try await socket.next() == .opened)
        return (session, socket)
      }
      let (anns, others) = ([try await logIn(server.ann), try await logIn(server.ann)], try await logIn(server.bob))
      // One login that another process ends: the other one stays.
      try await server.store.endSession(id: anns[0].session)
      #expect(try await anns[0].socket.closeCode() == 4001)
      #expect(try await isOpen(anns[1].socket))
      try command(server, "passwd", "ann@example.com", "--password-stdin", input: "battery staple\n")
      #expect(try await anns[1].socket.closeCode() == 4001)
      #expect(try await isOpen(others.socket))
    }
  }

  /// Many beat at once: each is looked at, and those who may stay do.
  @Test func everySocketIsLookedAt() async throws {
    try await run { server in
      var (anns, bobs): ([TestSocket], [TestSocket]) = ([], [])
      for _ in 0..<20 {
        anns.append(try await stream(server, server.ann))
        bobs.append(try await stream(server, server.bob))
      }
      try await server.store.disable(user: server.ann.id, at: .now())
      for socket in anns { #expect(try await socket.closeCode() == 4001) }
      #expect(try await areOpen(bobs))
    }
  }
}
