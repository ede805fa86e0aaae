import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Browse and compose")
struct ComposeKeyTests {
  private func composing() -> Console {
    var console = Console.loaded([.mine(1), .make(2, minutesAgo: 5)])
    console.press("r")
    console.takeEffects()
    return console
  }

  private func sent(_ console: Console) -> [String] {
    console.state.outbox.rows(of: 1).map(\.entry.text)
  }

  // MARK: What Enter, Ctrl-J, Ctrl-D and pastes do

  @Test(arguments: [
    ("hi<Enter>", ["hi"], ""), ("<Enter>", [], ""), ("  <Enter>", [], "  "), ("hi<C-d>", ["hi"], ""), ("<C-d>", [], ""),
    ("a<C-j>b", [], "a\nb"), ("a<C-j>b<Enter>", [], "a\nb\n"), ("a<C-j>b<Enter><C-d>", ["a\nb"], ""),
    ("a<C-j><BS><Enter>", [], "a\n"), ("a<C-j>b<C-d>c<Enter>", ["a\nb", "c"], ""), ("hi  <Enter>", ["hi"], ""),
    ("qjkg?/fnrtbcnRED-S<Enter>", ["qjkg?/fnrtbcnRED-S"], ""), ("one<Enter>two<Enter>", ["one", "two"], ""),
    ("<C-j><C-d>", [], "\n"), ("日本🇩🇪<Enter>", ["日本🇩🇪"], ""), ("<A-z>x<Enter>", ["x"], ""),
  ])
  func typing(_ script: String, _ texts: [String], _ draft: String) {
    var console = composing()
    console.press(script)
    #expect(sent(console) == texts)
    #expect(console.draft == draft)
  }

  @Test(arguments: [
    (["hello"], "hello", false), (["a\nb"], "", false), (["a\r\nb\n"], "", false),
    (["q", "y\n"], "qy\n", true), (["\u{1B}[A"], "\u{1B}[A", false), ([""], "", false),
  ])
  func pastesAreText(_ pastes: [String], _ draft: String, _ isBlock: Bool) {
    var console = composing()
    for paste in pastes { console.send(.key(.paste(paste))) }
    #expect(console.draft == draft)
    #expect(console.state.openComposer?.isBlock == isBlock)
    #expect(sent(console) == [])
  }

  @Test(arguments: [
    ("y", "x a\nb\n", true), ("j", "x a b", false), ("n", "x ", false), ("<Esc>", "x ", false),
    ("<Enter>y", "x a\nb\n", true),
  ])
  func severalLinesArePastedAfterALook(_ answer: String, _ draft: String, _ isBlock: Bool) {
    var console = composing()
    console.press("x ")
    console.send(.key(.paste("a\r\nb\n")))
    #expect(console.state.prompt?.question == "Paste 2 lines?")
    #expect(console.state.prompt?.preview == "a\r\nb\n")
    console.press(answer)
    #expect(console.state.mode == .compose)
    #expect(console.draft == draft)
    #expect(console.state.openComposer?.isBlock == isBlock)
    #expect(sent(console) == [])
  }

  @Test func aPasteInBrowseIsNothing() {
    var console = Console.loaded([.mine(1)])
    for _ in 0..<2 {
      console.send(.key(.paste("q\nby")))
      #expect(console.takeVisibleEffects() == [])
      #expect(console.state.prompt == nil)
      #expect(console.notice.contains("r opens it"))
      console.press("<Enter>")
    }
  }

  @Test func escKeepsTheDraftAndNeverSends() {
    var console = composing()
    console.press("dear<Esc><Esc><Esc>")
    #expect(sent(console) == [])
    #expect(console.state.mode == .list)
    #expect(console.takeVisibleEffects() == [.saveDraft(1, "dear")])
    console.press("r")
    #expect(console.draft == "dear")
  }

  @Test(arguments: [
    ("one two<C-w>", "one "), ("one two<C-u>", ""), ("one two<C-a><C-k>", ""), ("one two<C-w><C-y><C-y>", "one twotwo"),
    ("one<Home>X<End>Y", "XoneY"), ("one<Left><Left>X", "oXne"), ("one two<A-b>X", "one Xtwo"),
    ("one two<C-a><A-f>X", "oneX two"), ("one<C-_>", ""), ("one two<C-_>", "one "), ("one<Left><Del>", "on"),
    ("one<C-a>X<C-e>Y", "XoneY"),
  ])
  func readlineKeys(_ script: String, _ draft: String) {
    var console = composing()
    console.press(script)
    #expect(console.draft == draft)
  }

  @Test func upRecallsWhatWasSentToThisDialog() {
    var console = composing()
    console.press("one<Enter>two<Enter><Up><Up>")
    #expect(console.draft == "one")
    console.press("<Down><Down>")
    #expect(console.draft == "")
    console.press("<Esc>hj<Enter>")
    #expect(console.opened == 2)
    console.state.compose(in: 2)
    console.press("<Up>")
    #expect(console.draft == "", "another customer's dialog has a history of its own")
  }

