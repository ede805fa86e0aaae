/// An event of a server-sent event stream.
struct ServerSentEvent: Sendable, Hashable {
  /// The event's type; empty for a plain message.
  var type = ""
  /// Its `data` lines, joined with line feeds.
  var data: String
}

/// Reads a server-sent event stream (WHATWG HTML, section 9.2.6) bit by bit, without I/O: any split of the bytes gives
/// the same events.
struct EventStreamParser: Sendable {
  /// How much a server may send.
  struct Limits: Sendable, Hashable {
    /// Bytes of one line, its end left out.
    var line = 1 << 16
    /// Bytes of the whole stream.
    var stream = 1 << 20
  }

  /// Why the stream cannot be read on.
  enum Failure: Error, Hashable {
    case lineTooLong
    case streamTooLong
  }

  private let limits: Limits
  private var line: [UInt8] = []
  private var type = ""
  private var data: [UInt8]?
  private var count = 0
  private var isFirstLine = true
  /// A line feed behind a carriage return ends no second line.
  private var skipsLineFeed = false

  init(limits: Limits = Limits()) {
    self.limits = limits
  }

  /// Takes the next bytes and gives the events that they complete. What is no complete event when the stream ends is
  /// none, as the standard has it.
  mutating func read(_ bytes: some Sequence<UInt8>) throws(Failure) -> [ServerSentEvent] {
    var events: [ServerSentEvent] = []
    for byte in bytes {
      count += 1
      guard count <= limits.stream else { throw .streamTooLong }
      let isSecondHalf = skipsLineFeed && byte == UInt8(ascii: "\n")
      skipsLineFeed = byte == UInt8(ascii: "\r")
      if isSecondHalf { continue }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        if let event = endLine() { events.append(event) }
      } else {
        guard line.count < limits.line else { throw .lineTooLong }
        line.append(byte)
      }
    }
    return events
  }

  private mutating func endLine() -> ServerSentEvent? {
    defer { line.removeAll(keepingCapacity: true) }
    if isFirstLine {
      isFirstLine = false
      if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    }
    guard !line.isEmpty else { return dispatch() }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    var value = line[colon...].dropFirst()
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    // A line that begins with a colon is a comment, and has no name; `id` and `retry` are for those who reconnect.
    switch String(decoding: line[..<colon], as: UTF8.self) {
    case "data":
      // The line feed stands between two lines, and not behind the last.
      data = data.map { $0 + [UInt8(ascii: "\n")] + value } ?? Array(value)
    case "event":
      type = String(decoding: value, as: UTF8.self)
    default:
      break
    }
    return nil
  }

  private mutating func dispatch() -> ServerSentEvent? {
    defer { (data, type) = (nil, "") }
    return data.map { ServerSentEvent(type: type, data: String(decoding: $0, as: UTF8.self)) }
  }
}
