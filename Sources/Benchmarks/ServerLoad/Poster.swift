/// A connection that posts one message after another, each when the one before is answered.
final class Poster {
  let connection: Connection
  private var buffer = [UInt8](repeating: 0, count: 16 << 10)
  private var answer: [UInt8] = []

  init(port: UInt16) throws {
    connection = try Connection(port: port)
  }

  /// Takes what has come.
  ///
  /// - Returns: whether the answer is whole.
  func receive() throws -> Bool {
    let count = try connection.receive(into: &buffer)
    // Bytes and no strings: the load shares the processors with what it measures.
    answer += buffer[..<count]
    guard let end = Self.endOfHead(answer) else { return false }
    guard answer.starts(with: Self.success), let length = Self.contentLength(answer[..<end]) else {
      throw LoadError(description: "a post was answered with \(String(decoding: answer, as: UTF8.self))")
    }
    guard answer.count - end >= length else { return false }
    answer.removeAll(keepingCapacity: true)
    return true
  }

  private static let success = Array("HTTP/1.1 200".utf8)
  private static let lengthField = Array("\r\ncontent-length:".utf8)

  /// Where the body begins; nil if the head is not whole.
  private static func endOfHead(_ answer: [UInt8]) -> Int? {
    answer.withUnsafeBufferPointer { bytes in
      var index = 3
      while index < bytes.count {
        if bytes[index] == 10, bytes[index - 1] == 13, bytes[index - 2] == 10, bytes[index - 3] == 13 {
          return index + 1
        }
        // Behind a byte that is no part of an end comes none within three bytes.
        index += bytes[index] == 13 || bytes[index] == 10 ? 1 : 4
      }
      return nil
    }
  }

  private static func contentLength(_ head: ArraySlice<UInt8>) -> Int? {
    head.withUnsafeBufferPointer { bytes in
      let name = lengthField
      var start = 0
      while start + name.count < bytes.count {
        if bytes[start] == 13, name.indices.allSatisfy({ bytes[start + $0] | 0x20 == name[$0] | 0x20 }) {
          let digits = bytes[(start + name.count)...].drop { $0 == 32 }.prefix { $0 >= 48 && $0 <= 57 }
          return digits.isEmpty ? nil : digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        }
        start += 1
      }
      return nil
    }
  }
}

/// A request that posts a message; made once for each dialog, and given a number for each message.
///
/// The message's text is `#NUMBER~` and what a helper would write.
struct PostRequest {
  private(set) var bytes: [UInt8]
  private let places: [Int]

  /// - Parameter clientID: what the client ids begin with.
  init(dialog: Int, token: String, clientID: String) {
    let digits = String(repeating: "0", count: Mark.digits)
    let body = """
      {"sender":"manager","text":"#\(digits)~ Thank you for your patience, I am looking at your order right now.",\
      "client_id":"\(clientID)-\(digits)"}
      """
    bytes = Array(
      """
      POST /api/dialogs/\(dialog)/messages HTTP/1.1\r
      Host: localhost\r
      Content-Type: application/json\r
      Content-Length: \(body.utf8.count)\r
      Authorization: Bearer \(token)\r
      \r
      \(body)
      """.utf8)
    let mark = Array(digits.utf8)
    // From the body on: a token may have any digits.
    var places: [Int] = []
    var index = bytes.count - body.utf8.count
    while index + mark.count <= bytes.count {
      if bytes[index..<index + mark.count].elementsEqual(mark) {
        places.append(index)
        index += mark.count
      } else {
        index += 1
      }
    }
    self.places = places
  }

  mutating func setNumber(_ number: Int) {
    for place in places {
      var rest = number
      for index in (place..<place + Mark.digits).reversed() {
        bytes[index] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      }
    }
  }
}
