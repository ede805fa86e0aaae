@testable import WebSocket

/// What a connection must make of the bytes it receives, by a second reading of RFC 6455, section 5 to 8, over all
/// of them at once.
struct ReferenceReading {
  /// What must be reported, in this order; the round trip of pongs is left out.
  private(set) var events: [WebSocketConnection.Event] = []
  /// The codes to fail with, if the bytes hold a fault that no end can overlook: one for each rule broken there.
  private(set) var failureCodes: Set<CloseCode> = []
  /// Whether a frame is cut at the bytes' end: an end that looks closely may fail it already.
  private(set) var isCut = false
  /// Whether it ends before the bytes do, at a compressed message: it cannot inflate.
  private(set) var hasGivenUp = false

  private var opcode: UInt8?
  private var message: [UInt8] = []
  private let limit: Int
  private let frameLimit: Int
  private let mayBeCompressed: Bool

  init(
    _ wire: [UInt8], role: WebSocketConnection.Role, configuration: WebSocketConnection.Configuration,
    mayBeCompressed: Bool
  ) {
    self.mayBeCompressed = mayBeCompressed
    limit = configuration.maximumMessageSize
    frameLimit = configuration.maximumFrameSize ?? .max
    var rest = wire[...]
    while failureCodes.isEmpty, !hasClosed, !rest.isEmpty {
      guard let header = ReferenceFrame(rest) else {
        isCut = true
        return
      }
      hasGivenUp = mayBeCompressed && header.reserved == 4
      if hasGivenUp { return }
      failureCodes = faults(of: header, role: role)
      guard failureCodes.isEmpty else { return }
      guard let payload = header.payload(in: rest) else {
        isCut = true
        return
      }
      take(header, payload)
      rest = rest.dropFirst(header.headerSize + payload.count)
    }
  }

  private var hasClosed: Bool {
    if case .closeReceived = events.last { return true }
    return false
  }

  private func faults(of header: ReferenceFrame, role: WebSocketConnection.Role) -> Set<CloseCode> {
    var codes: Set<CloseCode> = []
    if header.isFaulty(expectsMask: role == .server, allowsRSV1: false) { codes.insert(.protocolError) }
    guard !header.isControl else { return codes }
    if (header.opcode == 0) != (opcode != nil) { codes.insert(.protocolError) }
    if header.length > min(frameLimit, limit - message.count) { codes.insert(.messageTooBig) }
    return codes
  }

  private mutating func take(_ header: ReferenceFrame, _ payload: [UInt8]) {
    switch header.opcode {
    case 8: takeClose(payload)
    case 9: events.append(.ping(payload))
    case 10: events.append(.pong(roundTrip: nil))
    default:
      opcode = header.opcode == 0 ? opcode : header.opcode
      message += payload
      if header.isFinal {
        finishMessage()
      } else if opcode == 1, !mayBecomeText(message[...]) {
        failureCodes = [.invalidPayload]
      }
    }
  }

  private mutating func finishMessage() {
    if opcode == 2 {
      events.append(.binary(message))
    } else if let text = TextMessage(message) {
      events.append(.text(text))
    } else {
      failureCodes = [.invalidPayload]
    }
    opcode = nil
    message = []
  }

  private mutating func takeClose(_ payload: [UInt8]) {
    guard !payload.isEmpty else { return events.append(.closeReceived(.empty)) }
    guard payload.count > 1 else { return failureCodes = [.protocolError] }
    let code = CloseCode(rawValue: UInt16(payload[0]) * 256 + UInt16(payload[1]))
    guard
      [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014].contains(code.rawValue)
        || 3000..<5000 ~= code.rawValue
    else { return failureCodes = [.protocolError] }
    guard let reason = String(validating: payload[2...], as: UTF8.self) else { return failureCodes = [.invalidPayload] }
    events.append(.closeReceived(CloseFrame(code, reason: reason)))
  }
}

extension TextMessage {
  /// By the standard library's judgement, not the module's.
  fileprivate init?(_ bytes: [UInt8]) {
    guard let string = String(validating: bytes, as: UTF8.self) else { return nil }
    self.init(string)
  }
}
