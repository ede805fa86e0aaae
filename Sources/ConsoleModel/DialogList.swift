public import ChatProtocol

/// The dialogs and the order they are shown in.
///
/// The order keeps itself with every change, except while the cursor is being moved in the list: then it is frozen,
/// so that nobody answers the wrong chat because a line moved under the cursor, and what is new comes at the end.
public struct DialogList: Sendable {
  /// Every dialog that is known.
  public private(set) var entries: [DialogID: DialogEntry] = [:]
  /// The dialogs that pass the filter, in the order of the screen.
  public private(set) var shown: [DialogID] = []
  /// The dialog under the cursor; the cursor belongs to the dialog, not to the line. Nil only for an empty list.
  public private(set) var selection: DialogID?
  /// The index in `shown` of the first line on the screen.
  public private(set) var top = 0
  /// What the list is narrowed to.
  public private(set) var filter = DialogFilter()
  /// Whether the order is held still because the cursor is being moved in it.
  public private(set) var isFrozen = false

  /// All dialogs in their true order, whatever is shown.
  private var ordered: [DialogID] = []
  private var ranks: [DialogID: DialogRank] = [:]
  private var mine: Set<DialogID> = []
  private var unread: Set<DialogID> = []
  private var held: Set<DialogID> = []
  private var byVisitor: [Visitor: Set<DialogID>] = [:]
  /// The dialogs whose place changed while the order was frozen.
  private var moved: Set<DialogID> = []

  /// An empty list.
  public init() {}

  /// How many dialogs wait for an operator.
  public var waitingCount: Int { count(through: .waiting) }
  /// How many dialogs are mine.
  public var mineCount: Int { mine.count }
  /// How many dialogs, whoever has them, have something unread.
  public var unreadCount: Int { unread.count }
  /// While frozen: how many dialogs stand elsewhere than where they belong by now.
  public var displaced: Int { moved.count }
  /// The dialogs that wait for an operator, the longest wait first.
  public var waiting: ArraySlice<DialogID> { ordered[..<count(through: .waiting)] }
  /// The dialogs that need this operator, the most urgent first, whatever the filter.
  public var needingAttention: ArraySlice<DialogID> { ordered[..<count(through: .mineUnread)] }
  /// All dialogs in their true order, whatever is shown.
  var byUrgency: [DialogID] { ordered }
  /// The dialogs that are mine, the most urgent first.
  var mineByUrgency: [DialogID] {
    mine.compactMap { ranks[$0] }.sorted().map(\.id)
  }
  /// The dialogs that other operators have, the most urgent first.
  var heldByUrgency: [DialogID] {
    held.compactMap { ranks[$0] }.sorted().map(\.id)
  }
  /// The dialogs that need nobody at once, the most recent first, as many as are asked for.
  func mostRecent(_ count: Int) -> [DialogID] {
    let others = ordered[self.count(through: .mineUnread)..<self.count(through: .otherUnread)].prefix(count)
    let rest = ordered[self.count(through: .otherUnread)...].prefix(count)
    let newest = (others + rest).compactMap { entries[$0] }.sorted {
      ($0.lastActivity?.milliseconds ?? .min, $0.id) > ($1.lastActivity?.milliseconds ?? .min, $1.id)
    }
    return newest.prefix(count).map(\.id)
  }

  // MARK: Content

  /// Changes a dialog that is known; nothing for one that is not.
  mutating func update(_ id: DialogID, _ change: (inout DialogEntry) -> Void) {
    guard let before = entries[id] else { return }
    var entry = before
    change(&entry)
    guard entry != before else { return }
    put(entry)
  }

  /// Adds a dialog, or replaces what is known of it.
  mutating func put(_ entry: DialogEntry) {
    let id = entry.id
    let rank = DialogRank(entry)
    let previous = ranks[id]
    if !isFrozen, let previous { remove(id, rank: previous, from: &shown) }
    noteVisitor(of: entry, before: entries[id])
    entries[id] = entry
    if case .other = entry.holder { held.insert(id) } else { held.remove(id) }
    if entry.holder == .me { mine.insert(id) } else { mine.remove(id) }
    if entry.unread.count > 0 { unread.insert(id) } else { unread.remove(id) }

    if previous != rank {
      let old = previous.flatMap { remove(id, rank: $0, from: &ordered) }
      ranks[id] = rank
      let new = insert(id, rank: rank, into: &ordered)
      if isFrozen, old != new { moved.insert(id) }
    }
    if !isFrozen {
      if filter.matches(entry) { insert(id, rank: rank, into: &shown) }
    } else if previous == nil, filter.matches(entry) {
      shown.append(id)
    }
    settleSelection()
  }

