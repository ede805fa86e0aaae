@testable import WebSocket

/// All that can be seen of a connection from outside, from its beginning to its end.
struct ConnectionHistory: Equatable {
  /// What its owner sent and it took.
  enum Sent: Equatable {
    case text(TextMessage), binary([UInt8]), ping([UInt8]), pong([UInt8])

    var isControl: Bool {
      switch self {
      case .text, .binary: false
      case .ping, .pong: true
      }
    }
  }

  private(set) var events: [WebSocketConnection.Event] = []
  private(set) var ending: WebSocketConnection.Ending?
  private(set) var deadlines: [Duration?] = []
  private(set) var directives: [WebSocketConnection.TransportDirective] = []
  /// The owner's messages and the answers that were due, in their order; a ping's payload is left out.
  var sent: [Sent] = []
  var output: [UInt8] = []
  var isClosedByOwner = false
  /// Whether nothing but the bytes could have ended it.
  var hasReadAll = false

  mutating func note(_ event: WebSocketConnection.Event) {
    if case .ended(let ending) = event {
      self.ending = ending
    } else {
      events.append(event)
    }
    if case .ping(let payload) = event, !isClosedByOwner { sent.append(.pong(payload)) }
  }

  mutating func note(deadline: Duration?, directive: WebSocketConnection.TransportDirective) {
    deadlines.append(deadline)
    directives.append(directive)
  }

  /// What was received is what the reference finds in the bytes.
  func checkReceived(_ reference: ReferenceReading) throws(BrokenInvariant) {
    let received = events.map { event in
      if case .pong = event { WebSocketConnection.Event.pong(roundTrip: nil) } else { event }
    }
    guard let ending else { throw BrokenInvariant(description: "no end: \(self)") }
    let isSame =
      hasReadAll
      ? received.starts(with: reference.events) && (reference.hasGivenUp || received.count == reference.events.count)
      : received.starts(with: reference.events.prefix(received.count))
        && (reference.hasGivenUp || received.count <= reference.events.count)
    try invariant(isSame, "\(received) received of \(reference)")
    if reference.hasGivenUp { return }
    if case .violation(let violation) = ending.cause {
      try invariant(
        reference.isCut || reference.failureCodes.contains(violation.closeCode), "\(violation) in \(reference)")
      try invariant(isClosedByOwner || ending.sent?.code == violation.closeCode, "\(violation) was said in \(ending)")
    } else if hasReadAll {
      try invariant(reference.failureCodes.isEmpty, "\(ending) of \(reference)")
    }
    var closed: CloseFrame?
    if case .closeReceived(let frame)? = events.last { closed = frame }
    try invariant(ending.received == closed, "\(ending) after \(events)")
    try invariant(!ending.isClean || ending.received != nil && ending.sent != nil, "\(ending) is clean")
  }

  /// What was sent are sound frames of what was to be sent, and a Close frame at their end if the ending has one.
  ///
  /// - Parameter deflate: the peer's side of the agreement: what is compressed is read by another connection.
  func checkSent(by role: WebSocketConnection.Role, deflate: PermessageDeflate?) throws(BrokenInvariant) {
    var due = sent[...]
    var inflated = try messages(readBy: role == .client ? .server : .client, deflate: deflate)[...]
    var close: CloseFrame?
    var rest = output[...]
    while !rest.isEmpty {
      guard let header = ReferenceFrame(rest), let payload = header.payload(in: rest) else {
        throw BrokenInvariant(description: "a cut frame was sent: \(Array(rest))")
      }
      try invariant(close == nil, "\(header) was sent after the Close frame")
      try invariant(!header.isFaulty(expectsMask: role == .client, allowsRSV1: deflate != nil), "\(header) was sent")
      rest = rest.dropFirst(header.headerSize + payload.count)
      if header.opcode == 8 {
        do { close = try CloseFrame(payload: payload) } catch {
          throw BrokenInvariant(description: "a Close frame of \(payload) was sent: \(error)")
        }
      } else {
        let next = due.popFirst()
        let message = header.isControl ? nil : inflated.popFirst()
        let said = header.reserved == 0 ? Sent(header.opcode, payload) : message
        try invariant(next == said, "\(header) was sent for \(next, default: "nothing")")
      }
    }
    try invariant(due.isEmpty, "never sent: \(due)")
    try invariant(close == ending?.sent, "\(close, default: "no Close frame") was sent, \(ending, default: "")")
  }
}

extension ConnectionHistory {
  /// The messages of the output, as another connection reads it.
  private func messages(readBy role: WebSocketConnection.Role, deflate: PermessageDeflate?) throws(BrokenInvariant)
    -> [Sent]
  {
    var peer = WebSocketConnection(role: role, deflate: deflate, now: .zero, generator: SeededGenerator())
    var messages: [Sent] = []
    var offset = 0
    while let event = peer.receive(output.span.bytes, from: &offset, now: .zero) {
      switch event {
      case .text(let text): messages.append(.text(text))
      case .binary(let bytes): messages.append(.binary(bytes))
      default: break
      }
    }
    guard case .ended(let ending)? = peer.transportEnded(), case .violation(let violation) = ending.cause else {
      return messages
    }
    throw BrokenInvariant(description: "another connection takes the output for a violation: \(violation)")
  }
}

extension ConnectionHistory.Sent {
  /// What an unfragmented frame says; a ping's payload is left out.
  init?(_ opcode: UInt8, _ payload: [UInt8]) {
    switch opcode {
    case 1: self = .text(TextMessage(String(decoding: payload, as: UTF8.self)))
    case 2: self = .binary(payload)
    case 9: self = .ping([])
    case 10: self = .pong(payload)
    default: return nil
    }
  }
}
