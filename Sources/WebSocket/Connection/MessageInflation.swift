/// What a `MessageAssembler` needs for compressed messages. zlib's memory is taken at the first of them.
struct MessageInflation: ~Copyable, Sendable {
  /// nil unless compression has been agreed on.
  private let settings: Inflater.Settings?
  private var inflater: Inflater?
  /// The bytes of the open message's payload, as they came.
  private var wireSize = 0

  /// How much is unmasked at a time: little enough to stay on the stack.
  private static let unmaskedSize = 1024
  /// The least room that zlib is given to inflate into.
  private static let leastRoom = 1024

  init(_ settings: Inflater.Settings?) { self.settings = settings }

  /// Whether zlib's memory has been taken.
  var holdsInflater: Bool { inflater != nil }

  /// Begins a compressed message.
  mutating func begin() throws(ProtocolViolation) {
    guard let settings else { throw .unexpectedReservedBits }
    wireSize = 0
    if inflater == nil {
      inflater = Inflater(settings)
      guard inflater != nil else { throw .outOfMemory }
    }
    inflater?.begin()
  }

  /// Takes note of a frame of the open message before its payload comes.
  ///
  /// The limit is on what is inflated, and holds while it is. But a sender can also write blocks that inflate to
  /// nothing, without end: so what is on the wire may be no more than twice the limit, where the worst of honest
  /// compressors adds five bytes to a block.
  mutating func admit(_ header: FrameHeader, limit: Int) throws(ProtocolViolation) {
    let (doubled, overflow) = limit.multipliedReportingOverflow(by: 2)
    let wireLimit = max(overflow ? .max : doubled, 1024)
    guard header.payloadLength <= wireLimit - wireSize else { throw .messageTooBig(limit: limit) }
    wireSize += header.payloadLength
  }

  /// Inflates a part of the payload onto the end of `bytes`; `check` judges each piece as it comes.
  mutating func append(
    _ part: UnsafeRawBufferPointer, key: MaskingKey?, offset: Int, to bytes: inout [UInt8], limit: Int,
    check: (UnsafeRawBufferPointer) -> Bool
  ) throws(ProtocolViolation) {
    guard let key else { return try inflate(part, to: &bytes, limit: limit, check: check) }
    var done = 0
    while done < part.count {
      let count = min(part.count - done, MessageInflation.unmaskedSize)
      let masked = UnsafeRawBufferPointer(rebasing: part[done..<done + count])
      let result = withUnsafeTemporaryAllocation(byteCount: MessageInflation.unmaskedSize, alignment: 8) { space in
        Result { () throws(ProtocolViolation) in
          space.copyMemory(from: masked)
          let unmasked = UnsafeMutableRawBufferPointer(rebasing: space[..<count])
          key.apply(to: unmasked, offset: offset + done)
          try inflate(UnsafeRawBufferPointer(unmasked), to: &bytes, limit: limit, check: check)
        }
      }
      try result.get()
      done += count
    }
  }

  /// Ends the message.
  mutating func finish(
    into bytes: inout [UInt8], limit: Int, check: (UnsafeRawBufferPointer) -> Bool
  ) throws(ProtocolViolation) {
    // A message without any payload says nothing, not even that a block begins.
    guard wireSize > 0, inflater?.needsTail ?? false else { return }
    let count = bytes.count
    try DeflateTail.withBytes { tail throws(ProtocolViolation) in
      try inflate(tail, to: &bytes, limit: limit, check: check)
    }
    // The tail is an empty block, and the last. A message that was cut short would take it for its own data.
    guard bytes.count == count, inflater?.isAtBlockEnd ?? true else { throw .corruptCompressedData }
  }

  /// Frees zlib's memory.
  mutating func end() { inflater = nil }

  private mutating func inflate(
    _ input: UnsafeRawBufferPointer, to bytes: inout [UInt8], limit: Int,
    check: (UnsafeRawBufferPointer) -> Bool
  ) throws(ProtocolViolation) {
    var rest = input
    var isDone = false
    while !isDone {
      let start = bytes.count
      if bytes.capacity - start < MessageInflation.leastRoom {
        bytes.reserveCapacity(max(2 * start, start + max(4 * rest.count, MessageInflation.leastRoom)))
      }
      // One byte over the limit is enough to see that it is broken.
      let spare = bytes.capacity - start
      let room = limit - start < spare ? limit - start + 1 : spare
      let step = Result { () throws(ProtocolViolation) in
        try inflater?.inflate(&rest, into: &bytes, atMost: room) ?? true
      }
      // What came out before a fault in the data, or before the limit, is judged first, as it is when those come with
      // a later read.
      let isValid = bytes.withUnsafeBytes { check(UnsafeRawBufferPointer(rebasing: $0[start...])) }
      guard isValid else { throw .invalidUTF8 }
      guard bytes.count <= limit else { throw .messageTooBig(limit: limit) }
      isDone = try step.get()
    }
  }
}
