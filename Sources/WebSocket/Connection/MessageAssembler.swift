/// Joins the fragments of a message, unmasks, inflates and checks them as they arrive, within a bound in bytes. The
/// number of fragments is not bounded: an empty one costs nothing that is kept.
struct MessageAssembler: ~Copyable, Sendable {
  private let limit: Int
  private var opcode: Opcode?
  private var validator = UTF8Validator()
  private var bytes: [UInt8] = []
  /// The message's size at the end of the frame that was begun last.
  private var expected = 0
  private var inflation: MessageInflation
  /// Whether the message that is open is a compressed one.
  private var isInflating = false

  /// Storage up to this size is kept for the next message; what is above it is spare, and freed when a small message
  /// follows or none does for a while, so that a connection at rest holds little.
  static let retainedCapacity = 2048
  /// What a length alone, before its bytes have come, may make this end reserve; the memory is not touched until then.
  private static let eagerCapacity = 1 << 20
  /// After that it may be so many times what has come.
  private static let growth = 4

  init(limit: Int, inflater: Inflater.Settings?) {
    self.limit = limit
    inflation = MessageInflation(inflater)
  }

  /// Whether a message of `size` bytes can be taken at once.
  func admits(_ size: Int) -> Bool { opcode == nil && size <= limit }

  /// Takes a message that is there whole, once it has been admitted.
  mutating func receive(_ message: ShortMessage) throws(ProtocolViolation) -> WebSocketConnection.Event {
    clear(for: message.payload.count)
    bytes.append(message.payload, key: message.maskingKey, offset: 0)
    guard message.isText else { return .binary(bytes) }
    var validator = UTF8Validator()
    let isValid = bytes.withUnsafeBytes { validator.validate($0) }
    guard isValid, validator.isComplete else { throw .invalidUTF8 }
    return .text(TextMessage(validated: bytes))
  }

  /// Begins a message or its next fragment, before any of the frame's payload.
  mutating func begin(_ header: FrameHeader) throws(ProtocolViolation) {
    if header.opcode == .continuation {
      guard opcode != nil else { throw .unexpectedContinuation }
    } else {
      guard opcode == nil else { throw .interruptedMessage }
      opcode = header.opcode
      validator = UTF8Validator()
      clear(for: header.payloadLength)
      isInflating = header.reserved.contains(.rsv1)
      if isInflating { try inflation.begin() }
    }
    guard !isInflating else {
      try inflation.admit(header, limit: limit)
      return
    }
    guard header.payloadLength <= limit - bytes.count else { throw .messageTooBig(limit: limit) }
    expected = bytes.count + header.payloadLength
  }

  /// Takes the next part of the frame's payload, which begins `offset` bytes after the payload's start.
  mutating func append(_ part: UnsafeRawBufferPointer, key: MaskingKey?, offset: Int) throws(ProtocolViolation) {
    guard !isInflating else {
      let isText = opcode == .text
      try inflation.append(part, key: key, offset: offset, to: &bytes, limit: limit) {
        !isText || validator.validate($0)
      }
      return
    }
    let needed = bytes.count + part.count
    if needed > bytes.capacity {
      let trusted = max(MessageAssembler.eagerCapacity, MessageAssembler.growth * needed)
      // Doubled at least, or each of many small fragments would copy all that came before it.
      bytes.reserveCapacity(max(min(expected, trusted), 2 * bytes.count))
    }
    let start = bytes.count
    bytes.append(part, key: key, offset: offset)
    guard opcode == .text else { return }
    let isValid = bytes.withUnsafeBytes { validator.validate(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    guard isValid else { throw .invalidUTF8 }
  }

  /// Ends the message with the frame that was begun last.
  mutating func finish() throws(ProtocolViolation) -> WebSocketConnection.Event {
    defer {
      opcode = nil
      // What is inflated needs more room than came in, and zlib's own state is enough to hold.
      if isInflating { bytes = [] }
    }
    let isText = opcode == .text
    if isInflating {
      try inflation.finish(into: &bytes, limit: limit) { !isText || validator.validate($0) }
    }
    guard isText else { return .binary(bytes) }
    guard validator.isComplete else { throw .invalidUTF8 }
    return .text(TextMessage(validated: bytes))
  }

  /// Whether it has kept more than a connection at rest should hold. It is worth keeping between two long messages:
  /// the system takes longer to find fresh memory for one than the message takes to be read.
  var holdsSpareStorage: Bool { bytes.capacity > MessageAssembler.retainedCapacity }

  /// Frees it, unless a message is being put there.
  mutating func freeSpareStorage() {
    if holdsSpareStorage, opcode == nil { bytes = [] }
  }

  /// Makes room for a message that begins with so many bytes. A short one must not hold the storage of a long one: its
  /// receiver may keep it.
  private mutating func clear(for size: Int) {
    if holdsSpareStorage, size <= MessageAssembler.retainedCapacity { bytes = [] }
    bytes.removeAll(keepingCapacity: true)
  }

  /// Whether it holds zlib's state.
  var holdsInflater: Bool { inflation.holdsInflater }

  /// Frees what it holds: there is nothing more to receive.
  mutating func end() {
    bytes = []
    inflation.end()
  }
}
