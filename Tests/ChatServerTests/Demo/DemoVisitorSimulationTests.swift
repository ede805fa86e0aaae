import ChatProtocol
import Testing

@testable import ChatServer

@Suite struct DemoVisitorSimulationTests {
  private static let script = VisitorScript(
    questions: ["q1", "q2"], askForPerson: "human?", whileWaiting: ["hello?", "still here"],
    toOperator: ["r1", "r2"], goodbye: ["bye", "bye again"])

  /// Drives one visitor: its clock jumps to the next deadline, so nothing sleeps.
  private struct Drive {
    var visitor: VisitorSimulation
    var now: Duration = .zero

    init(_ script: VisitorScript, joiningAt stage: VisitorSimulation.Stage = .asking, seed: UInt64 = 1) {
      visitor = VisitorSimulation(script: script, joiningAt: stage, seed: seed)
    }

    mutating func tell(_ event: VisitorSimulation.Event) -> [VisitorSimulation.Action] {
      visitor.handle(event, at: now)
    }

    /// Jumps to the next deadline.
    mutating func wait() throws -> [VisitorSimulation.Action] {
      now = try #require(visitor.wakesAt)
      return tell(.timer)
    }

    /// Lets it type its next line to the end and returns what it posted.
    mutating func nextPost() throws -> String {
      #expect(try wait() == [.startTyping])
      let actions = try wait()
      guard actions.count == 2, actions[0] == .stopTyping, case .post(let text) = actions[1] else {
        Issue.record("expected a post, got \(actions)")
        return ""
      }
      return text
    }

    mutating func arrive() {
      #expect(tell(.arrived) == [.openDialog])
      #expect(tell(.connected) == [])
    }
  }

  @Test func asksTheAssistantThenAPersonAnswersTheOperatorAndLeaves() throws {
    var drive = Drive(Self.script)
    drive.arrive()
    #expect(try drive.nextPost() == "q1")
    #expect(drive.tell(.received(.assistant)) == [])
    #expect(try drive.nextPost() == "q2")
    _ = drive.tell(.received(.assistant))
    #expect(drive.visitor.needsOperator)
    #expect(try drive.nextPost() == "human?")
    _ = drive.tell(.handoff(.requested))
    #expect(drive.visitor.stage == .waiting)
    #expect(try drive.nextPost() == "hello?")
    _ = drive.tell(.handoff(.active))
    #expect(drive.visitor.stage == .attended)
    _ = drive.tell(.received(.manager))
    #expect(try drive.nextPost() == "r1")
    _ = drive.tell(.received(.manager))
    #expect(try drive.nextPost() == "r2")
    _ = drive.tell(.received(.manager))
    #expect(try drive.nextPost() == "bye")
    #expect(drive.visitor.stage == .leaving)
    #expect(try drive.wait() == [.goAway])
    #expect(drive.visitor.stage == .gone)
    #expect(drive.visitor.wakesAt == nil)
  }

  @Test func isContentWithTheAssistantIfTheScriptIs() throws {
    var drive = Drive(VisitorScript(questions: ["q"], goodbye: ["thanks"]))
    drive.arrive()
    #expect(!drive.visitor.needsOperator)
    #expect(try drive.nextPost() == "q")
    _ = drive.tell(.received(.assistant))
    #expect(try drive.nextPost() == "thanks")
    #expect(try drive.wait() == [.goAway])
  }

  @Test func goesOnWhenTheAssistantStaysSilent() throws {
    var drive = Drive(Self.script)
    drive.arrive()
    _ = try drive.nextPost()
    let asked = drive.now
    #expect(try drive.nextPost() == "q2")
    #expect(drive.now - asked >= .seconds(25))
  }

