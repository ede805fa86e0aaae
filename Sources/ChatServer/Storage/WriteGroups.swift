/// Which writes share a commit: those that came while the one before was under way, in the order they came.
///
/// There is no timer. A write that comes alone goes at once; under load each commit's time gathers the next group.
struct WriteGroups<Write: Sendable>: Sendable {
  /// What happens.
  enum Event: Sendable {
    /// A write was handed in.
    case arrived(Write)
    /// The database is ready for a transaction that was asked for.
    case ready
    /// The transaction that was begun is over, committed or not.
    case ended
  }

  /// What is to be done about it.
  enum Action: Sendable {
    /// Ask for a transaction; `Event.ready` follows.
    case begin
    /// Carry these out in one transaction; `Event.ended` follows.
    case commit([Write])
  }

  /// The most writes that share a commit: the first of a group waits for the last.
  static var largestGroup: Int { 64 }

  /// Whether a transaction is asked for or under way.
  private var isBusy = false
  private var waiting: [Write] = []

  mutating func handle(_ event: Event) -> [Action] {
    switch event {
    case .arrived(let write):
      waiting.append(write)
      guard !isBusy else { return [] }
      isBusy = true
      return [.begin]
    case .ready:
      let group = Array(waiting.prefix(Self.largestGroup))
      waiting.removeFirst(group.count)
      return [.commit(group)]
    case .ended:
      isBusy = !waiting.isEmpty
      return isBusy ? [.begin] : []
    }
  }
}
