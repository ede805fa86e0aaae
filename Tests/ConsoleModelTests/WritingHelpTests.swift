import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("What helps with writing")
struct WritingHelpTests {
  private func house(_ dialogs: [Dialog] = [.mine(1), .omars(2, minutesAgo: 5)]) -> Playhouse {
    var house = Playhouse(dialogs)
    house.begin(capabilities: PreconditionTests.capable)
    return house
  }

  private func sent(_ house: Playhouse, _ id: DialogID = 1) -> [String] {
    house.histories[id, default: []].dropFirst().map { "\($0.kind): \($0.text)" }
  }

  // MARK: Secrets

  @Test func aSecretIsAskedAboutBeforeItIsPublic() {
    var house = house()
    house.press("rcard 4111 1111 1111 1111<Enter>")
    #expect(house.posts == 0)
    #expect(house.console.state.prompt?.question.contains("a card number in it (411111…)") == true)
    #expect(house.console.state.prompt?.tone == .danger)
    house.press("<Enter>y<Esc>")
    #expect(house.posts == 0)
    #expect(house.console.draft == "card 4111 1111 1111 1111")
    house.press("<Enter><C-y>")
    #expect(sent(house) == ["message: card 4111 1111 1111 1111"])
  }

  @Test func otherWordsAreAskedAboutAgain() {
    var house = house()
    house.press("rpassword=hunter22<Enter><Esc>3<Enter>")
    #expect(house.console.state.prompt != nil)
    #expect(house.posts == 0)
  }

  @Test func notesMayHoldSecretsAndTheScanCanBeOff() {
    var house = house()
    house.press("Npassword=hunter22<Enter>")
    #expect(sent(house) == ["note: password=hunter22"])
    house.console.state.settings.secretsScan = false
    house.press("<Esc>rpassword=hunter22<Enter>")
    #expect(sent(house).count == 2)
  }

  // MARK: Places

  private func composing(_ template: String) -> Playhouse {
    var house = house()
    house.press("r")
    house.console.state.editComposer { $0.insertTemplate(template) }
    return house
  }

  @Test(arguments: [
    ("Order {?number} of {?day}", "7781<Tab>Monday<Enter>", ["message: Order 7781 of Monday"], ""),
    ("Order {?number} of {?day}", "7781<Enter>", [], "Order 7781 of {?day}"),
    ("Order {?number} of {?day}", "7781<Enter>Monday<Enter>", ["message: Order 7781 of Monday"], ""),
    ("Order {?number}", "<BS><BS><Enter>", ["message: Order"], ""), ("Order {?n}", "<Left>x<Enter>", [], "Orderx {?n}"),
    ("{?a} {?b}", "<Tab>2<Tab>1<Enter>", ["message: 1 2"], ""), ("no place", "<Enter>", ["message: no place"], ""),
    ("Order {?number}", "<C-u><Enter>", [], "{?number}"), ("{?a}", "x<C-_><C-_><Enter>", [], "{?a}"),
  ])
  func placesAreFilledBeforeItGoes(_ template: String, _ script: String, _ expected: [String], _ draft: String) {
    var house = composing(template)
    house.press(script)
    #expect(sent(house) == expected)
    #expect(house.console.draft == draft)
  }

  @Test func aPlaceTakesAPaste() {
    var house = composing("Order {?number}!")
    house.happen(.key(.paste("7781")))
    #expect(house.console.draft == "Order 7781!")
  }

  @Test func whatIsTypedIsNoPlace() {
    var house = house()
    house.press("ruse {?x}<Enter>")
    #expect(sent(house) == ["message: use {?x}"])
  }

  @Test func afterARestartAPlaceIsStillOne() {
    var house = Playhouse([.mine(1)])
    house.happen(.draftsRestored([1: "Order {?number}"]))
    house.begin()
    house.press("r<Enter>")
    #expect(house.posts == 0)
    #expect(house.console.notice == "Fill {?number} in first; Tab goes to the next place")
  }

  // MARK: Emoji and names

  @Test(arguments: [
    (":tada:", "🎉"), ("well done :tada: :+1:", "well done 🎉 👍"), (":nope:", ":nope:"), ("10:30:15", "10:30:15"),
    (":tada:<C-_>", ":tada:"), (":tad<Tab>", "🎉"), (":tad", ":tad"), (":tr<Tab><Tab>", "🗑️"), ("a:b:", "a:b:"),
    (":t<Tab>", ":t"),
  ])
  func emoji(_ script: String, _ draft: String) {
    var house = house()
    house.press("r" + script)
    #expect(house.console.draft == draft)
  }

  @Test func colleaguesAreCompletedInNotesOnly() {
    var house = house()
    house.console.state.list.update(2) { $0.holder = .other(Manager(id: 8, name: "Omar Haddad")) }
    house.press("N@o")
    #expect(house.console.state.inlineCompletions.map(\.label) == ["@Omar.Haddad"])
    house.press("<Tab>look")
    #expect(house.console.draft == "@Omar.Haddad look")
    house.press("<Esc>r@o")
    #expect(house.console.state.inlineCompletions == [])
    house.press("<Tab>")
    #expect(house.console.draft == "@o")
  }

