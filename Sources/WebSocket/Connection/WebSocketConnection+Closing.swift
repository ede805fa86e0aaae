extension WebSocketConnection {
  /// Begins the closing handshake, unless it has begun. Messages that are on their way are still received.
  ///
  /// - Throws: `unsendableCloseCode` for a code that may not be on the wire; nothing is sent then.
  public mutating func close(_ frame: CloseFrame = CloseFrame(.normal), now: Duration) throws(SendError) {
    guard frame.code == .noStatus || frame.code.isValidOnWire else { throw .unsendableCloseCode(frame.code) }
    guard isOpen else { return }
    enqueueClose(frame)
    beginClosing(now: now)
  }

  /// What to do with TCP, once the output has been written. A server drops it first, so that the waiting states
  /// of TCP stay with the clients (RFC 6455, section 7.1.1).
  public var directive: TransportDirective {
    if hasEnded { return .close }
    if violation != nil { return .closeOutput }
    return role == .server && sent != nil && received != nil ? .close : .keepOpen
  }

  /// When `timerFired(now:)` is next due; nil means never. Changes with every call.
  public var deadline: Duration? {
    if hasEnded { return nil }
    if let closingDeadline { return closingDeadline }
    guard let spareStorageDeadline else { return keepalive?.deadline }
    return min(spareStorageDeadline, keepalive?.deadline ?? spareStorageDeadline)
  }

  /// The time of `deadline` has come; calls before it do nothing.
  public mutating func timerFired(now: Duration) -> Event? {
    guard !hasEnded else { return nil }
    if let closingDeadline {
      guard now >= closingDeadline else { return nil }
      return end(handshakeIsDone ? .closeHandshake : .closeTimedOut)
    }
    if let spareStorageDeadline, now >= spareStorageDeadline {
      self.spareStorageDeadline = nil
      message.freeSpareStorage()
    }
    switch keepalive?.timerFired(at: now) {
    case .ping: enqueuePing()
    case .dead: return end(.keepaliveTimedOut)
    case .wait, nil: break
    }
    return nil
  }

  /// The shell has not been reading for a while, so that the peer's silence says nothing: the next keepalive interval
  /// counts from now.
  public mutating func excuseSilence(now: Duration) { keepalive?.heard(at: now) }

  /// TCP has ended, by the peer, by an error or by this end.
  public mutating func transportEnded() -> Event? {
    end(handshakeIsDone ? .closeHandshake : .transportEnded)
  }

  /// Ends the connection at once, with no Close frame.
  public mutating func abort(_ cause: Ending.Cause = .aborted) -> Event? {
    end(cause)
  }

  /// Fails the connection (RFC 6455, section 7.1.7): says why, unless a Close frame has been sent, and reads no more.
  mutating func fail(_ violation: ProtocolViolation, now: Duration) {
    self.violation = violation
    frame = nil
    message.end()
    if sent == nil { enqueueClose(CloseFrame(violation.closeCode, reason: violation.description)) }
    beginClosing(now: now)
  }

  /// No message goes out behind it.
  mutating func enqueueClose(_ frame: CloseFrame) {
    sent = frame
    deflater = nil
    enqueue(.close, frame.payload)
  }

  /// One deadline for the whole of the closing, whoever began it.
  mutating func beginClosing(now: Duration) {
    closingDeadline = closingDeadline ?? now + configuration.closeTimeout
  }

  private var handshakeIsDone: Bool { sent != nil && received != nil }

  private mutating func end(_ cause: Ending.Cause) -> Event? {
    guard !hasEnded else { return nil }
    hasEnded = true
    message.end()
    deflater = nil
    let cause = violation.map { Ending.Cause.violation($0) } ?? cause
    return .ended(Ending(cause: cause, received: received, sent: sent))
  }
}
