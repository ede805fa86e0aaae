import ChatProtocol

/// The operators' streams as a pure state machine: one for each operator who has a socket or had one lately, with a
/// number for each event it may see, and a log to replay from (part 2, One socket for all dialogs).
///
/// The log is the queue, too: a socket is woken when there is something, and takes it when it can send. So a socket
/// that is slow costs a number, what is ready at once travels together, and what the log has forgotten before a socket
/// took it ends that socket: it comes back and reads the history.
struct OperatorStreams: Sendable {
  /// How much is kept, and for how long.
  struct Limits: Hashable, Sendable {
    /// What can be replayed to one operator.
    var log = StreamLog.Limits()
    /// A stream is kept this long after its last socket has gone.
    var keptFor: Duration = .seconds(120)
  }

  /// How many dialogs' owners are remembered; then they are asked for anew.
  private static let mostOwners = 100_000
  /// How many events may wait for their dialogs' owners before all streams are begun anew.
  private static let mostWaiting = 10_000

  /// Whose dialogs an operator sees.
  enum Scope: Hashable, Sendable {
    case everything
    case account(UserID)
  }

  /// Where a client was when its last socket ended.
  struct Position: Hashable, Sendable {
    let sequence: Int
    let epoch: String
  }

  /// What an event is about, and so who may see it.
  enum Subject: Hashable, Sendable {
    case dialog(DialogID)
    /// No dialog: an account's own affair, for itself and for admins.
    case account(UserID)
  }

  enum Event: Hashable, Sendable {
    /// An operator's socket opens. A new stream gets this epoch.
    case attach(SocketID, UserID, Scope, since: Position?, newEpoch: String)
    /// It is gone. Told twice, the second is ignored.
    case detach(SocketID)
    /// Something happened: the inside of its JSON object; one operator may be spared it.
    case publish(String, about: Subject, except: UserID?)
    /// The answer to `lookUp`; nil if there is no such dialog any more.
    case owner(UserID?, of: DialogID)
    /// There is no answer.
    case lookUpFailed
    /// A woken socket can take a frame.
    case ready(SocketID)
    /// The time that the last `setAlarm` asked for is over.
    case alarm
  }

  enum Action: Hashable, Sendable {
    /// There is something for it: come back with `ready` when it can send. Not said again before that.
    case wake(SocketID)
    case send(Frame, to: SocketID)
    /// It cannot be told all; it is already forgotten.
    case close(SocketID)
    /// Find out whose dialog it is.
    case lookUp(DialogID)
    /// Come back with `alarm` after this time.
    case setAlarm(after: Duration)
  }

  private struct Stream {
    let epoch: String
    let scope: Scope
    var log: StreamLog
    var sockets: Set<SocketID> = []
    /// When the last socket went; nil while there is one.
    var idleSince: Duration?
    /// The frame built last: sockets of one operator in step share it.
    var lastFrame: (after: Int, frame: Frame, through: Int)?
  }

  private struct Client {
    let userID: UserID
    /// The last event it was sent.
    var sequence: Int
    /// The hello that it was not sent yet.
    var hello: Frame?
    var isAwake: Bool
  }

  private struct Waiting {
    let event: String
    let except: UserID?
  }

  private let limits: Limits
  private var streams: [UserID: Stream] = [:]
  private var clients: [SocketID: Client] = [:]
  private var owners: [DialogID: UserID] = [:]
  /// Events that wait for their dialog's owner; a dialog's events stay in order.
  private var waiting: [DialogID: [Waiting]] = [:]
  private var waitingCount = 0
  private var alarmIsSet = false

  init(limits: Limits = Limits()) {
    self.limits = limits
  }

  /// How many streams are kept.
  var streamCount: Int { streams.count }

