/// What is to happen when: a priority queue of deadlines, without a clock of its own.
///
/// Times are monotonic, counted from any one origin. Adding and taking out cost O(log n), cancelling O(1).
public struct TimerQueue<Payload> {
  /// A timer, to cancel it by.
  public struct ID: Hashable, Sendable {
    fileprivate let number: UInt64
  }

  private struct Entry {
    let deadline: Duration
    let id: ID

    /// Timers for the same moment fire in the order they were set.
    func precedes(_ other: Entry) -> Bool {
      deadline == other.deadline ? id.number < other.id.number : deadline < other.deadline
    }
  }

  /// A binary heap; cancelled timers stay in it until they come to the top.
  private var heap: [Entry] = []
  private var payloads: [ID: Payload] = [:]
  private var lastNumber: UInt64 = 0

  /// An empty queue.
  public init() {}

  /// How many timers are set.
  public var count: Int { payloads.count }

  /// Sets a timer.
  public mutating func add(at deadline: Duration, _ payload: Payload) -> ID {
    lastNumber += 1
    let id = ID(number: lastNumber)
    payloads[id] = payload
    heap.append(Entry(deadline: deadline, id: id))
    siftUp(heap.count - 1)
    return id
  }

  /// Takes a timer back; what has fired or was cancelled before is none any more.
  public mutating func cancel(_ id: ID) {
    payloads[id] = nil
    // A timer set again with each key must not leave its dead behind for the length of its delay.
    if heap.count > 64, heap.count > 2 * payloads.count {
      heap = heap.filter { payloads[$0.id] != nil }.sorted { $0.precedes($1) }
    }
  }

  /// When the next timer is due; nil when none is set.
  public mutating func nextDeadline() -> Duration? {
    while let top = heap.first {
      if payloads[top.id] != nil { return top.deadline }
      removeTop()
    }
    return nil
  }

  /// Takes out the next timer that is due at `now`; nil when none is.
  public mutating func popDue(at now: Duration) -> Payload? {
    guard let deadline = nextDeadline(), deadline <= now, let id = heap.first?.id else { return nil }
    removeTop()
    return payloads.removeValue(forKey: id)
  }

  private mutating func removeTop() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    siftDown()
  }

  private mutating func siftUp(_ index: Int) {
    var child = index
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].precedes(heap[least]) { least = child }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