  @Test func messagesScrollWhileComposing() {
    var console = composing()
    console.send(.viewport(Viewport(messageLines: 10, scroll: .bottom, listRows: 0)))
    console.press("text<PgUp>")
    #expect(console.state.conversation?.scroll == .held(anchor: nil, linesUp: 9))
    #expect(console.draft == "text")
    console.press("<Enter>")
    #expect(console.state.conversation?.scroll == .bottom)
  }

  // MARK: Sending

  @Test(arguments: [(10_000, true), (10_001, false)])
  func aMessageHasItsLimit(_ length: Int, _ goes: Bool) {
    var console = composing()
    let text = String(repeating: "ж", count: length)
    console.send(.key(.paste(text)))
    console.press("<Enter>")
    #expect(sent(console) == (goes ? [text] : []))
    #expect(console.draft == (goes ? "" : text))
    #expect(console.notice == (goes ? "" : "10001 characters are too many: a message has at most 10000"))
  }

  /// A crash between the two must find the text in one of them.
  @Test func theJournalHasTheTextBeforeTheDraftIsErased() throws {
    var console = composing()
    console.press("hi<Enter>")
    let effects = console.takeEffects()
    let journal = try #require(
      effects.firstIndex { if case .outbox(.journal(let entry)) = $0 { entry.text == "hi" } else { false } })
    let erased = try #require(effects.firstIndex(of: .saveDraft(1, "")))
    #expect(journal < erased)
  }

  @Test func typingIsSaidToTheLink() throws {
    var house = Playhouse([.mine(1)])
    house.begin()
    house.press("r")
    house.console.send(.key(.character("a")))
    #expect(house.console.takeEffects().contains { $0.sends("typing_start") })
    house.console.send(.key(.escape))
    #expect(house.console.takeEffects().contains { $0.sends("typing_stop") })
  }

  @Test func eachSendHasAnIDOfItsOwn() throws {
    var console = composing()
    for _ in 0..<50 { console.press("x<Enter>") }
    let ids = console.state.outbox.rows(of: 1).map(\.id)
    #expect(Set(ids).count == 50)
    for id in ids {
      let parts = id.split(separator: "-").map(\.count)
      #expect(parts == [8, 4, 4, 4, 12])
      let characters = Array(id)
      #expect(characters[14] == "4" && "89ab".contains(characters[19]))
    }
  }

  // MARK: What was not sent

  /// A console whose only send was refused.
  private func refused() -> Console {
    var console = composing()
    console.press("hi<Enter><Esc>")
    writeJournal(&console)
    for row in console.state.outbox.rows(of: 1) {
      console.send(.outbox(.failed(clientID: row.id, .invalid(ErrorDetail("too rude")))))
    }
    writeJournal(&console)
    console.takeEffects()
    return console
  }

  private func writeJournal(_ console: inout Console) {
    for effect in console.takeEffects() {
      if case .outbox(.journal(let entry)) = effect { console.send(.outbox(.journaled(clientID: entry.clientID))) }
    }
  }

  @Test func aRefusedSendKeepsItsTextAndSaysWhy() {
    let console = refused()
    #expect(console.notice.hasPrefix("Not sent to #1: "))
    #expect(console.notice.contains("too rude"))
    #expect(console.notice.hasSuffix("R retry, E edit, D drop"))
    #expect(sent(console) == ["hi"])
    #expect(console.state.list.entries[1]?.troubledSends == 1)
    #expect(console.state.keyHints.first?.key == "R")
  }

  @Test func itCanBeSentAgain() {
    var console = refused()
    console.press("R")
    #expect(console.state.outbox.rows(of: 1).first?.isTroubled == false)
    #expect(console.state.list.entries[1]?.troubledSends == 0)
    // The journal forgets the refusal before the text leaves again.
    writeJournal(&console)
    #expect(
      console.takeEffects().contains { if case .outbox(.post(let entry)) = $0 { entry.text == "hi" } else { false } })
  }

  @Test func itCanBeEdited() {
    var console = refused()
    console.press("E")
    #expect(console.state.mode == .compose)
    #expect(console.draft == "hi")
    #expect(sent(console) == [])
    let effects = console.takeEffects()
    let saved = effects.firstIndex(of: .saveDraft(1, "hi")) ?? .max
    let erased = effects.firstIndex { if case .outbox(.erase) = $0 { true } else { false } } ?? 0
    #expect(saved < erased, "on disk all the time")
  }

  @Test func editingItDoesNotMixItWithADraft() {
    var console = refused()
    console.press("rother<Esc>E")
    #expect(console.notice.contains("a draft"))
    #expect(sent(console) == ["hi"])
  }

  @Test func itIsDroppedOnlyAfterAQuestion() {
    var console = refused()
    console.press("DD")
    #expect(sent(console) == ["hi"])
    #expect(console.state.prompt?.question == "Throw away “hi”?")
    console.press("y")
    #expect(sent(console) == [])
  }
}

extension Effect {
  fileprivate func sends(_ text: String) -> Bool {
    if case .link(_, .send(_, let frame)) = self { frame.contains(text) } else { false }
  }
}
