public import ChatProtocol
import LiveLink

/// Messages of a dialog that came late, for the connection was down: a line above the first of them.
public struct GapMark: Hashable, Sendable {
  /// The first message that came late.
  public internal(set) var first: MessageID
  /// How many there were.
  public internal(set) var count: Int
  /// Since when nothing was heard; nil where nobody knows.
  public let from: Timestamp?
  /// When they came.
  public internal(set) var until: Timestamp
}

extension ConsoleState {
  /// How many marks a dialog keeps; older ones go.
  private static let gapLimit = 20

  /// Leaves a mark above messages that came late. One outage leaves one mark, however many pieces they came in.
  mutating func markGap(_ messages: [Message], in id: DialogID) {
    guard let first = messages.map(\.id).min() else { return }
    let from = stream == nil ? engine.linkOutages[id] : engine.outageBegan
    var gaps = gaps[id] ?? []
    if let from, let last = gaps.indices.last, gaps[last].from == from {
      gaps[last].first = min(first, gaps[last].first)
      gaps[last].count += messages.count
      gaps[last].until = clock.now
    } else {
      gaps.append(GapMark(first: first, count: messages.count, from: from, until: clock.now))
      if gaps.count > Self.gapLimit { gaps.removeFirst() }
    }
    self.gaps[id] = gaps
  }
}
