import ChatProtocol
import LiveLink

/// Taking over, giving back, withdrawing: the acts, their answers, and what events tell.
extension ConsoleState {
  /// Who has a dialog, as far as is known.
  func holder(of id: DialogID) -> Holder {
    list.entries[id]?.holder ?? .assistant
  }

  // MARK: What can be done

  var takeoverAvailability: Availability {
    availability { id, holder in
      switch holder {
      case .nobodyYet, .assistant: .yes
      case .me: .no("You have #\(id)")
      case .other(let manager):
        .no(
          "\(manager.words) has #\(id): "
            + (session.capabilities.hasLeases ? "ask for it, or force it with a reason" : "ask for a release first"))
      }
    }
  }

  var releaseAvailability: Availability {
    availability { id, holder in holder == .me ? .yes : .no("#\(id) is not yours to release") }
  }

  var cancelAvailability: Availability {
    availability { id, holder in
      if case .nobodyYet = holder { .yes } else { .no("#\(id) does not wait for a human") }
    }
  }

  var requestAvailability: Availability {
    availability { id, holder in
      switch holder {
      case .assistant: .yes
      case .nobodyYet: .no("#\(id) waits for a human already")
      case .me: .no("You have #\(id)")
      case .other(let manager): .no("\(manager.words) has #\(id)")
      }
    }
  }

  func availability(_ judge: (DialogID, Holder) -> Availability) -> Availability {
    guard let id = target else { return .no("No dialog is chosen") }
    guard engine.acts[id] == nil else { return .no("#\(id): wait, an act is under way") }
    return judge(id, holder(of: id))
  }

  // MARK: Acts

  /// Takes the dialog over: at once if somebody waits for it (it is what they asked for, and `release` undoes it),
  /// after a question if the AI is answering.
  mutating func startTakeover() {
    guard let id = target else { return }
    if case .nobodyYet = holder(of: id) {
      takeOver(id)
    } else {
      prompt = Prompt(
        .takeOver(thenReply: false), in: id, "Nobody asked for a human in #\(id). Take it from the AI?",
        confirmKey: .character("y"), "take over")
    }
  }

  mutating func askRelease() {
    guard let id = target else { return }
    prompt = Prompt(
      .release, in: id, "Give #\(id) back to the AI?", confirmKey: .character("y"), "release")
  }

  mutating func askCancelRequest() {
    guard let id = target else { return }
    prompt = Prompt(
      .cancelRequest, in: id, "Withdraw the visitor's request for a human in #\(id)?", confirmKey: .character("y"),
      "withdraw")
  }

  /// Does what the question was about, or what another of its answers stands for.
  mutating func answerPrompt(_ act: Prompt.Act? = nil) {
    guard let prompt else { return }
    self.prompt = nil
    switch (act ?? prompt.act, prompt.dialogID) {
    case (.quit, _): quit()
    case (.overwrite, _): overwriteExport()
    case (.takeOver(let thenReply), let id?):
      if thenReply { engine.replyAfterTakeover = id }
      takeOver(id)
    case (.release, let id?): begin(.release, id)
    case (.takeBack(let act), let id?):
      // Something else may have been answered while the question was open.
      if let index = engine.done.lastIndex(where: { $0.reversal == .handoff(act, id) }) {
        engine.done.remove(at: index)
      }
      if act == .takeover { takeOver(id) } else { begin(act, id) }
    case (.requeue(let reason), let id?): begin(.requeue(reason: reason), id)
    case (.approve(let proposal), let id?): decide(.approve(text: nil), on: proposal, in: id)
    case (.cancelRequest, let id?): begin(.cancel, id)
    case (.replyAnyway(let thenSend), let id?):
      engine.replyPermission = ReplyPermission(dialogID: id, holder: holder(of: id))
      if thenSend { sendFromComposer() } else { compose(in: id) }
    case (.runMacro, _): confirmMacro()
    case (.discardUnsent(let clientID), _): feedOutbox(.discard(clientID: clientID))
    case (.sendAnyway(let concern), let id?): sendAnyway(concern, in: id)
    case (.dropDraft, _): dropDraft()
    case (.resend(let clientID), let id?): resend(clientID, in: id)
    case (.editUnsent(let clientID), _): editUnsent(clientID)
    case (.paste(let text), _): editComposer { $0.paste(text) }
    case (.keepWriting, _): break
    case (_, nil): break
    }
  }

