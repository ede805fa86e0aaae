import ChatProtocol

/// A dialog's place in the list: what needs the operator comes first, the rest by recency.
struct DialogRank: Hashable, Sendable, Comparable {
  /// The groups of the list, from its head.
  enum Group: UInt8, Sendable {
    /// Waits for an operator; the longest wait first.
    case waiting
    /// A colleague's note names this operator; the first such note first.
    case mentioned
    /// Mine, with something unread; the longest unread first.
    case mineUnread
    /// The AI's proposal waits for a decision; the longest without a word first.
    case proposal
    /// Not mine, with something unread; the newest first.
    case otherUnread
    /// Everything else; the newest first.
    case rest
    /// Set aside; the first to come back first.
    case aside
  }

  let group: Group
  /// Rises down a group: by the operator's own priorities, and what is set aside behind.
  private let tier: Int
  /// Rises down the list.
  private let order: Int64
  let id: DialogID

  /// Its place in a list of that order.
  init(_ entry: DialogEntry, by sort: ListSort) {
    guard sort != .attention else {
      self.init(entry)
      return
    }
    if let snooze = entry.marks.snooze {
      self.init(group: .aside, tier: 0, order: snooze.until.milliseconds, id: entry.id)
    } else {
      let last = entry.lastActivity?.milliseconds
      // What nobody knows the time of stands last in either.
      self.init(
        group: .rest, tier: 0, order: sort == .newest ? last.map { -$0 } ?? .max : last ?? .max, id: entry.id)
    }
  }

  private init(group: Group, tier: Int, order: Int64, id: DialogID) {
    self.group = group
    self.tier = tier
    self.order = order
    self.id = id
  }

  init(_ entry: DialogEntry) {
    id = entry.id
    let newestFirst = -(entry.lastActivity?.milliseconds ?? 0)
    tier = (entry.marks.priority?.tier ?? 0) + (entry.marks.snooze == nil ? 0 : 10)
    if entry.isWaiting {
      group = .waiting
      order = entry.waitingSince?.milliseconds ?? .max
    } else if let snooze = entry.marks.snooze {
      group = .aside
      order = snooze.until.milliseconds
    } else if entry.mentions > 0 {
      group = .mentioned
      order = entry.mentionedSince?.milliseconds ?? .max
    } else if entry.isUnread, entry.holder == .me {
      group = .mineUnread
      order = entry.unread.since?.milliseconds ?? .max
    } else if entry.openProposals > 0, entry.holder == .assistant {
      group = .proposal
      order = entry.lastActivity?.milliseconds ?? .max
    } else if !entry.isUnread {
      group = .rest
      order = newestFirst
    } else {
      group = .otherUnread
      order = newestFirst
    }
  }

  /// A rank is unique to its dialog: the id, newest first, decides between equals.
  static func < (lhs: DialogRank, rhs: DialogRank) -> Bool {
    if lhs.group != rhs.group { return lhs.group.rawValue < rhs.group.rawValue }
    if lhs.tier != rhs.tier { return lhs.tier < rhs.tier }
    if lhs.order != rhs.order { return lhs.order < rhs.order }
    return lhs.id > rhs.id
  }
}

extension DialogEntry {
  /// When something was last said in it, as far as is known.
  var lastActivity: Timestamp? {
    lastLine?.at ?? dialog.lastMessageAt ?? dialog.startedAt
  }
}
