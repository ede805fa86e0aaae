import ChatProtocol

private let browse: Set<Mode> = [.list, .conversation]

extension Verb {
  /// Moving about.
  static let browseVerbs: [Verb] = [
    Verb(.moveDown, [.character("j"), .down], "down", "Next dialog; one line down in the messages", in: browse) {
      $0.move(lines: 1)
    },
    Verb(.moveUp, [.character("k"), .up], "up", "Previous dialog; one line up in the messages", in: browse) {
      $0.move(lines: -1)
    },
    Verb(
      .pageDown, [.pageDown, .character(" ")], "page down", "A screen down", in: [.list, .conversation]
    ) { $0.movePage(1) },
    Verb(.pageUp, [.pageUp], "page up", "A screen up", in: browse) { $0.movePage(-1) },
    Verb(.moveToFirst, ["g g", .home], "first", "The first dialog; the oldest message", in: browse) {
      $0.moveToEnd(first: true)
    },
    Verb(.moveToLast, [.character("G"), .end], "last", "The last dialog; the newest message", in: browse) {
      $0.moveToEnd(first: false)
    },
    Verb(
      .nextAttention, [.character("n"), .tab], "next", "Open the dialog that needs you most; again: the next one",
      in: [.list, .conversation, .monitor, .dashboard], hint: 1,
      when: { $0.list.needsAttention ? .yes : .no("Nobody needs you") }
    ) { $0.openNextAttention(1) },
    Verb(
      .previousAttention, [.backTab], "previous", "The dialog that needs you before this one", in: browse,
      when: { $0.list.needsAttention ? .yes : .no("Nobody needs you") }
    ) { $0.openNextAttention(-1) },
    Verb(
      .open, [.enter, .character("l"), .right], "open", "Open the dialog under the cursor, or one by its number",
      in: [.list], takes: [.optional("dialog", .dialog)], hint: 2,
      when: { $0.list.selection == nil ? .no("No dialog to open") : .yes }
    ) { $0.openDialog(named: $1.first) },
    Verb(
      .back, [.escape, .character("h"), .left], "back",
      "Back to the list; in the list: drop the filter and sort again", in: browse, hint: 8,
      when: { $0.focus == .list && $0.list.filter.isEmpty && !$0.list.isFrozen ? .no("This is the list") : .yes }
    ) { $0.goBack() },
    Verb(
      .previousDialog, [.character("-")], "last dialog", "Back to the dialog that was open before", in: browse,
      when: { $0.engine.previousDialog == nil ? .no("No other dialog was open") : .yes }
    ) { state in
      if let id = state.engine.previousDialog { state.open(id) }
    },
    Verb(
      .filter, [.character("f")], "filter",
      "Narrow the list: words, is:mine is:snoozed …, label: prio: holder: channel:, - for not",
      in: browse, hint: 6
    ) { $0.startFilter() },
    Verb(
      .resort, [.character("S")], "sort", "Sort the list now: it stands still while the cursor moves in it",
      in: [.list], hint: 5,
      when: { $0.list.displaced == 0 ? .no("The list is in order") : .yes }
    ) { $0.list.thaw() },
    Verb(
      .reveal, [.character("X")], "raw text",
      "Show what the messages are made of: what is invisible, then all beyond ASCII, by number", in: browse,
      when: { $0.conversation == nil ? .no("No dialog is open") : .yes }
    ) { $0.revealNext() },
    Verb(
      .refresh, [.control("r")], "refresh", "Try the connection and read the list again now", in: browse
    ) { $0.refreshNow() },
  ]

  /// What can be done in a dialog: the open one, or in the list the one under the cursor.
  static let dialogVerbs: [Verb] = [
    Verb(
      .reply, [.character("r")], "reply", "Write to the visitor; offers to take over first", in: browse,
      takes: [.optional("text", .text)], writes: true, hint: 4,
      when: { $0.target == nil ? .no("No dialog to reply to") : .yes }
    ) { state, arguments in
      if let text = arguments.first { state.write(text, .message) } else { state.startReply() }
    },
    Verb(
      .takeOver, [.character("t")], "take over", "Take the dialog: you answer, the AI is silent", in: browse,
      writes: true,
      hint: 3,
      when: { $0.takeoverAvailability }
    ) { $0.startTakeover() },
    Verb(
      .release, [.character("b")], "release", "Give the dialog back to the AI (asks)", in: browse, writes: true,
      hint: 5,
      when: { $0.releaseAvailability }
    ) { $0.askRelease() },
    Verb(
      .cancelRequest, [.character("c")], "cancel request", "Withdraw the request for a human; the AI answers (asks)",
      in: browse, writes: true, when: { $0.cancelAvailability }
    ) { $0.askCancelRequest() },
    Verb(
      .retrySend, [.character("R")], "retry", "Send again what was not sent", in: browse, writes: true, hint: 0,
      when: { $0.troubledAvailability }
    ) { $0.retryTroubled() },
    Verb(
      .editUnsent, [.character("E")], "edit unsent", "Take what was not sent back into the composer", in: browse,
      hint: 7, when: { $0.editUnsentAvailability }
    ) { $0.editTroubled() },
    Verb(
      .discardUnsent, [.character("D")], "drop unsent", "Throw away what was not sent (asks)", in: browse,
      when: { $0.troubledAvailability }
    ) { $0.askDiscardTroubled() },
  ]
}
