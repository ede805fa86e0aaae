/// Who may run, of pieces of work that came one after the other: exclusive work alone, shared work beside other shared
/// work, nobody before whoever came earlier and cannot run beside it.
struct AccessLine: Sendable {
  /// How a piece of work stands to the others.
  enum Access: Hashable, Sendable {
    /// It begins when all that came before is done, and what comes behind it begins when it is done.
    case exclusive
    /// It may run beside other shared work.
    case shared
  }

  private var running = 0
  private var exclusiveRuns = false
  /// Those who wait, the first at the head.
  private var waiting: [(id: Int, access: Access)] = []
  private var lastID = 0

  /// Whether nobody runs or waits.
  var isEmpty: Bool { running == 0 && waiting.isEmpty }

  /// A piece of work comes.
  ///
  /// - Returns: nil if it may run at once; else what `leave` will call it by.
  mutating func enter(_ access: Access) -> Int? {
    if waiting.isEmpty, running == 0 || (access == .shared && !exclusiveRuns) {
      start(access)
      return nil
    }
    lastID += 1
    waiting.append((lastID, access))
    return lastID
  }

  /// A piece of work is done.
  ///
  /// - Returns: who may run now.
  mutating func leave() -> [Int] {
    running -= 1
    guard running == 0 else { return [] }
    exclusiveRuns = false
    guard let first = waiting.first else { return [] }
    let count = first.access == .exclusive ? 1 : waiting.prefix { $0.access == .shared }.count
    let next = waiting.prefix(count)
    waiting.removeFirst(count)
    for entry in next { start(entry.access) }
    return next.map(\.id)
  }

  private mutating func start(_ access: Access) {
    running += 1
    exclusiveRuns = access == .exclusive
  }
}
