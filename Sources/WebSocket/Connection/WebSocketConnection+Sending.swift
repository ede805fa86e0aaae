extension WebSocketConnection {
  /// Queues a text message.
  public mutating func send(_ message: TextMessage) throws(SendError) {
    guard isOpen else { throw .notOpen }
    enqueue(.text, message.utf8)
  }

  /// Queues a binary message.
  public mutating func send(_ bytes: [UInt8]) throws(SendError) {
    guard isOpen else { throw .notOpen }
    enqueue(.binary, bytes)
  }

  /// Queues a ping whose pong will tell the round trip.
  public mutating func sendPing() throws(SendError) {
    guard isOpen else { throw .notOpen }
    enqueue(.ping, pings.add())
  }

  /// Queues a pong nobody asked for: a sign of life without an answer (RFC 6455, section 5.5.3).
  public mutating func sendPong(_ payload: [UInt8] = []) throws(SendError) {
    guard isOpen else { throw .notOpen }
    guard payload.count <= 125 else { throw .controlPayloadTooBig }
    enqueue(.pong, payload)
  }

  /// Appends a frame to the output, masked if this is a client.
  mutating func enqueue(_ opcode: Opcode, _ payload: [UInt8]) {
    let key = role == .client ? maskingKeys.next() : nil
    FrameHeader(opcode: opcode, maskingKey: key, payloadLength: payload.count).encode(into: &output)
    let start = output.count
    output.append(contentsOf: payload)
    guard let key else { return }
    output.withUnsafeMutableBytes { all in
      key.apply(to: UnsafeMutableRawBufferPointer(rebasing: all[start...]), offset: 0)
    }
  }
}
