public import ChatProtocol

/// What a macro will do, with everything filled in: what the operator is shown, and nothing else is what is done.
public struct MacroPlan: Hashable, Sendable {
  /// An act on the dialog.
  public enum Act: Hashable, Sendable {
    /// Send a text to the visitor, or as a note to the operators.
    case send(String, MessageKind)
    /// Take the dialog, from the AI or out of the queue.
    case takeOver
    /// Another act of handing over.
    case handoff(HandoffAct)
    /// Set one of the operator's own marks.
    case mark(DialogMarks.Change)
    /// Have its marks as they were.
    case restore(DialogMarks)
  }

  /// An act and how it is told.
  public struct Step: Hashable, Sendable {
    /// The act; nil if it cannot be done.
    public let act: Act?
    /// What it does, in one line; may hold raw text.
    public let words: String
    /// The text that is sent; nil for none. Raw.
    public let text: String?
    /// Why it cannot be done; nil if it can.
    public let problem: String?
    /// What speaks against it and is for the operator to decide.
    public let caution: String?
  }

  /// The steps, in the order in which they are done.
  public let steps: [Step]

  /// The first step that cannot be done, and why.
  public var problem: (number: Int, reason: String)? {
    steps.indices.first { steps[$0].problem != nil }.map { ($0 + 1, steps[$0].problem ?? "") }
  }

  /// What the operator has to decide before it is done.
  public var cautions: [String] { steps.compactMap(\.caution) }

  /// All of it as lines of text, for a person.
  public var text: String {
    steps.enumerated().map { index, step in
      var lines = ["\(index + 1)  \(step.words)"]
      if let text = step.text {
        lines += text.split(separator: "\n", omittingEmptySubsequences: false).map { "     \($0)" }
      }
      if let problem = step.problem { lines.append("     cannot be done: \(problem)") }
      if let caution = step.caution { lines.append("     careful: \(caution)") }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n")
  }
}

/// What is known when a macro is planned.
public struct MacroFacts: Sendable {
  /// The dialog.
  public var dialogID: DialogID
  /// What its texts' places are filled with.
  public var values: TemplateText.Values
  /// Who has it.
  public var holder: Holder
  /// Its marks.
  public var marks: DialogMarks
  /// The operators.
  public var team: [Colleague]
  /// The operator's own id.
  public var myID: UserID?
  /// The time.
  public var clock: Clock
  /// The canned replies.
  public var canned: [CannedReply]
  /// What the server offers.
  public var capabilities: Capabilities
  /// Whether replies are searched for secrets.
  public var scansSecrets: Bool

  /// Puts facts together.
  public init(
    dialogID: DialogID, values: TemplateText.Values, holder: Holder, marks: DialogMarks = DialogMarks(),
    team: [Colleague] = [], myID: UserID?, clock: Clock, canned: [CannedReply], capabilities: Capabilities,
    scansSecrets: Bool = true
  ) {
    self.dialogID = dialogID
    self.values = values
    self.holder = holder
    self.marks = marks
    self.team = team
    self.myID = myID
    self.clock = clock
    self.canned = canned
    self.capabilities = capabilities
    self.scansSecrets = scansSecrets
  }
}

extension Macro {
  /// All that is asked for: what the file declares and a step has use for, and what else its steps, and the canned
  /// replies in them, leave open.
  public func questions(_ facts: MacroFacts) -> [Parameter] {
    var names: [String] = []
    for text in steps.flatMap({ texts(of: $0, facts) }) {
      let open = TemplateText(TemplateText(text).filled(with: facts.values)).questions
      names += open.filter { !names.contains($0) }
    }
    let declared = parameters.filter { names.contains($0.name) }
    return declared + names.filter { name in !declared.contains { $0.name == name } }.map { Parameter($0) }
  }

  /// The texts that a step has: its arguments, or those of the canned reply that it sends.
  func texts(of step: Command, _ facts: MacroFacts) -> [String] {
    guard step.verb == .canned, let name = step.arguments.first,
      let reply = facts.canned.first(where: { $0.name == name })
    else { return step.arguments }
    return [reply.text.source]
  }

  /// What it does with answers to all its questions. Each step is judged as if those before it had been done.
  public func plan(_ answers: [String: String], _ facts: MacroFacts) -> MacroPlan {
    var facts = facts
    return MacroPlan(
      steps: steps.map { step in
        let planned = MacroPlanner(facts: facts, answers: answers).plan(step)
        if let act = planned.act { facts.foresee(act) }
        return planned
      })
  }
}

extension MacroFacts {
  /// What will be known once an act is done.
  mutating func foresee(_ act: MacroPlan.Act) {
    switch act {
    case .takeOver, .handoff(.takeover): holder = .me
    case .handoff(.release), .handoff(.cancel): holder = .assistant
    case .handoff(.requeue), .handoff(.request): holder = .nobodyYet(since: clock.now)
    case .handoff(.transfer(let manager, _)): holder = .other(manager)
    default: break
    }
  }
}

/// Plans one step.
private struct MacroPlanner {
  let facts: MacroFacts
  let answers: [String: String]

  private struct Refusal: Error {
    let reason: String
  }

  func plan(_ template: Command) -> MacroPlan.Step {
    let command = Command(template.verb, template.arguments.map(filled))
    do throws(Refusal) {
      do throws(CommandError) { try command.check() } catch { throw Refusal(reason: error.description) }
      let (act, words, text) = try act(of: command)
      return MacroPlan.Step(act: act, words: words, text: text, problem: nil, caution: caution(act))
    } catch {
      return MacroPlan.Step(act: nil, words: command.line, text: nil, problem: error.reason, caution: nil)
    }
  }

