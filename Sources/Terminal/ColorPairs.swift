import ConsoleView

/// Numbers for pairs of colours, as ncurses wants them: given out on demand, within a bound.
///
/// Pair 0 is the terminal's own colours and always there. A pair on the screen must keep its colours, so
/// nothing is evicted one by one: when the numbers run out the caller starts over with ``removeAll()`` and
/// paints the whole frame again.
struct ColorPairs {
  struct Pair: Hashable, Sendable {
    var foreground: Int32
    var background: Int32
  }

  /// A number, and whether ncurses has still to be told of it.
  struct Assignment: Equatable {
    var number: Int32
    var isNew: Bool
  }

  private var numbers: [Pair: Int32] = [:]
  /// One more than the highest number.
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// The number of a pair, or nil when all are taken.
  mutating func number(for pair: Pair) -> Assignment? {
    if pair.foreground < 0, pair.background < 0 { return Assignment(number: 0, isNew: false) }
    if let number = numbers[pair] { return Assignment(number: number, isNew: false) }
    guard numbers.count + 1 < limit else { return nil }
    let number = Int32(numbers.count + 1)
    numbers[pair] = number
    return Assignment(number: number, isNew: true)
  }

  /// Forgets all pairs but 0.
  mutating func removeAll() { numbers.removeAll(keepingCapacity: true) }
}
