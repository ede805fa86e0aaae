import Testing

@testable import WebSocket

@Suite("CONNECT (RFC 9110, section 9.3.6)") struct ConnectHandshakeTests {
  private func outcome(of answer: String, splitAt split: Int = 0) throws -> (ConnectHandshake.Outcome?, rest: String) {
    var handshake = try ConnectHandshake(host: "server.test", port: 443)
    let bytes = Array(answer.utf8)
    var offset = 0
    if split > 0, let early = try handshake.receive(Array(bytes[..<split]).span.bytes, from: &offset) {
      return (early, String(decoding: bytes[offset...], as: UTF8.self))
    }
    let rest = Array(bytes[split...])
    offset = 0
    let outcome = try handshake.receive(rest.span.bytes, from: &offset)
    return (outcome, String(decoding: rest[offset...], as: UTF8.self))
  }

  @Test(
    "The request",
    arguments: [
      ("server.test", 443, "server.test:443"), ("::1", 80, "[::1]:80"), ("10.0.0.1", 8080, "10.0.0.1:8080"),
    ])
  func request(host: String, port: Int, authority: String) throws {
    let plain = try ConnectHandshake(host: host, port: port)
    #expect(
      String(decoding: plain.requestBytes, as: UTF8.self)
        == "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n\r\n")
    let known = try ConnectHandshake(
      host: host, port: port, credentials: .init(user: "Aladdin", password: "open sesame"))
    #expect(
      String(decoding: known.requestBytes, as: UTF8.self)
        == "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n"
        + "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n")
  }

  @Test("A host that would break the request", arguments: ["a b", "a\r\nX", "bücher.test"])
  func invalidHost(host: String) {
    #expect(throws: HandshakeError.invalidTarget("\(host):80")) { try ConnectHandshake(host: host, port: 80) }
  }

  @Test(
    "A success opens the tunnel right behind its head, wherever it is cut",
    arguments: ["200 OK", "200", "204 No Content", "299 x"])
  func established(status: String) throws {
    let answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 \(status)\r\nContent-Length: 3\r\n\r\n"
    for split in 0...answer.utf8.count {
      let (outcome, rest) = try outcome(of: answer + "abc", splitAt: split)
      #expect(outcome == .established)
      #expect(rest.hasSuffix("abc"))
    }
  }

  @Test("A change of protocol that was not asked for is neither") func unaskedSwitch() {
    let error = HandshakeError.malformedHead("a change of protocol that nobody asked for (HTTP 101)")
    #expect(throws: error) { try outcome(of: "HTTP/1.1 101 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n") }
  }

  @Test("Anything else is a refusal, with its body", arguments: [301, 401, 403, 407, 500, 502])
  func refused(status: Int) throws {
    let answer = "HTTP/1.1 \(status) No\r\nProxy-Authenticate: Basic\r\nContent-Length: 3\r\n\r\nabc"
    let expected = HTTPRefusal(
      status: status, fields: HeaderFields([("Proxy-Authenticate", "Basic"), ("Content-Length", "3")]),
      body: Array("abc".utf8))
    for split in 0..<answer.utf8.count {
      #expect(try outcome(of: answer, splitAt: split).0 == .refused(expected))
    }
  }

  @Test(
    "Answers that are none",
    arguments: ["\r\n\r\n", "hello\r\n\r\n", "HTTP/1.1 200 OK\n\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/2 200\r\n\r\n"])
  func malformed(answer: String) {
    #expect(throws: HandshakeError.self) { try outcome(of: answer) }
  }

  @Test("An end before the answer, and one that ends a refusal") func end() throws {
    var handshake = try ConnectHandshake(host: "server.test", port: 443)
    #expect(throws: HandshakeError.truncated) { try handshake.receiveEnd() }
    var offset = 0
    let outcome = try handshake.receive(Array("HTTP/1.1 503 No\r\n\r\nbusy".utf8).span.bytes, from: &offset)
    #expect(outcome == nil)
    #expect(try handshake.receiveEnd() == .refused(HTTPRefusal(status: 503, body: Array("busy".utf8))))
  }
}