  /// Takes one event and says what follows from it.
  ///
  /// - Parameter now: the monotonic time, since any fixed origin.
  mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    switch event {
    case .attach(let socket, let userID, let scope, let since, let epoch):
      attach(socket, userID, scope, since, epoch)
    case .detach(let socket): detach(socket, now)
    case .publish(let event, let subject, let except): publish(event, subject, except)
    case .owner(let owner, let dialogID): settle(dialogID, owner: owner)
    case .lookUpFailed: beginAnew()
    case .ready(let socket): ready(socket, now)
    case .alarm: forgetIdleStreams(at: now)
    }
  }

  // MARK: Sockets

  private mutating func attach(
    _ socket: SocketID, _ userID: UserID, _ scope: Scope, _ since: Position?, _ newEpoch: String
  ) -> [Action] {
    var actions: [Action] = []
    if let old = streams[userID], old.scope != scope {
      // Its rights have changed: what was written down under the old ones is not for it any more.
      actions += old.sockets.sorted().map { Action.close($0) }
      for socket in old.sockets { clients[socket] = nil }
      streams[userID] = nil
    }
    var stream = streams[userID] ?? Stream(epoch: newEpoch, scope: scope, log: StreamLog(limits: limits.log))
    stream.sockets.insert(socket)
    stream.idleSince = nil
    streams[userID] = stream
    let log = stream.log
    let resumed = since.map { position in
      position.epoch == stream.epoch && (log.forgottenThrough...log.lastSequence).contains(position.sequence)
    }
    let sequence = resumed == true ? since?.sequence ?? log.lastSequence : log.lastSequence
    let hello = Frame.hello(
      sequence: sequence, epoch: stream.epoch, resumed: resumed == true, last: log.lastSequence)
    clients[socket] = Client(userID: userID, sequence: sequence, hello: hello, isAwake: true)
    return actions + [.wake(socket)]
  }

  private mutating func detach(_ socket: SocketID, _ now: Duration) -> [Action] {
    guard let client = clients.removeValue(forKey: socket), var stream = streams[client.userID] else { return [] }
    stream.sockets.remove(socket)
    if stream.sockets.isEmpty {
      stream.idleSince = now
      stream.lastFrame = nil
    }
    streams[client.userID] = stream
    guard stream.sockets.isEmpty, !alarmIsSet else { return [] }
    alarmIsSet = true
    return [.setAlarm(after: limits.keptFor)]
  }

  private mutating func ready(_ socket: SocketID, _ now: Duration) -> [Action] {
    guard var client = clients[socket], var stream = streams[client.userID] else { return [] }
    let frame: Frame?
    if let hello = client.hello {
      frame = hello
      client.hello = nil
    } else if client.sequence < stream.log.forgottenThrough {
      return [.close(socket)] + detach(socket, now)
    } else {
      if stream.lastFrame?.after != client.sequence {
        stream.lastFrame = stream.log.frame(after: client.sequence).map { (client.sequence, $0.frame, $0.through) }
      }
      frame = stream.lastFrame?.frame
      client.sequence = stream.lastFrame?.through ?? client.sequence
    }
    client.isAwake = client.sequence < stream.log.lastSequence
    clients[socket] = client
    streams[client.userID] = stream
    return (frame.map { [.send($0, to: socket)] } ?? []) + (client.isAwake ? [.wake(socket)] : [])
  }

  private mutating func forgetIdleStreams(at now: Duration) -> [Action] {
    let limit = limits.keptFor
    streams = streams.filter { $0.value.idleSince.map { now - $0 < limit } ?? true }
    let next = streams.values.compactMap(\.idleSince).min().map { $0 + limit }
    alarmIsSet = next != nil
    return next.map { [.setAlarm(after: $0 - now)] } ?? []
  }

  // MARK: Events

  private mutating func publish(_ event: String, _ subject: Subject, _ except: UserID?) -> [Action] {
    guard !streams.isEmpty else { return [] }
    switch subject {
    case .account(let userID):
      return deliver(event, owner: userID, except: except)
    case .dialog(let dialogID):
      if waiting[dialogID] == nil, let owner = owners[dialogID] {
        return deliver(event, owner: owner, except: except)
      }
      guard waitingCount < Self.mostWaiting else { return beginAnew() }
      let isFirst = waiting[dialogID] == nil
      waiting[dialogID, default: []].append(Waiting(event: event, except: except))
      waitingCount += 1
      return isFirst ? [.lookUp(dialogID)] : []
    }
  }

  private mutating func settle(_ dialogID: DialogID, owner: UserID?) -> [Action] {
    if let owner {
      // Few servers have so many dialogs at work at once; those that do ask again now and then.
      if owners.count >= Self.mostOwners { owners = [:] }
      owners[dialogID] = owner
    }
    let events = waiting.removeValue(forKey: dialogID) ?? []
    waitingCount -= events.count
    return events.flatMap { deliver($0.event, owner: owner, except: $0.except) }
  }

  private mutating func deliver(_ event: String, owner: UserID?, except: UserID?) -> [Action] {
    var woken: [SocketID] = []
    for (userID, stream) in streams where userID != except && stream.scope.covers(owner) {
      streams[userID]?.log.append(event)
      for socket in stream.sockets where clients[socket]?.isAwake == false {
        clients[socket]?.isAwake = true
        woken.append(socket)
      }
    }
    return woken.sorted().map { .wake($0) }
  }

  /// Something is lost, so nobody may believe that it was told all: every client comes back to a new epoch.
  private mutating func beginAnew() -> [Action] {
    let sockets = clients.keys.sorted()
    streams = [:]
    clients = [:]
    waiting = [:]
    waitingCount = 0
    return sockets.map { .close($0) }
  }
}

extension OperatorStreams.Scope {
  init(_ user: User) {
    self = user.role == .admin ? .everything : .account(user.id)
  }

  fileprivate func covers(_ owner: UserID?) -> Bool {
    switch self {
    case .everything: true
    case .account(let userID): userID == owner
    }
  }
}
