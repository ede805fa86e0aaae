import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("Macros in the console")
struct MacroTests {
  private static let files =
    CannedTests.files + [
      macroFile(
        """
        title = "Refund"
        steps = ["take-over", "reply Order {?order} is refunded", "note because {?why}", "label refund", "snooze 1h"]
        [parameters.order]
        [parameters.why]
        choices = ["twice", "lost"]
        default = "lost"
        """, name: "refund"),
      macroFile("steps = [\"canned bye\", \"release\"]", name: "done"),
      macroFile("steps = [\"label a\"]", name: "tag"),
      macroFile("steps = [\"reply card 4111 1111 1111 1111\"]", name: "card"),
    ]

  private func house() -> Playhouse {
    var house = Playhouse([.mine(1), .waiting(2, minutes: 1), .omars(3), .make(4, minutesAgo: 20)])
    house.dialogs[1]?.name = "Ana"
    house.texts = Self.files
    house.begin(
      capabilities: Capabilities(version: 2, features: ["client-id", "paging", "notes", "precondition", "leases"]))
    return house
  }

  private func sent(_ house: Playhouse, _ id: DialogID = 1) -> [String] {
    house.histories[id, default: []].dropFirst().map(\.text)
  }

  @Test func fromTheKeyToTheLastStep() {
    var house = house()
    house.press(":open 1<Enter>m")
    #expect(house.console.state.pickerItems.map(\.title) == ["card", "done", "Refund", "tag"])
    house.press("refu")
    #expect(house.console.state.pickerPreview?.contains("reply Order {?order} is refunded") == true)
    house.press("<Enter>")
    #expect(house.console.state.macroRun?.question?.name == "order")
    house.press("7781<Enter>")
    #expect(house.console.state.pickerItems.map(\.title) == ["lost", "twice"])
    house.press("<Enter>")
    #expect(
      house.console.state.prompt?.preview == """
        1  take the dialog over (it is yours)
        2  write to Ana:
             Order 7781 is refunded
        3  write a note to the operators:
             because lost
        4  put the label refund on
        5  set it aside until 23:13
        """)
    #expect(sent(house).isEmpty)
    #expect(house.console.state.marks[1].isEmpty)
    // The key that began it does not do it, nor does Enter.
    house.press("m<Enter>")
    #expect(sent(house).isEmpty)
    house.press("y")
    #expect(sent(house) == ["Order 7781 is refunded", "because lost"])
    #expect(house.histories[1]?.last?.kind == .note)
    #expect(house.console.state.marks[1].labels == ["refund"])
    #expect(house.console.state.marks[1].snooze != nil)
    #expect(house.console.notice == "Macro “Refund”: all 5 steps done in #1")
    #expect(house.console.state.macroRun == nil)
  }

  @Test(arguments: [
    "m<Esc>", "mrefu<Enter><Esc>", "mrefu<Enter>7<Enter><Enter><Esc>", "mrefu<Enter>7<Enter><Enter>n",
    "mrefu<Enter>7<C-c>",
  ])
  func leaving(_ script: String) {
    var house = house()
    house.press(":open 1<Enter>" + script)
    #expect(house.console.state.macroRun == nil)
    #expect(house.console.state.mode == .conversation)
    #expect(sent(house).isEmpty && house.console.state.marks[1].isEmpty)
    house.press("y")
    #expect(sent(house).isEmpty)
  }

  @Test func theCommandGivesValues() {
    var house = house()
    house.press(":open 1<Enter>:macro refund order=77 why=twice<Enter>")
    #expect(house.console.state.prompt?.preview?.contains("because twice") == true)
    house.press("<Esc>:macro refund order=\"a b\"<Enter>")
    #expect(house.console.state.macroRun?.question?.name == "why")
    house.press("<Esc>:macro refund ordre=1<Enter>")
    #expect(house.console.notice == "the macro refund does not ask for \"ordre\": did you mean order?")
    house.press(":macro refnud<Enter>")
    #expect(house.console.notice == "No macro is called \"refnud\": did you mean refund?")
  }

  @Test func parametersAreCompleted() {
    var house = house()
    house.press(":macro ")
    #expect(house.console.state.commandLine?.candidates.map(\.text) == ["card", "done", "refund", "tag"])
    house.press("refund ")
    #expect(house.console.state.commandLine?.candidates.map(\.text) == ["order=", "why="])
    house.press("order=1 wh<Tab>")
    #expect(house.console.state.commandLine?.text == "macro refund order=1 why=")
    house.press("t")
    #expect(house.console.state.commandLine?.candidates.map(\.text) == ["why=twice"])
  }

  @Test func aStepIsDoneWhenTheServerHasIt() {
    var house = house()
    house.press(":open 1<Enter>:macro done<Enter>")
    house.kill()
    house.press("y")
    #expect(house.console.state.macroRun?.isRunning == true)
    // Only one at a time.
    house.press("m")
    #expect(house.console.notice == "A macro is under way in #1")
    house.revive()
    house.advance(by: .seconds(10))
    #expect(sent(house) == ["Have a nice day!\nGreetings"])
    #expect(house.console.holder(1) == .assistant)
  }

  @Test func whatTakesTooLongStopsTheRest() {
    var house = house()
    house.press(":open 1<Enter>:macro done<Enter>")
    house.kill()
    house.press("y")
    house.advance(by: .seconds(21))
    #expect(
      house.console.state.pickerItems.map(\.detail) == [
        "not sent yet; it stays in the outbox and goes by itself", "not done",
      ])
    house.revive()
    house.advance(by: .seconds(60))
    #expect(sent(house) == ["Have a nice day!\nGreetings"])
    #expect(house.console.holder(1) == .me)
  }

  @Test func aStepThatFailsStopsTheRestAndSaysSo() {
    var house = house()
    house.quickerOperator = Console.omar
    house.press(":open 2<Enter>:macro refund order=1 why=lost<Enter>y")
    #expect(sent(house, 2).isEmpty)
    #expect(house.console.state.marks[2].isEmpty)
    #expect(house.console.notice.hasPrefix("Macro “Refund” stopped at step 1 of 5: "))
    #expect(
      house.console.state.pickerItems.map(\.detail).dropFirst() == ["not done", "not done", "not done", "not done"])
    house.press("<Esc>")
    #expect(house.console.state.macroRun == nil)
  }

  @Test func takesOverFromTheAI() {
    var house = house()
    house.press(":open 4<Enter>:macro refund order=1 why=lost<Enter>y")
    #expect(sent(house, 4) == ["Order 1 is refunded", "because lost"])
    #expect(house.console.holder(4) == .me)
  }

  // MARK: Taking back

  @Test("Own marks are taken back at once, as one; what was sent is named")
  func takenBackAsOne() {
    var house = house()
    house.press(":open 1<Enter>:label old<Enter>:macro refund order=7781 why=lost<Enter>y")
    #expect(house.console.state.marks[1].labels == ["old", "refund"] && house.console.state.marks[1].snooze != nil)
    house.press("u")
    #expect(house.console.state.prompt == nil, "the dialog was this operator's before")
    #expect(house.console.state.marks[1].labels == ["old"] && house.console.state.marks[1].snooze == nil)
    #expect(
      house.console.notice
        == "Taken back: macro “Refund” in #1, but not the reply (it was sent), the note (it was sent)")
    house.press("u")
    #expect(house.console.state.marks[1].isEmpty, "and then what was done before it")
    #expect(house.console.notice == "Taken back: the label old of #1")
  }

  @Test("What others see is shown, asked for with another key, and done in reverse")
  func takenBackWithItsHandOff() {
    var house = house()
    house.press(":open 2<Enter>:macro refund order=7781 why=lost<Enter>y")
    #expect(house.console.holder(2) == .me)
    house.press("uu")
    #expect(house.console.holder(2) == .me, "the key that asked does not answer")
    house.press("<Esc>")
    #expect(house.console.notice == "Nothing was taken back")
    #expect(house.console.state.macroRun == nil)
    house.press("u")
    #expect(house.console.state.prompt?.question == "Take back these 3 things in #2?")
    #expect(
      house.console.state.prompt?.preview == """
        1  undo setting it aside
        2  undo the label refund
        3  put the dialog back into the queue

        Stays as it is:
           the reply (it was sent)
           the note (it was sent)
        """)
    house.press("y")
    guard case .nobodyYet? = house.console.holder(2) else {
      Issue.record("\(String(describing: house.console.holder(2)))")
      return
    }
    #expect(house.console.state.marks[2].isEmpty)
    #expect(sent(house, 2).count == 2, "nothing more was sent")
    #expect(house.console.notice.hasPrefix("Taken back: macro “Refund” in #2, but not the reply"))
    house.press("u")
    #expect(house.console.notice == "There is nothing to take back")
  }

  @Test func aReleaseIsTakenBackByTakingOver() {
    var house = house()
    house.press(":open 1<Enter>:macro done<Enter>y")
    #expect(house.console.holder(1) == .assistant)
    house.press("uy")
    #expect(house.console.holder(1) == .me)
    #expect(house.console.notice == "Taken back: macro “done” in #1, but not the reply (it was sent)")
  }

  @Test func whatOthersHaveChangedStays() {
    var house = house()
    house.press(":open 1<Enter>:macro done<Enter>y")
    house.handoff(.active, in: 1, manager: Console.omar)
    house.press("u")
    #expect(house.console.state.prompt == nil)
    #expect(
      house.console.notice
        == "Macro “done” in #1 cannot be taken back: the reply (it was sent), releasing #1 (Omar has it)")
    house.press("u")
    #expect(house.console.notice == "There is nothing to take back")
  }

  @Test("A macro that stopped is taken back as far as it came")
  func aStoppedMacro() {
    var house = house()
    house.texts = [macroFile("steps = [\"label a\", \"take-over\", \"label b\"]", name: "half")]
    house.happen(.textsLoaded(TextLibrary(house.texts, folder: "/home/maria/canned")))
    house.quickerOperator = Console.omar
    house.press(":open 2<Enter>:macro half<Enter>y<Esc>")
    #expect(house.console.state.marks[2].labels == ["a"])
    house.press("u")
    #expect(house.console.state.marks[2].isEmpty)
    #expect(house.console.notice == "Taken back: macro “half” in #2")
  }

  @Test("Somebody is faster while it is taken back: the rest is not done, and that is said")
  func takingBackThatFails() {
    var house = house()
    house.texts = [macroFile("steps = [\"release\", \"label a\"]", name: "away")]
    house.happen(.textsLoaded(TextLibrary(house.texts, folder: "/home/maria/canned")))
    house.press(":open 1<Enter>:macro away<Enter>yu")
    house.quickerOperator = Console.omar
    house.press("y")
    #expect(house.console.state.marks[1].isEmpty)
    #expect(house.console.notice.hasPrefix("Taking back macro “away” stopped at step 2 of 2: "))
    #expect(house.console.state.pickerItems.map(\.isOn) == [true, false])
  }

  @Test func againBeginsTheMacroElsewhere() {
    var house = house()
    house.press(":open 1<Enter>:macro tag<Enter>y<Esc>")
    house.console.state.list.select(4)
    house.press(".")
    #expect(house.console.state.prompt?.dialogID == 4)
    house.press("y")
    #expect(house.console.state.marks[4].labels == ["a"])
  }

  @Test func whoeverWritesMeanwhileIsReadFirst() {
    var house = house()
    house.press(":open 1<Enter>:macro done<Enter>")
    house.interruption = ("wait", .user)
    house.press("y")
    #expect(house.console.state.macroRun?.isRunning != true)
    #expect(sent(house) == ["wait"])
    #expect(house.console.holder(1) == .me)
  }

  @Test func whatCannotBeDoneIsShownAndNotBegun() {
    var house = house()
    house.press(":open 3<Enter>:macro done<Enter>")
    #expect(house.console.state.prompt == nil)
    #expect(
      house.console.state.pickerItems.map(\.detail) == [
        "cannot be done: Operator 8 has the dialog", "cannot be done: the dialog is not yours",
      ])
    house.press("y<Enter>")
    #expect(sent(house, 3).isEmpty)
  }

  @Test func aSecretNeedsAnotherKey() {
    var house = house()
    house.press(":open 1<Enter>:macro card<Enter>y")
    #expect(sent(house).isEmpty)
    #expect(house.console.state.prompt?.tone == .danger)
    house.press("<C-y>")
    #expect(sent(house) == ["card 4111 1111 1111 1111"])
  }

  @Test func aMacroCanBeBoundToAKey() {
    var configuration = Configuration()
    #expect(configuration.read("[keys.browse]\n\"F\" = \"macro tag\"\n", path: "c").isEmpty)
    var house = house()
    house.happen(.configured(configuration))
    house.press(":open 1<Enter>Fy")
    #expect(house.console.state.marks[1].labels == ["a"])
    // Once more: a label is put on, not toggled.
    house.press("Fy")
    #expect(house.console.state.marks[1].labels == ["a"])
  }

  @Test func aConsoleThatOnlyLooksOnHasNone() {
    var house = house()
    house.console.state.session.isReadOnly = true
    house.press(":open 1<Enter>m")
    #expect(house.console.state.picker == nil)
    #expect(house.console.notice.contains("--read-only"))
  }
}
