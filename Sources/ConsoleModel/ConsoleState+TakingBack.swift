import ChatProtocol

/// An act of the operator's, and how it is taken back.
struct DoneAct: Hashable, Sendable {
  enum Reversal: Hashable, Sendable {
    /// The marks of a dialog were these.
    case marks(DialogID, DialogMarks)
    /// The list was narrowed by this.
    case filter(String)
    /// These were the tabs, and this the filter.
    case tabs([FilterTab], filter: String)
    /// The operator was this.
    case status(OperatorStatus)
    /// It takes another act, which others see.
    case handoff(HandoffAct, DialogID)
    /// Each thing that a macro did is taken back, the last first.
    case macro(Macro, DialogID, [DoneAct])
    /// It cannot be; what is left to do.
    case none(String)
  }

  /// What was done, as the subject of a sentence: `The label vip of #12`.
  var title: String
  var reversal: Reversal
}

/// Taking back what was done last, and doing it again elsewhere.
extension ConsoleState {
  /// As many acts are remembered.
  private static let actLimit = 50

  // MARK: Remembering

  /// Remembers an act that is done; with what verb it is done again on another dialog, if it can be.
  mutating func did(_ title: String, _ reversal: DoneAct.Reversal, again: Command? = nil) {
    engine.done.append(DoneAct(title: title, reversal: reversal))
    if engine.done.count > Self.actLimit { engine.done.removeFirst() }
    if let again { engine.again = again }
  }

  /// Gives an event of the operator's to the marks, and remembers it.
  mutating func mark(_ event: MarkBook.Event, in id: DialogID, as title: String, again: Command?) {
    let before = marks[id]
    mark(event)
    guard marks[id] != before else { return }
    did(title, .marks(id, before), again: again)
  }

  /// Remembers a hand-off act that the server has done, with who had the dialog before.
  mutating func did(_ act: HandoffAct, _ id: DialogID, heldBefore: Holder?) {
    let (done, again) = doneAct(act, id, heldBefore: heldBefore)
    if let run = macroRun, run.isRunning, run.dialogID == id, engine.macroWait == .act {
      engine.macroDone.append(DoneAct(title: done.title.lowercasedFirst, reversal: done.reversal))
    } else {
      did(done.title, done.reversal, again: again)
    }
  }

  private func doneAct(_ act: HandoffAct, _ id: DialogID, heldBefore: Holder?) -> (DoneAct, again: Command?) {
    switch act {
    case .takeover:
      // Whoever waited is to wait again, where that can be said; a release would leave them to the AI.
      let waited = if case .nobodyYet? = heldBefore { session.capabilities.hasLeases } else { false }
      let reversal: DoneAct.Reversal = .handoff(waited ? .requeue(reason: nil) : .release, id)
      return (DoneAct(title: "Taking over #\(id)", reversal: reversal), Command(.takeOver))
    case .release:
      return (DoneAct(title: "Releasing #\(id)", reversal: .handoff(.takeover, id)), Command(.release))
    case .requeue(let reason):
      let again = Command(.requeue, reason.map { [$0] } ?? [])
      return (DoneAct(title: "Putting back #\(id)", reversal: .handoff(.takeover, id)), again)
    case .cancel:
      let reversal: DoneAct.Reversal = .handoff(.request(reason: "The request stands after all"), id)
      return (DoneAct(title: "Withdrawing the request in #\(id)", reversal: reversal), Command(.cancelRequest))
    case .request:
      return (
        DoneAct(title: "Asking for a human in #\(id)", reversal: .handoff(.cancel, id)), Command(.requestHuman)
      )
    case .transfer(let manager, let note):
      let reversal: DoneAct.Reversal = .none("\(Manager?(manager).words) has it, and can pass it back")
      let again = Command(.transfer, ["\(manager.id)"] + (note.map { [$0] } ?? []))
      return (DoneAct(title: "Passing #\(id) on", reversal: reversal), again)
    case .forceTakeover:
      return (DoneAct(title: "Taking #\(id) by force", reversal: .none("T passes it back")), nil)
    }
  }

  // MARK: Taking back

  var takeBackAvailability: Availability { engine.done.isEmpty ? .no("There is nothing to take back") : .yes }

