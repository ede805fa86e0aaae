import ChatProtocol
import ConsoleModel

/// A moment of the hand-off, for a line between the messages.
struct HandoffLine {
  let at: Timestamp
  let text: SafeText
  private let place: Place

  private enum Place {
    /// Where its time belongs: the server has told no more.
    case byTime
    /// Below a message; nil is above all.
    case below(MessageID?)
  }

  /// Whether it stands between two neighbours of the timeline; nil is its start or its end.
  func belongs(between previous: Message?, and next: Message?) -> Bool {
    switch place {
    case .below(let id):
      let isBelow = previous.map { previous in id.map { $0 >= previous.id } ?? false } ?? true
      return isBelow && (next.map { next in id.map { $0 < next.id } ?? true } ?? true)
    case .byTime:
      // A message without a time has no place in time: its neighbours decide.
      let isAfter = previous.map { previous in previous.timestamp.map { at > $0 } ?? false } ?? true
      return isAfter && (next.map { next in next.timestamp.map { at <= $0 } ?? false } ?? true)
    }
  }
}

extension HandoffLine {
  /// What is known of a dialog's hand-off, oldest first: what this console saw, and from before that what the server
  /// tells of the last round.
  static func all(of entry: DialogEntry, scene: Scene) -> [HandoffLine] {
    let seen = (scene.state.handoffMarks[entry.id] ?? []).map {
      HandoffLine(at: $0.at, text: scene.oneLine($0.text), place: .below($0.after))
    }
    let told = told(of: entry, scene: scene)
    guard let first = seen.first else { return told }
    // What was seen is told as well, some seconds earlier.
    return told.filter { first.at.duration(since: $0.at) > .seconds(60) } + seen
  }

  private static func told(of entry: DialogEntry, scene: Scene) -> [HandoffLine] {
    let dialog = entry.dialog
    let taken: SafeText =
      switch entry.holder {
      case .me: "handed to you"
      case .other(let manager): "handed to \(scene.managerName(manager))"
      case .assistant, .nobodyYet: "handed to an operator"
      }
    let ended: SafeText = dialog.handoffStatus == .cancelled ? "the request was withdrawn" : "given back to the AI"
    let moments: [(Timestamp?, SafeText)] = [
      (dialog.handoffRequestedAt, "a human was asked for"), (dialog.handoffStartedAt, taken),
      (dialog.handoffResolvedAt, ended),
    ]
    return moments.compactMap { at, text in at.map { HandoffLine(at: $0, text: text, place: .byTime) } }
      .sorted { $0.at < $1.at }
  }
}
