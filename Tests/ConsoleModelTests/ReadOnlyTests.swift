import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Looking on only")
struct ReadOnlyTests {
  private func console(isReadOnly: Bool) -> Console {
    var console = Console.loaded([.mine(1), .waiting(2, minutes: 4), .make(3, minutesAgo: 9), .omars(4)])
    console.state.session.isReadOnly = isReadOnly
    return console
  }

  /// What a verb asks of the world from the list and from each dialog, its question answered with yes, and a text sent
  /// wherever a composer opens.
  private func effects(of verb: Verb, in before: Console) -> [Effect] {
    var effects: [Effect] = []
    for id in [1, 2, 3, 4] {
      for opens in [false, true] {
        var console = before
        console.state.list.select(id)
        if opens { console.press("<Enter>") }
        console.takeEffects()
        let arguments = verb.arguments.map { $0.kind == .dialog ? "\(id)" : "Omar" }
        console.state.perform(Command(verb.id, arguments))
        effects += console.state.engine.effects
        console.state.engine.effects = []
        if let key = console.state.prompt?.confirmKey { console.send(.key(key)) }
        if console.state.mode == .compose { console.press("text<C-d>") }
        effects += console.takeEffects()
      }
    }
    return effects
  }

  /// A verb that others would see something of says so in the table: that is what the hints and the refusal go by.
  @Test func whatOthersSeeIsMarkedInTheTable() {
    let console = console(isReadOnly: false)
    for verb in Verb.commands where !verb.writes && verb.id != .quit {
      let seen = effects(of: verb, in: console).filter(\.isSeenByOthers)
      #expect(seen.isEmpty, "\(verb.name): \(seen)")
    }
  }

  @Test func nothingThatOthersSeeLeaves() {
    let console = console(isReadOnly: true)
    for verb in Verb.commands {
      var console = console
      console.state.perform(Command(verb.id, []))
      console.send(.clock(console.state.clock))
      let seen = console.takeEffects().filter(\.isSeenByOthers)
      #expect(seen.isEmpty, "\(verb.name): \(seen)")
      #expect(console.state.isComposing == false)
    }
  }

  @Test(arguments: ["t", "r", "b", "c", "R", ":take-over<Enter>", "<C-k>take-over<Enter>", "<Enter>r"])
  func aKeyThatWouldWriteSaysWhyItDoesNot(_ script: String) {
    var console = console(isReadOnly: true)
    console.press(script)
    #expect(console.notice.contains("--read-only"), "\(console.notice)")
    #expect(console.state.prompt == nil)
    #expect(console.state.mode.isBrowse)
  }

  @Test func readingWorks() {
    var console = console(isReadOnly: true)
    console.press("n")
    #expect(console.opened == 2)
    console.press("h?take<Esc><Esc>fis:mine<Enter>")
    #expect(console.order == [1])
    #expect(console.state.keyHints.allSatisfy { $0.title != "take over" && $0.title != "reply" })
  }

  @Test func presenceIsNotTold() {
    var console = Console(isDisposable: false)
    console.state.session.isReadOnly = true
    console.send(.signedIn(Console.me, Console.capable))
    console.advance(by: .seconds(100))
    #expect(!console.takeEffects().contains { if case .heartbeat = $0 { true } else { false } })
  }

  @Test func aLinksLifeIsKeptAndItsTypingIsNot() {
    var console = Console(size: Size(columns: 80, rows: 24))
    console.send(.signedIn(Console.me, Console.capable))
    console.send(page([.mine(1)]))
    console.press("<Enter>")
    let connection = console.takeEffects().lazy.compactMap { effect in
      if case .link(1, .connect(let id)) = effect { id } else { nil }
    }.first
    guard let connection else {
      Issue.record("no connection was asked for")
      return
    }
    #expect(!Effect.link(1, .send(connection, "__pong__")).isSeenByOthers)
    #expect(Effect.link(1, .send(connection, #"{"type":"typing_start"}"#)).isSeenByOthers)
  }
}
