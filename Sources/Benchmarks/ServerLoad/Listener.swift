#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What stands in each message's text: `#`, a number, `~`.
enum Mark {
  static let digits = 7
}

/// A WebSocket that listens to a dialog. It looks for the marks alone, so that it is the cheaper side.
final class Listener {
  let connection: Connection
  /// The place of its dialog among the run's.
  let dialog: Int
  /// How many messages have come.
  private(set) var count = 0
  private var number = 0
  /// How many digits of a mark were read; nil outside one.
  private var digits: Int?

  /// Opens the socket, and returns when it is open.
  init(port: UInt16, path: String, dialog: Int) throws {
    self.dialog = dialog
    connection = try Connection(port: port)
    try connection.send(
      Array(
        """
        GET \(path) HTTP/1.1\r
        Host: localhost\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        \r

        """.utf8))
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while answer.firstRange(of: Array("\r\n\r\n".utf8)) == nil {
      answer += buffer[..<(try connection.receive(into: &buffer, wait: true))]
    }
    guard answer.starts(with: Array("HTTP/1.1 101".utf8)) else {
      throw LoadError(description: "a socket was refused: \(String(decoding: answer, as: UTF8.self))")
    }
  }

  /// Takes what has come, and says each message's number.
  func receive(into buffer: inout [UInt8], _ body: (Int) -> Void) throws {
    let count = try connection.receive(into: &buffer)
    buffer.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      var offset = 0
      while offset < count {
        if digits == nil {
          // The library's search looks at many bytes at once.
          guard let mark = memchr(start + offset, Int32(UInt8(ascii: "#")), count - offset) else { return }
          offset = UnsafeRawPointer(mark) - start + 1
          (digits, number) = (0, 0)
        } else {
          read(bytes[offset], body)
          offset += 1
        }
      }
    }
  }

  private func read(_ byte: UInt8, _ body: (Int) -> Void) {
    guard let read = digits else { return }
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9") where read < Mark.digits:
      number = number * 10 + Int(byte - UInt8(ascii: "0"))
      digits = read + 1
    case UInt8(ascii: "~") where read == Mark.digits:
      count += 1
      digits = nil
      body(number)
    default: digits = nil
    }
  }
}
