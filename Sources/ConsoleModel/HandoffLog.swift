public import ChatProtocol

/// The hand-offs that this console has heard of, oldest first: what the monitor shows.
///
/// A ring: the oldest go when there is no more room.
public struct HandoffLog: Hashable, Sendable {
  /// What can happen to a dialog on its way between the AI and a human.
  public enum Kind: Hashable, Sendable, CaseIterable {
    /// A human is asked for.
    case requested
    /// An operator has taken it.
    case taken
    /// It went from one operator to another.
    case transferred
    /// It came back into the queue from an operator.
    case requeued
    /// An operator gave it back to the AI.
    case released
    /// The request was withdrawn.
    case cancelled
    /// The visitor has waited too long.
    case overdue

    /// What it is called, in a word.
    public var word: String {
      switch self {
      case .requested: "requested"
      case .taken: "taken"
      case .transferred: "transferred"
      case .requeued: "requeued"
      case .released: "released"
      case .cancelled: "cancelled"
      case .overdue: "overdue"
      }
    }
  }

  /// A line of the log.
  public struct Entry: Hashable, Sendable, Identifiable {
    /// Its number, rising from the first line that this console has written.
    public let id: Int
    /// When this console heard of it.
    public let at: Timestamp
    /// What happened.
    public let kind: Kind
    /// In which dialog.
    public let dialogID: DialogID
    /// Who did it, if an operator did; raw text.
    public let who: String?
    /// How long the visitor had waited by then, or for `released` how long the operator had it.
    public let wait: Duration?
    /// What was said about it; raw text.
    public let detail: String?
  }

  /// The lines, oldest first.
  public private(set) var entries: [Entry] = []
  private var nextID = 0

  /// How many lines are kept.
  public static let capacity = 1000

  /// An empty log.
  public init() {}

  /// Writes a line.
  mutating func append(
    _ kind: Kind, in dialogID: DialogID, at: Timestamp, by who: String?, wait: Duration?, detail: String? = nil
  ) {
    entries.append(Entry(id: nextID, at: at, kind: kind, dialogID: dialogID, who: who, wait: wait, detail: detail))
    nextID += 1
    // Thinned out by a tenth at a time, so that a line costs the same whether the ring is full or not.
    if entries.count > Self.capacity { entries.removeFirst(Self.capacity / 10) }
  }
}

/// What the monitor looks at.
public struct Monitor: Hashable, Sendable {
  /// The line under the cursor; nil follows the newest.
  public internal(set) var selection: Int?
  /// The last line on the screen, as the screen says: the lines stand still while the cursor moves among them.
  public internal(set) var lastShown: Int?
  /// What is shown; nil is everything.
  public internal(set) var only: HandoffLog.Kind?

  /// A monitor that follows and shows everything.
  public init() {}
}

extension ConsoleState {
  /// The lines of the monitor that its filter lets through, oldest first.
  public var monitored: [HandoffLog.Entry] {
    guard let only = monitor.only else { return handoffLog.entries }
    return handoffLog.entries.filter { $0.kind == only }
  }

  /// Writes down that a dialog went from one hand into another.
  mutating func logHandoff(in id: DialogID, from before: Holder?, to after: Holder) {
    guard let before, before != after else { return }
    let entry = list.entries[id]
    let waited = before.waitStart.map { max(.zero, clock.now.duration(since: $0)) }
    let held = entry?.dialog.handoffStartedAt.map { max(.zero, clock.now.duration(since: $0)) }
    switch (before, after) {
    case (.nobodyYet, .nobodyYet), (.assistant, .assistant), (.me, .me): return
    case (.other(let old), .other(let new)):
      guard let old, let new, old.id != new.id else { return }
      log(.transferred, id, by: name(of: after), held)
    case (.assistant, .nobodyYet): log(.requested, id, by: nil, nil, entry?.dialog.handoffReason)
    case (_, .nobodyYet): log(.requeued, id, by: name(of: before), held, entry?.dialog.handoffReason)
    case (.nobodyYet, .assistant): log(.cancelled, id, by: nil, waited)
    case (_, .assistant): log(.released, id, by: name(of: before), held)
    case (.me, .other), (.other, .me): log(.transferred, id, by: name(of: after), held)
    case (_, .me), (_, .other):
      log(.taken, id, by: name(of: after), waited)
      if let waited { statistics.noteWait(waited, at: clock.now) }
    }
  }

  /// Writes down that a visitor has waited too long.
  mutating func logOverdue(_ kind: OverdueKind, in id: DialogID, waited: Duration) {
    // Each admin's socket tells it: one line is enough.
    let isKnown = handoffLog.entries.reversed().prefix(50).contains {
      $0.kind == .overdue && $0.dialogID == id && clock.now.duration(since: $0.at) < .seconds(30)
    }
    guard !isKnown else { return }
    log(.overdue, id, by: nil, waited, kind.words)
  }

  private mutating func log(
    _ kind: HandoffLog.Kind, _ id: DialogID, by who: String?, _ wait: Duration?, _ detail: String? = nil
  ) {
    handoffLog.append(kind, in: id, at: clock.now, by: who, wait: wait, detail: detail)
  }

  private func name(of holder: Holder) -> String? {
    switch holder {
    case .me: session.operatorName ?? "you"
    case .other(let manager): manager.words
    case .assistant, .nobodyYet: nil
    }
  }
}

extension Holder {
  /// Since when the visitor waits for a human.
  fileprivate var waitStart: Timestamp? { if case .nobodyYet(let since) = self { since } else { nil } }
}

extension OverdueKind {
  fileprivate var words: String {
    switch self {
    case .takeover: "nobody has taken it"
    case .answer: "nobody has answered"
    }
  }
}
