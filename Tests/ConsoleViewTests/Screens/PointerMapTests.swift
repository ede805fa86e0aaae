import ChatProtocol
import ConsoleView
import Testing

@testable import ConsoleModel

@Suite("What the mouse points at")
struct PointerMapTests {
  private func shop() -> Shop {
    var shop = Shop()
    shop.state.settings.mouse = true
    return shop
  }

  /// The cells of each target.
  private func places(_ canvas: Canvas) -> [PointerTarget: [Position]] {
    var places: [PointerTarget: [Position]] = [:]
    for row in 0..<canvas.size.rows {
      for column in 0..<canvas.size.columns {
        guard let target = canvas.targets.target(row: row, column: column) else { continue }
        places[target, default: []].append(Position(row: row, column: column))
      }
    }
    return places
  }

  private func text(_ canvas: Canvas, at cells: [Position]) -> String {
    let rows = Dictionary(grouping: cells, by: \.row)
    let lines = canvas.dump()
    return rows.keys.sorted().map { row in lines[row] }.joined(separator: "\n")
  }

  private func character(in line: String, at column: Int) -> Character? {
    var place = 0
    for character in line {
      if place == column { return character }
      place += SafeText(String(character)).columns
    }
    return nil
  }

  @Test func nothingIsKeptForWhoDoesNotAskForIt() {
    #expect(places(Shop().canvas(120, 40)).isEmpty)
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60), (50, 12)])
  func everyDialogOfTheListIsWhereItIsDrawn(columns: Int, rows: Int) throws {
    let shop = shop()
    let canvas = shop.canvas(columns, rows)
    let places = places(canvas)
    for id in shop.state.list.shown {
      guard let cells = places[.dialog(id)] else { continue }
      let entry = try #require(shop.state.list.entries[id])
      let name = entry.visitorName?.split(separator: " ").first.map(String.init) ?? "dialog \(id)"
      guard name.unicodeScalars.allSatisfy({ 0x20..<0x7F ~= $0.value }) else { continue }
      #expect(text(canvas, at: cells).contains(name), "\(name) at \(cells.first.debugDescription)")
    }
    #expect(places.keys.contains { if case .dialog = $0 { true } else { false } })
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func tabsComposerAndMessages(columns: Int, rows: Int) throws {
    var shop = shop()
    shop.open(Shop.ana)
    let canvas = shop.canvas(columns, rows)
    let places = places(canvas)
    let composer = try #require(places[.composer(Shop.ana)])
    // Below the messages, above the hints.
    #expect(composer.map(\.row).max() == rows - 2)
    #expect(try #require(places[.conversation(Shop.ana)]).allSatisfy { $0.row < rows - 2 && $0.row > 0 })
    #expect(canvas.targets.target(row: 0, column: 0) == nil, "the status bar is nobody's")
    #expect(canvas.targets.target(row: rows - 1, column: 3) == nil, "nor are the hints")
    #expect(canvas.targets.target(row: -1, column: 0) == nil)
    #expect(canvas.targets.target(row: rows, column: columns) == nil)
    guard columns >= 100 else { return }
    for index in shop.state.tabs.indices {
      guard let cells = places[.tab(index)], let row = cells.first?.row else { continue }
      let line = Array(canvas.dump()[row])
      let shown = String(cells.map(\.column).sorted().map { line[$0] })
      #expect(shown.contains(shop.state.tabs[index].name.prefix(3)), "\(shown)")
    }
    #expect(places[.tab(0)] != nil)
  }

  @Test func windowsLieAboveWhatTheyCover() throws {
    var shop = shop()
    shop.open(Shop.ana)
    shop.press("?")
    let help = places(shop.canvas(80, 24))
    #expect(help[.conversation(Shop.ana)]?.allSatisfy { $0.row == 0 } ?? true)
    shop.press("<Esc><C-k>")
    let palette = places(shop.canvas(120, 40))
    #expect(palette[.choice(0)]?.isEmpty == false)
    #expect(palette[.window]?.isEmpty == false)
    shop.press("<Esc>gd")
    let dashboard = places(shop.canvas(120, 40))
    #expect(Set(dashboard.keys) == [.window], "nothing has been counted")
  }

  @Test("Each place of the text is where its character stands", arguments: [(80, 24), (120, 40), (50, 12)])
  func placesOfTheText(columns: Int, rows: Int) throws {
    var shop = shop()
    shop.open(Shop.ana)
    let text =
      "Hello 佐藤, a line that is long enough to be broken at a blank somewhere, or twice on a small screen\n\nend"
    shop.compose(text)
    let canvas = shop.canvas(columns, rows)
    let places = places(canvas)
    let lines = canvas.dump()
    for (index, character) in Array(text).enumerated() where character.isLetter {
      // Where there are few rows, the first of the text are not shown.
      guard let last = places[.text(Shop.ana, at: index)]?.last else {
        #expect(rows < 24)
        continue
      }
      let width = character.isASCII ? 1 : 2
      #expect(self.character(in: lines[last.row], at: last.column - width + 1) == character, "\(index) in \(lines)")
    }
    let cursor = try #require(canvas.cursor)
    #expect(canvas.targets.target(row: cursor.row, column: cursor.column) == .text(Shop.ana, at: text.count))
    #expect(canvas.targets.target(row: cursor.row, column: columns - 1) == .text(Shop.ana, at: text.count))
    #expect(canvas.targets.target(row: cursor.row - 1, column: columns - 1) == .text(Shop.ana, at: text.count - 4))
  }

  @Test func linesOfTheMonitor() throws {
    var shop = shop()
    shop.state.screen = .monitor
    shop.watch()
    let canvas = shop.canvas(120, 40)
    let places = places(canvas)
    for entry in shop.state.handoffLog.entries {
      let cells = try #require(places[.logLine(entry.id)])
      #expect(text(canvas, at: cells).contains("#\(entry.dialogID)"))
    }
  }

  @Test("The monitor's lines stand still while a line is chosen, and move as far as is needed")
  func theMonitorStandsStill() {
    var shop = shop()
    shop.state.screen = .monitor
    for index in 0..<100 {
      shop.state.handoffLog.append(.requested, in: index, at: Shop.now, by: nil, wait: nil)
    }
    var cache = LayoutCache()
    func lastLine() -> Int? {
      let last = shop.frame(80, 24, cache: &cache).viewport.lastLogLine
      shop.state.monitor.lastShown = last
      return last
    }
    #expect(lastLine() == 99)
    shop.state.monitor.selection = 85
    #expect(lastLine() == 99, "it is on the screen")
    shop.state.handoffLog.append(.taken, in: 1, at: Shop.now, by: nil, wait: nil)
    #expect(lastLine() == 99, "what comes stays below")
    shop.state.monitor.selection = 70
    #expect(lastLine() == 70 + 24 - 5 - 1, "the first of the rows between header and hints")
    shop.state.monitor.selection = 95
    #expect(lastLine() == 95)
    shop.state.monitor.selection = 2
    #expect(lastLine() == 2 + 18)
    shop.state.monitor.selection = nil
    #expect(lastLine() == 100)
  }

  @Test(arguments: [(120, 40), (80, 24), (80, 16)])
  func numbersOfTheDashboard(columns: Int, rows: Int) throws {
    var shop = shop()
    shop.state.screen = .dashboard
    shop.watch()
    let canvas = shop.canvas(columns, rows)
    let places = places(canvas)
    for (filter, word) in [("is:waiting", "queue"), ("is:mine", "mine"), ("", "dialogs listed")] {
      #expect(text(canvas, at: try #require(places[.counted(by: filter)])).contains(word))
    }
    #expect(canvas.targets.target(row: 1, column: 3) == .window, "the header counts nothing")
    #expect(canvas.targets.target(row: rows - 1, column: 3) == nil, "nor do the hints")
    if rows >= 24 { #expect(text(canvas, at: try #require(places[.counted(by: "holder:omar")])).contains("Omar")) }
  }

  @Test func everyConversationOfTheBoardIsItself() {
    var shop = shop()
    shop.openBoard()
    let places = places(shop.canvas(250, 60))
    let shown = places.keys.filter { if case .conversation = $0 { true } else { false } }
    #expect(shown.count > 1)
  }
}
