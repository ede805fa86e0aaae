import ChatProtocol

/// Dialogs in the order of their ranks: each is found, put and taken out by halving.
struct DialogOrder: Sendable {
  /// All of them, in order.
  private(set) var ids: [DialogID] = []
  private var ranks: [DialogID: DialogRank] = [:]

  /// An order of dialogs with ranks.
  init(_ ranks: [DialogID: DialogRank] = [:]) {
    self.ranks = ranks
    ids = ranks.values.sorted().map(\.id)
  }

  /// A dialog's rank; nil for one that is not in it.
  subscript(id: DialogID) -> DialogRank? { ranks[id] }

  /// Puts a dialog where it belongs by a rank; returns whether that is another place than before.
  @discardableResult
  mutating func put(_ id: DialogID, at rank: DialogRank) -> Bool {
    guard ranks[id] != rank else { return false }
    return changeIDs { order, ids in
      let before = order.remove(id, from: &ids)
      order.ranks[id] = rank
      return order.insert(id, into: &ids) != before
    }
  }

  /// Forgets a dialog.
  mutating func remove(_ id: DialogID) {
    guard ranks[id] != nil else { return }
    changeIDs { order, ids in
      order.remove(id, from: &ids)
      order.ranks[id] = nil
    }
  }

  /// Changes the array, which is found in by the ranks, without a copy of it.
  private mutating func changeIDs<Result>(_ change: (inout Self, inout [DialogID]) -> Result) -> Result {
    var ids: [DialogID] = []
    swap(&ids, &self.ids)
    defer { swap(&ids, &self.ids) }
    return change(&self, &ids)
  }

  /// How many dialogs are in a group or one before it.
  func count(through group: DialogRank.Group) -> Int {
    partition(ids) { $0.group.rawValue > group.rawValue }
  }

  /// Some dialogs, whose places are known, in order.
  func sorted(_ some: [DialogID]) -> [DialogID] {
    some.compactMap { ranks[$0] }.sorted().map(\.id)
  }

  // MARK: Arrays of some of the dialogs, in order

  /// Where a dialog stands in such an array; nil if it does not.
  func index(of id: DialogID, in some: [DialogID]) -> Int? {
    guard let index = place(of: id, in: some), index < some.count, some[index] == id else { return nil }
    return index
  }

  /// Where a dialog belongs in such an array, whether it is in it or not; nil for one that has no rank.
  func place(of id: DialogID, in some: [DialogID]) -> Int? {
    ranks[id].map { rank in partition(some) { $0 >= rank } }
  }

  /// Puts a dialog into such an array; returns its place.
  @discardableResult
  func insert(_ id: DialogID, into some: inout [DialogID]) -> Int? {
    guard let index = place(of: id, in: some) else { return nil }
    some.insert(id, at: index)
    return index
  }

  /// Takes a dialog out of such an array; returns the place that it had.
  @discardableResult
  func remove(_ id: DialogID, from some: inout [DialogID]) -> Int? {
    guard let index = index(of: id, in: some) else { return nil }
    some.remove(at: index)
    return index
  }

  /// The first index from which on `isRight` holds.
  private func partition(_ some: [DialogID], _ isRight: (DialogRank) -> Bool) -> Int {
    var low = 0
    var high = some.count
    while low < high {
      let middle = low + (high - low) / 2
      if let rank = ranks[some[middle]], !isRight(rank) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
