@testable import WebSocket

typealias Event = WebSocketConnection.Event
typealias Ending = WebSocketConnection.Ending

/// The masking key of the frames these tests make.
let testKey: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

/// A frame made by hand, free to break every rule: the tests' own encoder, not the module's.
func frame(
  _ opcode: UInt8, _ payload: [UInt8] = [], fin: Bool = true, rsv: UInt8 = 0, masked: Bool = true,
  length: UInt64? = nil, lengthBytes: Int? = nil
) -> [UInt8] {
  let length = length ?? UInt64(payload.count)
  let width = lengthBytes ?? (length < 126 ? 0 : length < 65536 ? 2 : 8)
  var bytes: [UInt8] = [(fin ? 0x80 : 0) | rsv << 4 | opcode]
  bytes.append((masked ? 0x80 : 0) | (width == 0 ? UInt8(length) : width == 2 ? 126 : 127))
  for place in (0..<width).reversed() { bytes.append(UInt8(truncatingIfNeeded: length >> UInt64(8 * place))) }
  guard masked else { return bytes + payload }
  return bytes + testKey + payload.enumerated().map { $1 ^ testKey[$0 % 4] }
}

func close(_ code: UInt16, _ reason: [UInt8] = [], masked: Bool = true) -> [UInt8] {
  frame(8, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason, masked: masked)
}

func text(_ string: String) -> Event { .text(TextMessage(string)) }

/// Draws the same numbers each time.
struct CountingGenerator: RandomNumberGenerator, Sendable {
  var state: UInt64 = 0x3141_5926_5358_9793

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
  }
}

func connection(
  _ role: WebSocketConnection.Role, limit: Int = 1 << 20, frameLimit: Int? = nil,
  keepalive: WebSocketConnection.Keepalive? = nil
) -> WebSocketConnection {
  var configuration = WebSocketConnection.Configuration()
  configuration.maximumMessageSize = limit
  configuration.maximumFrameSize = frameLimit
  configuration.keepalive = keepalive
  return WebSocketConnection(
    role: role, configuration: configuration, now: .zero, generator: CountingGenerator())
}

extension WebSocketConnection {
  /// Feeds one read and collects what comes of it.
  mutating func feed(_ bytes: [UInt8], now: Duration = .zero) -> [Event] {
    var events: [Event] = []
    var offset = 0
    while let event = receive(bytes.span.bytes, from: &offset, now: now) { events.append(event) }
    #if DEBUG
      precondition(offset == bytes.count, "a read must be taken whole")
    #endif
    return events
  }

  /// Feeds the bytes in reads of `size`.
  mutating func feed(_ bytes: [UInt8], inReadsOf size: Int) -> [Event] {
    stride(from: 0, to: bytes.count, by: size).flatMap { feed(Array(bytes[$0..<min($0 + size, bytes.count)])) }
  }

  /// What is to be written.
  mutating func takeOutput() -> [UInt8] {
    var bytes: [UInt8] = []
    _ = drainOutput { span in span.withUnsafeBytes { bytes += $0 } }
    return bytes
  }
}

/// How a connection ended, if this event is its end.
func ending(_ event: Event?) -> Ending? {
  guard case .ended(let ending) = event else { return nil }
  return ending
}

/// Writes out, and tells the connection when that was.
func flush(_ end: inout WebSocketConnection, at now: Duration) -> [PlainFrame] {
  var bytes: [UInt8] = []
  let mark = end.drainOutput { span in span.withUnsafeBytes { bytes += $0 } }
  if let mark { end.pingsLeft(mark, now: now) }
  return PlainFrame.parse(bytes)
}

/// The frames in `bytes`, decoded by hand.
struct PlainFrame: Equatable {
  var fin: Bool
  var opcode: UInt8
  var masked: Bool
  var payload: [UInt8]

  static func parse(_ bytes: [UInt8]) -> [PlainFrame] {
    var frames: [PlainFrame] = []
    var rest = bytes[...]
    while rest.count >= 2 {
      let first = rest.removeFirst()
      let second = rest.removeFirst()
      var length = Int(second & 0x7F)
      if length >= 126 {
        let width = length == 126 ? 2 : 8
        length = rest.prefix(width).reduce(0) { $0 << 8 | Int($1) }
        rest.removeFirst(width)
      }
      let masked = second & 0x80 != 0
      let key = masked ? Array(rest.prefix(4)) : [0, 0, 0, 0]
      if masked { rest.removeFirst(4) }
      let payload = rest.prefix(length).enumerated().map { $1 ^ key[$0 % 4] }
      rest.removeFirst(length)
      frames.append(PlainFrame(fin: first & 0x80 != 0, opcode: first & 0x0F, masked: masked, payload: payload))
    }
    return frames
  }
}
