public import ChatProtocol
import LiveLink

/// The conversations side by side on a wide screen. One of them is the open one (`ConsoleState.conversation`); the
/// others rest, each at its own place.
public struct Board: Hashable, Sendable {
  /// The dialogs on the screen, from the left; empty where there is no room for two.
  public internal(set) var slots: [DialogID] = []
  /// Those that stay, whatever else comes.
  public internal(set) var pinned: [DialogID] = []
  /// Whether the operator wants one conversation only, however wide the screen is.
  public internal(set) var isOff = false
  /// Where the conversations that are not open were left.
  public internal(set) var resting: [DialogID: Conversation] = [:]

  /// An empty board.
  public init() {}

  /// How many resting conversations are remembered; the board shows fewer.
  static let restingLimit = 32
}

extension Board {
  /// Puts dialogs into the slots: what is on the board already keeps its place, so that no conversation moves while
  /// it is read.
  ///
  /// - Parameters:
  ///   - wanted: The dialogs to show, the most important first.
  ///   - count: How many slots there are.
  mutating func place(_ wanted: [DialogID], count: Int) {
    guard count > 1 else {
      slots = []
      return
    }
    let chosen = wanted.prefix(count)
    var free = chosen.filter { !slots.contains($0) }[...]
    var placed: [DialogID] = slots.compactMap { chosen.contains($0) ? $0 : free.popFirst() }
    placed += free
    slots = placed
  }
}

extension ConsoleState {
  /// Whether several conversations stand side by side.
  public var showsBoard: Bool { board.slots.count > 1 }

  /// Whether the visitor's context stands beside the messages: as the operator wants it, else where there is room
  /// and the board does not need it.
  public var showsContext: Bool {
    let layout = Layout(size)
    guard layout.hasContextRoom, conversation != nil else { return false }
    return contextChoice ?? (size.columns < 200 || board.slots.count < 2)
  }

  /// The state as another slot of the board shows it: its dialog is open, and does not have the keys.
  public func resting(in id: DialogID) -> ConsoleState {
    var state = self
    state.conversation = board.resting[id] ?? Conversation(dialogID: id)
    state.isComposing = false
    state.focus = .list
    return state
  }

  // MARK: Filling it

  /// Fills the slots: the open dialog and the pinned ones, then what is there and still matters, then mine, then those
  /// that wait.
  mutating func arrangeBoard() {
    let room = Layout(size)
    var count = room.slots(besideContext: contextChoice ?? false)
    if board.isOff || conversation == nil || screen != .desk { count = 1 }
    guard count > 1 else {
      if !board.slots.isEmpty { changeSlots([]) }
      return
    }
    var seen: Set<DialogID> = []
    var wanted: [DialogID] = []
    func add(_ ids: some Sequence<DialogID>) {
      for id in ids where wanted.count < count && list.entries[id] != nil && seen.insert(id).inserted {
        wanted.append(id)
      }
    }
    if let id = conversation?.dialogID { add([id]) }
    add(board.pinned)
    add(board.slots.filter { list.entries[$0].map { $0.holder == .me || $0.isWaiting } ?? false })
    add(list.mineByUrgency)
    add(list.waiting)
    var next = board
    next.place(wanted, count: count)
    // One conversation alone is no board.
    changeSlots(next.slots.count > 1 ? next.slots : [])
  }

  /// What stands on the screen is kept fresh while its socket is down, as the open dialog is.
  private mutating func changeSlots(_ slots: [DialogID]) {
    guard slots != board.slots else { return }
    let before = Set(board.slots)
    board.slots = slots
    updateWatchedLinks()
    for id in before.subtracting(slots).sorted() where id != conversation?.dialogID {
      feed(.pollsWhileDown(false), toLinkOf: id)
      feed(.forgetOlder, toLinkOf: id)
    }
    for id in slots where !before.contains(id) { feed(.pollsWhileDown(true), toLinkOf: id) }
  }

  // MARK: Moving on it

  /// Opens the slot beside the open one; from an end, the other end.
  mutating func openSlot(_ step: Int) {
    let slots = board.slots
    guard let current = conversation.flatMap({ slots.firstIndex(of: $0.dialogID) }) else { return }
    open(slots[(current + step + slots.count) % slots.count])
  }

  /// Keeps the place of a conversation that another one takes the keys from.
  mutating func rest(_ conversation: Conversation) {
    if board.resting.count >= Board.restingLimit {
      board.resting = board.resting.filter { board.slots.contains($0.key) }
    }
    board.resting[conversation.dialogID] = conversation
  }

  /// Scrolls a conversation that is not the open one, for the wheel: it does not take the keys.
  mutating func scrollResting(_ id: DialogID, up lines: Int) {
    let conversation = board.resting[id] ?? Conversation(dialogID: id)
    let scroll = conversation.scroll.moved(up: lines, last: links[id]?.timeline.lastID)
    guard scroll != conversation.scroll else { return }
    if board.resting[id] == nil { rest(conversation) }
    board.resting[id]?.scroll = scroll
    if lines > 0, case .failed? = links[id]?.older { feed(.wantOlder(), toLinkOf: id) }
  }

  /// Takes over where the screen found the resting conversations; of one that is read upwards more is fetched before
  /// its top is reached for.
  mutating func adoptResting(_ views: [DialogID: Viewport.Resting]) {
    for (id, view) in views {
      guard board.resting[id] != nil else { continue }
      board.resting[id]?.scroll = view.scroll
      if view.scroll == .bottom {
        board.resting[id]?.newBelow = 0
      } else {
        saw(view.oldest, asOldestOf: id)
      }
    }
  }

  /// `P`: the dialog stays on the board, or no longer.
  mutating func togglePin() {
    guard let id = target else { return }
    if let index = board.pinned.firstIndex(of: id) {
      board.pinned.remove(at: index)
      return say(.info, "#\(id) is not pinned any more")
    }
    board.pinned.append(id)
    if board.pinned.count > Layout.maximumSlots { board.pinned.removeFirst() }
    if conversation == nil { open(id) }
    let hint = Layout(size).slots(besideContext: false) > 1 ? "" : " (the board shows from 200 columns on)"
    say(.info, "#\(id) is pinned to the board\(hint)")
  }

  /// `g b`: the board, or one conversation only.
  mutating func toggleBoard() {
    guard Layout(size).slots(besideContext: false) > 1 else {
      return say(.warning, "The board needs 200 columns; this window has \(size.columns)")
    }
    if screen != .desk {
      screen = .desk
      board.isOff = false
    } else {
      board.isOff.toggle()
    }
    if board.isOff { return say(.info, "One conversation; g b brings the board back") }
    if conversation == nil, let first = list.mineByUrgency.first ?? list.waiting.first { open(first) }
    arrangeBoard()
    if !showsBoard { say(.info, "The board fills with your dialogs and those that wait: there is no second one") }
  }
}
