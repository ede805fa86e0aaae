/// The WebSockets of one server and their common end, as a value.
struct DrainState<Member: Hashable & Sendable>: Sendable {
  enum Event: Sendable {
    /// A connection is about to become a WebSocket.
    case entered(Member)
    /// Its channel is closed.
    case left(Member)
    /// The server shuts down.
    case begin
    /// Who is still there has had time enough.
    case deadline
  }

  enum Action: Equatable, Sendable {
    /// Tell each of them that the server shuts down.
    case quiesce([Member])
    /// Close each of them without a word.
    case drop([Member])
    /// All are gone.
    case finish(WebSocketDrain.Report)
  }

  private enum Stage {
    case serving
    case draining(since: Duration)
    case finished
  }

  private var stage = Stage.serving
  private var members: Set<Member> = []
  private var told = 0
  private var dropped = 0

  /// How many there are.
  var count: Int { members.count }

  /// Whether the shutdown has begun.
  var isDraining: Bool {
    if case .serving = stage { false } else { true }
  }

  mutating func handle(_ event: Event, now: Duration) -> [Action] {
    switch event {
    case .entered(let member):
      guard members.insert(member).inserted, isDraining else { return [] }
      told += 1
      return [.quiesce([member])]
    case .left(let member):
      guard members.remove(member) != nil else { return [] }
      return finishIfEmpty(now)
    case .begin:
      guard case .serving = stage else { return [] }
      stage = .draining(since: now)
      told = members.count
      return members.isEmpty ? finishIfEmpty(now) : [.quiesce(Array(members))]
    case .deadline:
      guard case .draining = stage else { return [] }
      dropped = members.count
      let drop = Action.drop(Array(members))
      members = []
      return [drop] + finishIfEmpty(now)
    }
  }

  private mutating func finishIfEmpty(_ now: Duration) -> [Action] {
    guard case .draining(let start) = stage, members.isEmpty else { return [] }
    stage = .finished
    return [.finish(WebSocketDrain.Report(connections: told, dropped: dropped, duration: now - start))]
  }
}
