/// All the demo's visitors as a pure state machine: who comes when, and how many at once.
///
/// It keeps the demo alive without letting it grow: each visit of the scripts happens once, no request for a human is
/// begun while too many wait, and when nobody serves them, nobody new comes.
struct VisitorCrowd: Sendable {
  /// A visitor of this run, numbered by arrival.
  typealias VisitorID = Int

  enum Event: Hashable, Sendable {
    /// The doors open.
    case opened
    /// Time has passed; before `wakesAt` it means nothing.
    case timer
    /// Something happened to one visitor.
    case visitor(VisitorID, VisitorSimulation.Event)
  }

  /// Something that one visitor does.
  struct Action: Hashable, Sendable {
    let visitor: VisitorID
    let action: VisitorSimulation.Action
  }

  /// A visitor whose conversation began before the demo did.
  struct Resident: Hashable, Sendable {
    let identity: VisitorIdentity
    let script: VisitorScript
    let stage: VisitorSimulation.Stage
  }

  /// How full the shop may get.
  struct Limits: Hashable, Sendable {
    /// Visitors with an open socket.
    var present = 16
    /// Visitors who wait for an operator, or will.
    var needingOperator = 5
    /// The time between two arrivals, in seconds.
    var arrivalSeconds: ClosedRange<Double> = 18...28
    /// The same when only those come who are content with the AI: they must last.
    var quietArrivalSeconds: ClosedRange<Double> = 35...50
    /// The least time between two arrivals of those who will ask for an operator.
    var operatorInterval: Duration = .seconds(40)
  }

  private struct Present: Sendable {
    let identity: VisitorIdentity
    var simulation: VisitorSimulation
  }

  private let limits: Limits
  private var present: [VisitorID: Present] = [:]
  private var arrivals = 0
  private var residents: [Resident]
  /// Who has yet to come, the next at the end: those who will ask for an operator, and those who will not.
  private var demanding: [(VisitorScript, name: String?)]
  private var content: [(VisitorScript, name: String?)]
  private var nextArrival: Duration?
  private var nextDemanding: Duration = .zero
  private var generator: SplitMix64

  /// - Parameters:
  ///   - cast: the scripts with the people who play them; each person comes once, and all scripts are played before
  ///     one is repeated.
  init(cast: [DemoCast.Role], residents: [Resident] = [], limits: Limits = Limits(), seed: UInt64) {
    self.limits = limits
    self.residents = residents
    let rounds = cast.map(\.people.count).max() ?? 0
    let visits = (0..<rounds).flatMap { round in
      cast.filter { round < $0.people.count }.map { ($0.script, name: $0.people[round]) }
    }
    demanding = visits.filter { $0.0.askForPerson != nil }.reversed()
    content = visits.filter { $0.0.askForPerson == nil }.reversed()
    generator = SplitMix64(seed: seed)
  }

  /// When it wants to be told `timer`; nil is never.
  var wakesAt: Duration? {
    (present.values.compactMap(\.simulation.wakesAt) + [nextArrival].compactMap(\.self)).min()
  }

  /// How many visitors are here.
  var presentCount: Int { present.count }
  /// How many of them wait for an operator, or will.
  var needingOperatorCount: Int { present.values.count { $0.simulation.needsOperator } }

  /// Who a visitor is; nil once it has gone.
  func identity(of visitor: VisitorID) -> VisitorIdentity? {
    present[visitor]?.identity
  }

  /// Takes one event and says what follows from it.
  ///
  /// - Parameter now: the monotonic time, since any fixed origin.
  mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    switch event {
    case .opened:
      defer { residents = [] }
      nextArrival = now + .seconds(2)
      return residents.flatMap { resident in
        let simulation = VisitorSimulation(
          script: resident.script, joiningAt: resident.stage, seed: generator.next())
        return admit(resident.identity, simulation, at: now)
      }
    case .timer:
      let due = present.filter { $0.value.simulation.wakesAt.map { $0 <= now } ?? false }.keys.sorted()
      return due.flatMap { tell($0, .timer, at: now) } + letNextIn(at: now)
    case .visitor(let visitor, let event):
      return tell(visitor, event, at: now)
    }
  }

  private mutating func tell(_ visitor: VisitorID, _ event: VisitorSimulation.Event, at now: Duration) -> [Action] {
    let actions = present[visitor]?.simulation.handle(event, at: now) ?? []
    if present[visitor]?.simulation.stage == .gone { present[visitor] = nil }
    return actions.map { Action(visitor: visitor, action: $0) }
  }

  private mutating func admit(
    _ identity: VisitorIdentity, _ simulation: VisitorSimulation, at now: Duration
  ) -> [Action] {
    let visitor = arrivals
    arrivals += 1
    present[visitor] = Present(identity: identity, simulation: simulation)
    return tell(visitor, .arrived, at: now)
  }

  private mutating func letNextIn(at now: Duration) -> [Action] {
    guard let due = nextArrival, due <= now else { return [] }
    guard !demanding.isEmpty || !content.isEmpty else {
      nextArrival = nil
      return []
    }
    let hasRoomForDemand = needingOperatorCount < limits.needingOperator && !demanding.isEmpty
    nextArrival =
      now + generator.duration(seconds: hasRoomForDemand ? limits.arrivalSeconds : limits.quietArrivalSeconds)
    // An AI that finds no answer makes a visitor wait who was not meant to: then nobody new comes.
    guard present.count < limits.present, needingOperatorCount <= limits.needingOperator else { return [] }
    let next: (script: VisitorScript, name: String?)
    if hasRoomForDemand, now >= nextDemanding, let visit = demanding.popLast() {
      nextDemanding = now + limits.operatorInterval
      next = visit
    } else if let visit = content.popLast() {
      next = visit
    } else {
      return []
    }
    let number = String(UInt32.random(in: 0x10_0000...0xFF_FFFF, using: &generator), radix: 16)
    return admit(
      VisitorIdentity(guestID: "web-" + number, name: next.name),
      VisitorSimulation(script: next.script, seed: generator.next()), at: now)
  }
}
