import Testing

/// Requests to open a WebSocket that no server may accept, as bytes, for both of the server's ways to read them.
enum HostileHeads {
  struct Head: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]

    init(_ name: String, _ text: String) {
      testDescription = name
      bytes = Array(text.utf8)
    }
  }

  /// A sound request with a line before its end, or with one line changed.
  private static func request(adding line: String = "", replacing old: String = "\0", by new: String = "") -> String {
    let sound =
      "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    let changed = sound.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false).joined(separator: new)
    return changed + line + "\r\n"
  }

  static let all: [Head] = [
    Head("both framings of a body", request(adding: "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")),
    Head("a body", request(adding: "Content-Length: 5\r\n") + "hello"),
    Head("a body without end", request(adding: "Content-Length: 999999999999\r\n")),
    Head("a chunked body", request(adding: "Transfer-Encoding: chunked\r\n") + "5\r\nhello\r\n0\r\n\r\n"),
    Head("a body in an unknown coding", request(adding: "Transfer-Encoding: xchunked\r\n")),
    Head("two lengths", request(adding: "Content-Length: 0\r\nContent-Length: 5\r\n")),
    Head("a length with a sign", request(adding: "Content-Length: +5\r\n")),
    Head("two Hosts", request(adding: "Host: y\r\n")),
    Head("no Host", request(replacing: "Host: x\r\n")),
    Head("two keys", request(adding: "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")),
    Head("a key of 15 bytes", request(replacing: "dGhlIHNhbXBsZSBub25jZQ==", by: "AAAAAAAAAAAAAAAAAAAA")),
    Head("a key with junk", request(replacing: "jZQ==", by: "jZQ==x")),
    Head("two versions", request(adding: "Sec-WebSocket-Version: 13\r\n")),
    Head("a list of versions", request(replacing: ": 13", by: ": 8, 13")),
    Head("a space before the colon", request(adding: "X : y\r\n")),
    Head("a tab before the colon", request(adding: "X\t: y\r\n")),
    Head("a name that is no token", request(adding: "X(y): z\r\n")),
    Head("an empty name", request(adding: ": z\r\n")),
    Head("no colon", request(adding: "X\r\n")),
    Head("a folded line", request(adding: "X: y\r\n z\r\n")),
    Head("a folded line, by a tab", request(adding: "X: y\r\n\tz\r\n")),
    Head("a folded Upgrade", request(replacing: "Upgrade: websocket", by: "Upgrade: h2c,\r\n websocket")),
    Head("NUL in a value", request(adding: "X: y\0z\r\n")),
    Head("NUL in a name", request(adding: "X\0: y\r\n")),
    Head("DEL in a value", request(adding: "X: y\u{7F}\r\n")),
    Head("a bare LF", request(adding: "X: y\n")),
    Head("a bare CR", request(adding: "X: y\rZ: z\r\n")),
    Head("CR twice", request(adding: "X: y\r\r\n")),
    Head("bare LFs alone", "GET /ws HTTP/1.1\nHost: x\n\n"),
    Head("an authority for a target", request(replacing: "GET /ws", by: "GET x:80")),
    Head("an asterisk for a target", request(replacing: "GET /ws", by: "GET *")),
    Head("another host's target", request(replacing: "GET /ws", by: "GET http://y/ws")),
    Head("a target with a fragment", request(replacing: "GET /ws", by: "GET /ws#x")),
    Head("a target with a space", request(replacing: "GET /ws", by: "GET /w s")),
    Head("another method", request(replacing: "GET", by: "POST")),
    Head("an unknown method", request(replacing: "GET", by: "BREW")),
    Head("CONNECT", request(replacing: "GET /ws", by: "CONNECT x:80")),
    Head("HTTP/1.0", request(replacing: "HTTP/1.1", by: "HTTP/1.0")),
    Head("HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    Head("TLS to a plain port", "\u{16}\u{3}\u{1}\0\u{5}hello\r\n\r\n"),
    Head("too many bytes", request(adding: "X: " + String(repeating: "y", count: 70_000) + "\r\n")),
    Head("too many fields", request(adding: String(repeating: "X: y\r\n", count: 1000))),
  ]
}
