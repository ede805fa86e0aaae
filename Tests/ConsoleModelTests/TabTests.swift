import ChatProtocol
import Testing

@testable import ConsoleModel

@Suite("Tabs beyond the digits")
struct TabTests {
  private func console(_ count: Int) -> Console {
    var console = Console.loaded([.mine(1), .make(2)])
    for index in 1...count {
      console.press("f<C-u>label:l\(index)<Enter>:tab-save Team \(index)<Enter>")
    }
    return console
  }

  @Test func moreThanNineAreKeptAndReached() {
    var console = console(12)
    #expect(console.state.tabs.count == 16)
    console.press("1")
    #expect(console.state.openTab == 0)
    console.press(":tab team 12<Enter>".replacing(" 12", with: " \"Team 12\"").replacing("team ", with: ""))
    #expect(console.state.openTab == 15)
    console.press("]")
    #expect(console.state.openTab == 0)
    console.press("[")
    #expect(console.state.openTab == 15)
    console.press("9")
    #expect(console.state.openTab == 8)
    console.press(":tab 12<Enter>")
    #expect(console.state.openTab == 11)
    #expect(console.state.desk.tabs.count == 12, "they outlive the console")
  }

  @Test func theyAreOfferedByNameAndInAList() {
    var console = console(11)
    console.press(":tab Team")
    #expect(console.state.commandLine?.candidates.count == 11)
    console.press("<Esc>:tab<Enter>")
    #expect(console.state.picker?.purpose == .tab && console.state.pickerItems.count == 15)
    console.press("team 11<Enter>")
    #expect(console.state.openTab == 14)
  }

  @Test func anUnknownNameIsSaid() {
    var console = console(1)
    console.press(":tab wating<Enter>")
    #expect(console.notice == "There is no tab wating: did you mean waiting?")
    console.press(":tab 40<Enter>")
    #expect(console.notice.hasPrefix("There is no tab 40"))
  }

  @Test(
    "Where wrapped lines have what is looked for",
    arguments: [
      (["one two", "three"], "two three", [[4..<7], [0..<5]]),
      (["one two", "three"], "TWO T", [[4..<7], [0..<1]]),
      (["abcdef", "ghi"], "efg", [[4..<6], [0..<1]]),
      (["one", "two", "three"], "one two three", [[0..<3], [0..<3], [0..<5]]),
      (["one", "two"], "one", [[0..<3], []]),
      (["a a", "a a"], "a a", [[0..<3], [0..<3]]),
      (["one two"], "one two", [[0..<7]]),
      (["one two", "three"], "two  x", [[], []]),
      ([" ", " "], "x", [[], []]),
    ])
  func wrapped(lines: [String], wanted: String, ranges: [[Range<Int>]]) throws {
    let matcher = try #require(TextMatcher(wanted))
    #expect(matcher.ranges(inLines: lines.map { Array($0) }) == ranges)
  }
}
