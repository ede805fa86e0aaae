import ChatProtocol
import Testing

@testable import ConsoleModel
@testable import ConsoleView

@Suite("The composer")
struct ComposerPaneTests {
  static let sizes =
    [Size(columns: 40, rows: 10), Size(columns: 50, rows: 14), Size(columns: 60, rows: 15)]
    + [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40), Size(columns: 200, rows: 60)]

  @Test("All that was typed is on the screen, and the cursor behind it", arguments: sizes)
  func everythingIsShown(size: Size) throws {
    let words = (10..<30).map { "w\($0)" }
    for count in 1...words.count {
      let typed = words.prefix(count).joined(separator: " ")
      var shop = Shop()
      shop.open(Shop.ana, [])
      shop.compose(typed)
      let canvas = shop.canvas(size.columns, size.rows)
      let rows = canvas.dump()
      let cursor = try #require(canvas.cursor)
      let last = words[count - 1]
      let before = String(Array(rows[cursor.row]).prefix(cursor.column))
      #expect(before.hasSuffix(last), "\(rows[cursor.row]) | \(cursor.column)")
      // Three rows hold twenty words on every size.
      for word in words.prefix(count) { #expect(rows.contains { $0.contains(word) }, "\(word) of \(typed)") }
    }
  }

  @Test("It grows to six rows and then scrolls with the cursor")
  func growth() throws {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.compose((1...20).map { "line \($0)" }.joined(separator: "\n"))
    let canvas = shop.canvas(80, 24)
    let rows = canvas.dump()
    #expect(rows[22].hasSuffix("line 20") && rows[17].hasSuffix("line 15"))
    #expect(rows[16].contains("───") && rows[17].contains("↑"))
    #expect(canvas.cursor?.row == 22)

    for _ in 0..<25 { shop.state.composers[Shop.ana]?.up() }
    let above = shop.canvas(80, 24)
    #expect(above.dump()[22].contains("↓"))
    #expect(try #require(above.cursor).row == 17)
  }

  @Test(
    "The prompt says to whom it goes, and stays in its place for every name",
    arguments: ["Al", "Ana Petrova", "A name of forty cells that is very long", "佐藤 美咲"])
  func prompt(name: String) {
    var shop = Shop()
    shop.open(Shop.ana)
    shop.state.list.update(Shop.ana) { $0.dialog.name = name }
    shop.compose("x")
    let row = shop.canvas(80, 24).dump()[22]
    #expect(row.contains("REPLY to \(name.prefix(4))".trimmingSuffix(" ")))
    #expect(shop.canvas(80, 24).cursor?.column == MessageColumns(width: 80).text + 1)
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: Character) -> String {
    last == suffix ? String(dropLast()) : self
  }
}
