import ChatProtocol
import Glibc
import Headless
import NIOCore
import NIOPosix
import Transport
import WebSocket

/// One connection of `chatai ws`, from the handshake to the close code.
struct WSConversation: Sendable {
  /// What the lines of the standard input are.
  enum Form: Sendable {
    case text, binary, hex
  }

  struct Settings: Sendable {
    var form: Form
    /// What to send at once; then the standard input is not read.
    var messages: [String]
    var exitAfter: Double?
    var count: Int?
    var pingInterval: Double?
    var isRaw: Bool
    var isJSON: Bool
    var takesCommands: Bool
  }

  let settings: Settings
  /// The address to speak of.
  let name: String

  /// How long is listened after the end of the input, and for the answer to `-x`.
  private static let linger = Duration.seconds(1)
  private static let patience = Duration.seconds(30)

  private enum Event: Sendable {
    case socket(WebSocketClient.Event)
    case detail(WebSocketClient.Detail)
    case line([UInt8])
    case inputEnded
    case ping
    case timeUp(isFailure: Bool)
  }

  /// - Throws: the status to end with, once everything has been said.
  func run(_ request: WebSocketClient.Request, on group: MultiThreadedEventLoopGroup) async throws {
    let (events, inbox) = AsyncStream.makeStream(of: Event.self)
    var request = request
    request.onDetail = { inbox.yield(.detail($0)) }
    let eventLoop = group.next()
    let handle = WebSocketClient.connect(request, on: group) { inbox.yield(.socket($0)) }
    var received = 0
    var isClosing = false
    func close(_ frame: CloseFrame = CloseFrame(.normal)) {
      isClosing = true
      handle.close(frame)
    }
    for await event in events {
      switch event {
      case .detail(.ping): Output.say("ping from the server, answered")
      case .detail(.answered(_, let isCompressed)): if isCompressed { Output.say("messages may be compressed") }
      case .socket(.opened(let subprotocol)):
        Output.say("connected to \(name)" + (subprotocol.map { ", subprotocol \($0.escapingControls)" } ?? ""))
        begin(inbox, on: eventLoop)
      case .socket(.text(let text)):
        try show(text: text)
        received += 1
      case .socket(.binary(let bytes)):
        try show(binary: bytes)
        received += 1
      case .socket(.pong(let roundTrip)):
        Output.say("pong" + (roundTrip.map { " after \(Self.milliseconds($0)) ms" } ?? ""))
      case .socket(.closed(let ending)): return try end(ending, wasAsked: isClosing)
      case .socket(.refused(let refusal)): throw refused(refusal)
      case .socket(.failed(let error)):
        throw CommandFailure("\(name): \(error.description.escapingControls)", status: .unreachable)
      case .line(let line): try send(line, to: handle) { close($0) }
      case .ping: handle.ping()
      case .inputEnded:
        guard settings.count == nil, settings.exitAfter == nil else { continue }
        eventLoop.scheduleTask(in: TimeAmount(Self.linger)) { _ = inbox.yield(.timeUp(isFailure: false)) }
      case .timeUp(let isFailure):
        if isFailure { throw CommandFailure("\(name): no answer came", status: .timedOut) }
        close()
      }
      if let count = settings.count, received >= count, !isClosing { close() }
    }
  }

