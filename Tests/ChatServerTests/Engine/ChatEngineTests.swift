import ChatProtocol
import Logging
import Synchronization
import Testing
import WebSocket

@testable import ChatServer

/// The engine with a real store and a room that writes down what it is given.
@Suite struct ChatEngineTests {
  /// What was delivered, in order.
  private final class Recorder: FrameDelivery {
    struct Delivery: Equatable {
      let frame: ServerFrame
      let dialogID: DialogID
      let audience: Audience
    }

    private let log = Mutex<[Delivery]>([])

    var all: [Delivery] { log.withLock { $0 } }

    func deliver(_ frame: Frame, to dialogID: DialogID, _ audience: Audience) {
      let delivery = Delivery(
        frame: ServerFrame.parse(frame.message.string), dialogID: dialogID, audience: audience)
      // What part 1 does not know is for other tests.
      if case .operatorStreams = audience { return }
      log.withLock { $0.append(delivery) }
    }
  }

  private struct Bench {
    let base: TemporaryStore
    let dialog: Dialog
    let recorder = Recorder()
    let engine: ChatEngine

    init(answers: any AnswerEngine = ScriptedAnswers()) async throws {
      base = try await TemporaryStore()
      dialog = try await base.openDialog()
      engine = ChatEngine(
        store: base.store, answers: answers, delivery: recorder, now: { TemporaryStore.start },
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func visit(_ text: String) async throws -> ChatEngine.VisitorPost {
      try await engine.postAsVisitor(dialogID: dialog.id, text: text, clientID: nil)
    }

    func command(_ command: HandoffCommand) async throws {
      _ = try await engine.handoff(dialogID: dialog.id, command, by: .account(base.ann))
    }

    func requestHuman() async throws {
      try await command(.request(requestID: "r", reason: nil, lastUserText: nil))
    }

    var storedTexts: [String] {
      get async throws { try await base.store.messages(dialogID: dialog.id).map(\.text) }
    }
  }

  @Test func whatIsPushedIsWhatIsStored() async throws {
    let bench = try await Bench()
    _ = await (try await bench.visit("one")).assistantTurn()
    _ = try await bench.engine.postAsOperator(bench.base.ann, dialogID: bench.dialog.id, text: "two", clientID: nil)
    let stored = try await bench.base.store.messages(dialogID: bench.dialog.id)
    let id = bench.dialog.id
    #expect(
      bench.recorder.all == [
        .init(frame: .message(stored[0]), dialogID: id, audience: .admins),
        .init(frame: .message(stored[1]), dialogID: id, audience: .everyone),
        .init(frame: .message(stored[2]), dialogID: id, audience: .everyone),
      ])
  }

  @Test func whatCannotBeStoredIsNotPushed() async throws {
    let bench = try await Bench()
    await #expect(throws: StoreError.self) { try await bench.visit("  ") }
    await #expect(throws: StoreError.self) {
      try await bench.engine.postAsVisitor(dialogID: 4711, text: "x", clientID: nil)
    }
    await #expect(throws: HandoffConflict.self) { try await bench.command(.takeOver) }
    #expect(bench.recorder.all == [])
  }

