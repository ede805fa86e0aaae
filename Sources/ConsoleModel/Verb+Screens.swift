import ChatProtocol

private let browse: Set<Mode> = [.list, .conversation]
private let screens: Set<Mode> = [.list, .conversation, .monitor, .dashboard]

extension Verb {
  /// What is on the screen.
  static let screenVerbs: [Verb] = [
    Verb(
      .details, ["i"], "details", "The visitor, the hand-off and its brief, notes, earlier dialogs",
      in: [.list, .conversation, .details], hint: 8, when: { $0.detailsAvailability }
    ) { $0.toggleDetails() },
    Verb(
      .earlier, ["H"], "history", "The visitor's earlier dialogs, to read", in: [.list, .conversation, .details],
      when: { $0.detailsAvailability }
    ) { $0.toggleEarlier() },
    Verb(
      .monitor, ["g m"], "monitor", "The hand-offs as they come; again: back", in: screens
    ) { $0.show(.monitor) },
    Verb(
      .dashboard, ["g d"], "dashboard", "The queue, the waits and the operators in numbers; again: back", in: screens
    ) { $0.show(.dashboard) },
    Verb(
      .board, ["g b"], "board", "Several conversations side by side, or one (from 200 columns on)", in: browse
    ) { $0.toggleBoard() },
    Verb(
      .slotLeft, ["<"], "slot left", "The conversation on the left of this one on the board", in: browse,
      when: { $0.boardAvailability }
    ) { $0.openSlot(-1) },
    Verb(
      .slotRight, [">"], "slot right", "The conversation on the right of this one on the board", in: browse,
      when: { $0.boardAvailability }
    ) { $0.openSlot(1) },
    Verb(
      .pin, ["P"], "pin", "Keep the dialog on the board, whatever else comes; again: no longer", in: browse,
      when: { $0.target == nil ? .no("No dialog to pin") : .yes }
    ) { $0.togglePin() },
  ]

  /// The window about the visitor.
  static let detailsVerbs: [Verb] = [
    Verb(.detailsDown, [.character("j"), .down], "down", "One line down", in: [.details], hint: 2) {
      $0.moveDetails(by: 1)
    },
    Verb(.detailsUp, [.character("k"), .up], "up", "One line up", in: [.details], hint: 3) { $0.moveDetails(by: -1) },
    Verb(.detailsPageDown, [.pageDown, .character(" ")], "page down", "A screen down", in: [.details]) {
      $0.moveDetails(by: $0.helpPageLines)
    },
    Verb(.detailsPageUp, [.pageUp], "page up", "A screen up", in: [.details]) {
      $0.moveDetails(by: -$0.helpPageLines)
    },
    Verb(
      .openEarlier, [.enter, .character("l"), .right], "open", "Open the earlier dialog, to read", in: [.details],
      hint: 1, when: { $0.details?.page == .earlier ? .yes : .no("Nothing to open") }
    ) { $0.openEarlier() },
    Verb(
      .closeDetails, [.escape, .character("q"), .character("h"), .left], "close", "Close the details", in: [.details],
      hint: 0
    ) { $0.details = nil },
  ]

  /// The monitor and the dashboard.
  static let monitorVerbs: [Verb] = [
    Verb(
      .closeScreen, [.escape, .character("q"), .character("h"), .left], "back", "Back to the dialogs",
      in: [.monitor, .dashboard], hint: 0
    ) { $0.screen = .desk },
    Verb(
      .openMonitored, [.enter, .character("l"), .right], "open", "Open the dialog of the line", in: [.monitor], hint: 1
    ) { $0.openMonitored() },
    Verb(.monitorDown, [.character("j"), .down], "down", "One line down", in: [.monitor, .dashboard], hint: 3) {
      $0.moveScreen(by: 1)
    },
    Verb(.monitorUp, [.character("k"), .up], "up", "One line up", in: [.monitor, .dashboard], hint: 4) {
      $0.moveScreen(by: -1)
    },
    Verb(.monitorPageDown, [.pageDown, .character(" ")], "page down", "A screen down", in: [.monitor, .dashboard]) {
      $0.moveScreen(by: $0.helpPageLines)
    },
    Verb(.monitorPageUp, [.pageUp], "page up", "A screen up", in: [.monitor, .dashboard]) {
      $0.moveScreen(by: -$0.helpPageLines)
    },
    Verb(.monitorFirst, [.home], "first", "The oldest line", in: [.monitor]) { $0.moveMonitor(by: .min) },
    Verb(.monitorLast, [.character("G"), .end], "follow", "The newest line, and follow", in: [.monitor], hint: 5) {
      $0.monitor.selection = nil
    },
    Verb(
      .monitorFilter, [.character("f")], "only", "Show one kind of lines only: requested, taken, … and all again",
      in: [.monitor], hint: 2
    ) { $0.filterMonitor() },
  ]
}

extension ConsoleState {
  fileprivate var detailsAvailability: Availability {
    details != nil || target != nil ? .yes : .no("No dialog is chosen")
  }

  fileprivate var boardAvailability: Availability {
    showsBoard ? .yes : .no("There is no board: g b, from 200 columns on")
  }

  /// Whether the open conversation is an earlier one, opened to be read.
  var isReadingEarlier: Bool { focus == .conversation && conversation?.earlierOf != nil }
}
