import ChatProtocol
import Logging
import NIOCore
import Synchronization

/// One open socket, as its room sees it.
protocol RoomMember: AnyObject, Sendable {
  /// Where it lives; `send` and `close` are called there and nowhere else.
  var eventLoop: any EventLoop { get }
  /// The operator, as it was when the socket opened; nil for a visitor.
  var user: User? { get }
  /// The login it was opened with.
  var sessionID: SessionID? { get }
  /// Who it is, in a log line; never a token.
  var logMetadata: Logger.Metadata { get }
  /// Sends a frame, or drops the socket if it cannot keep up.
  func send(_ frame: Frame)
  /// Ends the socket with the code that says why.
  func close(_ ending: SocketEnding)
}

/// The rooms of this process: a lock around `RoomRegistry`, and the sockets that its actions are about.
///
/// The lock is held for the bookkeeping only; frames go out behind it, one hop to each event loop however many
/// sockets live there and however many frames came together: what is for one socket then leaves it in one piece. How
/// soon the next hop follows is `DeliveryPace`'s.
final class Rooms: FrameDelivery, Sendable {
  fileprivate struct State {
    var registry: RoomRegistry
    var members: [SocketID: any RoomMember] = [:]
    /// What is on its way, by event loop.
    var ways: [ObjectIdentifier: Way] = [:]
    var nextID: UInt64 = 0
  }

  /// The way to the sockets of an event loop.
  fileprivate struct Way {
    var parcels: [Parcel] = []
    var pace = DeliveryPace()
  }

  /// A frame, and the sockets of one event loop that it is for.
  fileprivate struct Parcel {
    let frame: Frame
    let members: [any RoomMember]
  }

  private let state: Mutex<State>
  /// The operators' streams, which are told of every dialog.
  let streams: StreamHub
  /// Whether visitors are there.
  let presence: PresenceBoard
  /// Which operators look at which dialog.
  let views: ViewingBoard
  private let clock = MonotonicClock()
  private let metrics: ServerMetrics
  private let logger: Logger

  /// - Parameter presenceGrace: how long a visitor without a socket is still there.
  init(
    limits: RoomRegistry.Limits, streams: StreamHub, presenceGrace: Duration, metrics: ServerMetrics, logger: Logger
  ) {
    self.metrics = metrics
    state = Mutex(State(registry: RoomRegistry(limits: limits)))
    self.streams = streams
    presence = PresenceBoard(grace: presenceGrace, streams: streams)
    views = ViewingBoard(streams: streams)
    self.logger = logger
  }

  /// The number of sockets, those that are still being looked at included.
  var socketCount: Int { state.withLock(\.registry.socketCount) }

  /// Those that are seated, by the names of their pools.
  var socketCounts: [String: Int] { state.withLock(\.registry.socketCounts) }

  /// The number of pools that have a socket.
  var poolCount: Int { state.withLock(\.registry.poolCount) }

  /// Whether the end has begun.
  var isShuttingDown: Bool { state.withLock(\.registry.isEnding) }

  /// A socket asks to be let in.
  ///
  /// - Returns: its id, to go on with `admit` and to end with `disconnect`.
  /// - Throws: why it is turned away; then it is forgotten already.
  func connect(from address: String) throws(RoomRegistry.Refusal) -> SocketID {
    let (socket, actions) = state.withLock { state in
      let socket = SocketID(rawValue: state.nextID)
      state.nextID += 1
      return (socket, state.registry.handle(.connect(socket, address: address), at: clock.now))
    }
    try throwRefusal(in: actions)
    return socket
  }

  /// A socket's token is good: it takes its seat, and gets what is delivered from now on.
  ///
  /// - Parameter whenSeated: called before anybody can be told that the socket is gone again.
  /// - Throws: why it is turned away; then it is forgotten already.
  func admit(
    _ socket: SocketID, _ member: any RoomMember, to seat: Seat, whenSeated: () -> Void = {}
  ) throws(RoomRegistry.Refusal) {
    let actions = state.withLock { state in
      let actions = state.registry.handle(.admit(socket, to: seat), at: clock.now)
      if case .seated = actions.first {
        state.members[socket] = member
        whenSeated()
      }
      return actions
    }
    for case .seated(_, let seat, let poolSize) in actions {
      log("socket connected", member.logMetadata, seat, poolSize)
      metrics.connected(to: seat)
      updatePresence(seat)
    }
    try throwRefusal(in: actions)
  }

  /// A socket is gone, whether or not it was ever seated. To be called on its event loop.
  func disconnect(_ socket: SocketID) {
    let (member, actions) = state.withLock { state in
      (state.members.removeValue(forKey: socket), state.registry.handle(.disconnect(socket), at: clock.now))
    }
    for case .left(_, let seat, let poolSize) in actions {
      log("socket disconnected", member?.logMetadata ?? [:], seat, poolSize)
      streams.detach(socket)
      updatePresence(seat)
    }
  }

  private func updatePresence(_ seat: Seat) {
    guard case .dialog(let dialogID, .visitor) = seat else { return }
    presence.update(dialogID) { state.withLock { $0.registry.members(of: seat).count } }
  }

