import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("Canned replies")
struct CannedTests {
  static let files = [
    TextFile(
      .canned, name: "hello", path: "c/hello.md",
      content: Array("# Greeting\nHello {visitor}, this is {operator}.".utf8)),
    TextFile(
      .canned, name: "refund", path: "t/refund.md", isShared: true,
      content: Array("Order {?number} is refunded by {?day}.".utf8)),
    TextFile(.canned, name: "bye", path: "c/bye.txt", content: Array("# Good bye\nHave a nice day!\nGreetings\n".utf8)),
  ]

  private func house(_ files: [TextFile] = Self.files) -> Playhouse {
    var house = Playhouse([.mine(1), .mine(2, minutesAgo: 5), .omars(3)])
    house.dialogs[1]?.name = "Ana Petrova"
    house.texts = files
    house.begin(capabilities: PreconditionTests.capable)
    house.press(":open 1<Enter>")
    return house
  }

  private func sent(_ house: Playhouse, _ id: DialogID = 1) -> [String] {
    house.histories[id, default: []].dropFirst().map(\.text)
  }

  @Test(arguments: [
    ("r/greet<Enter>", "Hello Ana Petrova, this is Maria."), ("r/refu<Enter>7781", "Order 7781 is refunded by {?day}."),
    ("r/refu<Enter>7781<Tab>Friday", "Order 7781 is refunded by Friday."),
    ("r/nice<Enter>", "Have a nice day!\nGreetings"), ("r/rfnd<Enter>1", "Order 1 is refunded by {?day}."),
    // A slash is easy to type, and nothing that was typed blindly is lost.
    ("r//", "/"), ("r//help", "/help"), ("ra/b", "a/b"), ("r/etc/passwd is<Enter>", "/etc/passwd is"),
    // Nothing is chosen.
    ("r/<Esc>hi", "hi"), ("r/<BS>hi", "hi"), ("r/<C-c>hi", "hi"), ("r/x<BS><BS>hi", "hi"),
    // At the start of any line, and several in one message.
    ("r/greet<Enter><C-j>/nice<Enter>", "Hello Ana Petrova, this is Maria.\nHave a nice day!\nGreetings"),
    ("rsee <C-x>nice<Enter>", "see Have a nice day!\nGreetings"),
    ("rx<C-j>/<Esc>y", "x\ny"),
    // In a place the slash is what is filled in.
    ("r/refu<Enter>/7<Tab>1/2", "Order /7 is refunded by 1/2."),
    (":canned hello<Enter>", "Hello Ana Petrova, this is Maria."),
    (":canned refu<Enter>9", "Order 9 is refunded by {?day}."),
    (":canned nope<Enter>", ""), (":canned<Enter>greet<Enter>", "Hello Ana Petrova, this is Maria."),
  ])
  func choosing(_ script: String, _ draft: String) {
    var house = house()
    house.press(script)
    #expect((house.console.state.composers[1]?.text ?? "") == draft)
    #expect(house.posts == 0)
  }

  /// Whatever is pressed, a place that is not filled does not go out.
  @Test(arguments: [
    "r/refu<Enter><Enter>", "r/refu<Enter>7<Enter>", "r/refu<Enter><C-d>", "r/refu<Enter>7<Tab><C-d><Enter>",
  ])
  func aPlaceIsNotSent(_ script: String) {
    var house = house()
    house.press(script)
    #expect(house.posts == 0)
    #expect(house.console.draft.contains("{?day}"))
  }

  @Test func enterInSeveralLinesGoesToTheNextPlace() {
    var house = house([TextFile(.canned, name: "a", path: "a.md", content: Array("A {?x}\nB {?y}".utf8))])
    house.press("r/<Enter><Enter>2<Enter>")
    #expect(house.console.draft == "A {?x}\nB 2")
    // In the first place again; after the last one the cursor is behind the text.
    house.press("1<Enter>!<Enter>C")
    #expect(house.console.draft == "A 1\nB 2!\nC")
    house.press("<C-d>")
    #expect(sent(house) == ["A 1\nB 2!\nC"])
  }