  mutating func takeOver(_ id: DialogID) {
    switch holder(of: id) {
    case .nobodyYet: begin(.takeover, id)
    case .assistant:
      // The contract knows no way from `none` to `active` but through the queue.
      engine.takeoverAfterRequest.insert(id)
      begin(.request(reason: "An operator takes over"), id)
    case .me: becameMine(id)
    case .other(let manager):
      engine.replyAfterTakeover = nil
      say(.warning, "\(manager.words) was faster: #\(id) is taken")
    }
  }

  /// Asks for a human in a dialog that the AI has, for whoever takes it.
  mutating func requestHuman(reason: String?) {
    guard let id = target else { return }
    begin(.request(reason: reason ?? "An operator asks for a human"), id)
  }

  mutating func begin(_ act: HandoffAct, _ id: DialogID) {
    guard engine.acts[id] == nil else { return }
    engine.acts[id] = act
    // Asking for a human may be the first step of taking over: what counts is who had it before that.
    if engine.heldBefore[id] == nil { engine.heldBefore[id] = holder(of: id) }
    emit(.handoff(act, id))
    say(.info, act.wordsUnderWay(id))
  }

  // MARK: Answers

  /// The server did it.
  mutating func answered(_ act: HandoffAct, _ id: DialogID, _ status: HandoffStatus) {
    engine.acts[id] = nil
    defer { macroActEnded(in: id, failure: nil) }
    set(status.status, of: id, manager: status.assignedManager, by: act, status: status)
    requestRefresh()
    // A request that is the first step of taking over is no act of its own.
    let isFirstStep = if case .request = act { engine.takeoverAfterRequest.contains(id) } else { false }
    if !isFirstStep { did(act, id, heldBefore: engine.heldBefore.removeValue(forKey: id)) }
    switch act {
    case .request:
      guard engine.takeoverAfterRequest.remove(id) != nil else {
        return say(
          .info, "#\(id) waits for a human" + (status.queuePosition.map { ", place \($0) in the queue" } ?? ""))
      }
      begin(.takeover, id)
    case .transfer(let manager, _): say(.info, "#\(id) is with \(Manager?(manager).words) now")
    case .requeue: say(.info, "#\(id) is back in the queue")
    case .takeover, .forceTakeover:
      if holder(of: id) == .me { becameMine(id) }
    case .release: say(.info, "#\(id) is with the AI again")
    case .cancel: say(.info, "The request in #\(id) is withdrawn; the AI answers")
    }
  }

  /// The server did not do it, or did not say so.
  mutating func failed(_ act: HandoffAct, _ id: DialogID, _ failure: APIFailure) {
    engine.acts[id] = nil
    defer { macroActEnded(in: id, failure: failure) }
    // Asked for in the meantime: then it is in the queue, which is all that was wanted of the request.
    if case .request = act, case .conflict = failure, engine.takeoverAfterRequest.remove(id) != nil {
      return begin(.takeover, id)
    }
    engine.takeoverAfterRequest.remove(id)
    engine.heldBefore[id] = nil
    if engine.replyAfterTakeover == id { engine.replyAfterTakeover = nil }
    if failure.mayHaveTakenEffect {
      say(.error, "#\(id): \(failure). It may have worked: looking")
    } else {
      say(.error, "#\(id) \(act.wordsRefused): \(failure)")
    }
    emit(.loadDialog(id))
    requestRefresh()
  }

