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
    #expect(Set(dashboard.keys) == [.window])
  }

  @Test func everyConversationOfTheBoardIsItself() {
    var shop = shop()
    shop.openBoard()
    let places = places(shop.canvas(250, 60))
    let shown = places.keys.filter { if case .conversation = $0 { true } else { false } }
    #expect(shown.count > 1)
  }
}
