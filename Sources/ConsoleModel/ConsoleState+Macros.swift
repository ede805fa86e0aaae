import ChatProtocol

/// Macros: chosen, asked for what they need, shown with everything filled in, and done after another key.
extension ConsoleState {
  var macroAvailability: Availability {
    if macroRun?.isRunning == true { return .no("A macro is under way in #\(macroRun?.dialogID ?? 0)") }
    return target == nil ? .no("No dialog is chosen") : .yes
  }

  /// `m`: chooses a macro, or begins the one that is named.
  mutating func startMacro(_ name: String?, values: String?) {
    guard let id = target else { return }
    emit(.loadTexts)
    guard let name else {
      guard !texts.macros.isEmpty else {
        return say(.info, "There are no macros: they are TOML files, see chatai macro --help")
      }
      return pick(.macro(id))
    }
    guard let macro = texts.macro(named: name) else {
      let hint = name.suggestion(among: texts.macros.map(\.name))
      return say(.warning, "No macro is called \"\(name)\"\(hint)")
    }
    do {
      start(macro, in: id, answers: try GivenAnswers(line: values ?? "", to: macro.subject(macroFacts(of: id))).values)
    } catch {
      say(.warning, error.description)
    }
  }

  /// Begins a macro; nothing is done before the operator has seen all of it.
  mutating func start(_ macro: Macro, in id: DialogID, answers: [String: String] = [:]) {
    if macro.steps.contains(where: { $0.verb == .transfer }) { emit(.loadTeam) }
    var run = MacroRun(macro, in: id, questions: macro.questions(macroFacts(of: id)), answers: answers)
    let actions = run.begin()
    macroRun = run
    perform(actions)
  }

  /// The operator has answered the question that is open.
  mutating func answerMacro(_ value: String) { feedMacro(.answered(value)) }

  /// The operator has seen what the macro does, and wants it.
  mutating func confirmMacro() {
    engine.macroDone = []
    if let macroRun, macroRun.takesBack { forgetMacro(macroRun) }
    feedMacro(.confirmed)
  }

  /// Whatever was open for a macro has been closed by the operator: it is left, and nothing was done.
  mutating func leaveAbandonedMacro() {
    guard let run = macroRun else { return }
    switch run.phase {
    case .asking: guard picker?.purpose != .macroValue else { return }
    case .reviewing: guard prompt?.act != .runMacro, picker?.purpose != .macroReport else { return }
    case .running: return
    case .ended: guard picker?.purpose != .macroReport else { return }
    }
    macroRun = nil
    if case .ended = run.phase { return }
    let words = run.takesBack ? "Nothing was taken back" : "Macro “\(run.macro.title)” left; nothing was done"
    if notice == nil { say(.info, words) }
  }

  // MARK: The run

  mutating func feedMacro(_ event: MacroRun.Event) {
    guard var run = macroRun else { return }
    let actions = run.handle(event)
    macroRun = run
    perform(actions)
  }

  private mutating func perform(_ actions: [MacroRun.Action]) {
    for action in actions { perform(action) }
  }

  private mutating func perform(_ action: MacroRun.Action) {
    guard let run = macroRun else { return }
    switch action {
    case .ask: pick(.macroValue)
    case .refuse(let reason): say(.warning, reason)
    case .plan: feedMacro(.planned(run.macro.plan(run.answers, macroFacts(of: run.dialogID))))
    case .review(let plan): review(plan, of: run)
    case .perform(let act): perform(act, in: run.dialogID)
    case .report: report(run)
    }
  }

  /// Shows the plan. One that cannot be done as a whole is shown too, and not begun.
  private mutating func review(_ plan: MacroPlan, of run: MacroRun) {
    guard plan.problem == nil else {
      macroRun = run
      return pick(.macroReport, status: "It cannot be done; nothing was done")
    }
    let count = plan.steps.count == 1 ? "this" : "these \(plan.steps.count) things"
    let cautions = plan.cautions
    let key: Key = engine.pressedKey == .character("y") ? .control("y") : .character("y")
    prompt = Prompt(
      .runMacro, in: run.dialogID,
      cautions.isEmpty
        ? "Do \(count) in #\(run.dialogID)?"
        : "Do \(count) in #\(run.dialogID), though \(cautions.joined(separator: ", "))?",
      confirmKey: cautions.isEmpty ? key : .control("y"), cautions.isEmpty ? "do it" : "do it anyway",
      tone: cautions.isEmpty ? .normal : .danger, preview: plan.text)
  }

