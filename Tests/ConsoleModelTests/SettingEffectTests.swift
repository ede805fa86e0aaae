import ChatProtocol
import Testing

@testable import ConsoleModel

/// Each setting does what the file's comment says of it.
@Suite("What settings do")
struct SettingEffectTests {
  // MARK: list.sort

  private static let dialogs: [Dialog] = [
    .make(1, minutesAgo: 1), .waiting(2, minutes: 3), .mine(3, minutesAgo: 20), .omars(4, minutesAgo: 5),
    .make(5, minutesAgo: 9),
  ]

  @Test func `The list is sorted by need, or by the last message, and n goes by need in any order`() {
    var console = Console.loaded(Self.dialogs)
    #expect(console.order.first == 2)
    let activity = Dictionary(
      uniqueKeysWithValues: console.state.list.entries.values.map { ($0.id, $0.lastActivity?.milliseconds ?? 0) })
    let newest = activity.keys.sorted { (activity[$0] ?? 0, $0) > (activity[$1] ?? 0, $1) }
    console.press(":set list.sort newest<Enter>")
    #expect(console.order == newest)
    #expect(newest.first != 2 && console.order != [2, 1, 4, 5, 3])
    console.press(":set list.sort oldest<Enter>")
    #expect(console.order.first == 3)
    #expect(console.order.map { activity[$0] ?? 0 } == activity.values.sorted())
    #expect(console.state.list.waitingCount == 1)
    console.press("n")
    #expect(console.opened == 2)
    console.press(":set list.sort attention<Enter>")
    #expect(console.order.first == 2)
  }

  @Test func `A new message moves its dialog in a list by the last message, under a filter as well`() {
    var console = Console.loaded(Self.dialogs)
    console.press(":set list.sort newest<Enter>")
    let later = console.now(30)
    console.state.list.update(5) { $0.lastLine?.at = later }
    #expect(console.order.first == 5)
    console.press("f-is:mine<Enter>")
    #expect(console.order.first == 5)
    #expect(!console.order.contains(3))
    console.press(":set list.sort oldest<Enter>")
    #expect(console.order.last == 5)
    #expect(!console.order.contains(3))
  }

  /// The order is kept by moving single dialogs; this compares it with sorting everything.
  @Test(arguments: 0..<12)
  func `Moving single dialogs equals sorting them all`(_ seed: UInt64) {
    var random = SeededRandom(state: seed)
    var list = DialogList()
    for _ in 0..<300 {
      let id = Int.random(in: 1...40, using: &random)
      switch Int.random(in: 0..<14, using: &random) {
      case 0: list.remove(id)
      case 1: list.freeze()
      case 2: list.thaw()
      case 3: list.moveSelection(by: 1)
      case 4: list.setSort(ListSort.allCases.randomElement(using: &random) ?? .attention)
      case 5: list.setFilter(DialogFilter(["", "is:mine", "-is:mine"].randomElement(using: &random) ?? ""))
      default:
        var entry = DialogEntry(dialog: .make(id, minutesAgo: Int.random(in: 0...9, using: &random)))
        entry.holder =
          [.assistant, .me, .nobodyYet(since: entry.dialog.lastMessageAt)].randomElement(using: &random) ?? .me
        list.put(entry)
      }
      let entries = list.entries.values
      #expect(list.byUrgency == entries.sorted { DialogRank($0) < DialogRank($1) }.map(\.id))
      guard !list.isFrozen else { continue }
      let (sort, filter) = (list.sort, list.filter)
      let shown = entries.filter { filter.isEmpty || filter.matches($0) }
        .sorted { DialogRank($0, by: sort) < DialogRank($1, by: sort) }.map(\.id)
      #expect(list.shown == shown)
      #expect(list.displaced == 0)
    }
  }

  // MARK: time_format