  @Test func aFilledReplyIsSent() {
    var house = house()
    house.press("r/refu<Enter>7781<Tab>Friday<Enter>")
    #expect(sent(house) == ["Order 7781 is refunded by Friday."])
  }

  @Test func namesComeBeforeTexts() {
    var house = house()
    house.press("r/gree")
    #expect(house.console.state.pickerItems.map(\.title) == ["Greeting", "Good bye"])
    #expect(house.console.state.pickerPreview == "Hello Ana Petrova, this is Maria.")
    house.press("<Down>")
    #expect(house.console.state.pickerPreview == "Have a nice day!\nGreetings")
  }

  @Test func aFileWrittenMeanwhileIsThereWhenTheListOpens() {
    var house = house()
    house.texts.append(TextFile(.canned, name: "new", path: "c/new.md", content: Array("Brand new".utf8)))
    house.press("r/brand<Enter>")
    #expect(house.console.draft == "Brand new")
  }

  @Test func withoutFilesASlashIsASlash() {
    var house = house([])
    house.press("r/a")
    #expect(house.console.draft == "/a")
    house.press("<BS><BS>/")
    #expect(house.console.draft == "/")
    #expect(house.console.notice.contains("There are no canned replies"))
  }

  @Test func aPasteNarrowsAndDoesNotAct() {
    var house = house()
    house.press("r/")
    house.happen(.key(.paste("refund\n")))
    #expect(house.console.state.pickerItems.map(\.title) == ["refund"])
    #expect(house.console.draft == "")
  }

  @Test func aNoteTakesOneToo() {
    var house = house()
    house.press("N/greet<Enter><Enter>")
    #expect(house.histories[1]?.last?.kind == .note)
    #expect(house.histories[1]?.last?.text == "Hello Ana Petrova, this is Maria.")
  }

  @Test func aDialogOfAnotherIsAskedAboutBeforeItIsSent() {
    var house = house()
    house.press(":open 3<Enter>:canned hello<Enter>")
    #expect(house.console.state.conversation?.dialogID == 3)
    #expect(house.console.draft == "Hello {?visitor}, this is Maria.")
    house.press("Ida<Enter>")
    #expect(house.console.state.prompt?.act == .replyAnyway(thenSend: true))
    #expect(house.posts == 0)
  }

  @Test func namesAreCompleted() {
    var house = house()
    house.press(":canned ")
    #expect(house.console.state.commandLine?.candidates.map(\.text) == ["bye", "hello", "refund"])
    house.press("re<Tab>")
    #expect(house.console.state.commandLine?.text == "canned refund")
  }

  @Test func namesOfFilesAreCompleted() {
    var house = house()
    house.listing = ["": ["notes.txt", "out/", ".hidden"], "out/": ["a.md", "b.md"]]
    house.press(":export text ")
    #expect(house.console.state.commandLine?.candidates.map(\.text) == ["notes.txt", "out/"])
    house.press("out/")
    #expect(house.console.state.commandLine?.candidates.map(\.text) == ["out/a.md", "out/b.md"])
    house.press("b")
    #expect(house.console.state.commandLine?.candidates.map(\.text) == ["out/b.md"])
  }
}

@Suite("Texts as files")
struct TextLibraryTests {
  @Test(
    arguments: [
      (Array("ok".utf8), nil), ([0xFF, 0xFE, 0x41], "a.md: is not UTF-8 text"), ([], "a.md: has no text"),
      (Array("# Title only\n\n".utf8), "a.md: has no text"),
      (Array(repeating: 0x61, count: TextFile.sizeLimit + 1), "a.md: is larger than 64 KB"),
      (Array(repeating: 0x61, count: 10_001), "a.md: has 10001 characters; a message has at most 10000"),
    ] as [([UInt8], String?)])
  func badFilesAreNamedAndDoNotStopTheOthers(_ content: [UInt8], _ problem: String?) {
    let library = TextLibrary([
      TextFile(.canned, name: "a", path: "a.md", content: content),
      TextFile(.canned, name: "b", path: "b.md", content: Array("B".utf8)),
    ])
    #expect(library.problems.map(\.description) == [problem].compactMap(\.self))
    #expect(library.canned.map(\.name).contains("b"))
    #expect(library.canned.map(\.name).contains("a") == (problem == nil))
  }