  /// What was done, and what was not: a sentence if all of it was, else a list.
  private mutating func report(_ run: MacroRun) {
    engine.macroWait = nil
    setAlarm(.macro, at: nil)
    didMacro(run)
    guard case .ended(let plan, let failure) = run.phase else { return }
    guard let failure else {
      macroRun = nil
      guard !run.takesBack else { return sayTakenBack(run.macro, in: run.dialogID, but: run.lasting ?? []) }
      let count = plan.steps.count == 1 ? "done" : "all \(plan.steps.count) steps done"
      return say(.info, "Macro “\(run.macro.title)”: \(count) in #\(run.dialogID)")
    }
    let subject = run.takesBack ? "Taking back macro" : "Macro"
    say(
      .error,
      "\(subject) “\(run.macro.title)” stopped at step \(failure.step + 1) of \(plan.steps.count): \(failure.reason)"
    )
    // What is being typed or asked is not covered by it: then the sentence has to do.
    guard mode.isBrowse || mode == .compose else {
      macroRun = nil
      return
    }
    pick(.macroReport, status: "Stopped at step \(failure.step + 1)")
  }

  // MARK: What is shown

  /// What is known, for planning.
  func macroFacts(of id: DialogID) -> MacroFacts {
    MacroFacts(
      dialogID: id, values: templateValues(of: id), holder: holder(of: id), marks: marks[id], team: team,
      myID: session.account?.id, clock: clock, canned: texts.canned, capabilities: session.capabilities,
      scansSecrets: settings.secretsScan)
  }

  /// The macros that have every word that was typed, the best first.
  func macroItems(typed: String) -> [Picker.Item] {
    texts.macros.found(by: typed).map { macro in
      let note = macro.note.isEmpty ? "" : ": \(macro.note)"
      return Picker.Item(.macro(macro.name), macro.title, macro.name + (macro.isShared ? " (team)" : "") + note)
    }
  }

  /// What a macro would do, as far as nothing was answered yet: its open places are still to be seen.
  func macroPreview(_ macro: Macro, in id: DialogID) -> String {
    macro.steps.enumerated().map { index, step in
      let values = templateValues(of: id)
      let arguments = step.arguments.map { TemplateText($0).filled(with: values) }
      return "\(index + 1)  \(Command(step.verb, arguments).plainLine)"
    }.joined(separator: "\n")
  }

  /// What a parameter may be: its choices, or what is typed.
  func macroValueItems(typed: String) -> [Picker.Item] {
    guard let question = macroRun?.question else { return [] }
    guard question.choices.isEmpty else {
      let word = typed.lowercased()
      let fitting = question.choices.filter { word.isEmpty || $0.lowercased().contains(word) }
      let first = fitting.filter { $0 == question.standard } + fitting.filter { $0 != question.standard }
      return first.map { Picker.Item(.value($0), $0, $0 == question.standard ? "unless you choose another" : "") }
    }
    if typed.contains(where: { !$0.isWhitespace }) { return [Picker.Item(.value(typed), typed)] }
    return question.standard.map { [Picker.Item(.value($0), $0, "unless you type something else")] } ?? []
  }

  /// What was done of a macro, what failed, and what was not begun.
  var macroReportItems: [Picker.Item] {
    guard let run = macroRun else { return [] }
    switch run.phase {
    case .reviewing(let plan):
      return plan.steps.map { step in
        Picker.Item(nil, step.words, step.problem.map { "cannot be done: \($0)" } ?? "not done")
      }
    case .ended(let plan, let failure):
      return plan.steps.enumerated().map { index, step in
        guard let failure, index >= failure.step else { return Picker.Item(nil, step.words, "done", isOn: true) }
        return Picker.Item(nil, step.words, index == failure.step ? failure.reason : "not done")
      }
    case .asking, .running: return []
    }
  }
}

extension Command {
  /// It for reading: without the quotes of a command line.
  fileprivate var plainLine: String { ([verb.rawValue] + arguments).joined(separator: " ") }
}
