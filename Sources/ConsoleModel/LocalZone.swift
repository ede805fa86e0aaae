public import ChatProtocol

/// Where on Earth the operator is, as far as clocks know: how far from UTC, and when that changes. A value, so that a
/// moment in March means the same in every test.
public struct LocalZone: Hashable, Sendable {
  /// A change of the clocks.
  public struct Change: Hashable, Sendable {
    /// From when on.
    public var at: Timestamp
    /// Seconds east of Greenwich from then on.
    public var offset: Int

    /// Makes a change of its parts.
    public init(at: Timestamp, offset: Int) {
      self.at = at
      self.offset = offset
    }
  }

  /// Seconds east of Greenwich before the first change.
  public let offset: Int
  /// The changes, ascending.
  public let changes: [Change]

  /// Makes a zone of what it has at first and what changes.
  public init(offset: Int, changes: [Change] = []) {
    self.offset = offset
    self.changes = changes
  }

  /// Seconds east of Greenwich at a moment.
  public func offset(at moment: Timestamp) -> Int { changes.last { $0.at <= moment }?.offset ?? offset }

  /// The moment at which the clocks show a time, in seconds since 1970 as they show it.
  ///
  /// The first of two where they are put back; where they are put forward and never show it, as much later as they skip.
  func moment(showing seconds: Int64) -> Timestamp {
    func moment(at offset: Int) -> Timestamp { Timestamp(milliseconds: (seconds - Int64(offset)) * 1000) }
    let day: Int64 = 86_400
    let before = offset(at: Timestamp(milliseconds: (seconds - day) * 1000))
    let after = offset(at: Timestamp(milliseconds: (seconds + day) * 1000))
    for offset in [before, after] where self.offset(at: moment(at: offset)) == offset { return moment(at: offset) }
    return moment(at: before)
  }
}

extension LocalZone {
  /// The zone of a machine around a moment, from what the system says of single moments: it is asked for a year to both
  /// sides, and no further than that is anything set aside.
  public init(around now: Timestamp, offset: (Timestamp) -> Int) {
    func moment(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }
    let week: Int64 = 7 * 86_400
    let first = now.seconds - 54 * week
    var known = offset(moment(first))
    let start = known
    var changes: [Change] = []
    for step in 1...Int64(108) {
      var (low, high) = (first + (step - 1) * week, first + step * week)
      let next = offset(moment(high))
      guard next != known else { continue }
      while high - low > 1 {
        let middle = low + (high - low) / 2
        if offset(moment(middle)) == known { low = middle } else { high = middle }
      }
      changes.append(Change(at: moment(high), offset: next))
      known = next
    }
    self.init(offset: start, changes: changes)
  }
}