  private mutating func becameMine(_ id: DialogID) {
    say(.info, "#\(id) is yours")
    guard engine.replyAfterTakeover == id else { return }
    engine.replyAfterTakeover = nil
    // Only where the operator still is: the composer must not take keys that are meant for something else.
    if mode == .conversation, conversation?.dialogID == id { compose(in: id) }
  }

  // MARK: Events

  /// A hand-off event of the open socket.
  mutating func handoffChanged(_ state: HandoffState, of id: DialogID, manager: Manager?) {
    let before = list.entries[id]?.holder
    set(state, of: id, manager: manager, by: nil, status: nil)
    requestRefresh()
    guard let after = list.entries[id]?.holder, after != before, engine.acts[id] == nil else { return }
    announce(id, from: before, to: after)
  }

  /// Says what changed, where somebody else did it and it concerns this operator.
  private mutating func announce(_ id: DialogID, from before: Holder?, to after: Holder) {
    let isOpen = conversation?.dialogID == id
    switch (before, after) {
    case (_, .nobodyYet): ringForRequest(id)
    case (.me, .other(let manager)): say(.warning, "\(manager.words) has taken #\(id) from you")
    case (.me, .assistant): say(.warning, "#\(id) is not yours any more: the AI answers")
    case (_, .other(let manager)) where isOpen: say(.info, "\(manager.words) has taken #\(id)")
    case (_, .assistant) where isOpen: say(.info, "The AI answers in #\(id)")
    default: break
    }
  }

  /// Takes over what the server said about where a dialog stands.
  private mutating func set(
    _ state: HandoffState, of id: DialogID, manager: Manager?, by act: HandoffAct?, status: HandoffStatus?
  ) {
    engine.handoffKnownAt[id] = clock.monotonic
    let before = list.entries[id]?.holder
    let me = session.account?.id
    list.update(id) { entry in
      entry.dialog.handoffStatus = state
      switch state {
      case .requested:
        let since = status?.requestedAt ?? entry.waitingSince ?? clock.now
        entry.dialog.handoffRequestedAt = since
        entry.holder = .nobodyYet(since: since)
      case .active:
        // An answer to our own takeover that names nobody means us.
        let isMine = manager.map { $0.id == me } ?? (act?.makesItMine ?? (entry.holder == .me))
        entry.holder = isMine ? .me : .other(manager ?? act?.receiver)
        entry.dialog.assignedManagerID = manager?.id ?? (isMine ? me : nil)
      case .none, .released, .cancelled, .other:
        entry.holder = .assistant
        entry.dialog.assignedManagerID = nil
      }
      if state != .requested { entry.queuePosition = nil }
      entry.overdue = nil
    }
    markHandoff(in: id, from: before, to: holder(of: id))
    shiftLoad(from: before, to: holder(of: id))
    updateWatchedLinks()
  }
}

extension HandoffAct {
  /// Whether the dialog is ours after it; nil where the act is not about who has it.
  fileprivate var makesItMine: Bool? {
    switch self {
    case .takeover, .forceTakeover: true
    case .transfer: false
    case .request, .requeue, .release, .cancel: nil
    }
  }

  /// Who has the dialog after it, where that is somebody else.
  fileprivate var receiver: Manager? {
    if case .transfer(let manager, _) = self { manager } else { nil }
  }

  fileprivate func wordsUnderWay(_ id: DialogID) -> String {
    switch self {
    case .request: "Asking for #\(id)…"
    case .takeover, .forceTakeover: "Taking #\(id) over…"
    case .transfer(let manager, _): "Passing #\(id) on to \(Manager?(manager).words)…"
    case .requeue: "Putting #\(id) back into the queue…"
    case .release: "Releasing #\(id)…"
    case .cancel: "Withdrawing the request in #\(id)…"
    }
  }

  fileprivate var wordsRefused: String {
    switch self {
    case .request: "got no request for a human"
    case .takeover, .forceTakeover: "was not taken over"
    case .transfer(let manager, _): "was not passed on to \(Manager?(manager).words)"
    case .requeue: "was not put back"
    case .release: "was not released"
    case .cancel: "still waits"
    }
  }
}
