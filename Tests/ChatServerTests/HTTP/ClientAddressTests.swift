import NIOCore
import Testing

@testable import ChatServer

/// Where a request comes from, and whose word is taken for it.
@Suite struct ClientAddressTests {
  private let addresses = ClientAddress(
    trustedProxies: ["10.0.0.0/8", "127.0.0.1", "fd00::/8"].compactMap(AddressBlock.init))

  private func key(_ peer: String, _ forwardedFor: String...) throws -> String {
    addresses.rateLimitKey(peer: try SocketAddress(ipAddress: peer, port: 1), forwardedFor: forwardedFor)
  }

  @Test func aStrangersWordIsNotTaken() throws {
    #expect(try key("192.0.2.1", "198.51.100.7") == "192.0.2.1")
    #expect(try key("2001:db8::1", "198.51.100.7") == "2001:db8:0:0/64")
    #expect(try key("11.0.0.1", "198.51.100.7") == "11.0.0.1")
  }

  @Test func aProxyVouchesForWhoIsBehindIt() throws {
    #expect(try key("10.1.2.3", "198.51.100.7") == "198.51.100.7")
    #expect(try key("fd12::1", "198.51.100.7") == "198.51.100.7")
    #expect(try key("127.0.0.1", "2001:db8:1:2:3::4") == "2001:db8:1:2/64")
    // Over several proxies, in one field or in several.
    #expect(try key("10.1.2.3", "198.51.100.7, 10.9.9.9") == "198.51.100.7")
    #expect(try key("10.1.2.3", "198.51.100.7", "10.9.9.9") == "198.51.100.7")
    // With ports and brackets, as some write it.
    #expect(try key("10.1.2.3", "198.51.100.7:4711") == "198.51.100.7")
    #expect(try key("10.1.2.3", "[2001:db8:1:2::4]:4711") == "2001:db8:1:2/64")
    // An IPv4 client of a socket that takes both.
    #expect(try key("::ffff:10.1.2.3", "198.51.100.7") == "198.51.100.7")
  }

  @Test func whatTheClientWroteItselfIsNotBelieved() throws {
    #expect(try key("10.1.2.3", "203.0.113.9, 198.51.100.7") == "198.51.100.7")
    #expect(try key("10.1.2.3", "203.0.113.9", "198.51.100.7") == "198.51.100.7")
    #expect(try key("10.1.2.3", "10.0.0.9, 198.51.100.7, 10.0.0.8") == "198.51.100.7")
    for nonsense in ["", "unknown", "_hidden", "198.51.100.7 198.51.100.8, ,", "198.51.100.7, 300.1.1.1", "[", ":"] {
      #expect(try key("10.1.2.3", nonsense) == "10.1.2.3", "\(nonsense)")
    }
    // All of them proxies: the farthest.
    #expect(try key("10.1.2.3", "10.0.0.1, 10.0.0.2") == "10.0.0.1")
    let endless = Array(repeating: "10.0.0.2", count: 100_000).joined(separator: ",")
    #expect(try key("10.1.2.3", "198.51.100.7," + endless) == "10.0.0.2")
  }

  @Test func withoutProxiesNothingIsRead() throws {
    let none = ClientAddress(trustedProxies: [])
    let peer = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
    #expect(none.rateLimitKey(peer: peer, forwardedFor: ["198.51.100.7"]) == "127.0.0.1")
    #expect(none.rateLimitKey(peer: nil, forwardedFor: []) == "unknown")
    #expect(none.rateLimitKey(peer: try SocketAddress(unixDomainSocketPath: "/s"), forwardedFor: []) == "local")
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"), ("192.0.2.128/25", "192.0.2.128", "192.0.2.127"),
    ("0.0.0.0/0", "255.255.255.255", "2001:db8::1"), ("192.0.2.1", "192.0.2.1", "192.0.2.0"),
    ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"), ("::1/128", "::1", "::2"),
    ("2001:db8::/64", "2001:db8::ffff:1:1:1", "2001:db8:0:1::"), ("::/0", "2001:db8::1", nil),
  ])
  func blocks(block: String, inside: String, outside: String?) throws {
    let block = try #require(AddressBlock(block))
    #expect(block.contains(try #require(IPAddress(inside))))
    if let outside { #expect(!block.contains(try #require(IPAddress(outside)))) }
  }

  @Test(arguments: ["", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "a", "10.0.0.0/8/8"])
  func noBlocks(text: String) { #expect(AddressBlock(text) == nil) }

  /// The limits count by it: over real sockets, from the attacker's side.
  @Test func forgedAddressesDoNotMultiplyALimit() async throws {
    try await TestServer.run(configure: { $0.limits.connectsPerMinute = 2 }) { server in
      let dialog = try await server.openDialog()
      let target = "/ws/widget/dialogs/\(dialog)?\(server.widgetQuery("guest"))"
      for _ in 0..<2 { #expect(try await TestSocket(server, target).next() == .opened) }
      let forged = try TestSocket(server, target, fields: [("X-Forwarded-For", "198.51.100.7")])
      #expect(try await forged.closeCode() == 4008)
    }
  }

  @Test func clientsOfOneProxyAreCountedApart() async throws {
    try await TestServer.run(configure: {
      $0.limits.connectsPerMinute = 1
      $0.trustedProxies = ["127.0.0.1"].compactMap(AddressBlock.init)
    }) { server in
      let dialog = try await server.openDialog()
      let target = "/ws/widget/dialogs/\(dialog)?\(server.widgetQuery("guest"))"
      for (address, isIn) in [("198.51.100.7", true), ("198.51.100.8", true), ("1.2.3.4, 198.51.100.8", false)] {
        let socket = try TestSocket(server, target, fields: [("X-Forwarded-For", address)])
        if isIn {
          #expect(try await socket.next() == .opened)
        } else {
          #expect(try await socket.closeCode() == 4008)
        }
      }
      // The log names the client, not the proxy.
      #expect(server.logs.all.contains { $0.contains("socket refused") && $0.contains("peer=198.51.100.8") })
      // Logins too.
      func login(_ address: String) async throws -> Int {
        try await server.call(
          .POST, "/api/login", json: #"{"username":"ann@example.com","password":"guess"}"#,
          headers: ["X-Forwarded-For": address]
        ).status
      }
      for _ in 0..<10 { #expect(try await login("198.51.100.7") == 401) }
      #expect(try await login("198.51.100.7") == 429)
      #expect(try await login("198.51.100.8") == 401)
    }
  }
}