  private func filled(_ text: String) -> String { TemplateText(text).filled(with: facts.values, answers: answers) }

  private func caution(_ act: MacroPlan.Act) -> String? {
    guard facts.scansSecrets, case .send(let text, .message) = act, let found = SecretScan.findings(in: text).first
    else {
      return nil
    }
    return "this has what looks like \(found.kind.rawValue) in it (\(found.excerpt))"
  }

  private func act(of command: Command) throws(Refusal) -> (MacroPlan.Act, String, String?) {
    let argument = command.arguments.first ?? ""
    switch command.verb {
    case .reply: return try sending(argument, .message)
    case .note: return try sending(argument, .note)
    case .canned:
      guard let reply = facts.canned.first(where: { $0.name == argument }) else {
        throw Refusal(reason: "no canned reply is called \"\(argument)\"")
      }
      return try sending(filled(reply.text.source), .message)
    case .takeOver, .release, .requeue, .transfer, .requestHuman, .cancelRequest: return try handingOver(command)
    default: return try marking(command, argument)
    }
  }

  private func sending(_ text: String, _ kind: MessageKind) throws(Refusal) -> (MacroPlan.Act, String, String?) {
    guard let sendable = Composer(text).sendable else { throw Refusal(reason: "there is no text") }
    let length = sendable.unicodeScalars.count
    guard length <= ConsoleState.messageLimit else {
      throw Refusal(reason: "\(length) characters are too many: a message has at most \(ConsoleState.messageLimit)")
    }
    guard kind == .message else {
      guard facts.capabilities.hasNotes else { throw Refusal(reason: "this server has no notes") }
      return (.send(sendable, .note), "write a note to the operators:", sendable)
    }
    switch facts.holder {
    case .me: break
    case .other(let manager): throw Refusal(reason: "\(manager.words) has the dialog")
    case .assistant, .nobodyYet: throw Refusal(reason: "the dialog is not yours: a step take-over before it takes it")
    }
    return (.send(sendable, .message), "write to \(facts.values.visitor ?? "the visitor"):", sendable)
  }

  private func handingOver(_ command: Command) throws(Refusal) -> (MacroPlan.Act, String, String?) {
    let isMine = facts.holder == .me
    func mustBeMine() throws(Refusal) { if !isMine { throw Refusal(reason: "the dialog is not yours") } }
    func needLeases() throws(Refusal) {
      if !facts.capabilities.hasLeases { throw Refusal(reason: "this server cannot do that") }
    }
    switch command.verb {
    case .takeOver:
      if case .other(let manager) = facts.holder { throw Refusal(reason: "\(manager.words) has the dialog") }
      return (.takeOver, isMine ? "take the dialog over (it is yours)" : "take the dialog over", nil)
    case .release:
      try mustBeMine()
      return (.handoff(.release), "give the dialog back to the AI", nil)
    case .requeue:
      try needLeases()
      try mustBeMine()
      return (
        .handoff(.requeue(reason: command.arguments.first)), "put the dialog back into the queue" + why(command), nil
      )
    case .requestHuman:
      guard facts.holder == .assistant else { throw Refusal(reason: "the AI does not have the dialog") }
      let reason = command.arguments.first ?? "An operator asks for a human"
      return (.handoff(.request(reason: reason)), "ask for a human" + why(command), nil)
    case .cancelRequest:
      guard case .nobodyYet = facts.holder else { throw Refusal(reason: "the dialog does not wait for a human") }
      return (.handoff(.cancel), "withdraw the request for a human", nil)
    default:
      try needLeases()
      try mustBeMine()
      let name = command.arguments.first ?? ""
      let matching = facts.team.filter { $0.id != facts.myID && $0.isCalled(name) }
      guard matching.count == 1, let colleague = matching.first else {
        throw Refusal(reason: matching.isEmpty ? "nobody is called \(name)" : "several are called \(name)")
      }
      let note = command.arguments.dropFirst().first
      return (
        .handoff(.transfer(to: colleague.manager, note: note)),
        "pass the dialog on to \(Manager?(colleague.manager).words)" + (note.map { ", with the note: \($0)" } ?? ""),
        nil
      )
    }
  }

  private func why(_ command: Command) -> String { command.arguments.first.map { ": \($0)" } ?? "" }

  private func marking(_ command: Command, _ argument: String) throws(Refusal) -> (MacroPlan.Act, String, String?) {
    switch command.verb {
    case .label:
      let isOn = !argument.hasPrefix("-")
      guard let label = DialogMarks.label(argument) else { throw Refusal(reason: "“\(argument)” is no label") }
      return (.mark(.label(label, isOn: isOn)), isOn ? "put the label \(label) on" : "take the label \(label) off", nil)
    case .setPriority:
      let priority = DialogMarks.Priority(rawValue: argument)
      return (.mark(.priority(priority)), "give it \(priority?.rawValue ?? "normal") priority", nil)
    case .snooze:
      guard let until = facts.clock.moment(typed: argument) else {
        throw Refusal(reason: "“\(argument)” is no time to come: 15m, 17:00, tomorrow 9:00, fri")
      }
      return (.mark(.snooze(until: until)), "set it aside until \(facts.clock.shortText(until))", nil)
    default: return (.mark(.unread), "mark it unread", nil)
    }
  }
}
