import Testing

@testable import Transport

@Suite("RFC 6455 section 3, addresses") struct WebSocketURLTests {
  @Test(
    "What is understood",
    arguments: [
      ("ws://example.com", "example.com", 80, "/", "example.com"),
      ("ws://example.com:80/a", "example.com", 80, "/a", "example.com"),
      ("wss://example.com/a?b=c#d", "example.com", 443, "/a?b=c", "example.com"),
      ("WSS://example.com:8443?b", "example.com", 8443, "/?b", "example.com:8443"),
      ("ws://[::1]:9001/", "::1", 9001, "/", "[::1]:9001"),
      ("ws://[fe80::1]", "fe80::1", 80, "/", "[fe80::1]"),
      ("ws://127.0.0.1:65535/x/y", "127.0.0.1", 65535, "/x/y", "127.0.0.1:65535"),
      ("ws://h/?token=a%20b", "h", 80, "/?token=a%20b", "h"),
    ])
  func understood(text: String, host: String, port: Int, target: String, authority: String) throws {
    let url = try WebSocketURL(text)
    #expect(url.isSecure == text.lowercased().hasPrefix("wss"))
    #expect((url.host, url.port) == (host, port))
    #expect((url.target, url.authority) == (target, authority))
  }

  @Test(
    "What is not, and why",
    arguments: [
      ("", .scheme("")), ("example.com", .scheme("example.com")), ("http://h", .scheme("http")),
      ("ws:/h", .scheme("ws:/h")), ("ws://", .host("")), ("ws://:80", .host(":80")), ("ws://h:", .port("")),
      ("ws://h:0", .port("0")), ("ws://h:65536", .port("65536")), ("ws://h:-1", .port("-1")),
      ("ws://h:99999999999999999999", .port("99999999999999999999")), ("ws://h:8o", .port("8o")),
      ("ws://u:p@h/", .userInfo), ("ws://a b/", .host("a b")), ("ws://h\r\nX: y/", .host("h\r\nX: y")),
      ("ws://[::1", .host("[::1")), ("ws://[]", .host("[]")), ("ws://[a]", .host("[a]")),
      ("ws://h/a b", .target("/a b")), ("ws://h/\r\nX: y", .target("/\r\nX: y")), ("ws://h/é", .target("/é")),
    ] as [(String, WebSocketURL.ParseError)])
  func refused(text: String, error: WebSocketURL.ParseError) {
    #expect(throws: error) { _ = try WebSocketURL(text) }
  }
}
