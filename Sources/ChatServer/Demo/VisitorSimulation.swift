import ChatProtocol

/// One simulated visitor as a pure state machine: it asks the AI, loses patience, asks for a human, answers the
/// operator, says thanks and goes.
///
/// It never looks at what others write, only at who wrote: its lines fit anything. All of its timing is in `wakesAt`:
/// a deadline is part of the state, so no timer can be forgotten or fire for a plan that was dropped.
struct VisitorSimulation: Sendable {
  enum Event: Hashable, Sendable {
    /// It opens the site.
    case arrived
    /// Its dialog is open and its socket connected.
    case connected
    /// Time has passed; before `wakesAt` it means nothing.
    case timer
    /// Somebody wrote in its dialog.
    case received(Sender)
    /// The hand-off changed.
    case handoff(HandoffState)
    /// Its socket is gone, or a call failed.
    case connectionLost
  }

  enum Action: Hashable, Sendable {
    /// Open the dialog and connect the socket; answered by `connected` or `connectionLost`.
    case openDialog
    case startTyping
    case stopTyping
    case post(String)
    /// Close the socket and forget the visitor.
    case goAway
  }

  /// Where the conversation stands, as the visitor sees it.
  enum Stage: Hashable, Sendable {
    /// Not here yet.
    case outside
    /// Talking to the AI.
    case asking
    /// Content, and still looking at the page.
    case listening
    /// A human was asked for and has not come yet.
    case waiting
    /// A human took over and owes an answer.
    case attended
    /// A human wrote.
    case talking
    /// Everything is said.
    case leaving
    case gone
  }

  /// What it does at `wakesAt`.
  private enum Plan: Hashable {
    case startTyping
    case post(Line)
    case goAway
  }

  /// Which list of the script a line comes from.
  private enum Source: Hashable { case questions, askForPerson, whileWaiting, toOperator, goodbye }
  private struct Line: Hashable {
    let source: Source
    let text: String
  }

  private(set) var stage = Stage.outside
  /// When it wants to be told `timer`, as the monotonic time of the events; nil is never.
  private(set) var wakesAt: Duration?
  private var plan: Plan?
  /// The lines that are left.
  private var script: VisitorScript
  /// Where it stands once it is connected: a visitor of the seeded history joins in the middle.
  private let firstStage: Stage
  private var generator: SplitMix64

  /// - Parameters:
  ///   - stage: where the conversation already stands when it arrives.
  init(script: VisitorScript, joiningAt stage: Stage = .asking, seed: UInt64) {
    self.script = script
    firstStage = stage
    generator = SplitMix64(seed: seed)
  }

  /// Whether it waits for an operator to come, or will.
  var needsOperator: Bool {
    switch stage {
    case .waiting: true
    case .outside: firstStage == .waiting || (firstStage == .asking && script.askForPerson != nil)
    case .asking: script.askForPerson != nil
    case .listening, .attended, .talking, .leaving, .gone: false
    }
  }