  @Test func ofSeveralOfOneNameTheFirstGoodOneCounts() {
    let library = TextLibrary([
      TextFile(.canned, name: "a", path: "own/a.md", content: []),
      TextFile(.canned, name: "a", path: "own/a.txt", content: Array("own".utf8)),
      TextFile(.canned, name: "a", path: "team/a.md", isShared: true, content: Array("team".utf8)),
      TextFile(.canned, name: "b", path: "team/b.md", isShared: true, failure: "cannot be read: Permission denied"),
    ])
    #expect(library.canned.map(\.text.source) == ["own"])
    #expect(
      library.problems.map(\.description) == ["own/a.md: has no text", "team/b.md: cannot be read: Permission denied"])
  }

  @Test func problemsAreToldOnce() {
    var house = Playhouse([.mine(1)])
    house.texts = [
      TextFile(.canned, name: "a", path: "a.md", content: [0xFF]),
      TextFile(.canned, name: "b", path: "b.md", content: []),
    ]
    house.begin()
    #expect(house.console.notice == "a.md: is not UTF-8 text (and 1 more: chatai canned list)")
    house.press("jr:canned x<Enter>")
    house.texts.removeLast()
    house.press("<Esc>m")
    #expect(
      house.notices.filter { $0.contains("UTF-8") } == [
        "a.md: is not UTF-8 text (and 1 more: chatai canned list)", "a.md: is not UTF-8 text",
      ])
  }

  @Test func placesOfTimeAndName() {
    let values = TemplateText.Values(visitor: "Ana Petrova", date: "2026-03-11", time: "14:07")
    #expect(TemplateText("{first_name} {date} {time}").filled(with: values) == "Ana 2026-03-11 14:07")
    #expect(TemplateText("{first_name}").filled(with: .init()) == "{?first_name}")
  }
}

@Suite("Searching what was sent")
struct SentSearchTests {
  private func house() -> Playhouse {
    var house = Playhouse([.mine(1), .mine(2, minutesAgo: 5)])
    house.begin(capabilities: PreconditionTests.capable)
    house.press(":open 1<Enter>rone order<Enter>two Orders<Enter>three<Enter><Esc>Nsecret order<Enter><Esc>r")
    return house
  }

  @Test(arguments: [
    ("<C-r><Enter>", "three"), ("<C-r>order<Enter>", "two Orders"), ("<C-r>order<C-r><Enter>", "one order"),
    ("<C-r>order<C-r><C-r><C-r><Enter>", "one order"), ("<C-r>order<C-r><Down><Enter>", "two Orders"),
    ("<C-r>o<C-r><C-r>rder<Enter>", "one order"), ("half<C-r>one<Esc>", "half"), ("half<C-r>one<C-g>", "half"),
    ("half<C-r>one<C-c>", "half"), ("half<C-r>zzz<Enter>", "half"), ("half<C-r>zzz<BS><BS><BS><Enter>", "three"),
    ("half<C-r>one<Enter>", "one order"), ("half<C-r>one<Enter><C-_>", "half"),
    ("half<C-r>one<Enter> again", "one order again"),
    ("half<C-r>secret<Esc>x", "halfx"),
  ])
  func searching(_ script: String, _ draft: String) {
    var house = house()
    let posts = house.posts
    house.press(script)
    #expect(house.console.draft == draft)
    #expect(house.posts == posts)
  }

  @Test func aTakenTextLeavesWhatWasTypedInTheHistory() {
    var house = house()
    house.press("half a thought<C-r>one<Enter><Enter><Up><Up>")
    #expect(house.console.draft == "half a thought")
  }

  @Test func aNoteIsOfferedToNotesOnly() {
    var house = house()
    house.press("<C-r>secret")
    #expect(house.console.state.sentSearch?.match == nil)
    house.press("<Esc><Esc>N<C-r>secret<Enter>")
    #expect(house.console.draft == "secret order")
  }

  @Test func withNothingSentThereIsNothingToSearch() {
    var house = Playhouse([.mine(1)])
    house.begin()
    house.press("r<C-r>")
    #expect(house.console.state.mode == .compose)
    #expect(house.console.notice == "No reply was sent from this console yet")
  }
}
