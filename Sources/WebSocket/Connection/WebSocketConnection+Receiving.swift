extension WebSocketConnection {
  /// Takes bytes from the network up to the end of the next event.
  ///
  /// A frame may be cut anywhere. After a Close frame or a violation whatever follows is thrown away.
  ///
  /// - Parameters:
  ///   - bytes: what one read has brought.
  ///   - offset: where to go on in them; moved behind what was taken.
  ///   - now: the time of the read.
  /// - Returns: the next event, nil when all of `bytes` has been taken.
  public mutating func receive(_ bytes: RawSpan, from offset: inout Int, now: Duration) -> Event? {
    if offset == 0 { keepalive?.heard(at: now) }
    return bytes.withUnsafeBytes { bytes in
      do throws(ProtocolViolation) {
        return try nextEvent(bytes, &offset, now: now)
      } catch {
        offset = bytes.count
        fail(error, now: now)
        return nil
      }
    }
  }

  private mutating func nextEvent(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int, now: Duration)
    throws(ProtocolViolation) -> Event?
  {
    while isReading {
      let header: FrameHeader
      if let frame {
        header = frame
      } else if let short = decoder.shortMessage(in: bytes, at: offset), admits(short.payload.count) {
        offset = short.end
        return try message.receive(short)
      } else {
        guard let next = try decoder.decode(bytes, &offset) else { return nil }
        try begin(next)
        header = next
      }
      try takePayload(of: header, from: bytes, &offset)
      guard frameOffset == header.payloadLength else { return nil }
      frame = nil
      if let event = try finish(header, now: now) { return event }
    }
    offset = bytes.count
    return nil
  }

  /// Whether bytes still mean anything: this end's own Close does not stop messages already on their way.
  private var isReading: Bool { received == nil && violation == nil && !hasEnded }

  private func admits(_ size: Int) -> Bool {
    message.admits(size) && size <= configuration.maximumFrameSize ?? .max
  }

  private mutating func begin(_ header: FrameHeader) throws(ProtocolViolation) {
    if header.opcode.isControl {
      control.removeAll(keepingCapacity: true)
    } else {
      if let limit = configuration.maximumFrameSize, header.payloadLength > limit {
        throw .frameTooBig(limit: limit)
      }
      try message.begin(header)
    }
    frame = header
    frameOffset = 0
  }

  private mutating func takePayload(
    of header: FrameHeader, from bytes: UnsafeRawBufferPointer, _ offset: inout Int
  ) throws(ProtocolViolation) {
    let count = min(header.payloadLength &- frameOffset, bytes.count &- offset)
    guard count > 0 else { return }
    let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset &+ count])
    if header.opcode.isControl {
      control.append(part, key: header.maskingKey, offset: frameOffset)
    } else {
      try message.append(part, key: header.maskingKey, offset: frameOffset)
    }
    offset &+= count
    frameOffset &+= count
  }

  private mutating func finish(_ header: FrameHeader, now: Duration) throws(ProtocolViolation) -> Event? {
    switch header.opcode {
    case .text, .binary, .continuation:
      guard header.isFinal else { return nil }
      let event = try message.finish()
      if message.holdsSpareStorage { spareStorageDeadline = now + WebSocketConnection.spareStorageTime }
      return event
    case .ping:
      if sent == nil { enqueue(.pong, control) }
      return .ping(control)
    case .pong:
      return .pong(roundTrip: pings.answered(control, at: now))
    case .close:
      let close = try CloseFrame(payload: control)
      received = close
      message.end()
      beginClosing(now: now)
      if sent == nil { enqueueClose(close) }
      return .closeReceived(close)
    }
  }
}