  @Test(arguments: [
    (0, "0:00", "12:00am"), (59, "0:59", "12:59am"), (547, "9:07", "9:07am"), (719, "11:59", "11:59am"),
    (720, "12:00", "12:00pm"), (847, "14:07", "2:07pm"), (1439, "23:59", "11:59pm"),
  ])
  func `Times of the day are written as chosen`(_ minute: Int, _ long: String, _ short: String) {
    #expect(TimeFormat.hours24.text(minute: minute) == long)
    #expect(TimeFormat.hours12.text(minute: minute) == short)
    for format in TimeFormat.allCases {
      #expect(format.text(minute: minute, padded: true).count <= format.columns)
    }
  }

  @Test func `What the console says of times is written as chosen, and is understood again`() {
    var console = Console.loaded(Self.dialogs)
    console.press(":set time_format 12h<Enter>:snooze 17:30<Enter>")
    let said = console.notice
    #expect(said.contains("5:30pm"), "\(said)")
  }

  // MARK: notices.title

  private func titles(_ console: inout Console) -> [String] {
    console.takeEffects().compactMap { if case .setTitle(let text) = $0 { text } else { nil } }
  }

  @Test func `The title counts, unless it is not to`() {
    var console = Console.loaded([])
    console.advance(by: .seconds(5))
    console.takeEffects()
    let entry = DialogEntry(dialog: .waiting(9, minutes: 1), holder: .nobodyYet(since: console.now(-60)))
    console.state.list.put(entry)
    console.advance(by: .seconds(2))
    #expect(titles(&console).last == "1 waiting - chatai")
    console.press(":set notices.title false<Enter>")
    #expect(titles(&console) == ["chatai"], "what it counted would be wrong soon")
    console.state.list.remove(9)
    console.advance(by: .seconds(5))
    #expect(titles(&console) == [])
    console.press(":set notices.title true<Enter>")
    console.advance(by: .seconds(2))
    #expect(titles(&console) == ["chatai"])
  }

  // MARK: editor

  @Test(arguments: [
    ("", "", "", ["vi", "f"]), ("", "", "nano -w", ["nano", "-w", "f"]), ("", "emacs", "nano", ["emacs", "f"]),
    ("code --wait", "emacs", "nano", ["code", "--wait", "f"]), ("  ", "emacs", "", ["emacs", "f"]),
    ("'/opt/my editor/ed' \"a b\" c\\ d", "", "", ["/opt/my editor/ed", "a b", "c d", "f"]),
    ("$(rm) ; x", "", "", ["$(rm)", ";", "x", "f"]), ("", "it's", "", ["it's", "f"]),
  ])
  func `The editor is the setting's, else the environment's`(
    _ setting: String, _ visual: String, _ editor: String, _ words: [String]
  ) {
    let environment = ["VISUAL": visual, "EDITOR": editor].filter { !$0.value.isEmpty }
    #expect(EditorCommand.arguments(for: "f", setting: setting) { environment[$0] } == words)
  }

  @Test func `An editor whose quotes are open is a mistake of the file`() {
    var configuration = Configuration()
    let errors = configuration.read("editor = \"vi 'x\"", path: "f").map(\.description)
    #expect(errors == ["f:1:10: editor: a quote in it is not closed, or it ends with a backslash"])
  }

  // MARK: read_only

  @Test func `Looking on is chosen when the console is opened, not while it runs`() {
    var console = Console.loaded(Self.dialogs)
    console.press(":set read_only true<Enter>")
    #expect(console.notice.contains("when the console is opened"))
    #expect(!console.state.settings.readOnly && !console.state.session.isReadOnly)
  }

  // MARK: sla

  @Test func `How far a wait is from the limit is measured by the limit that was chosen`() {
    var console = Console.loaded([.waiting(2, minutes: 3), .make(1)])
    console.press("n")
    #expect(console.notice.contains("#2 waits for a human for 3m"))
    #expect(!console.notice.contains("limit") && !console.notice.contains("left"), "two minutes are a long time")
    console.press("<Esc>:set sla.warning 30s<Enter>:set sla.breach 1m<Enter>n")
    #expect(console.notice.hasSuffix("2m over the limit"), "\(console.notice)")
    console.press("<Esc>:set sla.breach 200s<Enter>n")
    #expect(console.notice.hasSuffix("20 s left"), "\(console.notice)")
  }
}