  private func begin(_ inbox: AsyncStream<Event>.Continuation, on eventLoop: any EventLoop) {
    if let seconds = settings.exitAfter {
      eventLoop.scheduleTask(in: TimeAmount(.seconds(seconds))) { _ = inbox.yield(.timeUp(isFailure: false)) }
    }
    if let interval = settings.pingInterval {
      eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: TimeAmount(.seconds(interval))) { _ in
        inbox.yield(.ping)
      }
    }
    guard settings.messages.isEmpty else {
      for message in settings.messages { inbox.yield(.line(Array(message.utf8))) }
      if settings.count != nil {
        eventLoop.scheduleTask(in: TimeAmount(Self.patience)) { _ = inbox.yield(.timeUp(isFailure: true)) }
      }
      return
    }
    // A thread of its own: reading the standard input waits as long as whoever types.
    NIOThreadPool.singleton.submit { _ in
      while let line = readLine(strippingNewline: true) { inbox.yield(.line(Array(line.utf8))) }
      inbox.yield(.inputEnded)
    }
  }

  // MARK: Out

  private func send(
    _ line: [UInt8], to handle: WebSocketClient.Handle, close: (CloseFrame) -> Void
  ) throws {
    if settings.takesCommands, line.first == UInt8(ascii: "/") {
      return try obey(String(decoding: line.dropFirst(), as: UTF8.self), handle, close: close)
    }
    switch settings.form {
    case .text: handle.send(text: String(decoding: line, as: UTF8.self))
    case .binary: handle.send(binary: line)
    case .hex:
      guard let bytes = FrameText.bytes(hex: String(decoding: line, as: UTF8.self)) else {
        return Output.say("that is not hexadecimal; not sent")
      }
      handle.send(binary: bytes)
    }
  }

  private func obey(
    _ command: String, _ handle: WebSocketClient.Handle, close: (CloseFrame) -> Void
  ) throws {
    let words = command.split(separator: " ", maxSplits: 2).map(String.init)
    switch words.first {
    case "ping": handle.ping()
    case "close":
      let code = words.count > 1 ? UInt16(words[1]) : 1000
      guard let code, CloseCode(rawValue: code).isValidOnWire else {
        return Output.say("no close code: 1000, 1001, 1003, 1007 to 1014, or 3000 to 4999")
      }
      close(CloseFrame(CloseCode(rawValue: code), reason: words.count > 2 ? words[2] : ""))
    default: Output.say("commands are /ping and /close [code [reason]]")
    }
  }

  // MARK: In

  private struct Line: Encodable {
    let type: String
    var text: String?
    var hex: String?
    let at: Timestamp
  }

  private func show(text: String) throws {
    if settings.isJSON { return Output.line(try JSONText.line(Line(type: "text", text: text, at: .now))) }
    if settings.isRaw { return Output.line(text) }
    for line in PlainText.lines(text) { Output.line(line) }
  }

  private func show(binary: [UInt8]) throws {
    if settings.isJSON {
      return Output.line(try JSONText.line(Line(type: "binary", hex: FrameText.hex(binary), at: .now)))
    }
    for line in settings.form == .hex ? [FrameText.hex(binary)] : FrameText.dump(binary) { Output.line(line) }
  }

  // MARK: The end

  private func end(_ ending: WebSocketConnection.Ending, wasAsked: Bool) throws {
    let code = Int(ending.code.rawValue)
    let name = FrameText.name(ofClose: code).map { " (\($0))" } ?? ""
    let reason = ending.received?.reason ?? ""
    Output.say("closed: \(code)\(name)" + (reason.isEmpty ? "" : ", \"\(reason.escapingControls)\""))
    if case .violation(let violation) = ending.cause {
      throw CommandFailure("the server broke the protocol: \(violation)")
    }
    switch code {
    case 1000, 1001: return
    case 4000...: throw CommandFailure.silent(.refused)
    default: if !wasAsked { throw CommandFailure.silent(.failure) }
    }
  }

  private func refused(_ refusal: HTTPRefusal) -> CommandFailure {
    let detail = ErrorDetail(body: refusal.body, status: refusal.status).description
    let words = detail == "HTTP \(refusal.status)" ? "" : ": \(detail)"
    return CommandFailure(
      "\(name): the server answers HTTP \(refusal.status)\(words.escapingControls), no WebSocket", status: .refused)
  }

  static func milliseconds(_ duration: Duration) -> String {
    let tenths = (duration / .milliseconds(1) * 10).rounded()
    return "\(Int(tenths) / 10).\(Int(tenths) % 10)"
  }
}
