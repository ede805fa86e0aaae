import ChatProtocol
import Testing

@testable import ChatServer

/// Who is turned away, with which code, and what ends an open socket (part 1, Sockets).
@Suite struct SocketRefusalTests {
  @Test func tokensOfOperators() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let good = try await server.accessToken(server.ann)
      let expired = try await server.accessToken(server.ann, at: .now().advanced(by: .seconds(-3601)))
      let refresh = try await server.tokens.issue(.refresh, for: server.ann, at: .now())
      let stranger = try await server.accessToken(server.bob)
      let foreign = try await TokenService(secret: TokenSecret()).issue(.access, for: server.ann, at: .now())
      // {"alg":"none","typ":"JWT"} before the claims of a good token.
      let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + good.split(separator: ".")[1] + "."
      let table: [(target: String, code: UInt16)] = [
        ("/ws/dialogs/\(dialog)?token=\(expired)", 4001),
        ("/ws/dialogs/\(dialog)", 4002),
        ("/ws/dialogs/\(dialog)?token=", 4002),
        ("/ws/dialogs/\(dialog)?token=nonsense", 4002),
        ("/ws/dialogs/\(dialog)?token=\(refresh)", 4002),
        ("/ws/dialogs/\(dialog)?token=\(foreign)", 4002),
        ("/ws/dialogs/\(dialog)?token=\(unsigned)", 4002),
        ("/ws/dialogs/\(dialog)?token=\(stranger)", 4003),
        ("/ws/dialogs/\(dialog + 1000)?token=\(good)", 4003),
      ]
      for (target, code) in table {
        #expect(try await TestSocket(server, target).closeCode() == code, "\(target)")
      }
      // The header will do as well, for clients that can set it.
      let socket = try TestSocket(
        server, "/ws/dialogs/\(dialog)", fields: [("Authorization", "Bearer \(good)")])
      #expect(try await socket.next() == .opened)
      _ = try await server.call(.POST, "/api/dialogs/\(dialog)/messages", json: #"{"text":"hi"}"#, token: good)
      #expect(try await socket.nextMessage().text == "hi")
    }
  }

  @Test func visitors() async throws {
    try await TestServer.run(siteDomains: ["shop.example.com"]) { server in
      let mine = try await server.openDialog(guest: "mine")
      let others = try await server.openDialog(guest: "others")
      let site = try await server.store.openDialog(
        for: Visitor(entrance: .site(ownerID: server.ann.id), guestID: "s"), at: .now()
      ).id
      let home = [("Origin", "https://www.shop.example.com")]
      let table: [(target: String, fields: [(String, String)], code: UInt16)] = [
        ("/ws/widget/dialogs/\(mine)?assistant_id=999&guest_id=mine", [], 4004),
        ("/ws/widget/dialogs/\(mine)?assistant_id=x&guest_id=mine", [], 4004),
        ("/ws/widget/dialogs/\(mine)?guest_id=mine", [], 4004),
        ("/ws/widget/dialogs/\(mine)?assistant_id=\(server.assistant.id)", [], 4004),
        ("/ws/widget/dialogs/\(others)?\(server.widgetQuery("mine"))", [], 4004),
        ("/ws/widget/dialogs/12345?\(server.widgetQuery("mine"))", [], 4004),
        ("/ws/widget/dialogs/\(site)?\(server.widgetQuery("s"))", [], 4004),
        ("/ws/site/dialogs/\(site)?site_token=nonsense&guest_id=s", home, 4002),
        ("/ws/site/dialogs/\(site)?guest_id=s", home, 4002),
        ("/ws/site/dialogs/\(site)?\(server.siteQuery("s"))", [], 4003),
        ("/ws/site/dialogs/\(site)?\(server.siteQuery("s"))", [("Origin", "https://evil.example")], 4003),
        ("/ws/site/dialogs/\(site)?\(server.siteQuery("s"))", [("Origin", "null")], 4003),
        ("/ws/site/dialogs/\(site)?\(server.siteQuery("t"))", home, 4004),
        ("/ws/site/dialogs/\(mine)?\(server.siteQuery("mine"))", home, 4004),
        ("/ws/site/dialogs/\(mine)?site_token=\(server.siteToken.token)", home, 4004),
        ("/ws/site/dialogs/\(site)?site_token=\(server.siteToken.token)", [], 4003),
      ]
      for (target, fields, code) in table {
        #expect(try await TestSocket(server, target, fields: fields).closeCode() == code, "\(target) \(fields)")
      }
      let sockets = try [
        TestSocket(server, "/ws/site/dialogs/\(site)?\(server.siteQuery("s"))", fields: home),
        // The token alone is what part 1 asks for.
        TestSocket(server, "/ws/site/dialogs/\(site)?site_token=\(server.siteToken.token)", fields: home),
      ]
      for socket in sockets { #expect(try await socket.next() == .opened) }
      _ = try await server.call(
        .POST, "/api/dialogs/\(site)/messages", json: #"{"text":"hi"}"#, token: server.accessToken(server.ann))
      for socket in sockets { #expect(try await socket.nextMessage().text == "hi") }
    }
  }

  @Test func noSuchPathIsRefusedOverHTTP() async throws {
    try await TestServer.run { server in
      let socket = try TestSocket(server, "/ws/nothing?token=x")
      #expect(try await socket.next() == .refused(status: 404))
    }
  }

  @Test func limitOfAPool() async throws {
    try await TestServer.run(configure: { $0.limits.socketsPerDialog = 2 }) { server in
      let dialog = try await server.openDialog()
      let first = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      let second = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      let target = "/ws/dialogs/\(dialog)?token=\(try await server.accessToken(server.ann))"
      #expect(try await TestSocket(server, target).closeCode() == 1013)
      // The other pool has its own.
      _ = try await TestSocket.open(server, guest: "guest", dialog: dialog)
      first.close()
      #expect(try await first.closeCode() == 1000)
      // The place is free when the server has seen the connection's end, a moment after its Close frame.
      var reopened = try TestSocket(server, target)
      while try await reopened.isRefused() { reopened = try TestSocket(server, target) }
      second.close()
    }
  }

  @Test func connectRateOfAnAddress() async throws {
    try await TestServer.run(configure: { $0.limits.connectsPerMinute = 3 }) { server in
      let dialog = try await server.openDialog()
      for _ in 0..<3 { _ = try await TestSocket.open(server, operator: server.ann, dialog: dialog) }
      let target = "/ws/dialogs/\(dialog)?token=\(try await server.accessToken(server.ann))"
      #expect(try await TestSocket(server, target).closeCode() == 4008)
    }
  }

  @Test func anOpenSocketEndsWithItsToken() async throws {
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      let nearlyOver = try await server.accessToken(server.ann, at: .now().advanced(by: .seconds(-3598)))
      let socket = try TestSocket(server, "/ws/dialogs/\(dialog)?token=\(nearlyOver)")
      #expect(try await socket.next() == .opened)
      #expect(try await socket.closeCode() == 4001)
    }
  }

  /// The drop of the silent takes a client without manners: it is in `StockClientTests`.
  @Test func heartbeat() async throws {
    try await TestServer.run(configure: { $0.heartbeat.interval = .milliseconds(50) }) { server in
      let dialog = try await server.openDialog()
      let socket = try await TestSocket.open(server, operator: server.ann, dialog: dialog)
      for _ in 0..<5 { #expect(try await socket.next() == .text("__ping__")) }
    }
  }

  @Test func allAreToldWhenTheServerStops() async throws {
    let sockets = Collected<TestSocket>()
    try await TestServer.run { server in
      let dialog = try await server.openDialog()
      sockets.add(try await TestSocket.open(server, operator: server.ann, dialog: dialog))
      sockets.add(try await TestSocket.open(server, guest: "guest", dialog: dialog))
    }
    for socket in sockets.all { #expect(try await socket.closeCode() == 1012) }
  }
}

extension TestSocket {
  /// Whether it was turned away with 1013, rather than opened for good: an open one shows it by its typing.
  fileprivate func isRefused() async throws -> Bool {
    guard try await next() == .opened else { return true }
    ping()
    switch try await next() {
    case .pong: return false
    default: return true
    }
  }
}