  @Test func anApprovedProposalIsCountedLikeAnyMessage() async throws {
    let bench = try await Bench()
    for (number, text) in [nil, "my own words"].enumerated() {
      let asked = try await bench.base.post("question \(number)", in: bench.dialog).message
      try await bench.engine.propose("answer", about: asked.id, in: bench.dialog.id)
      let proposal = try #require(try await bench.base.store.openProposals(dialogID: bench.dialog.id).first)
      let approved = try #require(
        try await bench.engine.approve(proposal: proposal.id, in: bench.dialog.id, text: text, by: bench.base.ann))
      #expect(bench.recorder.all.contains { $0.frame == .message(approved.message) && $0.audience == .everyone })
    }
    let counts = bench.engine.metrics.snapshot
    #expect(counts.messages == ["assistant": 1, "manager": 1])
    #expect(counts.messageTime.count == 2)
  }

  /// With an operator's answer the clock of the one who waits for it stops; with a proposal that is too late it does not.
  @Test func aProposalThatIsTooLateStopsNoClock() async throws {
    let bench = try await Bench()
    let asked = try await bench.base.post("question", in: bench.dialog).message
    try await bench.engine.propose("answer", about: asked.id, in: bench.dialog.id)
    let proposal = try #require(try await bench.base.store.openProposals(dialogID: bench.dialog.id).first)
    try await bench.requestHuman()
    try await bench.command(.takeOver)
    let wait = OverdueWatch.Wait(kind: .answer, since: TemporaryStore.start)
    func runningWait() -> OverdueWatch.Wait? { bench.engine.waits.read { $0.wait(in: bench.dialog.id) } }
    #expect(runningWait() == wait)
    await #expect(throws: ProposalConflict(state: .stale)) {
      try await bench.engine.approve(proposal: proposal.id, in: bench.dialog.id, text: nil, by: bench.base.ann)
    }
    #expect(runningWait() == wait)
    _ = try await bench.engine.postAsOperator(bench.base.ann, dialogID: bench.dialog.id, text: "answer", clientID: nil)
    #expect(runningWait() == nil)
  }

  @Test func aRepeatIsNotPushedAgain() async throws {
    let bench = try await Bench()
    for _ in 0..<3 {
      let post = try await bench.engine.postAsVisitor(dialogID: bench.dialog.id, text: "one", clientID: "c")
      guard case .answered(let answer) = await post.assistantTurn() else {
        Issue.record("no answer")
        continue
      }
      #expect(answer.text == "echo: one")
    }
    #expect(bench.recorder.all.count == 2)
  }

  /// They have their time, and not more of it than they need.
  @Test(.timeLimit(.minutes(1))) func theEndWaitsForTurnsThatEnd() async throws {
    let answers = HesitantAnswers()
    let bench = try await Bench(answers: answers)
    let (served, serves) = AsyncStream.makeStream(of: Never.self)
    let asked = try await bench.visit("one")
    for await _ in answers.questions { break }
    let end = Task { await bench.engine.stopTurns(after: .seconds(3600), orBehind: served) }
    serves.finish()
    answers.speak(.answer("in time"))
    await end.value
    guard case .answered(let message) = await asked.assistantTurn() else {
      Issue.record("no answer")
      return
    }
    #expect(message.text == "in time")
    #expect(await (try await bench.visit("two")).assistantTurn() == .silent)
    #expect(bench.engine.turns.busyDialogs == 0)
  }

  @Test(.timeLimit(.minutes(1))) func theEndDoesNotWaitForATurnThatThinksForEver() async throws {
    let answers = HesitantAnswers()
    let bench = try await Bench(answers: answers)
    let asked = try await bench.visit("one")
    for await _ in answers.questions { break }
    let (served, serves) = AsyncStream.makeStream(of: Never.self)
    await bench.engine.stopTurns(after: .milliseconds(10), orBehind: served)
    #expect(await asked.assistantTurn() == .silent)
    serves.finish()
  }

  @Test func pushesComeInTheOrderOfTheIDs() async throws {
    let bench = try await Bench()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<50 {
        group.addTask {
          if number.isMultiple(of: 2) {
            _ = await (try await bench.visit("v\(number)")).assistantTurn()
          } else {
            _ = try await bench.engine.postAsOperator(
              bench.base.ann, dialogID: bench.dialog.id, text: "o\(number)", clientID: nil)
          }
        }
      }
      try await group.waitForAll()
    }
    let pushed = bench.recorder.all.compactMap { delivery -> MessageID? in
      if case .message(let message) = delivery.frame { message.id } else { nil }
    }
    #expect(pushed == pushed.sorted())
    #expect(pushed == (try await bench.base.store.messages(dialogID: bench.dialog.id)).map(\.id))
    // Visitors' messages that come while the AI thinks share an answer.
    #expect((51...75).contains(pushed.count))
  }

  /// What may happen while the AI thinks.
  enum Interruption: CaseIterable {
    case requested, takenOver, takenOverAndReleased
  }

  @Test(arguments: Interruption.allCases) func aLateAnswerIsDropped(_ interruption: Interruption) async throws {
    let answers = HesitantAnswers()
    let bench = try await Bench(answers: answers)
    let post = try await bench.visit("hello")
    for await _ in answers.questions { break }
    try await bench.requestHuman()
    if interruption != .requested { try await bench.command(.takeOver) }
    if interruption == .takenOverAndReleased { try await bench.command(.release) }
    answers.speak(.answer("too late"))
    #expect(await post.assistantTurn() == .silent)
    #expect(try await bench.storedTexts == ["hello"])
  }

  @Test func aLateHandOffIsDroppedToo() async throws {
    let answers = HesitantAnswers()
    let bench = try await Bench(answers: answers)
    let post = try await bench.visit("hello")
    for await _ in answers.questions { break }
    try await bench.requestHuman()
    try await bench.command(.takeOver)
    answers.speak(.handOff(.nothingFound))
    #expect(await post.assistantTurn() == .silent)
    #expect(try await bench.base.store.handoffStatus(dialogID: bench.dialog.id).status == .active)
  }

  @Test func anOperatorDoesNotWaitForAThinkingAI() async throws {
    let answers = HesitantAnswers()
    let bench = try await Bench(answers: answers)
    let post = try await bench.visit("hello")
    for await _ in answers.questions { break }
    _ = try await bench.engine.postAsOperator(
      bench.base.ann, dialogID: bench.dialog.id, text: "me first", clientID: nil)
    answers.speak(.answer("answer"))
    guard case .answered = await post.assistantTurn() else {
      Issue.record("no answer")
      return
    }
    await bench.engine.drain()
    #expect(try await bench.storedTexts == ["hello", "me first", "answer"])
  }

  @Test func aNewerMessageIsAnsweredWithTheOlderOne() async throws {
    let answers = HesitantAnswers()
    let bench = try await Bench(answers: answers)
    let first = try await bench.visit("my order")
    var questions = answers.questions.makeAsyncIterator()
    #expect(await questions.next()?.texts == ["my order"])
    let second = try await bench.visit("number 7")
    #expect(await first.assistantTurn() == .silent)
    #expect(await questions.next()?.texts == ["my order", "number 7"])
    answers.speak(.answer("both"))
    guard case .answered = await second.assistantTurn() else {
      Issue.record("no answer")
      return
    }
    #expect(try await bench.storedTexts == ["my order", "number 7", "both"])
  }

  @Test func theAIIsNotAskedWhileAHumanIs() async throws {
    let answers = HesitantAnswers()
    let bench = try await Bench(answers: answers)
    try await bench.requestHuman()
    #expect(await (try await bench.visit("anybody?")).assistantTurn() == .silent)
    try await bench.command(.takeOver)
    #expect(await (try await bench.visit("hello?")).assistantTurn() == .silent)
    #expect(try await bench.storedTexts == ["anybody?", "hello?"])
  }

  @Test func repeatedTakeoverIsAnnouncedOnce() async throws {
    let bench = try await Bench()
    try await bench.requestHuman()
    try await bench.command(.takeOver)
    try await bench.command(.takeOver)
    #expect(bench.recorder.all.map(\.audience) == [.everyone, .everyone])
  }

  @Test func drainWaitsForTurns() async throws {
    let bench = try await Bench()
    for number in 0..<20 { _ = try await bench.visit("\(number)") }
    await bench.engine.drain()
    let texts = try await bench.storedTexts
    #expect(texts.filter { !$0.hasPrefix("echo: ") } == (0..<20).map(String.init))
    #expect(texts.last?.hasPrefix("echo: ") == true && texts.last?.hasSuffix("19") == true)
  }
}
