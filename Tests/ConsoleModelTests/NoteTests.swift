import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Notes and replies")
struct NoteTests {
  private func house(_ dialogs: [Dialog] = [.mine(1), .omars(2, minutesAgo: 5)]) -> Playhouse {
    var house = Playhouse(dialogs)
    house.begin(capabilities: PreconditionTests.capable)
    return house
  }

  private func sent(_ house: Playhouse, _ id: DialogID = 1) -> [String] {
    house.histories[id, default: []].dropFirst().map { "\($0.kind): \($0.text)" }
  }

  @Test(arguments: [
    ("rhi<Enter>", ["message: hi"]), ("Nhi<Enter>", ["note: hi"]), ("r<C-t>hi<Enter>", ["note: hi"]),
    ("rhi<C-t><Enter>", ["note: hi"]), ("rhi<C-t><C-t><Enter><C-y>", ["message: hi"]),
    ("Nhi<C-t><Enter>", []), ("Nhi<C-t><Enter><Enter>", []), ("Nhi<C-t><Enter>y", []),
    ("Nhi<C-t><Enter><C-y>", ["message: hi"]), ("Nhi<C-t><C-t><Enter>", ["note: hi"]),
    ("Nhi<C-t><Esc>N<Enter>", ["note: hi"]), ("Nhi<C-t><C-u><C-_><Enter>", []),
    ("Nhi<C-t><C-u>yo<Enter>", ["message: yo"]),
    ("Na<Enter>b<Enter><Esc>rc<Enter>", ["note: a", "note: b", "message: c"]),
    ("Na<C-j>b<C-d>", ["note: a\nb"]),
  ])
  func whatGoesWhere(_ script: String, _ expected: [String]) {
    var house = house()
    house.press(script)
    #expect(sent(house) == expected)
  }

  @Test func theQuestionAboutAFormerNoteIsRed() {
    var house = house()
    house.press("Nhe pays late<C-t><Enter>")
    #expect(house.console.state.prompt?.tone == .danger)
    #expect(house.console.state.prompt?.confirmKey == .control("y"))
    // Another text is another question.
    house.press("<Esc>!<Enter>")
    #expect(house.console.state.prompt?.tone == .danger)
  }

  @Test func theyAreTwoDrafts() {
    var house = house()
    house.press("rto Ana<Esc>Nto Omar<Esc>r")
    #expect(house.console.draft == "to Ana")
    #expect(house.drafts[1] == "to Ana" && house.notes[1] == "to Omar")
    // Both have a text: neither moves.
    house.press("<C-t>")
    #expect(house.console.draft == "to Omar")
    house.press("<C-t>")
    #expect(house.console.draft == "to Ana")
    house.press("<Enter><Esc>")
    #expect(house.drafts[1] == nil && house.notes[1] == "to Omar")
    #expect(house.console.state.list.entries[1]?.hasDraft == true)
  }

  @Test func bothComeBackFromTheDisk() {
    var house = Playhouse([.mine(1)])
    house.happen(.draftsRestored([1: "to Ana"], notes: [1: "to Omar"]))
    house.begin(capabilities: PreconditionTests.capable)
    house.press("r")
    #expect(house.console.draft == "to Ana")
    house.press("<Esc>N")
    #expect(house.console.draft == "to Omar")
  }

  /// It would come back as a reply that nobody warns about.
  @Test func aNoteOnItsWayToTheVisitorIsKeptAsANote() {
    var house = house()
    house.press("Nhe pays late<C-t><Esc>")
    #expect(house.drafts[1] == nil)
    #expect(house.notes[1] == "he pays late")
    house.press("r<Enter><C-y>")
    #expect(sent(house) == ["message: he pays late"])
    #expect(house.drafts[1] == nil && house.notes[1] == nil)
  }

  @Test func movingATextHasItOnDiskAllTheTime() throws {
    var console = Console.loaded([.mine(1)], capabilities: PreconditionTests.capable)
    console.press("rhi<Esc>r")
    console.takeEffects()
    console.press("<C-t><Esc>")
    let effects = console.takeVisibleEffects()
    #expect(effects == [.saveDraft(1, "hi", kind: .note), .saveDraft(1, "")])
  }

  @Test func aNoteAsksForNoTakeover() {
    var house = house([.make(1), .omars(2), .waiting(3, minutes: 1)])
    for id in [1, 2, 3] {
      house.console.state.list.select(id)
      house.press("Nlook<Enter><Esc>h")
      #expect(sent(house, id) == ["note: look"])
    }
  }

  @Test func theVisitorIsNotToldThatANoteIsTyped() {
    var console = Playhouse([.mine(1)])
    console.begin(capabilities: PreconditionTests.capable)
    console.press("N")
    console.console.send(.key(.character("x")))
    let typing = console.console.takeEffects().filter {
      if case .link(_, .send(_, let frame)) = $0 { frame.contains("typing") } else { false }
    }
    #expect(typing == [])
  }

  // MARK: Servers without notes

  @Test func aServerWithoutNotesIsNotGivenOne() {
    var house = Playhouse([.mine(1)])
    house.begin(capabilities: .partOne)
    house.press("N")
    #expect(house.console.notice == "This server has no notes")
    #expect(house.console.state.mode == .list)
    house.press("rhi<C-t>")
    #expect(house.console.state.openKind == .message)
    house.press("<Enter>")
    #expect(sent(house) == ["message: hi"])
  }

  /// The console comes back to another server, with a note in its journal.
  @Test func aNoteOfTheJournalIsNotSentToAServerThatWouldShowIt() throws {
    var before = house()
    before.kill()
    before.press("Nsecret<Enter>")
    let entry = try #require(before.console.state.outbox.rows(of: 1).first?.entry)
    #expect(entry.kind == .note)
    var after = Playhouse([.mine(1)])
    after.happen(.outbox(.restored([entry])))
    after.happen(.signedIn(Console.me, .partOne))
    after.press("R")
    #expect(after.posts == 0)
    #expect(after.console.state.outbox.rows(of: 1).first?.isTroubled == true)
    after.press("E")
    #expect(after.console.state.openKind == .note)
    #expect(after.console.draft == "secret")
    after.press("<Enter>")
    #expect(after.posts == 0)
  }
}
