import ChatProtocol
import ConsoleView
import Testing

@testable import ConsoleModel

@Suite("A dialog's row")
struct ListRowTests {
  private func silent(
    _ holder: Holder, began: Timestamp? = Shop.ago(17), reason: String? = nil, lastAt: Timestamp? = nil
  ) -> Shop {
    var dialog = Dialog(id: 31)
    dialog.name = "Silent Sam"
    dialog.startedAt = began
    dialog.lastMessageAt = lastAt
    dialog.handoffReason = reason
    return Shop(dialogs: [DialogEntry(dialog: dialog, holder: holder)])
  }

  @Test(
    "Without a message the row says so, and why and since when the dialog is there",
    arguments: [(80, 24), (120, 40), (50, 12)])
  func withoutMessage(columns: Int, rows: Int) throws {
    func row(_ shop: Shop) throws -> String {
      let lines = shop.canvas(columns, rows).dump()
      let index = try #require(lines.firstIndex { $0.contains("Silent Sam") })
      return columns == 80 ? lines[index] : lines[index] + lines[index + 1]
    }
    let quiet = try row(silent(.assistant))
    #expect(quiet.contains("no message yet") && quiet.contains("13:50"))
    #expect(try row(silent(.assistant, reason: "long ago")).contains("long ago") == false)
    let asks = try row(silent(.nobodyYet(since: Shop.ago(2)), reason: "refund\u{1B}[2J"))
    #expect(asks.contains("waiting") && asks.contains("no message yet · refund"))
    #expect(!asks.unicodeScalars.contains("\u{1B}"))
    #expect(try row(silent(.me)).contains("no message yet"))
    #expect(try row(silent(.assistant, began: nil)).contains("no message yet"))
    let unread = try row(silent(.assistant, lastAt: Shop.ago(3)))
    #expect(unread.contains("text not read yet") && unread.contains("14:04"))
  }

  @Test func whoTypesTheFirstMessageIsTold() {
    var shop = silent(.assistant)
    shop.state.list.update(31) { $0.typists = [.visitor] }
    let text = shop.canvas(80, 24).dump().joined(separator: "\n")
    #expect(text.contains("typing") && !text.contains("no message yet"))
  }
}
