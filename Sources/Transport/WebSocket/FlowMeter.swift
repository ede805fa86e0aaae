/// Where a queue counts as full, and where it is ready for more again. Between the two it stays what it was, so that
/// not every byte switches it over and back.
public struct WaterMarks: Hashable, Sendable {
  /// At so many bytes, or fewer, it is ready again.
  public var low: Int
  /// At so many bytes, or more, it is full.
  public var high: Int

  /// Marks in bytes; `low` is below `high`.
  public init(low: Int, high: Int) {
    precondition(0 <= low && low < high, "the low mark must be below the high one")
    self.low = low
    self.high = high
  }
}

/// Follows the size of a queue between its marks.
struct FlowMeter: Sendable {
  /// What a queued message costs beside its payload. Counted so that empty messages are not free.
  static let messageOverhead = 64

  private let marks: WaterMarks
  private(set) var size = 0
  private(set) var isFull = false

  init(_ marks: WaterMarks) { self.marks = marks }

  /// Takes note of the queue's size.
  ///
  /// - Returns: whether the queue, having been full, is ready again.
  @discardableResult mutating func set(_ newSize: Int) -> Bool {
    size = newSize
    if isFull {
      guard newSize <= marks.low else { return false }
      isFull = false
      return true
    }
    isFull = newSize >= marks.high
    return false
  }
}
