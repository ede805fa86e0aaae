public import ChatProtocol

/// A macro from the first question to its last step: what happens goes in, what is to be done comes out. It does one
/// step after the other, and none after one that failed.
public struct MacroRun: Hashable, Sendable {
  /// Where it stands.
  public enum Phase: Hashable, Sendable {
    /// It asks for a parameter, by its place.
    case asking(Int)
    /// It shows what it will do, and waits for the operator's word.
    case reviewing(MacroPlan)
    /// A step is under way, by its place.
    case running(MacroPlan, step: Int)
    /// It is over: all steps are done, or the one at a place failed; why.
    case ended(MacroPlan, failure: Failure?)
  }

  /// The step that failed, and why.
  public struct Failure: Hashable, Sendable {
    /// Its place.
    public let step: Int
    /// Why: a sentence without its point.
    public let reason: String
  }

  /// What can happen to it.
  public enum Event: Hashable, Sendable {
    /// The operator has answered the question.
    case answered(String)
    /// The plan is made.
    case planned(MacroPlan)
    /// The operator wants what was shown.
    case confirmed
    /// The step under way is done.
    case stepDone
    /// The step under way has failed, or nobody knows; why.
    case stepFailed(String)
  }

  /// What is to be done.
  public enum Action: Hashable, Sendable {
    /// Ask for a parameter.
    case ask(Macro.Parameter)
    /// An answer cannot be: say why.
    case refuse(String)
    /// Everything is known: make the plan.
    case plan
    /// Show the plan and ask.
    case review(MacroPlan)
    /// Do a step.
    case perform(MacroPlan.Act)
    /// Say what was done and what was not.
    case report
  }

  /// The macro.
  public let macro: Macro
  /// The dialog it is about, whatever is open by now.
  public let dialogID: DialogID
  /// What is asked for.
  public let questions: [Macro.Parameter]
  /// The answers so far, by name.
  public private(set) var answers: [String: String]
  /// Where it stands.
  public private(set) var phase = Phase.asking(0)
  /// What stays of it, where it is a macro that is taken back; nil for one that is done.
  let lasting: [String]?
  /// Whether it takes back what the macro did, instead of doing it.
  public var takesBack: Bool { lasting != nil }

  /// A macro that has not begun; some answers may be given already.
  public init(_ macro: Macro, in dialogID: DialogID, questions: [Macro.Parameter], answers: [String: String] = [:]) {
    self.macro = macro
    self.dialogID = dialogID
    self.questions = questions
    self.answers = answers
    lasting = nil
  }

  /// A macro that is taken back: its plan is made, and shown before anything is done.
  ///
  /// - Parameter lasting: what of it cannot be taken back.
  init(takingBack macro: Macro, in dialogID: DialogID, by plan: MacroPlan, lasting: [String]) {
    self.macro = macro
    self.dialogID = dialogID
    questions = []
    answers = [:]
    self.lasting = lasting
    phase = .reviewing(plan)
  }

  /// Begins: with the first question that has no answer, or with the plan.
  public mutating func begin() -> [Action] {
    for question in questions {
      guard let answer = answers[question.name], let reason = question.refusal(of: answer) else { continue }
      answers[question.name] = nil
      phase = .asking(0)
      return [.refuse(reason)] + ask()
    }
    return ask()
  }

  /// Takes an event.
  public mutating func handle(_ event: Event) -> [Action] {
    switch (phase, event) {
    case (.asking(let place), .answered(let value)):
      guard questions.indices.contains(place) else { return [] }
      if let reason = questions[place].refusal(of: value) { return [.refuse(reason)] }
      answers[questions[place].name] = value
      return ask()
    case (.asking, .planned(let plan)):
      phase = .reviewing(plan)
      return [.review(plan)]
    case (.reviewing(let plan), .confirmed):
      guard plan.problem == nil else { return [] }
      return perform(0, of: plan)
    case (.running(let plan, let step), .stepDone): return perform(step + 1, of: plan)
    case (.running(let plan, let step), .stepFailed(let reason)):
      phase = .ended(plan, failure: Failure(step: step, reason: reason))
      return [.report]
    default: return []
    }
  }

  /// Whether steps are being done: from then on it cannot be left any more.
  public var isRunning: Bool { if case .running = phase { true } else { false } }

  /// The question that waits for its answer.
  public var question: Macro.Parameter? {
    if case .asking(let place) = phase, questions.indices.contains(place) { questions[place] } else { nil }
  }

  private mutating func ask() -> [Action] {
    guard let place = questions.firstIndex(where: { answers[$0.name] == nil }) else { return [.plan] }
    phase = .asking(place)
    return [.ask(questions[place])]
  }

  private mutating func perform(_ step: Int, of plan: MacroPlan) -> [Action] {
    guard plan.steps.indices.contains(step), let act = plan.steps[step].act else {
      phase = .ended(plan, failure: nil)
      return [.report]
    }
    phase = .running(plan, step: step)
    return [.perform(act)]
  }
}
