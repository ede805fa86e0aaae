/// Reads the body of a refusal, up to a bound, in each of HTTP/1.1's framings (RFC 9112, section 6.3).
struct RefusalBody: Sendable {
  private enum Framing {
    case counted(remaining: Int)
    case chunked(Chunk)
    case untilEnd
    case done
  }

  private enum Chunk {
    case size
    case data(remaining: Int)
    case dataEnd

    var isSize: Bool {
      if case .size = self { return true }
      return false
    }
  }

  private(set) var bytes: [UInt8] = []
  private var framing: Framing
  private var line: [UInt8] = []
  private let limit: Int

  init(status: Int, fields: HeaderFields, limit: Int) {
    self.limit = limit
    if status == 204 || status == 304 {
      framing = .done
    } else if fields.list("Transfer-Encoding", contains: "chunked") {
      framing = .chunked(.size)
    } else if let length = RefusalBody.contentLength(of: fields) {
      framing = length > 0 ? .counted(remaining: length) : .done
    } else {
      framing = .untilEnd
    }
  }

  /// Nil unless all lines of that header agree on one number.
  private static func contentLength(of fields: HeaderFields) -> Int? {
    let values = fields.values(of: "Content-Length")
    guard let first = values.first, ASCII.isNumber(first), values.allSatisfy({ $0 == first }) else { return nil }
    return Int(first)
  }

  /// Whether no more is to come, or as much as is kept has come.
  var isComplete: Bool {
    if case .done = framing { return true }
    return bytes.count >= limit
  }

  mutating func receive(_ input: UnsafeRawBufferPointer, _ offset: inout Int) {
    while offset < input.count, !isComplete {
      switch framing {
      case .counted(let remaining):
        let taken = take(input, &offset, atMost: remaining)
        framing = taken == remaining ? .done : .counted(remaining: remaining - taken)
      case .chunked(.data(let remaining)):
        let taken = take(input, &offset, atMost: remaining)
        framing = .chunked(taken == remaining ? .dataEnd : .data(remaining: remaining - taken))
      case .chunked(let stage):
        receiveChunkLine(input[offset], isSize: stage.isSize)
        offset += 1
      case .untilEnd:
        _ = take(input, &offset, atMost: .max)
      case .done:
        return
      }
    }
  }

  private mutating func take(_ input: UnsafeRawBufferPointer, _ offset: inout Int, atMost count: Int) -> Int {
    let taken = min(count, input.count - offset, limit - bytes.count)
    bytes.append(contentsOf: input[offset..<offset + taken])
    offset += taken
    return taken
  }

  /// The line that says a chunk's size, or the empty one behind its data. What makes no sense ends the body: the
  /// connection is over anyway, and what has been read is worth showing.
  private mutating func receiveChunkLine(_ byte: UInt8, isSize: Bool) {
    guard byte == UInt8(ascii: "\n") else {
      line.append(byte)
      if line.count > 1024 { framing = .done }
      return
    }
    defer { line.removeAll() }
    guard isSize else {
      framing = .chunked(.size)
      return
    }
    let digits = String(decoding: line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    guard digits.first?.isHexDigit == true, let size = Int(digits, radix: 16), size > 0 else {
      framing = .done
      return
    }
    framing = .chunked(.data(remaining: size))
  }
}
