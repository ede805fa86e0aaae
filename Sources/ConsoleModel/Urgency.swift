public import ChatProtocol

/// Why a dialog needs the operator, and how it compares with others that do. It follows from what is known of the
/// dialog alone, so that it need not be looked at again because time passes: who is nearest to their limit stays it.
public struct Urgency: Hashable, Sendable, Comparable {
  /// What is wanted of the operator.
  public enum Cause: Hashable, Sendable {
    /// The visitor waits for a human.
    case waiting
    /// The visitor waits for this operator's answer.
    case unanswered
    /// A colleague has named this operator.
    case mentioned
    /// The AI's proposal waits for a decision.
    case proposal
    /// The operator has marked it unread, or set it aside until now.
    case marked
  }

  /// What is wanted of the operator: the most pressing of it.
  public let cause: Cause
  /// Since when; nil if nobody knows.
  public let since: Timestamp?
  private let tier: Int
  private let id: DialogID

  /// The urgency of a dialog; nil for one that does not need the operator.
  init?(_ entry: DialogEntry) {
    if entry.isWaiting {
      cause = .waiting
      since = entry.waitingSince
    } else if entry.holder == .me, entry.unread.count > 0 {
      cause = .unanswered
      since = entry.unread.since
    } else if entry.mentions > 0 {
      cause = .mentioned
      since = entry.mentionedSince ?? entry.lastActivity
    } else if entry.openProposals > 0, entry.holder == .assistant {
      cause = .proposal
      since = entry.lastActivity
    } else if entry.marks.isUnread {
      cause = .marked
      since = entry.lastActivity
    } else {
      return nil
    }
    // A colleague who names this operator has seen that they are needed.
    let asked = entry.mentions > 0 || cause == .mentioned ? -1 : 0
    // What was set aside is left alone until nothing else needs the operator; what is only marked can wait as well.
    let aside = entry.marks.snooze != nil ? 100 : cause == .marked ? 10 : 0
    tier = (entry.marks.priority?.tier ?? 0) * 2 + asked + aside
    id = entry.id
  }

  /// When it will have been too long; nil if nobody knows.
  public func due(at level: ServiceLevel) -> Timestamp? { since?.advanced(by: level.breach) }

  public static func < (lhs: Urgency, rhs: Urgency) -> Bool {
    if lhs.tier != rhs.tier { return lhs.tier < rhs.tier }
    // Who has waited for longest is nearest to the limit, whatever the limit is. What nobody knows the beginning of
    // comes behind what is known to be late.
    let (left, right) = (lhs.since ?? .distantFuture, rhs.since ?? .distantFuture)
    if left != right { return left < right }
    return lhs.id > rhs.id
  }
}

extension DialogEntry {
  /// Why it needs the operator, in a sentence that tells how far it is from the limit.
  func attentionReason(at clock: Clock, level: ServiceLevel, times: TimeFormat = .hours24) -> String {
    guard let urgency = Urgency(self) else { return "#\(id)" }
    var words: String
    switch urgency.cause {
    case .waiting:
      let wait = waitingSince.map { " for " + Elapsed(since: $0).text(at: clock.now) } ?? ""
      words = "#\(id) waits for a human" + wait
    case .unanswered: words = "#\(id) is yours and has \(unread.words)"
    case .mentioned: words = "#\(id) has a note that mentions you"
    case .proposal: words = "#\(id): the AI's proposal waits for you"
    case .marked: words = "#\(id) is marked unread"
    }
    if mentions > 0, urgency.cause != .mentioned { words += ", and has a note that mentions you" }
    if let priority = marks.priority { words += ", \(priority.rawValue) priority" }
    if urgency.cause == .waiting || urgency.cause == .unanswered, let due = urgency.due(at: level) {
      let left = due.duration(since: clock.now)
      if left < .zero {
        words += ", \(Elapsed(since: due).text(at: clock.now)) over the limit"
      } else if left < .seconds(120) {
        words += ", \(left.components.seconds) s left"
      }
    }
    if let snooze = marks.snooze { words += ", set aside until \(clock.shortText(snooze.until, times))" }
    return words
  }
}
