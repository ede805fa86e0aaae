public import ChatProtocol
import LiveLink

/// A hand-off that happened while the console was looking: a line between the messages of a dialog.
public struct HandoffMark: Hashable, Sendable {
  /// The message below which the line stands; nil for above all.
  public let after: MessageID?
  /// When it happened, or when this console heard of it.
  public let at: Timestamp
  /// What happened, in words; may hold raw text.
  public let text: String
}

extension ConsoleState {
  /// How many marks a dialog keeps; older ones go.
  private static let markLimit = 50

  /// Leaves a mark in a dialog that went from one hand into another.
  mutating func markHandoff(in id: DialogID, from before: Holder?, to after: Holder) {
    logHandoff(in: id, from: before, to: after)
    guard let before, let text = after.arrivalWords(from: before) else { return }
    let mark = HandoffMark(after: links[id]?.timeline.lastID, at: clock.now, text: text)
    handoffMarks[id, default: []].append(mark)
    if handoffMarks[id, default: []].count > Self.markLimit { handoffMarks[id]?.removeFirst() }
  }
}

extension Holder {
  /// What happened when a dialog came into this hand; nil if it was in it already.
  fileprivate func arrivalWords(from before: Holder) -> String? {
    switch (before, self) {
    case (.nobodyYet, .nobodyYet), (.assistant, .assistant), (.me, .me), (.other, .other(nil)): nil
    case (.other(let old), .other(let new)) where old == nil || old?.id == new?.id: nil
    case (.assistant, .nobodyYet): "a human was asked for"
    case (_, .nobodyYet): "back in the queue"
    case (.nobodyYet, .assistant): "the request was withdrawn: the AI answers"
    case (_, .assistant): "given back to the AI"
    case (_, .me): "handed to you"
    case (_, .other(let manager)): "handed to \(manager?.name ?? "another operator")"
    }
  }
}