  @Test func tabWalksInARing() {
    var house = house()
    house.press("N@")
    #expect(house.console.state.inlineCompletions.map(\.label) == ["@all", "@team"])
    house.press("<Tab><Tab><Tab>x")
    #expect(house.console.draft == "@all x")
  }

  // MARK: Mentions

  @Test(arguments: [
    ("@maria please", true), ("@Maria: look", true), ("ask @MARIA.", true), ("@all", true), ("@team!", true),
    ("maria", false), ("x@maria.example", false), ("@mariam", false), ("@omar", false), ("@ maria", false),
    ("(@maria)", true), ("@maria@omar", true),
  ])
  func whoIsMentioned(_ text: String, _ isMentioned: Bool) {
    #expect(Console.me.isMentioned(in: text) == isMentioned)
  }

  private func note(_ house: inout Playhouse, _ text: String, in id: DialogID, by author: Manager = Console.omar) {
    house.say(text, by: .manager, in: id, kind: .note, author: author)
  }

  @Test func aNoteThatNamesMeCallsMe() {
    var house = house([.make(1, minutesAgo: 9), .omars(2, minutesAgo: 5), .make(3)])
    note(&house, "hm", in: 1)
    #expect(house.console.state.list.needingAttention.isEmpty)
    note(&house, "@maria what do you say?", in: 1)
    #expect(Array(house.console.state.list.needingAttention) == [1])
    #expect(house.console.state.list.entries[1]?.mentions == 1)
    #expect(house.console.notice == "Omar mentions you in #1: n opens it")
    #expect(house.bells == 1)
    #expect(house.console.order.first == 1)
    house.press("n")
    #expect(house.console.opened == 1)
    #expect(house.console.state.list.entries[1]?.mentions == 0)
    #expect(house.console.state.list.needingAttention.isEmpty)
  }

  @Test func myOwnNotesAndThoseBeforeMyEyesDoNot() {
    var house = house()
    house.press("<Enter>")
    note(&house, "@maria look", in: 1)
    #expect(house.console.state.list.entries[1]?.mentions == 0)
    note(&house, "@all done", in: 2, by: Manager(id: Console.me.id, name: "Maria"))
    #expect(house.console.state.list.entries[2]?.mentions == 0)
    house.say("@maria are you there?", by: .user, in: 2)
    #expect(house.console.state.list.entries[2]?.mentions == 0)
  }

  // MARK: Commands

  @Test(arguments: [
    (":reply Hello {visitor}!<Enter>", ["message: Hello Ana!"]), (":note it is {dialog}<Enter>", ["note: it is 1"]),
    (":reply password=hunter22<Enter>", []), (":reply {?what}<Enter>", []), (":reply<Enter>x<Enter>", ["message: x"]),
  ])
  func aWholeTextFromTheCommandLine(_ script: String, _ expected: [String]) {
    var house = Playhouse([.mine(1)])
    house.dialogs[1]?.name = "Ana"
    house.begin(capabilities: PreconditionTests.capable)
    house.press(script)
    #expect(sent(house) == expected)
    #expect(house.console.state.isComposing == (expected.isEmpty || script.contains("x<Enter>")))
  }

  @Test func aCommandDoesNotMixWithADraft() {
    var house = house()
    house.press("rdraft<Esc>:reply text<Enter>")
    #expect(house.posts == 0)
    #expect(house.console.draft == "draft")
    #expect(house.console.notice.contains("draft in the composer"))
  }

  // MARK: The editor

  @Test(arguments: ["re<Esc>e", "rx<C-o>", "Nx<C-o>", "e"])
  func theEditorGivesTheDraft(_ script: String) {
    var house = house()
    house.editor = { .finished($0 + " and\nmore") }
    house.press(script)
    #expect(house.console.draft.hasSuffix(" and\nmore"))
    #expect(house.console.state.mode == .compose)
    #expect(house.console.state.openComposer?.isBlock == true)
    #expect((house.console.state.openKind == .note ? house.notes[1] : house.drafts[1]) == house.console.draft)
    let before = house.console.draft
    house.press("<C-_>")
    #expect(house.console.draft + " and\nmore" == before)
  }

  @Test func whatIsTypedIsOnDiskBeforeTheEditorHasTheTerminal() throws {
    var console = Console.loaded([.mine(1)])
    console.press("rhi<C-o>")
    let effects = console.takeVisibleEffects()
    #expect(effects == [.saveDraft(1, "hi"), .edit(DraftKey(1, .message), "hi")])
  }

  @Test func anEditorThatFailsChangesNothingAndLosesNothing() {
    var house = house()
    house.editor = { _ in .failed(reason: "vim was ended by signal 9", text: "half a") }
    house.press("rhi<C-o>")
    #expect(house.console.draft == "hi")
    #expect(house.console.notice == "vim was ended by signal 9. The draft is as it was; Up has what the editor had")
    house.press("<Up>")
    #expect(house.console.draft == "half a")
    house.press("<Down>")
    #expect(house.console.draft == "hi")
  }
}
