public import ChatProtocol

/// How long a visitor may wait, and when that begins to be too long.
public struct ServiceLevel: Hashable, Sendable {
  /// From here on the clock is shown as a warning.
  public var warning: Duration
  /// From here on it has been too long.
  public var breach: Duration

  /// Two minutes, and five.
  public static let standard = ServiceLevel(warning: .seconds(120), breach: .seconds(300))

  /// Makes a level of its times.
  public init(warning: Duration, breach: Duration) {
    self.warning = warning
    self.breach = breach
  }

  /// How bad a wait is.
  public enum Grade: Int, Hashable, Sendable, Comparable {
    /// In time.
    case fine
    /// Soon too long.
    case warning
    /// Too long.
    case breach

    public static func < (lhs: Grade, rhs: Grade) -> Bool { lhs.rawValue < rhs.rawValue }
  }

  /// How bad a wait of some length is.
  public func grade(of wait: Duration) -> Grade {
    wait >= breach ? .breach : wait >= warning ? .warning : .fine
  }

  /// When a wait's grade changes next; nil when it can get no worse.
  func nextChange(since start: Timestamp, after now: Timestamp) -> Timestamp? {
    [warning, breach].map { start.advanced(by: $0) }.filter { $0 > now }.min()
  }
}

extension DialogEntry {
  /// Since when the visitor waits: for somebody to take the dialog, or for an answer of the operator who has it. Nil when
  /// nobody is waited for.
  public var awaitedSince: Timestamp? {
    switch holder {
    case .nobodyYet(let since): since
    case .me, .other: lastLine?.sender == .user ? unansweredSince ?? lastLine?.at : nil
    case .assistant: nil
    }
  }
}

extension ConsoleState {
  /// How bad a dialog's wait is by now; nil when nobody waits. What the server says to be overdue is.
  public func waitGrade(_ entry: DialogEntry) -> ServiceLevel.Grade? {
    guard let since = entry.awaitedSince else { return nil }
    if entry.overdue != nil { return .breach }
    return serviceLevel.grade(of: clock.now.duration(since: since))
  }

  /// How many visitors have waited too long: for a human, or for me.
  public var lateCount: Int { lateDialogs.count }

  /// The dialogs whose visitors have waited too long: for a human, or for me.
  var lateDialogs: [DialogID] {
    (Array(list.waiting) + list.mine).filter { list.entries[$0].flatMap(waitGrade) == .breach }
  }

  /// A visitor has waited too long, says the server.
  mutating func overdue(_ kind: OverdueKind, in id: DialogID, waited: Int) {
    logOverdue(kind, in: id, waited: .seconds(waited))
    guard let entry = list.entries[id], entry.awaitedSince != nil else { return }
    list.update(id) { $0.overdue = kind }
    let name = entry.visitorName.map { "\($0) " } ?? ""
    let minutes = waited < 60 ? "\(waited) s" : "\(waited / 60) min"
    switch kind {
    case .takeover:
      say(.warning, "\(name)#\(id) has waited \(minutes) for a human: n opens it")
    case .answer where entry.holder == .me:
      say(.warning, "\(name)#\(id) has waited \(minutes) for your answer")
    case .answer: break
    }
  }
}
