import ChatProtocol
import LiveLink
import Testing

@testable import ConsoleModel

@Suite("Whatever comes")
struct RobustnessTests {
  private static let pressable: [Key] =
    "abcdefghijklmnopqrstuvwxyzBDEGRS/?-mm é日".map(Key.character)
    + "acdegjklnrruwxyz_".map(Key.control)
    + [
      .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown,
      .alt("b"), .alt("\r"), .function(1), .unknown, .focusIn, .focusOut, .paste("a\nb"), .paste(""),
    ]

  /// Random keys and happenings: the state stays whole, nothing is sent that was not typed, and the draft on disk is
  /// the draft on the screen once it was saved.
  @Test(arguments: 0..<12)
  func monkey(_ seed: UInt64) {
    var random = SeededRandom(state: seed &+ 99)
    var house = Playhouse([
      .make(1, minutesAgo: 1), .waiting(2, minutes: 3), .mine(3), .omars(4), .make(5, minutesAgo: 9),
    ])
    house.texts = [
      TextFile(.canned, name: "a", path: "a.md", content: Array("Dear {visitor}\n{?what} and {?when}".utf8)),
      TextFile(.canned, name: "bad", path: "bad.md", content: [0xFF]),
      TextFile(
        .macro, name: "m", path: "m.toml",
        content: Array(#"steps = ["take-over", "reply {?e}", "canned a", "label {?l}", "snooze 1h", "release"]"#.utf8)),
    ]
    house.begin()
    for _ in 0..<400 {
      let id = Int.random(in: 1...5, using: &random)
      switch Int.random(in: 0..<40, using: &random) {
      case 0: house.say("hm", by: .user, in: id)
      case 1: house.handoff(.requested, in: id)
      case 2: house.handoff(.active, in: id, manager: Console.omar)
      case 3: house.handoff(.active, in: id, manager: Manager(id: Console.me.id, name: nil))
      case 4: house.kill()
      case 5: house.revive()
      case 6: house.advance(by: .seconds(Int.random(in: 0...8, using: &random)))
      case 7: house.happen(.resized(Size(columns: Int.random(in: 0...250, using: &random), rows: 5)))
      case 8:
        let scroll: ScrollPosition = Bool.random(using: &random) ? .bottom : .held(anchor: 30, linesUp: 4)
        house.happen(.viewport(Viewport(messageLines: 3, scroll: scroll, listRows: 3, helpTop: 2)))
      default:
        let key = Self.pressable.randomElement(using: &random) ?? .unknown
        // Quitting would end the scene.
        if key == .control("c") || (key == .character("q") && house.console.state.mode.isBrowse) { continue }
        if key == .character("y"), house.console.state.prompt?.act == .quit { continue }
        house.happen(.key(key))
      }
      check(house.console.state)
    }
    house.revive()
    house.happen(.terminated)
    for (id, composer) in house.console.state.composers {
      #expect(house.drafts[id] ?? "" == composer.text)
    }
  }

  /// Unread counts are kept by adding; this compares them with counting.
  @Test(arguments: 0..<5)
  func addingUpEqualsCounting(_ seed: UInt64) {
    var random = SeededRandom(state: seed &+ 7)
    var house = Playhouse([.make(1), .mine(2), .make(3)])
    house.begin()
    for _ in 0..<150 {
      let id = Int.random(in: 1...3, using: &random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0: house.press("<Enter>")
      case 1: house.press("h")
      case 2: house.press("n")
      case 3: house.happen(.key(Bool.random(using: &random) ? .focusIn : .focusOut))
      default: house.say("x", by: [.user, .assistant, .manager].randomElement(using: &random) ?? .user, in: id)
      }
      for id in 1...3 {
        let before = house.console.state.list.entries[id]?.unread
        house.console.state.recountUnread(id)
        #expect(house.console.state.list.entries[id]?.unread == before)
      }
    }
  }

  private func check(_ state: ConsoleState) {
    #expect(
      state.list.selection.map { state.list.entries[$0] != nil } ?? state.list.entries.isEmpty
        || !state.list.filter.isEmpty)
    #expect(state.list.top >= 0 && state.list.top <= max(0, state.list.shown.count - 1))
    #expect(!state.isComposing || state.conversation != nil)
    #expect(state.focus == .list || state.conversation != nil)
    #expect(state.links.values.count { $0.phase != .idle } <= ConsoleState.watchLimit)
    #expect(state.prompt == nil || state.mode == .confirm)
    #expect(!state.keyHints.isEmpty)
  }

  /// A flood must cost the same for each event however long the list is: 500 dialogs, 5,000 messages.
  @Test func aFloodIsTakenInStride() {
    var house = Playhouse((1...500).map { .make($0, minutesAgo: $0) })
    house.begin()
    #expect(house.console.order.count == 500)
    let clock = ContinuousClock()
    let time = clock.measure {
      for index in 0..<2000 { house.say("message \(index)", by: .user, in: index % 20 + 1) }
    }
    #expect(house.console.state.links[1]?.timeline.count == 101)
    #expect(house.console.unread(1) == 100)
    // A debug build on a busy machine takes 0.2 ms each; a quadratic slip would take a hundred times that.
    #expect(time < .seconds(10))
  }

  @Test func theSameSeedAndEventsGiveTheSameEffects() {
    func run() -> [Effect] {
      var console = Console.loaded([.mine(1), .waiting(2, minutes: 1)])
      console.press("rhello<Enter><Esc>ntb")
      console.advance(by: .seconds(20))
      return console.takeEffects()
    }
    #expect(run() == run())
  }

  @Test func aTinyTerminalTakesEveryKey() {
    for (columns, rows) in [(0, 0), (1, 1), (40, 5)] {
      var console = Console.loaded([.mine(1), .make(2, minutesAgo: 5)], size: Size(columns: columns, rows: rows))
      console.press("<PgDn><PgUp> jk?<PgDn><Esc><Enter><PgUp><PgDn>rtext<PgUp><Esc>")
      #expect(console.draft == "text")
    }
  }
}
