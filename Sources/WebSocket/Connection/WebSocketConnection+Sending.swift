extension WebSocketConnection {
  /// Queues a text message, compressed if that was agreed on and makes it shorter.
  public mutating func send(_ message: TextMessage) throws(SendError) {
    guard isOpen else { throw .notOpen }
    enqueueMessage(.text, message.utf8)
  }

  /// Queues a binary message, likewise.
  public mutating func send(_ bytes: [UInt8]) throws(SendError) {
    guard isOpen else { throw .notOpen }
    enqueueMessage(.binary, bytes)
  }

  /// Queues a ping whose pong will tell the round trip.
  public mutating func sendPing() throws(SendError) {
    guard isOpen else { throw .notOpen }
    enqueuePing()
  }

  /// Queues a pong nobody asked for: a sign of life without an answer (RFC 6455, section 5.5.3).
  public mutating func sendPong(_ payload: [UInt8] = []) throws(SendError) {
    guard isOpen else { throw .notOpen }
    guard payload.count <= 125 else { throw .controlPayloadTooBig }
    enqueue(.pong, payload)
  }

  private mutating func enqueueMessage(_ opcode: Opcode, _ payload: [UInt8]) {
    let isSent = if let deflation { enqueueCompressed(opcode, payload, deflation) } else { false }
    if !isSent { enqueue(opcode, payload) }
  }

  /// Appends a compressed message to the output, in one frame.
  ///
  /// - Returns: whether it was; false leaves the output as it was.
  private mutating func enqueueCompressed(_ opcode: Opcode, _ payload: [UInt8], _ settings: Deflater.Settings) -> Bool {
    guard payload.count >= settings.minimumSize else { return false }
    if deflater == nil { deflater = Deflater(settings) }
    output.prepareForFrame()
    let headerStart = output.frames.count
    var header = FrameHeader(
      reserved: .rsv1, opcode: opcode, maskingKey: role == .client ? maskingKeys.next() : nil,
      payloadLength: payload.count)
    // The header stands before a length that is not known yet: this one keeps its place.
    header.encode(into: &output.frames)
    let start = output.frames.count
    guard payload.withUnsafeBytes({ deflater?.compress($0, into: &output.frames) }) ?? false else {
      output.frames.removeSubrange(headerStart...)
      return false
    }
    header.payloadLength = output.frames.count - start
    var encoded: [UInt8] = []
    header.encode(into: &encoded)
    output.frames.replaceSubrange(headerStart..<start, with: encoded)
    mask(from: headerStart + encoded.count, header.maskingKey)
    return true
  }

  /// Queues a ping of this end's own.
  mutating func enqueuePing() {
    enqueue(.ping, pings.nextPayload)
    pings.add(outputEnd: output.drainedSize + output.count)
  }

  /// Appends a frame to the output, masked if this is a client.
  mutating func enqueue(_ opcode: Opcode, _ payload: [UInt8]) {
    output.prepareForFrame()
    let key = role == .client ? maskingKeys.next() : nil
    FrameHeader(opcode: opcode, maskingKey: key, payloadLength: payload.count).encode(into: &output.frames)
    guard let key else { return output.append(payload: payload) }
    payload.withUnsafeBytes { output.frames.append($0, key: key, offset: 0) }
  }

  private mutating func mask(from start: Int, _ key: MaskingKey?) {
    guard let key else { return }
    output.frames.withUnsafeMutableBytes { all in
      key.apply(to: UnsafeMutableRawBufferPointer(rebasing: all[start...]), offset: 0)
    }
  }
}
