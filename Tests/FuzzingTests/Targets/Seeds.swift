@testable import WebSocket

extension FuzzTarget {
  /// Inputs worth beginning with: one of each kind of conversation, so that a fuzzer need not find out by itself
  /// what a frame or a header is.
  var seeds: [[UInt8]] {
    switch self {
    case .frame: FrameSeeds.headers
    case .utf8: FrameSeeds.texts
    case .server: ConnectionSeeds.all(for: .server)
    case .client: ConnectionSeeds.all(for: .client)
    case .answer: HandshakeSeeds.answers
    case .request: HandshakeSeeds.requests
    case .tunnel: HandshakeSeeds.tunnels
    case .negotiation: DeflateSeeds.elements
    case .inflate: DeflateSeeds.payloads
    case .deflate: DeflateSeeds.messages
    }
  }
}

/// Frames made by hand, free to break every rule.
enum FrameSeeds {
  static func frame(
    _ opcode: UInt8, _ payload: [UInt8], fin: Bool = true, rsv: UInt8 = 0, key: [UInt8]?, lengthSize: Int? = nil,
    length: UInt64? = nil
  ) -> [UInt8] {
    let length = length ?? UInt64(payload.count)
    let size = lengthSize ?? (length < 126 ? 0 : length < 65536 ? 2 : 8)
    let short = size == 0 ? UInt8(length) : size == 2 ? 126 : 127
    let extended = (0..<size).reversed().map { UInt8(truncatingIfNeeded: length >> UInt64(8 * $0)) }
    let masked = key.map { key in payload.enumerated().map { $1 ^ key[$0 % 4] } } ?? payload
    return [(fin ? 0x80 : 0) | rsv << 4 | opcode, (key == nil ? 0 : 0x80) | short] + extended + (key ?? []) + masked
  }

  static var headers: [[UInt8]] {
    let keys: [[UInt8]?] = [nil, [0, 0, 0, 0], [0x37, 0xFA, 0x21, 0x3D]]
    return keys.flatMap { key in
      let decisions: [UInt8] = [key == nil ? 0 : 1, key == nil ? 0x32 : 0xF3]
      let wires: [[UInt8]] = [
        frame(1, Array("Hello".utf8), key: key) + frame(9, [], key: key) + frame(8, [3, 232], key: key),
        frame(2, Array(repeating: 7, count: 300), key: key), frame(2, [], key: key, length: 1 << 40),
        frame(1, [], fin: false, key: key) + frame(0, [0x61], key: key),
        frame(2, [], key: key, lengthSize: 8, length: 1 << 63), frame(2, [], key: key, lengthSize: 2, length: 5),
        frame(2, [7], key: key, length: 70_000), frame(3, [], key: key),
        frame(1, [], rsv: 4, key: key), frame(10, [1], rsv: 2, key: key), frame(9, [], fin: false, key: key),
      ]
      return wires.flatMap { wire in decisions.map { wire + [$0] } }
    }
  }

  static var texts: [[UInt8]] {
    let texts: [[UInt8]] = [
      Array("κόσμε, 😀, plain and longer than thirty-two bytes of nothing but ASCII".utf8), [0xED, 0xA0, 0x80],
      [0xC0, 0xAF], [0xF4, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
      [0xF0, 0x90, 0x80], [0xFF], [0x80],
    ]
    return texts.flatMap { text in [text + [0], Array("0123456789".utf8) + text + [2]] }
  }
}

/// Handshakes, sound and not.
enum HandshakeSeeds {
  private static func head(_ lines: [String]) -> [UInt8] { Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) }

  static var requests: [[UInt8]] {
    let sound = [
      "GET /chat?token=1 HTTP/1.1", "Host: example.org:8080", "Upgrade: WebSocket", "Connection: keep-alive, Upgrade",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
    ]
    let more = [
      [], ["Sec-WebSocket-Protocol: chat, superchat"], ["Origin: https://example.org", "Cookie: a=b"],
      ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"], ["Content-Length: 5"],
      ["Transfer-Encoding: chunked"], ["Host: twice"], [" folded"], ["X: \u{0}"], ["Sec-WebSocket-Key: AA=="],
      ["X-Long: " + String(repeating: "a", count: 300)],
    ]
    let complete = more.map { head(sound + $0) }
    let lacking = sound.indices.map { index in head(Array(sound[..<index] + sound[(index + 1)...])) }
    let odd = [head(["POST / HTTP/1.1", "Host: a"]), head(["GET / HTTP/1.0"]), Array("GET /\n\n".utf8)]
    let decisions: [[UInt8]] = [[0, 0x20], [40, 3, 2, 0xFF]]
    return (complete + lacking + odd).flatMap { request in decisions.map { request + $0 } }
  }

  static var tunnels: [[UInt8]] {
    let answers: [[UInt8]] = [
      head(["HTTP/1.1 200 Connection established"]) + Array("HTTP/1.1 101".utf8), head(["HTTP/1.0 200 OK", "Via: x"]),
      head(["HTTP/1.1 407 Proxy Authentication Required", "Proxy-Authenticate: Basic", "Content-Length: 2"]) + [
        1, 2, 3,
      ],
      head(["HTTP/1.1 204 x", "Content-Length: 5"]) + [1], head(["HTTP/1.1 100 Continue"]) + head(["HTTP/1.1 299 a"]),
      head(["HTTP/1.1 502 Bad Gateway", "Transfer-Encoding: chunked"]) + Array("2\r\nno\r\n0\r\n\r\n".utf8),
      head(["HTTP/1.1 101 Switching Protocols"]), head(["HTTP/1.1 301 Moved", "Location: /"]) + Array("body".utf8),
    ]
    return answers.flatMap { answer in [answer + [0], answer + [17, 1, 2, 3]] }
  }

  static var answers: [[UInt8]] {
    let sound = [
      "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
      "Sec-WebSocket-Accept: \(answerProof)",
    ]
    let answers: [[UInt8]] = [
      head(sound) + [0x81, 2, 0x68, 0x69], head(sound + ["Sec-WebSocket-Protocol: chat"]),
      head(sound + ["Sec-WebSocket-Protocol: other"]), head(sound + ["Sec-WebSocket-Extensions: permessage-deflate"]),
      head(Array(sound.dropLast())), head(["HTTP/1.1 103 Early Hints", "Link: </a>"]) + head(sound),
      head(["HTTP/1.1 401 Unauthorized", "WWW-Authenticate: Basic", "Content-Length: 4"]) + Array("body".utf8),
      head(["HTTP/1.1 503 Service Unavailable", "Retry-After: 30", "Transfer-Encoding: chunked"])
        + Array("5\r\nhello\r\n3;x=y\r\n, w\r\n0\r\n\r\n".utf8),
      head(["HTTP/1.0 404 Not Found"]) + Array("until the end".utf8), head(["HTTP/1.1 204 No Content"]),
      head(["HTTP/1.1 302 Found", "Location: ws://example.org/", "Content-Length: 0"]), Array("SSH-2.0-x\r\n".utf8),
    ]
    return answers.flatMap { answer in [answer + [0], answer + [17, 1, 2, 3]] }
  }
}
