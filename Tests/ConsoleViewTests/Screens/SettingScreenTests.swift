import ChatProtocol
import ConsoleView
import Testing

@testable import ConsoleModel

/// The settings that change what a screen looks like.
@Suite("Settings on the screen")
struct SettingScreenTests {
  @Test(arguments: [(50, 20), (80, 24), (120, 40), (200, 60)])
  func `Times are those of a twelve-hour clock everywhere, and none is cut`(_ columns: Int, _ height: Int) {
    var shop = Shop()
    shop.open(4761)
    let plain = shop.canvas(columns, height).dump().joined(separator: "\n")
    #expect(plain.contains("14:0"))
    shop.state.settings.timeFormat = .hours12
    let text = shop.canvas(columns, height).dump().joined(separator: "\n")
    #expect(text.contains("2:07pm") || text.contains("2:0"))
    // A message's own text may have any time in it.
    let times = text.matches(of: /(?:^|[^0-9:.])(1[3-9]|2[0-3]):[0-5][0-9](?![0-9])/)
    #expect(times.isEmpty, "\(times.map { String($0.output.0) })")
    #expect(text.matches(of: /[0-9]:[0-9]{2}(a|p)(?!m)/).isEmpty)
    #expect(!text.contains("pm✓") && text.matches(of: /[ap]m[│┊┃]/).isEmpty, "a gap stays behind the time")
  }

  @Test func `The column of messages is as wide as it may be`() {
    var shop = Shop()
    let words = String(repeating: "word ", count: 80)
    shop.open(4761, [Shop.message(1, .user, words, minutes: 3)])
    func width() -> Int {
      shop.canvas(200, 40).dump().filter { $0.contains("word word") }.map { row in
        row.split(separator: "│").filter { $0.contains("word word") }.map { $0.matches(of: /word/).count }.max() ?? 0
      }.max() ?? 0
    }
    shop.state.settings.messageColumns = 40
    #expect(width() == 8)
    shop.state.settings.messageColumns = 50
    #expect(width() == 10)
  }
}