  /// Takes one event and says what follows from it.
  ///
  /// - Parameter now: the monotonic time, since any fixed origin.
  mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    switch (event, stage) {
    case (_, .gone):
      return []
    case (.arrived, _):
      return [.openDialog]
    case (.connectionLost, _):
      return goAway()
    case (.connected, .outside):
      stage = firstStage
      switch stage {
      case .asking: wake(at: now, after: 1...3, to: .startTyping)
      case .waiting, .attended: planNext(at: now, after: 20...60)
      case .outside, .listening, .talking, .leaving, .gone: break
      }
      return []
    case (.timer, _):
      return carryOutPlan(at: now)
    case (.received(.manager), .leaving):
      return turn(to: .leaving, at: now, speakingAfter: 3...8)
    case (.received(.manager), _):
      return turn(to: .talking, at: now, speakingAfter: 3...8)
    case (.received(.assistant), .asking):
      // Who is typing already goes on typing: people do.
      if case .startTyping? = plan { planNext(at: now, after: 4...10) }
      return []
    case (.handoff(.requested), .asking), (.handoff(.requested), .listening):
      return turn(to: .waiting, at: now, speakingAfter: 30...50)
    case (.handoff(.active), .asking), (.handoff(.active), .listening), (.handoff(.active), .waiting):
      // Somebody is reading what was said: that deserves a little more patience.
      return turn(to: .attended, at: now, speakingAfter: 40...70)
    case (.handoff(.released), .attended), (.handoff(.released), .talking),
      (.handoff(.cancelled), .waiting), (.handoff(.cancelled), .attended):
      return turn(to: .leaving, at: now, speakingAfter: 3...8)
    case (.connected, _), (.received, _), (.handoff, _):
      return []
    }
  }

  // MARK: Planning

  private mutating func wake(at now: Duration, after seconds: ClosedRange<Double>, to plan: Plan) {
    wakesAt = now + generator.duration(seconds: seconds)
    self.plan = plan
  }

  private mutating func dropPlan() {
    wakesAt = nil
    plan = nil
  }

  /// Drops what it was typing and says the first line of a stage a little later. Several messages in a row put it off
  /// and so get one answer.
  private mutating func turn(
    to stage: Stage, at now: Duration, speakingAfter seconds: ClosedRange<Double>
  ) -> [Action] {
    let wasTyping = if case .post? = plan { true } else { false }
    self.stage = stage
    planNext(at: now, after: seconds)
    return wasTyping ? [.stopTyping] : []
  }

  /// Plans the next line of this stage, if there is one.
  private mutating func planNext(at now: Duration, after seconds: ClosedRange<Double>) {
    if nextLine != nil {
      wake(at: now, after: seconds, to: .startTyping)
    } else if stage == .leaving {
      wake(at: now, after: 60...90, to: .goAway)
    } else {
      dropPlan()
    }
  }

  private mutating func goAway() -> [Action] {
    stage = .gone
    dropPlan()
    return [.goAway]
  }

  private mutating func carryOutPlan(at now: Duration) -> [Action] {
    guard let plan, let wakesAt, now >= wakesAt else { return [] }
    switch plan {
    case .startTyping:
      guard let line = nextLine else {
        dropPlan()
        return []
      }
      // About 60 words a minute, but nobody watches a demo type for long.
      let seconds = min(max(1.2 + Double(line.text.count) * 0.06, 2), 8)
      wake(at: now, after: seconds * 0.8...seconds * 1.2, to: .post(line))
      return [.startTyping]
    case .post(let line):
      cross(out: line)
      switch line.source {
      // The AI answers within a second or two: silence means that it never will.
      case .questions, .askForPerson: wake(at: now, after: 25...40, to: .startTyping)
      case .whileWaiting: planNext(at: now, after: 45...90)
      // It is the operator's turn; who is left alone for long enough closes the page.
      case .toOperator: wake(at: now, after: 480...720, to: .goAway)
      case .goodbye:
        stage = .leaving
        wake(at: now, after: 60...90, to: .goAway)
      }
      return [.stopTyping, .post(line.text)]
    case .goAway:
      return goAway()
    }
  }

  // MARK: Lines

  /// What it says next in this stage.
  private var nextLine: Line? {
    let sources: [Source] =
      switch stage {
      case .asking: [.questions, .askForPerson, .goodbye]
      case .waiting, .attended: [.whileWaiting]
      case .talking: [.toOperator, .goodbye]
      case .leaving: [.goodbye]
      case .outside, .listening, .gone: []
      }
    return sources.lazy.compactMap { source in self.firstLine(of: source).map { Line(source: source, text: $0) } }.first
  }

  private func firstLine(of source: Source) -> String? {
    switch source {
    case .questions: script.questions.first
    case .askForPerson: script.askForPerson
    case .whileWaiting: script.whileWaiting.first
    case .toOperator: script.toOperator.first
    case .goodbye: script.goodbye.first
    }
  }

  private mutating func cross(out line: Line) {
    switch line.source {
    case .questions: script.questions.removeFirst()
    case .askForPerson: script.askForPerson = nil
    case .whileWaiting: script.whileWaiting.removeFirst()
    case .toOperator: script.toOperator.removeFirst()
    case .goodbye: script.goodbye.removeFirst()
    }
  }
}
