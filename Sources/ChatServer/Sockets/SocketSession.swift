import ChatProtocol
import Logging
import NIOCore
import Transport
import WebSocket

/// One seated socket, of a dialog or of an operator's stream: its heartbeat, its token's end, and the little that its
/// client may say.
///
/// It is seated before the client has the 101, so that nothing can be delivered between a client's first look at the
/// history and its place in the room; what comes before the handshake is done waits here.
final class SocketSession: RoomMember, StreamMember {
  private enum Stage {
    /// The handshake is not done; these frames have come already.
    case opening([Frame])
    case open(WebSocketHandle)
    case ended
  }

  private struct State {
    var stage = Stage.opening([])
    var life: SocketLife
    var typing = TypingRelay()
    var typingAlarm: Scheduled<Void>?
    /// Frames of an operator's stream, to be looked at one after the other.
    var requests: AsyncStream<ClientFrame>.Continuation?
    var requestRate = RateLimiter<SocketID>(count: SocketSession.requestsPerMinute, per: .seconds(60))
    /// Why this end has closed it, or is to close it as soon as it is open.
    var ending: SocketEnding?
    var alarm: Scheduled<Void>?
    /// How it ended, for the log.
    var end: (code: CloseCode, cause: WebSocketConnection.Ending.Cause)?
  }

  /// What an operator's stream may say in a minute: whoever runs through a list of dialogs looks at many.
  private static let requestsPerMinute = 600
  /// How many of its frames may wait to be looked at.
  private static let mostRequests = 16

  let eventLoop: any EventLoop
  private let socket: SocketID
  private let identity: SocketIdentity
  private let rooms: Rooms
  private let desk: OperatorDesk
  private let accounts: AccountCheck
  private let clock = MonotonicClock()
  private let metrics: ServerMetrics
  private let logger: Logger
  private let state: NIOLoopBoundBox<State>

  /// - Parameter expiresIn: when its token ends, counted from now.
  init(
    _ socket: SocketID, identity: SocketIdentity, expiresIn: Duration?, timing: SocketLife.Timing, rooms: Rooms,
    desk: OperatorDesk, accounts: AccountCheck, eventLoop: any EventLoop, metrics: ServerMetrics, logger: Logger
  ) {
    self.socket = socket
    self.metrics = metrics
    self.identity = identity
    self.rooms = rooms
    self.desk = desk
    self.accounts = accounts
    self.eventLoop = eventLoop
    self.logger = logger
    state = .makeBoxSendingValue(
      State(life: SocketLife(timing: timing, openedAt: .zero, expiresAt: expiresIn)), eventLoop: eventLoop)
  }

  var user: User? { identity.user }

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
      if case .operatorStream = identity.seat {
        if let user = identity.user { takeRequests(of: user) }
        wake()
      }
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

  // MARK: StreamMember

  /// Sends one frame, and the next when the client has taken most of what was sent.
  func wake() {
    guard let handle, state.value.ending == nil else { return }
    let (frame, hasMore) = rooms.streams.take(for: socket)
    if let frame { handle.send(frame.message) }
    guard hasMore else { return }
    handle.whenSendable().whenSuccess { [weak self] in self?.wake() }
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
      state.value.requests?.finish()
      carryOut(state.value.typing.handle(.ended, at: clock.now))
      state.value.typingAlarm?.cancel()
      rooms.views.leave(socket)
      // This lets go of the handle: it holds the connection's handler, and that holds this session.
      state.value.stage = .ended
      metrics.ended(cause: state.value.ending?.name ?? "\(ending.cause)")
      state.value.end = ((ending.sent ?? ending.received)?.code ?? ending.code, ending.cause)
    }
  }

  private func received(_ frame: ClientFrame) {
    switch frame {
    case .pong: break
    case .typing(let isTyping, let named):
      switch identity.seat {
      case .dialog(let dialogID, _): type(isTyping, in: dialogID)
      case .operatorStream: if named == nil { ignore("typing without dialog_id") } else { request(frame) }
      }
    case .read, .viewing:
      guard case .operatorStream = identity.seat else { return ignore("not for this socket") }
      request(frame)
    case .ignored(let reason): ignore(reason)
    }
  }

  private func ignore(_ reason: String) {
    logger.debug("frame ignored", metadata: logMetadata.merging(["reason": "\(reason)"]) { $1 })
  }

  // MARK: An operator's stream

  /// Each frame is checked against what the operator may see, which takes a look at the store.
  private func request(_ frame: ClientFrame) {
    guard state.value.requestRate.spend(socket, at: clock.now) == nil else { return ignore("too many frames") }
    if case .dropped = state.value.requests?.yield(frame) { ignore("too many frames at once") }
  }

  private func takeRequests(of user: User) {
    let (requests, next) = AsyncStream.makeStream(
      of: ClientFrame.self, bufferingPolicy: .bufferingOldest(Self.mostRequests))
    state.value.requests = next
    Task { [weak self, desk, eventLoop] in
      for await frame in requests {
        let isAllowed = await desk.carryOut(frame, by: user)
        eventLoop.execute { [weak self] in self?.granted(frame, isAllowed, to: user) }
      }
    }
  }

  /// What is this socket's own, and ends with it.
  private func granted(_ frame: ClientFrame, _ isAllowed: Bool, to user: User) {
    guard isAllowed else { return ignore("no such dialog") }
    guard case .open = state.value.stage else { return }
    switch frame {
    case .typing(let isTyping, let dialogID?): type(isTyping, in: dialogID)
    case .viewing(let dialogID): rooms.views.view(dialogID, by: user.manager, on: socket)
    case .typing, .read, .pong, .ignored: break
    }
  }

  // MARK: Typing

  private func type(_ isTyping: Bool, in dialogID: DialogID) {
    carryOut(state.value.typing.handle(isTyping ? .start(dialogID) : .stop(dialogID), at: clock.now))
  }

  private func carryOut(_ actions: [TypingRelay.Action]) {
    for action in actions {
      switch action {
      case .announce(let dialogID, let isTyping):
        do {
          try announce(isTyping, in: dialogID)
        } catch {
          logger.error("typing cannot be encoded", metadata: ["error": "\(error)"])
        }
      case .setAlarm(let after):
        state.value.typingAlarm = eventLoop.scheduleTask(in: TimeAmount(after)) { [self] in
          carryOut(state.value.typing.handle(.alarm, at: clock.now))
        }
      }
    }
  }

  /// A visitor's typing is shown to the operators, an operator's to the visitor and to the other operators.
  private func announce(_ isTyping: Bool, in dialogID: DialogID) throws {
    guard let user = identity.user else {
      return rooms.deliver(
        try .event(isTyping ? .typingStarted(by: .user) : .typingStopped(by: .user)), to: dialogID, .admins)
    }
    rooms.deliver(
      try .event(isTyping ? .typingStarted(by: .manager) : .typingStopped(by: .manager)), to: dialogID, .visitors)
    rooms.deliver(
      try .event(.operatorTyping(isTyping, by: user.manager)), to: dialogID, .operatorStreams(except: user.id))
  }

  // MARK: Heartbeat

  private func carryOut(_ actions: [SocketLife.Action]) {
    for action in actions {
      switch action {
      case .ping:
        // Text for part 1's clients, whose scripts cannot see a protocol ping; that one keeps proxies awake.
        handle?.send(Frame.ping.message)
        handle?.ping()
        accounts.beat(self)
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
