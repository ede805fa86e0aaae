import ChatProtocol
import LiveLink

/// The steps of a macro: each is done when the server has said so, and only then comes the next.
extension ConsoleState {
  /// How long a step may take; then nobody knows, and the rest is not done.
  private static let macroStepTime: Duration = .seconds(20)

  /// Begins a step.
  mutating func perform(_ act: MacroPlan.Act, in id: DialogID) {
    // Nothing that was shown may have become untrue: who has the dialog, and what was said in it, is looked at again.
    switch act {
    case .send(let text, let kind): sendForMacro(text, kind, in: id)
    case .takeOver: takeOverForMacro(id)
    case .handoff(let act): handOffForMacro(act, id)
    case .mark(let change): markForMacro(change, in: id)
    case .restore(let before): markForMacro(.restore(id, before), in: id, as: "its marks")
    }
  }

  private mutating func markForMacro(_ change: DialogMarks.Change, in id: DialogID) {
    let title: String
    switch change {
    case .label(let label, _): title = "the label \(label)"
    case .priority: title = "the priority"
    case .snooze(let until):
      guard until > clock.now else { return feedMacro(.stepFailed("the time is over")) }
      title = "setting it aside"
      leaveConversation(id)
    case .unread:
      title = "marking it unread"
      if !marks[id].isUnread { leaveConversation(id) }
    }
    markForMacro(change.event(in: id, with: marks[id]), in: id, as: title)
  }

  /// Does a step that is done at once, and remembers how it is taken back.
  private mutating func markForMacro(_ event: MarkBook.Event?, in id: DialogID, as title: String) {
    let before = marks[id]
    if let event { mark(event) }
    if marks[id] != before { engine.macroDone.append(DoneAct(title: title, reversal: .marks(id, before))) }
    feedMacro(.stepDone)
  }

  private mutating func sendForMacro(_ text: String, _ kind: MessageKind, in id: DialogID) {
    if kind == .message {
      guard holder(of: id) == .me else { return feedMacro(.stepFailed("the dialog is not yours any more")) }
      guard unseenMessages(in: id).isEmpty else {
        return feedMacro(.stepFailed("somebody wrote meanwhile: look, then begin again"))
      }
    }
    // It is waited for before it is on its way: its outcome may come with the same event.
    let clientID = newClientID()
    waitForMacro(.send(clientID: clientID))
    submit(text, to: id, kind: kind, clientID: clientID)
  }

  private mutating func takeOverForMacro(_ id: DialogID) {
    guard engine.acts[id] == nil else { return feedMacro(.stepFailed("another act is under way")) }
    switch holder(of: id) {
    case .me: feedMacro(.stepDone)
    case .other(let manager): feedMacro(.stepFailed("\(manager.words) has the dialog"))
    case .nobodyYet, .assistant:
      waitForMacro(.act)
      takeOver(id)
    }
  }

  private mutating func handOffForMacro(_ act: HandoffAct, _ id: DialogID) {
    guard engine.acts[id] == nil else { return feedMacro(.stepFailed("another act is under way")) }
    let isPossible: Bool =
      switch (act, holder(of: id)) {
      case (.release, .me), (.requeue, .me), (.transfer, .me), (.request, .assistant), (.cancel, .nobodyYet): true
      default: false
      }
    guard isPossible else { return feedMacro(.stepFailed("somebody else has changed who has the dialog")) }
    waitForMacro(.act)
    begin(act, id)
  }

  private mutating func waitForMacro(_ wait: MacroWait) {
    engine.macroWait = wait
    setAlarm(.macro, at: clock.monotonic + Self.macroStepTime)
  }

  private mutating func macroStepEnded(_ event: MacroRun.Event) {
    engine.macroWait = nil
    setAlarm(.macro, at: nil)
    feedMacro(event)
  }

  // MARK: What came of them

  /// A hand-off act has been answered; it may be the first of two.
  mutating func macroActEnded(in id: DialogID, failure: APIFailure?) {
    guard let run = macroRun, run.isRunning, run.dialogID == id, engine.macroWait == .act, engine.acts[id] == nil,
      case .running(let plan, let step) = run.phase, let act = plan.steps[step].act
    else { return }
    if let failure {
      let doubt = failure.mayHaveTakenEffect ? "; it may have worked" : ""
      return macroStepEnded(.stepFailed("\(failure)\(doubt)"))
    }
    if act == .takeOver, holder(of: id) != .me {
      return macroStepEnded(.stepFailed("\(holderWords(id)) has the dialog"))
    }
    macroStepEnded(.stepDone)
  }

  private func holderWords(_ id: DialogID) -> String {
    switch holder(of: id) {
    case .other(let manager): manager.words
    case .assistant: "the AI"
    case .nobodyYet: "nobody"
    case .me: "this operator"
    }
  }

  /// The server has a text.
  mutating func macroSent(_ clientID: String) {
    guard macroRun?.isRunning == true, engine.macroWait == .send(clientID: clientID) else { return }
    noteMacroSend()
    macroStepEnded(.stepDone)
  }

  private mutating func noteMacroSend() {
    guard case .running(let plan, let step)? = macroRun?.phase, case .send(_, let kind)? = plan.steps[step].act else {
      return
    }
    engine.macroDone.append(
      DoneAct(title: kind == .note ? "the note" : "the reply", reversal: .none("it was sent")))
  }

  /// A text waits for the operator's decision, as every one does that was not sent.
  mutating func macroSendFailed(_ row: Outbox.Row) {
    guard macroRun?.isRunning == true, engine.macroWait == .send(clientID: row.id) else { return }
    switch row.state {
    case .failed(let why): macroStepEnded(.stepFailed("not sent: \(why)"))
    case .unsure(let why): macroStepEnded(.stepFailed("\(why); it may have been sent"))
    case .superseded: macroStepEnded(.stepFailed("not sent: somebody wrote meanwhile"))
    case .queued, .sending, .waiting, .checking: break
    }
  }

  /// A step has had its time. A text stays in the outbox and goes when it can; the steps behind it do not.
  mutating func macroTimedOut() {
    guard macroRun?.isRunning == true, let wait = engine.macroWait else { return }
    switch wait {
    case .send: macroStepEnded(.stepFailed("not sent yet; it stays in the outbox and goes by itself"))
    case .act: macroStepEnded(.stepFailed("no answer yet; it may still be done"))
    }
  }
}
