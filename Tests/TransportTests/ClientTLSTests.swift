import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Testing
import WebSocket

@testable import Transport

@Suite("Certificates") struct CertificateSummaryTests {
  private func der(_ pem: String) throws -> [UInt8] {
    try NIOSSLCertificate(bytes: Array(pem.utf8), format: .pem).toDERBytes()
  }

  @Test("Issuer and names are read") func summary() throws {
    let other = try #require(CertificateSummary(der: try der(TestAuthority.otherName)))
    #expect(other.issuer == "ChatAI test authority")
    #expect(!other.isSelfIssued)
    #expect(other.names == ["other.example", "www.other.example"])
    let client = try #require(CertificateSummary(der: try der(TestAuthority.client)))
    #expect(client.names == ["operator"])
    #expect(CertificateSummary(der: try der(TestCertificate.certificate))?.isSelfIssued == true)
  }

  @Test("No cut and no flipped byte makes the reader read beyond its bytes") func mutations() throws {
    let whole = try der(TestAuthority.server)
    for count in whole.indices { #expect(CertificateSummary(der: Array(whole[..<count])) == nil) }
    for index in whole.indices {
      for byte: UInt8 in [0x00, 0x7F, 0x80, 0x84, 0xFF] {
        var changed = whole
        changed[index] = byte
        if let summary = CertificateSummary(der: changed) { #expect(summary.names.count <= whole.count) }
      }
    }
  }
}

extension LoopbackTests {
  @Suite("TLS of the client") struct ClientTLSTests {
    private func server(
      _ certificate: String, key: String = TestAuthority.serverKey, requiringClient: Bool = false
    ) async throws -> TestServer {
      try await TestServer(
        tls: try TestAuthority.serverContext(certificate, key: key, requiringClient: requiringClient))
    }

    /// A folder with files of these contents, for as long as `body` takes.
    private func withFiles<Value>(_ files: [String: String], _ body: (String) async throws -> Value) async throws
      -> Value
    {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      for (name, text) in files {
        try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
      }
      return try await body(folder.path + "/")
    }

    private func failure(_ client: TestClient) async -> (host: String, reason: TLSFailure)? {
      guard case .tls(let host, let reason) = await client.failed() else { return nil }
      return (host, reason)
    }

    @Test("A name and an address of a trusted certificate", arguments: ["localhost", "127.0.0.1"])
    func trusted(host: String) async throws {
      try await withFiles(["ca": TestAuthority.certificate]) { folder in
        let server = try await server(TestAuthority.server)
        let client = try TestClient("wss://\(host):\(server.port)/") {
          $0.tls = try? ClientTLS(trustingFile: folder + "ca")
        }
        #expect(await client.opened() == "")
        client.handle.close()
        #expect(await client.closed()?.isClean == true)
        try await server.close()
      }
    }

    @Test("What is wrong with a certificate is said in words, with the host's name") func untrusted() async throws {
      try await withFiles(["ca": TestAuthority.certificate]) { folder in
        let ours = try ClientTLS(trustingFile: folder + "ca")
        let cases: [(certificate: String, key: String, tls: ClientTLS?, reason: TLSFailure, words: String)] = [
          (
            TestAuthority.expired, TestAuthority.serverKey, ours, .expired(since: 1_609_545_600),
            "its certificate expired on 2021-01-02"
          ),
          (
            TestAuthority.notYetValid, TestAuthority.serverKey, ours, .notYetValid(until: 4_704_825_600),
            "its certificate is not valid before 2119-02-03; is this machine's clock right?"
          ),
          (
            TestAuthority.otherName, TestAuthority.serverKey, ours,
            .wrongName(["other.example", "www.other.example"]),
            "its certificate is for other.example, www.other.example, not for this host"
          ),
          (
            TestAuthority.server, TestAuthority.serverKey, nil, .unknownAuthority(issuer: "ChatAI test authority"),
            "its certificate was issued by \"ChatAI test authority\", which is not trusted here"
          ),
          (
            TestCertificate.certificate, TestCertificate.key, ours, .selfSigned,
            "its certificate is self-signed and not among those trusted here"
          ),
        ]
        for (certificate, key, tls, reason, words) in cases {
          let server = try await server(certificate, key: key)
          let client = try TestClient("wss://localhost:\(server.port)/") { $0.tls = tls }
          let error = try #require(await client.failed())
          guard case .tls("localhost", reason) = error else {
            Issue.record("\(error) instead of \(reason)")
            continue
          }
          #expect(error.description == "no secure connection to localhost: \(words)")
          try await server.close()
        }
      }
    }

    @Test("No TLS behind the port, and TLS that ends") func noTLS() async throws {
      let plain = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(BadRequest()) }
        }
        .bind(host: "localhost", port: 0).get()
      let plainPort = try #require(plain.localAddress?.port)
      #expect(await failure(try TestClient("wss://localhost:\(plainPort)/"))?.reason == .notTLS)
      try await plain.close()
      let closing = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { $0.close() }.bind(host: "127.0.0.1", port: 0).get()
      let port = try #require(closing.localAddress?.port)
      let error = await TestClient.failed("wss://127.0.0.1:\(port)/")
      #expect(error?.contains("127.0.0.1") == true)
      try await closing.close()
    }

    @Test("A client certificate, in one file with its key or in two; without it the server refuses")
    func clientCertificate() async throws {
      let files = [
        "ca": TestAuthority.certificate, "certificate": TestAuthority.client, "key": TestAuthority.clientKey,
        "both": TestAuthority.client + "\n" + TestAuthority.clientKey,
      ]
      try await withFiles(files) { folder in
        let server = try await server(TestAuthority.server, requiringClient: true)
        let url = "wss://localhost:\(server.port)/"
        for (certificate, key) in [("certificate", "key"), ("both", nil)] {
          let tls = try ClientTLS(
            authorities: folder + "ca", certificate: folder + certificate, key: key.map { folder + $0 })
          let client = try TestClient(url) { $0.tls = tls }
          #expect(await client.opened() == "")
          client.handle.abort()
        }
        let stranger = try TestClient(url) { $0.tls = try? ClientTLS(trustingFile: folder + "ca") }
        #expect(await failure(stranger)?.reason == .alert("it requires a client certificate"))
        try await server.close()
      }
    }

    @Test("Files that are missing, empty, protected or do not match are named") func badFiles() async throws {
      let files = [
        "ca": TestAuthority.certificate, "certificate": TestAuthority.client, "other": TestAuthority.serverKey,
        "empty": "", "text": "hello",
      ]
      try await withFiles(files) { folder in
        let missing = ClientTLS.FileError.unreadable(path: folder + "none", reason: "No such file or directory")
        #expect(throws: missing) { try ClientTLS(trustingFile: folder + "none") }
        #expect(throws: missing) { try ClientTLS(certificate: folder + "none") }
        #expect(throws: missing) { try ClientTLS(certificate: folder + "certificate", key: folder + "none") }
        for name in ["empty", "text", "other"] {
          #expect(throws: ClientTLS.FileError.noCertificate(path: folder + name)) {
            try ClientTLS(trustingFile: folder + name)
          }
        }
        #expect(throws: ClientTLS.FileError.noKey(path: folder + "certificate")) {
          try ClientTLS(certificate: folder + "certificate")
        }
        #expect(
          throws: ClientTLS.FileError.keyMismatch(certificate: folder + "certificate", key: folder + "other")
        ) {
          try ClientTLS(certificate: folder + "certificate", key: folder + "other")
        }
      }
    }
  }
}

extension TestClient {
  /// The sentence with which a connection fails that nothing is changed for.
  fileprivate static func failed(_ url: String) async -> String? { await (try? TestClient(url))?.failed()?.description }
}

/// What a plain HTTP server says to TLS.
private final class BadRequest: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let answer = ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
  }
}