  /// Forgets a dialog.
  mutating func remove(_ id: DialogID) {
    guard ranks.removeValue(forKey: id) != nil else { return }
    noteVisitor(of: nil, before: entries[id])
    entries[id] = nil
    held.remove(id)
    mine.remove(id)
    unread.remove(id)
    moved.remove(id)
    ordered.removeAll { $0 == id }
    shown.removeAll { $0 == id }
    settleSelection()
  }

  // MARK: Visitors

  /// Whom dialogs have in common: the guest id, or the name where there is no id.
  private enum Visitor: Hashable {
    case guest(String)
    case name(String)

    init?(_ entry: DialogEntry) {
      if let guest = entry.dialog.guestID, !guest.isEmpty {
        self = .guest(guest)
      } else if let name = entry.visitorName {
        self = .name(name)
      } else {
        return nil
      }
    }
  }

  private mutating func noteVisitor(of entry: DialogEntry?, before: DialogEntry?) {
    let (visitor, old) = (entry.flatMap(Visitor.init), before.flatMap(Visitor.init))
    guard visitor != old else { return }
    if let old, let before {
      byVisitor[old]?.remove(before.id)
      if byVisitor[old]?.isEmpty == true { byVisitor[old] = nil }
    }
    if let visitor, let entry { byVisitor[visitor, default: []].insert(entry.id) }
  }

  /// The other dialogs of a dialog's visitor, as far as they are listed, the newest first.
  public func otherDialogs(ofVisitorIn id: DialogID) -> [DialogEntry] {
    guard let visitor = entries[id].flatMap(Visitor.init), let ids = byVisitor[visitor] else { return [] }
    return ids.filter { $0 != id }.sorted(by: >).compactMap { entries[$0] }
  }

  // MARK: Order

  /// Holds the order still.
  mutating func freeze() {
    isFrozen = true
  }

  /// Puts everything where it belongs and keeps it there.
  mutating func thaw() {
    guard isFrozen else { return }
    isFrozen = false
    moved = []
    rebuild()
  }

  /// Narrows the list; the order is put right with it.
  mutating func setFilter(_ filter: DialogFilter) {
    guard filter != self.filter else { return }
    self.filter = filter
    isFrozen = false
    moved = []
    rebuild()
  }

  private mutating func rebuild() {
    shown =
      filter.isEmpty ? ordered : ordered.filter { id in entries[id].map(filter.matches) ?? false }
    settleSelection()
  }

  // MARK: Cursor

  /// Moves the cursor to a dialog, if it is shown.
  mutating func select(_ id: DialogID) {
    if shown.contains(id) { selection = id }
  }

  /// Moves the cursor to the first dialog that is shown.
  mutating func selectFirst() {
    selection = shown.first
  }

  /// Moves the cursor by lines, held at the ends.
  mutating func moveSelection(by lines: Int) {
    guard let last = shown.indices.last else { return }
    let index = selection.flatMap(shown.firstIndex(of:)) ?? 0
    selection = shown[min(max(0, index + lines), last)]
  }

  /// Scrolls just as far as is needed to have the cursor among a number of lines; 0 for unknown does nothing.
  mutating func scrollToSelection(rows: Int) {
    guard rows > 0 else { return }
    let index = selection.flatMap(shown.firstIndex(of:)) ?? 0
    top = min(max(top, index - rows + 1), index)
    // No empty lines below the last dialog while there are others above.
    top = max(0, min(top, shown.count - rows))
  }

  private mutating func settleSelection() {
    if let selection, entries[selection] != nil, filter.isEmpty || shown.contains(selection) { return }
    selection = shown.first
  }

  // MARK: Sorted arrays

  /// How many dialogs are in a group or one before it.
  private func count(through group: DialogRank.Group) -> Int {
    partition(ordered) { $0.group.rawValue > group.rawValue }
  }

  @discardableResult
  private func insert(_ id: DialogID, rank: DialogRank, into ids: inout [DialogID]) -> Int {
    let index = partition(ids) { $0 >= rank }
    ids.insert(id, at: index)
    return index
  }

  /// Removes a dialog that is there under a rank; nil if it is not there.
  @discardableResult
  private func remove(_ id: DialogID, rank: DialogRank, from ids: inout [DialogID]) -> Int? {
    let index = partition(ids) { $0 >= rank }
    guard index < ids.count, ids[index] == id else { return nil }
    ids.remove(at: index)
    return index
  }

  /// The first index from which on `isRight` holds, in an array that is sorted by `ranks`.
  private func partition(_ ids: [DialogID], _ isRight: (DialogRank) -> Bool) -> Int {
    var low = 0
    var high = ids.count
    while low < high {
      let middle = low + (high - low) / 2
      if let rank = ranks[ids[middle]], !isRight(rank) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