  /// `u`: takes the last act back; asks where others would see that.
  mutating func takeBack() {
    guard let done = engine.done.last else { return }
    switch done.reversal {
    case .handoff(let act, let id): return askTakeBack(done, by: act, in: id)
    case .macro(let macro, let id, let steps): return takeBack(macro, in: id, steps)
    case .none, .marks, .filter, .tabs, .status: engine.done.removeLast()
    }
    switch done.reversal {
    case .handoff, .macro: return
    case .none(let why): return say(.warning, "\(done.title) cannot be taken back: \(why)" + nextWords)
    case .marks(let id, let before): mark(.restore(id, before))
    case .filter(let text): list.setFilter(DialogFilter(text))
    case .tabs(let tabs, let filter):
      setTabs(tabs)
      list.setFilter(DialogFilter(filter))
      noteDesk()
    case .status(let status): setStatus(status)
    }
    say(.info, "Taken back: \(done.title.lowercasedFirst)")
  }

  /// What the next press would take back.
  var nextWords: String {
    engine.done.last.map { ". \(keymap.label(of: .takeBack)) again takes back: \($0.title.lowercasedFirst)" } ?? ""
  }

  private mutating func askTakeBack(_ done: DoneAct, by act: HandoffAct, in id: DialogID) {
    if let why = refusal(of: act, in: id) {
      engine.done.removeLast()
      return say(.warning, "\(done.title) cannot be taken back: \(why)" + nextWords)
    }
    let question = "\(done.title) is to be taken back: " + act.wordsOfReversal(id)
    prompt = Prompt(.takeBack(act), in: id, question, confirmKey: .character("y"), "take it back")
  }

  /// Why an act does not fit any more; nil if it does.
  private func refusal(of act: HandoffAct, in id: DialogID) -> String? {
    engine.acts[id] == nil ? refusal(of: act, by: holder(of: id)) : "wait, an act is under way"
  }

  /// The same for a dialog that somebody has.
  func refusal(of act: HandoffAct, by holder: Holder) -> String? {
    let now: String
    switch (act, holder) {
    case (.release, .me), (.requeue, .me), (.takeover, .nobodyYet), (.takeover, .assistant), (.cancel, .nobodyYet),
      (.request, .assistant):
      return nil
    case (_, .me): now = "you have it"
    case (_, .other(let manager)): now = "\(manager.words) has it"
    case (_, .assistant): now = "the AI has it"
    case (_, .nobodyYet): now = "it waits for a human"
    }
    return now
  }

  // MARK: Again

  var againAvailability: Availability {
    guard engine.again != nil else { return .no("Nothing was done yet that can be done again") }
    return targetAvailability
  }

  /// `.`: does the last act again, on the dialog that is chosen. A message is put into the composer and not sent.
  mutating func again() {
    guard let command = engine.again, let id = target else { return }
    switch (command.verb, command.arguments.first) {
    case (.label, let label?) where marks[id].labels.contains(label):
      say(.info, "#\(id) has the label \(label) already")
    case (.markUnread, _) where marks[id].isUnread: say(.info, "#\(id) is marked unread already")
    case (.reply, let text?): writeAgain(text, .message, in: id)
    case (.note, let text?): writeAgain(text, .note, in: id)
    default: perform(command)
    }
  }

  private mutating func writeAgain(_ text: String, _ kind: MessageKind, in id: DialogID) {
    guard composer(DraftKey(id, kind))?.buffer.isEmpty ?? true else {
      return say(.warning, "There is a draft in #\(id): send it or clear it first")
    }
    if kind == .message, case .no(let why) = Verb(.reply).isAvailable(in: self) { return say(.warning, why) }
    open(id)
    compose(in: id, kind)
    editComposer { $0.paste(text) }
    say(.info, "The text that you sent last, not sent here yet")
  }
}

extension HandoffAct {
  /// What it means for those who see it.
  fileprivate func wordsOfReversal(_ id: DialogID) -> String {
    switch self {
    case .release: "give #\(id) back to the AI?"
    case .requeue: "put #\(id) back into the queue?"
    case .takeover, .forceTakeover: "take #\(id) over?"
    case .cancel: "withdraw the request in #\(id)?"
    case .request: "ask for a human in #\(id) again?"
    case .transfer(let manager, _): "pass #\(id) on to \(Manager?(manager).words)?"
    }
  }
}

extension String {
  /// For the middle of a sentence.
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
