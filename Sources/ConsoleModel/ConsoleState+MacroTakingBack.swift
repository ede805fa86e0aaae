import ChatProtocol

/// Taking a macro back as one: all that can be taken back of it, its last step first.
extension ConsoleState {
  /// Remembers a macro that has ended, with all that it did.
  mutating func didMacro(_ run: MacroRun) {
    defer { engine.macroDone = [] }
    guard !run.takesBack, !engine.macroDone.isEmpty else { return }
    did(
      "Macro “\(run.macro.title)” in #\(run.dialogID)", .macro(run.macro, run.dialogID, engine.macroDone),
      again: Command(.macro, [run.macro.name]))
  }

  /// Forgets a macro that is taken back from now on.
  mutating func forgetMacro(_ run: MacroRun) { forget(run.macro, in: run.dialogID) }

  private mutating func forget(_ macro: Macro, in id: DialogID) {
    let index = engine.done.lastIndex {
      if case .macro(macro, id, _) = $0.reversal { true } else { false }
    }
    if let index { engine.done.remove(at: index) }
  }

  /// Takes back what is this operator's own at once; asks where others would see something of it, and shows all.
  mutating func takeBack(_ macro: Macro, in id: DialogID, _ steps: [DoneAct]) {
    if let macroRun, macroRun.isRunning {
      return say(.warning, "A macro is under way in #\(macroRun.dialogID): wait")
    }
    let (plan, lasting) = reversal(of: steps, in: id)
    guard !plan.steps.isEmpty else {
      forget(macro, in: id)
      let why = lasting.joined(separator: ", ")
      return say(.warning, "Macro “\(macro.title)” in #\(id) cannot be taken back: \(why)" + nextWords)
    }
    let restored = plan.steps.compactMap { if case .restore(let marks)? = $0.act { marks } else { nil } }
    guard restored.count < plan.steps.count else {
      forget(macro, in: id)
      for marks in restored { mark(.restore(id, marks)) }
      return sayTakenBack(macro, in: id, but: lasting)
    }
    macroRun = MacroRun(takingBack: macro, in: id, by: plan, lasting: lasting)
    let count = plan.steps.count == 1 ? "this" : "these \(plan.steps.count) things"
    let stays = lasting.isEmpty ? "" : "\n\nStays as it is:\n" + lasting.map { "   \($0)" }.joined(separator: "\n")
    prompt = Prompt(
      .runMacro, in: id, "Take back \(count) in #\(id)?",
      confirmKey: .character("y"), "take it back", preview: plan.text + stays)
  }

  /// Says what was taken back, and what was not.
  mutating func sayTakenBack(_ macro: Macro, in id: DialogID, but lasting: [String]) {
    let rest = lasting.isEmpty ? "" : ", but not " + lasting.joined(separator: ", ")
    say(lasting.isEmpty ? .info : .warning, "Taken back: macro “\(macro.title)” in #\(id)\(rest)")
  }

  /// What takes things back, the last first, each judged as if those before it had been done; and what cannot be, why.
  private func reversal(of steps: [DoneAct], in id: DialogID) -> (MacroPlan, lasting: [String]) {
    var facts = macroFacts(of: id)
    var planned: [MacroPlan.Step] = []
    var lasting: [String] = []
    func stays(_ done: DoneAct, _ why: String) {
      let words = "\(done.title) (\(why))"
      if !lasting.contains(words) { lasting.insert(words, at: 0) }
    }
    for done in steps.reversed() {
      switch done.reversal {
      case .marks(_, let before): planned.append(step(.restore(before), "undo \(done.title)"))
      case .handoff(let handoff, _):
        if let why = refusal(of: handoff, by: facts.holder) {
          stays(done, why)
          continue
        }
        let act: MacroPlan.Act = handoff == .takeover ? .takeOver : .handoff(handoff)
        planned.append(step(act, handoff.wordsInPlan))
        facts.foresee(act)
      case .none(let why): stays(done, why)
      case .filter, .tabs, .status, .macro: break
      }
    }
    return (MacroPlan(steps: planned), lasting)
  }

  private func step(_ act: MacroPlan.Act, _ words: String) -> MacroPlan.Step {
    MacroPlan.Step(act: act, words: words, text: nil, problem: nil, caution: nil)
  }
}

extension HandoffAct {
  /// What it does, as a line of a plan.
  fileprivate var wordsInPlan: String {
    switch self {
    case .release: "give the dialog back to the AI"
    case .requeue: "put the dialog back into the queue"
    case .takeover, .forceTakeover: "take the dialog over"
    case .cancel: "withdraw the request for a human"
    case .request: "ask for a human again"
    case .transfer(let manager, _): "pass the dialog on to \(Manager?(manager).words)"
    }
  }
}
