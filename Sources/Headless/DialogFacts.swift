public import ChatProtocol
public import ConsoleModel

extension DialogEntry {
  /// A line of the list as a command sees it, which has no memory of its own: what the server says, and no more.
  ///
  /// - Parameters:
  ///   - account: Who asks; nil if it is not known.
  ///   - queued: The dialog's line in the queue.
  public init(_ dialog: Dialog, account: UserID?, queued: QueueEntry? = nil) {
    var dialog = dialog
    if let queued, dialog.handoffStatus != .active {
      dialog.handoffStatus = .requested
      dialog.handoffRequestedAt = dialog.handoffRequestedAt ?? queued.requestedAt
      dialog.handoffReason = dialog.handoffReason ?? queued.reason
      dialog.lastMessageText = dialog.lastMessageText ?? queued.lastUserText
    }
    let holder: Holder =
      switch dialog.handoffStatus {
      case .requested: .nobodyYet(since: dialog.handoffRequestedAt)
      case .active:
        if let manager = dialog.assignedManagerID {
          manager == account ? .me : .other(Manager(id: manager, name: nil))
        } else {
          .other(nil)
        }
      case .none, .released, .cancelled, .other: .assistant
      }
    let lastLine = dialog.lastMessageText.map { LastLine(text: $0, sender: nil, at: dialog.lastMessageAt) }
    self.init(dialog: dialog, holder: holder, lastLine: lastLine)
  }
}

/// The dialogs of a server in the order a person wants them: who waits first, the longest wait at the top; then mine;
/// then the rest, the newest activity first.
public func inOrderOfNeed(_ entries: [DialogEntry]) -> [DialogEntry] {
  func rank(_ entry: DialogEntry) -> (Int, Int64, Int) {
    let newestFirst = -(entry.lastLine?.at ?? entry.dialog.lastMessageAt ?? entry.dialog.startedAt ?? .distantPast)
      .milliseconds
    switch entry.holder {
    case .nobodyYet(let since): return (0, since?.milliseconds ?? .max, -entry.id)
    case .me: return (1, newestFirst, -entry.id)
    case .assistant, .other: return (2, newestFirst, -entry.id)
    }
  }
  return entries.map { (rank($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
}

extension Timestamp {
  static let distantPast = Timestamp(milliseconds: 0)
}
