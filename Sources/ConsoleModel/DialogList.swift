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

  /// All dialogs, what needs the operator first, whatever is shown.
  private var urgency = DialogOrder()
  /// The order of the screen, and all dialogs in it; empty where that is `urgency` itself.
  private(set) var sort = ListSort.attention
  private var sorted = DialogOrder()
  /// The dialogs that are mine.
  private(set) var mine: Set<DialogID> = []
  private var unread: Set<DialogID> = []
  private var held: Set<DialogID> = []
  private var byVisitor: [Visitor: Set<DialogID>] = [:]
  /// Those that need this operator.
  private var needing: Set<DialogID> = []
  /// The filters that are counted, and how many dialogs pass each.
  private var counted: [DialogFilter] = []
  /// How many dialogs pass each of the filters of `count(_:)`.
  public private(set) var counts: [Int] = []
  /// The dialogs whose place changed while the order was frozen.
  private var moved: Set<DialogID> = []
  /// The dialogs of which anything changed while the order was frozen.
  private var touched: Set<DialogID> = []
  /// What the filter looks at, by dialog.
  private var folded: [DialogID: [UInt8]] = [:]
  /// What the filter has still to look at; nil when it has seen everything.
  private var scan: Scan?
  /// Where the cursor was found last: where it mostly still is.
  private var cursor = 0

  /// An empty list.
  public init() {}

  /// How many dialogs wait for an operator.
  public var waitingCount: Int { urgency.count(through: .waiting) }
  /// How many dialogs are mine.
  public var mineCount: Int { mine.count }
  /// How many dialogs, whoever has them, have something unread.
  public var unreadCount: Int { unread.count }
  /// While frozen: how many dialogs stand elsewhere than where they belong by now.
  public var displaced: Int { moved.count }
  /// The dialogs that wait for an operator, the longest wait first.
  public var waiting: ArraySlice<DialogID> { urgency.ids[..<waitingCount] }
  /// Whether any dialog needs this operator.
  public var needsAttention: Bool { !needing.isEmpty }
  /// The dialogs that need this operator, the most urgent first, whatever the filter and whatever is set aside.
  public var needingAttention: [DialogID] {
    needing.compactMap { id in entries[id]?.urgency.map { (urgency: $0, id: id) } }
      .sorted { $0.urgency < $1.urgency }.map(\.id)
  }
  /// All dialogs, what needs the operator first, whatever is shown.
  var byUrgency: [DialogID] { urgency.ids }
  /// The dialogs that are mine, the most urgent first.
  var mineByUrgency: [DialogID] { urgency.sorted(Array(mine)) }
  /// The dialogs that other operators have, the most urgent first.
  var heldByUrgency: [DialogID] { urgency.sorted(Array(held)) }
  /// The dialogs that need nobody at once, the most recent first, as many as are asked for.
  func mostRecent(_ count: Int) -> [DialogID] {
    let end = urgency.count(through: .otherUnread)
    let others = urgency.ids[urgency.count(through: .mineUnread)..<end].prefix(count)
    let rest = urgency.ids[end...].prefix(count)
    let newest = (others + rest).compactMap { entries[$0] }.sorted {
      ($0.lastActivity?.milliseconds ?? .min, $0.id) > ($1.lastActivity?.milliseconds ?? .min, $1.id)
    }
    return newest.prefix(count).map(\.id)
  }

  /// Whether the filter has still to look at some dialogs.
  public var isFiltering: Bool { scan != nil }

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
    let before = entries[id]
    recount(before, entry)
    if isFrozen { touched.insert(id) } else { order.remove(id, from: &shown) }
    noteVisitor(of: entry, before: before)
    if before?.visitorName != entry.visitorName || before?.lastLine?.text != entry.lastLine?.text || before == nil {
      folded[id] = DialogFilter.folded(entry)
    }
    entries[id] = entry
    if case .other = entry.holder { held.insert(id) } else { held.remove(id) }
    if entry.holder == .me { mine.insert(id) } else { mine.remove(id) }
    if entry.isUnread { unread.insert(id) } else { unread.remove(id) }
    if entry.urgency != nil { needing.insert(id) } else { needing.remove(id) }

    var hasMoved = urgency.put(id, at: DialogRank(entry))
    if sort != .attention { hasMoved = sorted.put(id, at: DialogRank(entry, by: sort)) }
    if isFrozen, hasMoved { moved.insert(id) }
    if !isFrozen {
      if passes(id) { order.insert(id, into: &shown) }
    } else if before == nil, passes(id) {
      shown.append(id)
    }
    settleSelection()
  }

  private func passes(_ id: DialogID) -> Bool {
    filter.isEmpty || folded[id].map { filter.matches(entries[id], folded: $0) } ?? false
  }

  /// Forgets a dialog.
  mutating func remove(_ id: DialogID) {
    guard entries[id] != nil else { return }
    recount(entries[id], nil)
    needing.remove(id)
    if isFrozen { shown.removeAll { $0 == id } } else { order.remove(id, from: &shown) }
    urgency.remove(id)
    sorted.remove(id)
    folded[id] = nil
    touched.remove(id)
    noteVisitor(of: nil, before: entries[id])
    entries[id] = nil
    held.remove(id)
    mine.remove(id)
    unread.remove(id)
    moved.remove(id)
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

  // MARK: Counts

  /// Has the dialogs counted that pass some filters.
  mutating func count(_ filters: [DialogFilter]) {
    counted = filters
    counts = filters.map { filter in entries.values.count(where: filter.matches) }
  }

  private mutating func recount(_ before: DialogEntry?, _ after: DialogEntry?) {
    for (index, filter) in counted.enumerated() {
      if let before, filter.matches(before) { counts[index] -= 1 }
      if let after, filter.matches(after) { counts[index] += 1 }
    }
  }

  // MARK: Order

  /// Puts the dialogs into another order.
  mutating func setSort(_ sort: ListSort) {
    guard sort != self.sort else { return }
    thaw()
    self.sort = sort
    sorted = DialogOrder(sort == .attention ? [:] : entries.mapValues { DialogRank($0, by: sort) })
    shown = filter.isEmpty ? order.ids : order.sorted(shown)
    settleSelection()
  }

  /// The order of the screen.
  private var order: DialogOrder { sort == .attention ? urgency : sorted }

  /// Holds the order still.
  mutating func freeze() {
    isFrozen = true
  }

  /// Puts everything where it belongs and keeps it there.
  mutating func thaw() {
    guard isFrozen else { return }
    isFrozen = false
    if filter.isEmpty {
      shown = order.ids
    } else {
      // What nothing happened to is in order still, among its like.
      shown.removeAll { touched.contains($0) }
      for id in touched where passes(id) { order.insert(id, into: &shown) }
    }
    touched = []
    moved = []
    settleSelection()
  }

  // MARK: Filter

  /// A walk of the filter over dialogs, a part at a time.
  private struct Scan: Hashable {
    var source: [DialogID]
    var next: Int

    var rest: ArraySlice<DialogID> { source[next...] }
  }

  /// How many dialogs the filter looks at in one turn: a key must not wait for 100,000 of them.
  static let filterStep = 1500

  /// Narrows the list; the order is put right with it. Of a long list only a part is looked at at once: while
  /// `isFiltering`, `goOnFiltering` does the rest.
  mutating func setFilter(_ filter: DialogFilter) {
    guard filter != self.filter else { return }
    thaw()
    let before = self.filter
    self.filter = filter
    guard !filter.isEmpty else {
      scan = nil
      shown = order.ids
      return settleSelection()
    }
    let source = filter.narrows(before) ? shown + (scan?.rest ?? []) : order.ids
    scan = Scan(source: source, next: 0)
    shown = []
    goOnFiltering()
  }

  /// Looks at some more dialogs.
  mutating func goOnFiltering() {
    guard var scan else { return }
    let end = min(scan.source.count, scan.next + Self.filterStep / filter.cost)
    let order = order
    for id in scan.source[scan.next..<end] where passes(id) {
      guard let rank = order[id] else { continue }
      if isFrozen {
        // Nothing moves under the cursor: it finds its place when the order is put right.
        if !shown.contains(id) { shown.append(id) }
        touched.insert(id)
        continue
      }
      // Mostly it comes last; what changed in the meantime may be there already, or belong elsewhere.
      if shown.last.flatMap({ order[$0] }).map({ $0 < rank }) ?? true {
        shown.append(id)
      } else if order.index(of: id, in: shown) == nil {
        order.insert(id, into: &shown)
      }
    }
    scan.next = end
    self.scan = end < scan.source.count ? scan : nil
    settleSelection()
  }

  // MARK: Cursor

  /// Where the cursor is among the dialogs that are shown; nil if it is on none of them.
  private var selectionIndex: Int? { selection.flatMap(index(of:)) }

  /// Where a dialog is shown.
  private func index(of id: DialogID) -> Int? {
    if shown.indices.contains(cursor), shown[cursor] == id { return cursor }
    return isFrozen || order[id] == nil ? shown.firstIndex(of: id) : order.index(of: id, in: shown)
  }

  /// Moves the cursor to a dialog, if it is shown.
  mutating func select(_ id: DialogID) {
    guard let index = index(of: id) else { return }
    selection = id
    cursor = index
  }

  /// Moves the cursor to the first dialog that is shown.
  mutating func selectFirst() {
    selection = shown.first
    cursor = 0
  }

  /// Moves the cursor by lines, held at the ends.
  mutating func moveSelection(by lines: Int) {
    guard let last = shown.indices.last else { return }
    cursor = min(max(0, (selectionIndex ?? 0).addingClamped(lines)), last)
    selection = shown[cursor]
  }

  /// Scrolls just as far as is needed to have the cursor among a number of lines; 0 for unknown does nothing.
  mutating func scrollToSelection(rows: Int) {
    guard rows > 0 else { return }
    cursor = selectionIndex ?? 0
    top = min(max(top, cursor - rows + 1), cursor)
    // No empty lines below the last dialog while there are others above.
    top = max(0, min(top, shown.count - rows))
  }

  private mutating func settleSelection() {
    if let selection, entries[selection] != nil, filter.isEmpty || index(of: selection) != nil { return }
    // A filter that has not seen everything may still come to it.
    if selection != nil, isFiltering, shown.isEmpty { return }
    selectFirst()
  }
}
