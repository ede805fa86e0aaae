@testable import WebSocket

/// An accepted connection: see `fuzzConnection`.
func fuzzServer(_ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) { try fuzzConnection(.server, bytes) }

/// An opened connection: see `fuzzConnection`.
func fuzzClient(_ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) { try fuzzConnection(.client, bytes) }

/// A connection between a stranger and its owner. Whatever both do: the same things happen wherever the reads are
/// cut; what is received is what a second reading of the RFC finds; what is sent are sound frames, of exactly what
/// was asked for, with one Close frame at most and nothing behind it; a closing has one deadline; the end comes once
/// and is final.
private func fuzzConnection(_ role: WebSocketConnection.Role, _ bytes: UnsafeRawBufferPointer) throws(BrokenInvariant) {
  let script = ConnectionScript(bytes)
  let history = try ConnectionRun.play(script, as: role, cut: .joined)
  for cut in [ConnectionScript.Cut.asGiven, .bytewise] {
    let other = try ConnectionRun.play(script, as: role, cut: cut)
    try invariant(other == history, "\(cut): \(other)\nin one read: \(history)")
  }
  try history.checkReceived(
    ReferenceReading(
      script.wire, role: role, configuration: script.configuration, mayBeCompressed: script.deflate.server != nil))
  try history.checkSent(by: role, deflate: role == .server ? script.deflate.client : script.deflate.server)
}

/// A connection driven by a script; what must hold at every moment is checked there.
private struct ConnectionRun: ~Copyable {
  private let configuration: WebSocketConnection.Configuration
  private var connection: WebSocketConnection
  private var history = ConnectionHistory()
  private var now = Duration.seconds(1000)
  private var closingDeadline: Duration?
  /// What may have been sent by now: the owner's messages, a pong for each ping, one Close frame.
  private var allowedOutput = 6 + 125

  private init(_ script: ConnectionScript, as role: WebSocketConnection.Role) {
    configuration = script.configuration
    connection = WebSocketConnection(
      role: role, configuration: configuration,
      deflate: role == .server ? script.deflate.server : script.deflate.client,
      now: now, generator: SeededGenerator())
  }

  /// Lets it all happen, to the end.
  static func play(_ script: ConnectionScript, as role: WebSocketConnection.Role, cut: ConnectionScript.Cut)
    throws(BrokenInvariant) -> ConnectionHistory
  {
    var run = ConnectionRun(script, as: role)
    var rest = script.wire[...]
    for (sizes, action) in script.reads(cut: cut) {
      let part = Array(rest.prefix(sizes.reduce(0, +)))
      rest = rest.dropFirst(part.count)
      try part.inReads(of: sizes.filter { $0 > 0 }) { read throws(BrokenInvariant) in
        try run.receive(read)
        return true
      }
      if let action { try run.perform(action) }
      try run.checkState()
      run.history.note(deadline: run.connection.deadline, directive: run.connection.directive)
    }
    run.history.hasReadAll = run.history.ending == nil
    try run.finish()
    return run.history
  }

  private mutating func receive(_ read: RawSpan) throws(BrokenInvariant) {
    // A ping of n bytes comes in n + 2 at least, and its pong goes out in n + 6.
    allowedOutput += 3 * read.byteCount
    var offset = 0
    var last = -1
    while let event = connection.receive(read, from: &offset, now: now) {
      try invariant(offset > last && offset <= read.byteCount, "an event at \(offset), the last at \(last)")
      last = offset
      try note(event)
    }
    try invariant(offset == read.byteCount, "\(read.byteCount - offset) bytes left unread")
    try checkState()
  }

  private mutating func note(_ event: WebSocketConnection.Event?) throws(BrokenInvariant) {
    guard let event else { return }
    try invariant(history.ending == nil, "\(event) after the end")
    switch event {
    case .text(let text):
      try invariant(text.utf8.count <= configuration.maximumMessageSize, "a text of \(text.utf8.count) bytes")
    case .binary(let bytes):
      try invariant(bytes.count <= configuration.maximumMessageSize, "a message of \(bytes.count) bytes")
    case .pong(let roundTrip): try invariant((roundTrip ?? .zero) >= .zero, "a pong before its ping")
    case .ping, .closeReceived, .ended: break
    }
    history.note(event)
  }