  func deliver(_ frame: Frame, to dialogID: DialogID, _ audience: Audience) {
    let (count, asked) = state.withLock { state in
      let now = clock.now
      let sockets = state.registry.handle(.deliver(frame, to: dialogID, audience), at: now)
        .flatMap { action -> [SocketID] in if case .send(_, let sockets) = action { sockets } else { [] } }
      let members = sockets.compactMap { state.members[$0] }
      return (members.count, state.post(frame, to: members, at: now))
    }
    if count > 0 { metrics.delivered(to: count) }
    for (eventLoop, rest) in asked { handOver(on: eventLoop, in: rest) }
    switch audience {
    case .admins, .everyone: streams.publish(frame, about: .dialog(dialogID))
    case .operatorStreams(let except): streams.publish(frame, about: .dialog(dialogID), except: except)
    case .visitors: break
    }
  }

  private func handOver(on eventLoop: any EventLoop, in rest: Duration) {
    if rest > .zero {
      eventLoop.scheduleTask(in: TimeAmount(rest)) { self.handOver(on: eventLoop) }
    } else {
      eventLoop.execute { self.handOver(on: eventLoop) }
    }
  }

  /// Hands over what has come for the sockets of this event loop.
  private func handOver(on eventLoop: any EventLoop) {
    let parcels = state.withLock { $0.take(on: eventLoop, at: clock.now) }
    guard !parcels.isEmpty else { return }
    for parcel in parcels {
      for member in parcel.members { member.send(parcel.frame) }
    }
    // The sockets write behind this turn of the loop, and this comes behind them.
    eventLoop.execute {
      let rest = self.state.withLock { $0.ways[ObjectIdentifier(eventLoop)]?.pace.handle(.ended, at: self.clock.now) }
      if let rest { self.handOver(on: eventLoop, in: rest) }
    }
  }

  /// Tells the operators' streams of what is no dialog's but an account's: those of the admins, not its own.
  func announce(_ frame: Frame, about account: UserID) {
    streams.publish(frame, about: .account(account), except: account)
  }

  /// Ends the sockets of a login: its tokens are not good any more.
  func end(_ session: SessionID) {
    end(state.withLock { $0.members.values.filter { $0.sessionID == session } })
  }

  /// Ends sockets whose token is not good any more.
  func end(_ members: [any RoomMember]) {
    onEventLoops(of: members) { $0.close(.tokenExpired) }
  }

  /// Ends every socket and lets nobody in any more.
  func shutDown() {
    let members = state.withLock { state in
      state.registry.handle(.shutDown, at: clock.now).flatMap { action -> [any RoomMember] in
        guard case .close(let sockets) = action else { return [] }
        return sockets.compactMap { state.members[$0] }
      }
    }
    onEventLoops(of: members) { $0.close(.serverStops) }
  }

  /// Behind what is on its way: nobody is to lose its last frames.
  private func onEventLoops(of members: [any RoomMember], _ body: @escaping @Sendable (any RoomMember) -> Void) {
    for group in Dictionary(grouping: members, by: { ObjectIdentifier($0.eventLoop) }).values {
      let eventLoop = group[0].eventLoop
      eventLoop.execute {
        self.handOver(on: eventLoop)
        group.forEach(body)
      }
    }
  }

  private func throwRefusal(in actions: [RoomRegistry.Action]) throws(RoomRegistry.Refusal) {
    for case .refuse(_, let refusal) in actions { throw refusal }
  }

  private func log(_ event: Logger.Message, _ metadata: Logger.Metadata, _ seat: Seat, _ poolSize: Int) {
    var metadata = metadata
    if case .dialog(let dialogID, _) = seat { metadata["dialog"] = "\(dialogID)" }
    metadata["pool"] = "\(seat.poolName)"
    metadata["pool_size"] = "\(poolSize)"
    logger.info(event, metadata: metadata)
  }
}

extension Rooms.State {
  /// Puts a frame with what is on its way.
  ///
  /// - Returns: the event loops that it is to be handed over on, and how soon on each.
  fileprivate mutating func post(
    _ frame: Frame, to members: [any RoomMember], at now: Duration
  ) -> [(any EventLoop, rest: Duration)] {
    Dictionary(grouping: members) { ObjectIdentifier($0.eventLoop) }.compactMap { loop, group in
      ways[loop, default: Rooms.Way()].parcels.append(Rooms.Parcel(frame: frame, members: group))
      return ways[loop]?.pace.handle(.posted, at: now).map { (group[0].eventLoop, rest: $0) }
    }
  }

  /// Takes what is on its way to the sockets of an event loop.
  fileprivate mutating func take(on eventLoop: any EventLoop, at now: Duration) -> [Rooms.Parcel] {
    let loop = ObjectIdentifier(eventLoop)
    guard let parcels = ways[loop]?.parcels, !parcels.isEmpty else { return [] }
    ways[loop]?.parcels = []
    _ = ways[loop]?.pace.handle(.began, at: now)
    return parcels
  }
}
