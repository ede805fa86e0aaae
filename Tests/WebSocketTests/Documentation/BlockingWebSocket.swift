import Glibc
import WebSocket

/// A WebSocket on a TCP socket that blocks. Call `next()` until it returns nil.
struct BlockingWebSocket: ~Copyable {
  private let socket: BlockingSocket
  private var connection: WebSocketConnection
  /// What the last read has brought, and how much of it the connection has taken.
  private var bytes: [UInt8]
  private var offset: Int

  /// The server's side: reads the request and answers it.
  static func accept(on socket: consuming BlockingSocket) throws -> BlockingWebSocket {
    var handshake = ServerHandshake()
    while true {
      let bytes = socket.read()
      guard !bytes.isEmpty else { throw HandshakeError.truncated }
      var offset = 0
      do {
        guard let request = try handshake.receive(bytes.span.bytes, from: &offset) else { continue }
        let deflate = PermessageDeflate.accept(request.extensions)
        socket.write(request.acceptance(deflate: deflate).span.bytes)
        let connection = WebSocketConnection(role: .server, deflate: deflate, now: now())
        return BlockingWebSocket(socket: socket, connection: connection, bytes: bytes, offset: offset)
      } catch {
        socket.write(error.serialized().span.bytes)
        throw error
      }
    }
  }

  /// The client's side: sends the request and judges the answer.
  static func open(on socket: consuming BlockingSocket, authority: String, target: String = "/") throws
    -> BlockingWebSocket
  {
    var random = SystemRandomNumberGenerator()
    let request = ClientHandshake.Request(authority: authority, target: target, deflate: .init())
    var handshake = try ClientHandshake(request, using: &random)
    socket.write(handshake.requestBytes.span.bytes)
    while true {
      let bytes = socket.read()
      var offset = 0
      switch try bytes.isEmpty ? handshake.receiveEnd() : handshake.receive(bytes.span.bytes, from: &offset) {
      case nil: continue
      case .refused(let refusal): throw refusal
      case .accepted(_, let deflate, _):
        let connection = WebSocketConnection(role: .client, deflate: deflate, now: now())
        // The first frames may have come in one read with the answer: they stand behind `offset`.
        return BlockingWebSocket(socket: socket, connection: connection, bytes: bytes, offset: offset)
      }
    }
  }

  /// Queues a text. It leaves when `next()` has to wait, with all else that was queued meanwhile.
  mutating func send(_ message: TextMessage) throws { try connection.send(message) }

  /// Begins the closing handshake; its end comes as an event.
  mutating func close(_ frame: CloseFrame = CloseFrame(.normal)) throws { try connection.close(frame, now: now()) }

  /// The next event, waited for. The last one is `.ended`; nil comes after it.
  mutating func next() -> WebSocketConnection.Event? {
    while !connection.hasEnded {
      let bytes = self.bytes
      if let event = connection.receive(bytes.span.bytes, from: &offset, now: now()) { return event }
      let mark = connection.drainOutput { socket.write($0) }
      if let mark { connection.pingsLeft(mark, now: now()) }
      switch connection.directive {
      case .keepOpen: break
      case .closeOutput: socket.end(SHUT_WR)
      case .close:
        socket.end(SHUT_RDWR)
        return connection.transportEnded()
      }
      if socket.waitForBytes(until: connection.deadline) {
        (self.bytes, offset) = (socket.read(), 0)
        if self.bytes.isEmpty { return connection.transportEnded() }
      } else if let event = connection.timerFired(now: now()) {
        return event
      }
    }
    return nil
  }
}

/// A connected socket, closed when it goes.
struct BlockingSocket: ~Copyable {
  let descriptor: Int32

  deinit { close(descriptor) }

  /// One read; empty at the end of TCP, and when it is broken.
  func read() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
      count = max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
    }
  }

  /// Writes all. A socket that takes no more brings no more either: the next read tells.
  func write(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes
      while !rest.isEmpty {
        let count = Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
        guard count > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  func end(_ direction: Int) { shutdown(descriptor, Int32(direction)) }

  /// Whether bytes, or TCP's end, came before the deadline.
  func waitForBytes(until deadline: Duration?) -> Bool {
    var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let wait = deadline.map { min(max(0, ($0 - now()) / .milliseconds(1)), 60_000).rounded(.up) } ?? -1
    return poll(&event, 1, Int32(wait)) > 0
  }
}

/// The monotonic time, which goes on while the machine sleeps.
private func now() -> Duration { origin.duration(to: .now) }
private let origin = ContinuousClock.now