  private mutating func perform(_ action: ConnectionScript.Action) throws(BrokenInvariant) {
    switch action {
    case .sendText(let count):
      let text = TextMessage(String(repeating: "é", count: count / 2) + (count % 2 == 0 ? "" : "e"))
      try send(.text(text), size: count) { connection throws(WebSocketConnection.SendError) in try connection.send(text)
      }
    case .sendBinary(let count):
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      try send(.binary(bytes), size: count) { connection throws(WebSocketConnection.SendError) in
        try connection.send(bytes)
      }
    case .ping:
      try send(.ping([]), size: 8) { connection throws(WebSocketConnection.SendError) in try connection.sendPing() }
    case .pong(let count):
      let payload = [UInt8](repeating: 7, count: count)
      try send(.pong(payload), size: count) { connection throws(WebSocketConnection.SendError) in
        try connection.sendPong(payload)
      }
    case .close(let frame): try close(frame)
    case .wait(let time):
      now += time
      try fireTimer()
    case .waitForDeadline:
      now = max(now, connection.deadline ?? now)
      try fireTimer()
    case .drain(let limit, let pingsLeave): drain(atMost: limit, pingsLeave: pingsLeave)
    case .transportEnded: try note(connection.transportEnded())
    case .abort: try note(connection.abort())
    }
  }

  private mutating func send(
    _ message: ConnectionHistory.Sent, size: Int,
    by body: (inout WebSocketConnection) throws(WebSocketConnection.SendError) -> Void
  ) throws(BrokenInvariant) {
    let wasOpen = connection.isOpen
    let pending = connection.pendingOutputSize
    do {
      try body(&connection)
      try invariant(wasOpen, "\(message) was taken though the connection was not open")
      history.sent.append(message)
      // What is compressed whatever comes of it may grow.
      allowedOutput += 64 + size + size / 8
    } catch let error as WebSocketConnection.SendError {
      let isJust = wasOpen ? error == .controlPayloadTooBig && message.isControl && size > 125 : error == .notOpen
      try invariant(isJust, "\(message) was refused: \(error)")
      try invariant(connection.pendingOutputSize == pending, "\(message) was refused and sent")
    } catch {
      throw BrokenInvariant(description: "\(error)")
    }
  }

  private mutating func close(_ frame: CloseFrame) throws(BrokenInvariant) {
    let wasOpen = connection.isOpen
    do {
      try connection.close(frame, now: now)
      history.isClosedByOwner = history.isClosedByOwner || wasOpen
    } catch {
      try invariant(
        error == .unsendableCloseCode(frame.code) && !frame.code.isValidOnWire && connection.isOpen == wasOpen,
        "\(frame) was refused: \(error)")
    }
  }

  private mutating func fireTimer() throws(BrokenInvariant) {
    let isDue = connection.deadline.map { $0 <= now } ?? false
    let isClosing = closingDeadline != nil
    let pending = connection.pendingOutputSize
    let event = connection.timerFired(now: now)
    if !isDue {
      try invariant(
        event == nil && connection.pendingOutputSize == pending, "the timer was not due: \(event, default: "")")
    }
    if isDue && isClosing { try invariant(connection.hasEnded, "the closing goes on behind its deadline") }
    // A keepalive ping.
    if connection.pendingOutputSize > pending {
      history.sent.append(.ping([]))
      allowedOutput += 14
    }
    try note(event)
  }

  private mutating func drain(atMost limit: Int = .max, pingsLeave: Bool) {
    let mark = connection.drainOutput(atMost: limit) { bytes in bytes.withUnsafeBytes { history.output += $0 } }
    if let mark, pingsLeave { connection.pingsLeft(mark, now: now) }
  }

  private mutating func checkState() throws(BrokenInvariant) {
    let isOver = history.ending != nil
    try invariant(connection.hasEnded == isOver, "ended: \(connection.hasEnded), but \(history)")
    try invariant(
      connection.pendingOutputSize + history.output.count <= allowedOutput,
      "\(connection.pendingOutputSize) bytes to send")
    if isOver {
      try invariant(connection.deadline == nil && connection.directive == .close && !connection.isOpen, "no full stop")
    } else if connection.isOpen {
      try invariant(connection.directive == .keepOpen, "open, and TCP is to end: \(connection.directive)")
    } else {
      guard let deadline = connection.deadline, deadline <= now + configuration.closeTimeout else {
        throw BrokenInvariant(description: "closing until \(connection.deadline, default: "for ever")")
      }
      try invariant(deadline == closingDeadline ?? deadline, "the closing is prolonged to \(deadline)")
      closingDeadline = deadline
    }
  }

  /// The peer goes, and whatever comes after that changes nothing.
  private mutating func finish() throws(BrokenInvariant) {
    if closingDeadline != nil, !connection.hasEnded {
      now = connection.deadline ?? now
      try fireTimer()
    }
    try note(connection.transportEnded())
    drain(pingsLeave: true)
    let end = history
    try perform(.sendText(1))
    try perform(.sendBinary(1))
    try perform(.pong(0))
    try perform(.close(.empty))
    try receive([0x89, 0x00].span.bytes)
    try perform(.waitForDeadline)
    try perform(.abort)
    try checkState()
    drain(pingsLeave: true)
    try invariant(history == end, "\(history)\nwas at its end: \(end)")
  }
}
