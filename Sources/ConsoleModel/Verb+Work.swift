private let browse: Set<Mode> = [.list, .conversation]

extension Verb {
  /// Asking for a human, passing on, putting back, taking by force.
  static let transferVerbs: [Verb] = [
    Verb(
      .requestHuman, [], "ask for a human", "Put a dialog of the AI into the queue, for whoever takes it", in: browse,
      takes: [.optional("reason", .text)], writes: true, when: { $0.requestAvailability }
    ) { $0.requestHuman(reason: $1.first) },
    Verb(
      .transfer, [.character("T")], "pass on", "Pass your dialog on to a colleague, with a note if you like",
      in: browse,
      takes: [.optional("operator", .operator), .optional("note", .text)], writes: true,
      when: { $0.transferAvailability }
    ) { $0.startTransfer(to: $1.first, note: $1.dropFirst().first) },
    Verb(
      .requeue, [.character("Q")], "put back", "Put your dialog back into the queue (asks)", in: browse,
      takes: [.optional("reason", .text)], writes: true, when: { $0.requeueAvailability }
    ) { $0.askRequeue(reason: $1.first) },
    Verb(
      .forceTakeover, [.character("!")], "force", "Take the dialog from the colleague who has it; the log keeps why",
      in: browse, takes: [.required("reason", .text)], writes: true, when: { $0.forceAvailability }
    ) { $0.forceTakeover(reason: $1[0]) },
    Verb(
      .showLog, [], "log", "What was done to the dialog, by whom and why", in: browse, when: { $0.logAvailability }
    ) { $0.showLog() },
  ]

  /// What the AI proposes.
  static let proposalVerbs: [Verb] = [
    Verb(
      .approveProposal, ["p a"], "send it", "Send the AI's proposal to the visitor (asks)", in: browse, writes: true,
      hint: 2, when: { $0.proposalAvailability }
    ) { $0.askApproval() },
    Verb(
      .editProposal, ["p e"], "change it", "Take the AI's proposal into the composer, to be sent in your words",
      in: browse, writes: true, when: { $0.proposalAvailability }
    ) { $0.editProposal() },
    Verb(
      .rejectProposal, ["p x"], "reject it", "Reject the AI's proposal, with a reason", in: browse,
      takes: [.required("reason", .text)], writes: true, when: { $0.proposalAvailability }
    ) { $0.rejectProposal(reason: $1[0]) },
  ]

  /// The operator's own marks.
  static let markVerbs: [Verb] = [
    Verb(
      .markUnread, ["z u"], "unread", "Mark the dialog unread until it is opened again; or take that back", in: browse,
      when: { $0.targetAvailability }
    ) { $0.toggleUnread() },
    Verb(
      .snooze, ["z z"], "set aside", "Set the dialog aside: 15m, 1h, tomorrow, fri 14:00; it comes back by itself",
      in: browse, takes: [.optional("until", .text)], when: { $0.targetAvailability }
    ) { $0.startSnooze(until: $1.first) },
    Verb(
      .setPriority, ["z p"], "priority", "Say how urgent the dialog is to you: urgent, high, normal, low", in: browse,
      takes: [.optional("priority", .choice(["urgent", "high", "normal", "low"]))], when: { $0.targetAvailability }
    ) { $0.startPriority($1.first) },
    Verb(
      .label, ["z l"], "label", "Put a label on the dialog, or take it off", in: browse,
      takes: [.optional("label", .label)], when: { $0.targetAvailability }
    ) { $0.startLabel($1.first) },
  ]

  /// Filters that one key brings back.
  static let tabVerbs: [Verb] = [
    Verb(
      .tab, (1...9).map { .character(Character("\($0)")) }, "tab",
      "The tab of that number or name: a filter that was kept; :tab alone offers all",
      in: browse, takes: [.optional("tab", .tab)]
    ) { $0.chooseTab($1.first) },
    Verb(.nextTab, [.character("]")], "next tab", "The next tab", in: browse) { $0.stepTab(1) },
    Verb(.previousTab, [.character("[")], "tab before", "The tab before", in: browse) { $0.stepTab(-1) },
    Verb(
      .saveTab, [], "keep as tab", "Keep the filter that is in force as a tab of that name", in: browse,
      takes: [.required("name", .text)]
    ) { $0.saveTab(named: $1[0]) },
    Verb(
      .dropTab, [], "drop tab", "Forget the tab that is in force, or the one of that name", in: browse,
      takes: [.optional("name", .tab)]
    ) { $0.dropTab(named: $1.first) },
  ]

  /// The list to choose from.
  static let pickVerbs: [Verb] = [
    Verb(.choose, [.enter], "choose", "Choose the line under the cursor", in: [.pick], hint: 0) { $0.choosePicked() },
    Verb(.closePicker, [.escape], "close", "Choose nothing", in: [.pick], hint: 1) { $0.picker = nil },
    Verb(.pickDown, [.down, .control("n")], "down", "Next line", in: [.pick], hint: 2) { $0.movePicker(by: 1) },
    Verb(.pickUp, [.up, .control("p")], "up", "Previous line", in: [.pick], hint: 3) { $0.movePicker(by: -1) },
    Verb(.pickPageDown, [.pageDown], "page down", "Ten lines down", in: [.pick]) { $0.movePicker(by: 10) },
    Verb(.pickPageUp, [.pageUp], "page up", "Ten lines up", in: [.pick]) { $0.movePicker(by: -10) },
  ]
}