  @Test func isSilentAfterItsLastNudgeHoweverLongItWaits() throws {
    var drive = Drive(Self.script, joiningAt: .waiting)
    drive.arrive()
    #expect(try drive.nextPost() == "hello?")
    #expect(try drive.nextPost() == "still here")
    #expect(drive.visitor.wakesAt == nil)
    #expect(drive.visitor.stage == .waiting)
    _ = drive.tell(.received(.manager))
    #expect(try drive.nextPost() == "r1")
  }

  @Test func severalMessagesOfTheOperatorGetOneAnswerAndInterruptTyping() throws {
    var drive = Drive(Self.script, joiningAt: .attended)
    drive.arrive()
    #expect(drive.tell(.received(.manager)) == [])
    #expect(try drive.wait() == [.startTyping])
    #expect(drive.tell(.received(.manager)) == [.stopTyping])
    #expect(drive.tell(.received(.manager)) == [])
    #expect(try drive.nextPost() == "r1")
  }

  @Test func anEarlyOrRepeatedTimerDoesNothing() throws {
    var drive = Drive(Self.script)
    drive.arrive()
    #expect(drive.tell(.timer) == [])
    #expect(try drive.wait() == [.startTyping])
    #expect(drive.tell(.timer) == [])
  }

  @Test(arguments: [HandoffState.released, .cancelled])
  func theEndOfTheHandoffIsAnsweredWithThanksOnce(state: HandoffState) throws {
    var drive = Drive(Self.script, joiningAt: .attended)
    drive.arrive()
    _ = drive.tell(.handoff(state))
    #expect(drive.visitor.stage == .leaving)
    #expect(drive.tell(.handoff(state)) == [])
    #expect(try drive.nextPost() == "bye")
    #expect(try drive.wait() == [.goAway])
  }

  @Test func anOperatorWhoGoesOnAfterTheGoodbyeGetsTheNextOneThenNothing() throws {
    var drive = Drive(VisitorScript(goodbye: ["bye", "bye again"]), joiningAt: .attended)
    drive.arrive()
    _ = drive.tell(.received(.manager))
    #expect(try drive.nextPost() == "bye")
    _ = drive.tell(.received(.manager))
    #expect(try drive.nextPost() == "bye again")
    _ = drive.tell(.received(.manager))
    #expect(try drive.wait() == [.goAway])
  }

  @Test func aListenerSpeaksOnlyWhenAnOperatorDoes() throws {
    var drive = Drive(Self.script, joiningAt: .listening)
    drive.arrive()
    #expect(drive.visitor.wakesAt == nil)
    _ = drive.tell(.received(.assistant))
    #expect(drive.visitor.wakesAt == nil)
    _ = drive.tell(.received(.manager))
    #expect(try drive.nextPost() == "r1")
  }

  @Test func whoIsLeftAloneInTheMiddleClosesThePage() throws {
    var drive = Drive(Self.script, joiningAt: .attended)
    drive.arrive()
    _ = drive.tell(.received(.manager))
    _ = try drive.nextPost()
    let answered = drive.now
    #expect(try drive.wait() == [.goAway])
    #expect(drive.now - answered >= .seconds(480))
  }

  @Test func aLostConnectionEndsItAndNothingFollows() throws {
    var drive = Drive(Self.script)
    drive.arrive()
    #expect(drive.tell(.connectionLost) == [.goAway])
    for event: VisitorSimulation.Event in [.connectionLost, .timer, .received(.manager), .handoff(.active), .arrived] {
      #expect(drive.tell(event) == [])
    }
  }

  @Test func typingTakesLongerForLongerLinesWithinBounds() throws {
    for (line, range) in [
      ("ok", 1.6...2.4), (String(repeating: "x", count: 50), 3.3...5.1),
      (String(repeating: "x", count: 5000), 6.4...9.6),
    ] {
      for seed: UInt64 in 1...20 {
        var drive = Drive(VisitorScript(questions: [line]), seed: seed)
        drive.arrive()
        _ = try drive.wait()
        let began = drive.now
        _ = try drive.wait()
        #expect(range.contains((drive.now - began) / .seconds(1)))
      }
    }
  }
}
