import ChatProtocol
import NIOCore
import NIOPosix
import Testing

@testable import Transport

extension LoopbackTests {
  @Suite("The network of HTTP calls") struct ClientNetworkTests {
    /// How a login over this network fails: the server of these tests knows none.
    private func failure(_ url: String, _ network: ClientNetwork) async throws -> APIFailure? {
      let api = ChatAPI(
        server: try ServerAddress(url), tokens: nil, network: network, group: MultiThreadedEventLoopGroup.singleton)
      let failure = await #expect(throws: APIFailure.self) { try await api.logIn(email: "a@b.test", password: "p") }
      await api.shutDown()
      return failure
    }

    @Test("Trusted by the same files; what is wrong with a certificate is said in words") func certificates()
      async throws
    {
      let network = ClientNetwork(tls: try TestAuthority.clientTLS())
      let cases: [(certificate: String, words: String?)] = [
        (TestAuthority.server, nil), (TestAuthority.expired, "its certificate expired on 2021-01-02"),
        (TestAuthority.otherName, "its certificate is for other.example, www.other.example, not for this host"),
      ]
      for (certificate, words) in cases {
        let server = try await TestServer(tls: TestAuthority.serverContext(certificate))
        let failure = try await failure("https://localhost:\(server.port)", network)
        if let words {
          #expect(failure == .unreachable("no secure connection to localhost: \(words)"))
        } else {
          guard case .malformed = failure else {
            Issue.record("\(String(describing: failure)) instead of an answer")
            continue
          }
        }
        try await server.close()
      }
    }

    @Test("A server that wants a client certificate says so") func clientCertificate() async throws {
      let context = try TestAuthority.serverContext(TestAuthority.server, requiringClient: true)
      let server = try await TestServer(tls: context)
      let network = ClientNetwork(tls: try TestAuthority.clientTLS())
      let failure = try await failure("https://localhost:\(server.port)", network)
      #expect(failure == .unreachable("no secure connection to localhost: it requires a client certificate"))
      try await server.close()
    }

    @Test("Through the same proxies, with the same exceptions", arguments: ["", "localhost"])
    func proxies(exceptions: String) async throws {
      let server = try await TestServer(tls: TestAuthority.serverContext())
      let proxy = try await TestProxy()
      let environment = ["https_proxy": "http://me:secret@localhost:\(proxy.port)", "no_proxy": exceptions]
      let network = ClientNetwork(
        tls: try TestAuthority.clientTLS(), proxies: try ProxyConfiguration(environment: environment))
      let failure = try await failure("https://localhost:\(server.port)", network)
      guard case .malformed = failure else {
        Issue.record("\(String(describing: failure)) instead of an answer")
        return
      }
      #expect(proxy.count == (exceptions.isEmpty ? 1 : 0))
      if exceptions.isEmpty {
        #expect(await proxy.requests.next()?.contains("CONNECT localhost:\(server.port) ") == true)
      }
      try await proxy.close()
      try await server.close()
    }

    @Test("A proxy that wants a password, and one that HTTP calls cannot use") func refusingProxies() async throws {
      let refusing = try await CannedServer { _ in
        Array("HTTP/1.1 407 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
      }
      var network = ClientNetwork()
      network.proxies.secure = try Proxy("http://127.0.0.1:\(refusing.port)")
      #expect(
        try await failure("https://server.test", network)
          == .unreachable("the proxy 127.0.0.1:\(refusing.port) wants a user name and a password, or others (HTTP 407)")
      )
      network.proxies.secure = try Proxy("https://proxy.test")
      guard case .unreachable(let reason) = try await failure("https://server.test", network) else {
        Issue.record("not refused")
        return
      }
      #expect(reason.contains("proxy.test:443"))
      try await refusing.close()
    }
  }
}
