import ChatProtocol

/// Which messages of the open dialog have been before the operator's eyes: not what has arrived, but what a frame has
/// shown, and for long enough to be seen.
///
/// A message that comes up while a finger is already on its way to Enter has not been read.
struct ShownMessages: Hashable, Sendable {
  /// The time from a message on the screen to one that may have changed the operator's mind: a quick reaction.
  static let perceptionTime: Duration = .milliseconds(300)

  private var dialogID: DialogID?
  /// The newest message that was seen for sure, or was there when the dialog was opened.
  private var seen: MessageID?
  /// Those that have come up since, oldest first.
  private var fresh: [Mark] = []

  private struct Mark: Hashable, Sendable {
    var id: MessageID
    var at: Duration
  }

  /// A frame has shown a dialog down to a message.
  mutating func frameShowed(_ newest: MessageID, of id: DialogID, at now: Duration) {
    guard dialogID == id else {
      self = ShownMessages(dialogID: id, seen: newest)
      return
    }
    settle(at: now)
    if newest > fresh.last?.id ?? seen ?? .min { fresh.append(Mark(id: newest, at: now)) }
  }

  /// The newest message of a dialog that has been seen; nil while no frame has shown the dialog.
  mutating func newestSeen(of id: DialogID, at now: Duration) -> MessageID? {
    guard dialogID == id else { return nil }
    settle(at: now)
    return seen
  }

  private mutating func settle(at now: Duration) {
    let ripe = fresh.prefix { now - $0.at >= Self.perceptionTime }
    guard let last = ripe.last else { return }
    seen = last.id
    fresh.removeFirst(ripe.count)
  }
}

extension ShownMessages {
  private init(dialogID: DialogID, seen: MessageID) {
    self.dialogID = dialogID
    self.seen = seen
  }
}
