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
    answer += buffer[..<count]
    guard let head = answer.firstRange(of: Array("\r\n\r\n".utf8)) else { return false }
    let text = String(decoding: answer[..<head.lowerBound], as: UTF8.self).lowercased()
    guard text.hasPrefix("http/1.1 200"), let length = Self.contentLength(text) else {
      throw LoadError(description: "a post was answered with \(String(decoding: answer, as: UTF8.self))")
    }
    guard answer.count - head.upperBound >= length else { return false }
    answer.removeAll(keepingCapacity: true)
    return true
  }

  private static func contentLength(_ head: String) -> Int? {
    head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
      .flatMap { Int($0.dropFirst("content-length:".count).drop { $0 == " " }) }
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
