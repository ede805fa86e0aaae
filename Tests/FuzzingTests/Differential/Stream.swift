import Foundation

@testable import WebSocket

/// Bytes that follow an opening handshake, for an end with a role, a limit and an agreement.
struct Stream: Encodable {
  struct Deflate: Encodable {
    var windowBits: Int
    var keepsContext: Bool
  }

  var role: String
  var limit: Int
  var deflate: Deflate?
  var wire: Data
  /// What was done to an innocent conversation.
  var kind: String
  /// The module's own form of `deflate`.
  var agreement: PermessageDeflate?

  private enum CodingKeys: CodingKey {
    case role, limit, deflate, wire
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(role, forKey: .role)
    try container.encode(limit, forKey: .limit)
    try container.encode(deflate, forKey: .deflate)
    try container.encode(wire, forKey: .wire)
  }
}

/// What an end made of a stream.
struct StreamVerdict: Decodable, Equatable {
  struct Event: Decodable, Equatable {
    var name: String
    /// Left out of pongs, of which the module tells only the round trip.
    var payload: Data
  }

  var events: [Event]
  /// The code the connection was failed with.
  var failure: UInt16?
  /// The close code and reason of RFC 6455, sections 7.1.5 and 7.1.6.
  var code: UInt16
  var reason: String
}

/// What the module makes of a stream, and at which frame.
struct ModuleVerdict {
  var verdict: StreamVerdict
  var violation: ProtocolViolation?
  /// The frame that was the last to be looked at; nil when not even its header is whole.
  var last: LastFrame?

  struct LastFrame {
    var header: ReferenceFrame
    /// Whether its payload is not all there.
    var isCut: Bool
    /// Whether a fragmented message is open before it, and the bytes of that on the wire.
    var isInsideMessage: Bool
    var messageSize: Int
    /// Whether it is data of a compressed message.
    var isCompressed: Bool
    /// Unmasked, if all of it is there.
    var payload: [UInt8]?
  }

  init(_ stream: Stream) throws {
    var configuration = WebSocketConnection.Configuration()
    configuration.maximumMessageSize = stream.limit
    var connection = WebSocketConnection(
      role: stream.role == "server" ? .server : .client, configuration: configuration, deflate: stream.agreement,
      now: .zero, generator: SeededGenerator())
    var events: [StreamVerdict.Event] = []
    var rest = [UInt8](stream.wire)[...]
    var isInsideMessage = false
    var messageSize = 0
    var isCompressed = false
    while !rest.isEmpty, connection.isOpen {
      // Frame by frame, to know where it stops.
      let header = ReferenceFrame(rest)
      let payload = header?.payload(in: rest)
      let size = header.flatMap { header in payload.map { header.headerSize + $0.count } } ?? rest.count
      if let header, header.opcode == 1 || header.opcode == 2 { isCompressed = header.reserved == 4 }
      last = header.map {
        LastFrame(
          header: $0, isCut: payload == nil, isInsideMessage: isInsideMessage, messageSize: messageSize,
          isCompressed: isCompressed && !$0.isControl, payload: payload)
      }
      var offset = 0
      let frame = Array(rest.prefix(size))
      while let event = connection.receive(frame.span.bytes, from: &offset, now: .zero) {
        if let event = StreamVerdict.Event(event) { events.append(event) }
      }
      rest = rest.dropFirst(size)
      if let header, !header.isControl {
        isInsideMessage = !header.isFinal
        messageSize = header.isFinal ? 0 : messageSize + (payload?.count ?? 0)
      }
    }
    guard case .ended(let ending)? = connection.transportEnded() else { throw BrokenInvariant(description: "no end") }
    if case .violation(let violation) = ending.cause { self.violation = violation }
    verdict = StreamVerdict(
      events: events, failure: violation?.closeCode.rawValue, code: ending.code.rawValue, reason: ending.reason)
  }
}

extension StreamVerdict.Event {
  init?(_ event: WebSocketConnection.Event) {
    switch event {
    case .text(let text): self.init(name: "text", payload: Data(text.utf8))
    case .binary(let bytes): self.init(name: "binary", payload: Data(bytes))
    case .ping(let payload): self.init(name: "ping", payload: Data(payload))
    case .pong: self.init(name: "pong", payload: Data())
    case .closeReceived, .ended: return nil
    }
  }
}
