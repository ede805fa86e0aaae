import ChatProtocol
import Logging
import NIOCore
import Transport
import WebSocket

/// One seated socket: its heartbeat, its token's end, and the little that its client may say.
///
/// It is seated before the client has the 101, so that nothing can be delivered between a client's first look at the
/// history and its place in the room; what comes before the handshake is done waits here.
final class SocketSession: RoomMember {
  private enum Stage {
    /// The handshake is not done; these frames have come already.
    case opening([Frame])
    case open(WebSocketHandle)
    case ended
  }

  private struct State {
    var stage = Stage.opening([])
    var life: SocketLife
    var typing = TypingThrottle()
    /// Why this end has closed it, or is to close it as soon as it is open.
    var ending: SocketEnding?
    var alarm: Scheduled<Void>?
    /// How it ended, for the log.
    var end: (code: CloseCode, cause: WebSocketConnection.Ending.Cause)?
  }

  let eventLoop: any EventLoop
  private let identity: SocketIdentity
  private let rooms: Rooms
  private let clock = MonotonicClock()
  private let metrics: ServerMetrics
  private let logger: Logger
  private let state: NIOLoopBoundBox<State>

  /// - Parameter expiresIn: when its token ends, counted from now.
  init(
    identity: SocketIdentity, expiresIn: Duration?, timing: SocketLife.Timing, rooms: Rooms, eventLoop: any EventLoop,
    metrics: ServerMetrics, logger: Logger
  ) {
    self.metrics = metrics
    self.identity = identity
    self.rooms = rooms
    self.eventLoop = eventLoop
    self.logger = logger
    state = .makeBoxSendingValue(
      State(life: SocketLife(timing: timing, openedAt: .zero, expiresAt: expiresIn)), eventLoop: eventLoop)
  }

  var sessionID: SessionID? { identity.sessionID }

  var logMetadata: Logger.Metadata {
    var metadata: Logger.Metadata = ["role": "\(identity.role)"]
    if eventLoop.inEventLoop, let end = state.value.end {
      metadata["code"] = "\(end.code)"
      metadata["cause"] = "\(end.cause)"
    }
    return metadata
  }

  /// The handshake is done. On the event loop.
  func attach(_ handle: WebSocketHandle) -> WebSocketHandler.Listener {
    if case .opening(let frames) = state.value.stage {
      for frame in frames { handle.send(frame.message) }
    }
    state.value.stage = .open(handle)
    if let ending = state.value.ending {
      handle.close(ending.frame)
    } else {
      carryOut([state.value.life.firstAlarm(at: clock.now)])
    }
    return { self.received($0) }
  }

  // MARK: RoomMember

  func send(_ frame: Frame) {
    switch state.value.stage {
    case .opening(let frames): state.value.stage = .opening(frames + [frame])
    case .open(let handle): handle.send(frame.message)
    case .ended: break
    }
  }

  func close(_ ending: SocketEnding) {
    guard state.value.ending == nil else { return }
    state.value.ending = ending
    state.value.alarm?.cancel()
    handle?.close(ending.frame)
  }

  private var handle: WebSocketHandle? {
    if case .open(let handle) = state.value.stage { handle } else { nil }
  }

  // MARK: The connection's events

  private func received(_ event: WebSocketConnection.Event) {
    carryOut(state.value.life.handle(.heard, at: clock.now))
    switch event {
    case .text(let message): received(ClientFrame.parse(message.string))
    case .binary: received(.ignored(reason: "binary"))
    case .ping, .pong, .closeReceived: break
    case .ended(let ending):
      state.value.alarm?.cancel()
      // This lets go of the handle: it holds the connection's handler, and that holds this session.
      state.value.stage = .ended
      metrics.ended(cause: state.value.ending?.name ?? "\(ending.cause)")
      state.value.end = ((ending.sent ?? ending.received)?.code ?? ending.code, ending.cause)
    }
  }

  private func received(_ frame: ClientFrame) {
    switch frame {
    case .pong: break
    case .typing(let isTyping): relayTyping(isTyping)
    case .ignored(let reason):
      logger.debug("frame ignored", metadata: logMetadata.merging(["reason": "\(reason)"]) { $1 })
    }
  }

  /// A visitor's typing is shown to the operators, an operator's to the visitor.
  private func relayTyping(_ isTyping: Bool) {
    guard state.value.typing.passes(isTyping, at: clock.now) else { return }
    let (author, audience): (Sender, Audience) =
      switch identity.seat.pool {
      case .admin: (.manager, .visitors)
      case .visitor: (.user, .admins)
      }
    guard let frame = try? Frame.event(isTyping ? .typingStarted(by: author) : .typingStopped(by: author)) else {
      return
    }
    rooms.deliver(frame, to: identity.seat.dialogID, audience)
  }

  // MARK: Heartbeat

  private func carryOut(_ actions: [SocketLife.Action]) {
    for action in actions {
      switch action {
      case .ping:
        // Text for part 1's clients, whose scripts cannot see a protocol ping; that one keeps proxies awake.
        handle?.send(Frame.ping.message)
        handle?.ping()
      case .end(.silent): close(.silent)
      case .end(.tokenExpired): close(.tokenExpired)
      case .setAlarm(let after):
        state.value.alarm = eventLoop.scheduleTask(in: TimeAmount(after)) { [self] in
          carryOut(state.value.life.handle(.alarm, at: clock.now))
        }
      }
    }
  }
}
