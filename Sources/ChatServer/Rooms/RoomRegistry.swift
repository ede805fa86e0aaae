import ChatProtocol

/// One open socket, for as long as this process lives; never used twice.
struct SocketID: Hashable, Sendable, Comparable, CustomStringConvertible {
  let rawValue: UInt64

  static func < (lhs: SocketID, rhs: SocketID) -> Bool { lhs.rawValue < rhs.rawValue }
  var description: String { String(rawValue) }
}

/// The two groups of sockets that a dialog has.
enum Pool: String, Hashable, Sendable, CaseIterable {
  /// Operators.
  case admin
  /// The visitor's own sockets: widget and site.
  case visitor
}

/// Which pools of a dialog a frame is for.
enum Audience: Hashable, Sendable {
  /// What a visitor wrote.
  case admins
  /// What only the visitor needs: an operator's typing.
  case visitors
  /// What the AI and operators wrote, and everything about the hand-off.
  case everyone
  /// What part 1 does not know: the operators' streams alone, but for that of the operator who did it, if it is spared.
  /// What is for `admins` and for `everyone` is on the streams as well.
  case operatorStreams(except: UserID? = nil)

  var pools: [Pool] {
    switch self {
    case .admins: [.admin]
    case .visitors: [.visitor]
    case .everyone: Pool.allCases
    case .operatorStreams: []
    }
  }
}

/// A socket's place.
enum Seat: Hashable, Sendable {
  /// A pool of a dialog.
  case dialog(DialogID, Pool)
  /// An operator's stream of all dialogs.
  case operatorStream(UserID)

  init(dialogID: DialogID, pool: Pool) { self = .dialog(dialogID, pool) }

  /// The pool's name in logs and numbers.
  var poolName: String {
    switch self {
    case .dialog(_, let pool): pool.rawValue
    case .operatorStream: Self.streamName
    }
  }

  /// All of them.
  static let poolNames = Pool.allCases.map(\.rawValue) + [streamName]

  private static let streamName = "stream"
}

/// The rooms as a pure state machine: who sits in which pool of which dialog, how many may, and how fast they may come.
///
/// A socket's life is `connect` (counted against its address and the total) → `admit` (its token is good: it takes its
/// seat) → `disconnect`. `Rooms` is the shell around it.
struct RoomRegistry: Sendable {
  /// How many sockets there may be.
  struct Limits: Hashable, Sendable {
    /// Sockets of one dialog in one pool, or of one operator's stream.
    var socketsPerPool = 50
    /// Sockets in all.
    var sockets = 1000
    /// Connections of one address in a minute.
    var connectsPerMinute = 100
  }

  /// Why a socket is not let in.
  enum Refusal: Error, Hashable {
    case connectRate(retryAfter: Duration)
    case serverFull
    case poolFull
    case shuttingDown
  }

  enum Event: Hashable, Sendable {
    /// A socket asks to be let in; nobody knows yet who it is.
    case connect(SocketID, address: String)
    /// Its token is good for this seat.
    case admit(SocketID, to: Seat)
    /// It is gone, or was turned away elsewhere. Told twice, the second is ignored.
    case disconnect(SocketID)
    /// A frame for a dialog's sockets.
    case deliver(Frame, to: DialogID, Audience)
    /// The server ends.
    case shutDown
  }

  enum Action: Hashable, Sendable {
    /// The socket may go on to show its token.
    case authenticate(SocketID)
    /// It sits, and its pool has this many sockets, itself included.
    case seated(SocketID, Seat, poolSize: Int)
    /// Turn it away; it is already forgotten.
    case refuse(SocketID, Refusal)
    /// It stood up, and its pool has this many left.
    case left(SocketID, Seat, poolSize: Int)
    /// Send to each of these.
    case send(Frame, to: [SocketID])
    /// Close all of these: those who sit. Who is at the door will be refused there.
    case close([SocketID])
  }

  private enum Place: Hashable, Sendable {
    case atTheDoor
    case seated(Seat)
  }

  private let limits: Limits
  private var places: [SocketID: Place] = [:]
  private var pools: [Seat: Set<SocketID>] = [:]
  private var connectRate: RateLimiter<String>
  private var isShuttingDown = false

  init(limits: Limits = Limits()) {
    self.limits = limits
    connectRate = RateLimiter(count: limits.connectsPerMinute, per: .seconds(60))
  }

  /// The number of sockets, those at the door included.
  var socketCount: Int { places.count }
  /// The number of pools that exist: those that have a socket.
  var poolCount: Int { pools.count }

  /// Whether the end has begun.
  var isEnding: Bool { isShuttingDown }

  /// The number of seated sockets by the names of their pools; a name without sockets is there, too.
  var socketCounts: [String: Int] {
    pools.reduce(into: Dictionary(uniqueKeysWithValues: Seat.poolNames.map { ($0, 0) })) {
      $0[$1.key.poolName, default: 0] += $1.value.count
    }
  }

  /// The sockets of one pool.
  func members(of seat: Seat) -> Set<SocketID> { pools[seat] ?? [] }

  /// Takes one event and says what follows from it.
  ///
  /// - Parameter now: the monotonic time, since any fixed origin.
  mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    switch event {
    case .connect(let socket, let address): connect(socket, address, now)
    case .admit(let socket, let seat): admit(socket, seat)
    case .disconnect(let socket): disconnect(socket)
    case .deliver(let frame, let dialogID, let audience): deliver(frame, dialogID, audience)
    case .shutDown: shutDown()
    }
  }

  private mutating func connect(_ socket: SocketID, _ address: String, _ now: Duration) -> [Action] {
    if isShuttingDown { return [.refuse(socket, .shuttingDown)] }
    // The rate first: a client that hammers a full server is told to slow down, and stays counted.
    if let excess = connectRate.spend(address, at: now) {
      return [.refuse(socket, .connectRate(retryAfter: excess.retryAfter))]
    }
    guard places.count < limits.sockets else { return [.refuse(socket, .serverFull)] }
    places[socket] = .atTheDoor
    return [.authenticate(socket)]
  }

  private mutating func admit(_ socket: SocketID, _ seat: Seat) -> [Action] {
    // It may have gone, or the server may have begun to end, while its token was looked at.
    guard places[socket] == .atTheDoor else { return [] }
    guard !isShuttingDown, members(of: seat).count < limits.socketsPerPool else {
      places[socket] = nil
      return [.refuse(socket, isShuttingDown ? .shuttingDown : .poolFull)]
    }
    places[socket] = .seated(seat)
    pools[seat, default: []].insert(socket)
    return [.seated(socket, seat, poolSize: members(of: seat).count)]
  }

  private mutating func disconnect(_ socket: SocketID) -> [Action] {
    guard case .seated(let seat) = places.removeValue(forKey: socket) else { return [] }
    pools[seat]?.remove(socket)
    let poolSize = members(of: seat).count
    if poolSize == 0 { pools[seat] = nil }
    return [.left(socket, seat, poolSize: poolSize)]
  }

  private func deliver(_ frame: Frame, _ dialogID: DialogID, _ audience: Audience) -> [Action] {
    let sockets = audience.pools.flatMap { members(of: Seat(dialogID: dialogID, pool: $0)) }
    return sockets.isEmpty ? [] : [.send(frame, to: sockets)]
  }

  private mutating func shutDown() -> [Action] {
    isShuttingDown = true
    let seated = pools.values.flatMap(\.self).sorted()
    return seated.isEmpty ? [] : [.close(seated)]
  }
}
