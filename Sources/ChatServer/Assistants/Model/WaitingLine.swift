/// How many are served at once and how many wait, as a pure value.
struct WaitingLine: Sendable {
  struct Limits: Sendable, Hashable {
    /// Served at once.
    var served: Int
    /// Waiting for that.
    var waiting: Int
  }

  typealias Ticket = UInt64

  enum Event: Sendable, Hashable {
    case enter(Ticket)
    /// Served, or tired of waiting. Told twice, the second is ignored.
    case leave(Ticket)
  }

  enum Action: Sendable, Hashable {
    /// It is this one's turn.
    case serve(Ticket)
    /// The line is full.
    case turnAway(Ticket)
  }

  private let limits: Limits
  private var served: Set<Ticket> = []
  private var waiting: [Ticket] = []

  init(limits: Limits) {
    self.limits = limits
  }

  /// How many are served, and how many wait.
  var counts: (served: Int, waiting: Int) { (served.count, waiting.count) }

  mutating func handle(_ event: Event) -> [Action] {
    switch event {
    case .enter(let ticket):
      if served.count < limits.served {
        served.insert(ticket)
        return [.serve(ticket)]
      }
      guard waiting.count < limits.waiting else { return [.turnAway(ticket)] }
      waiting.append(ticket)
      return []
    case .leave(let ticket):
      if let place = waiting.firstIndex(of: ticket) {
        waiting.remove(at: place)
        return []
      }
      guard served.remove(ticket) != nil, !waiting.isEmpty else { return [] }
      let next = waiting.removeFirst()
      served.insert(next)
      return [.serve(next)]
    }
  }
}
