import CTerminal
import ConsoleView
import Testing

@testable import Terminal

@Suite("Colours")
struct ColorTests {
  @Test(
    "Each depth shows the nearest it has",
    arguments: [
      (.standard, .palette256, -1), (.indexed(200), .palette256, 200), (.indexed(9), .palette256, 9),
      (.rgb(255, 0, 0), .palette256, 196), (.rgb(8, 8, 8), .palette256, 232), (.rgb(95, 135, 175), .palette256, 67),
      (.rgb(1, 2, 3), .direct, 0x010203), (.rgb(0, 0, 5), .direct, 8), (.indexed(3), .direct, 3),
      (.indexed(196), .direct, 0xFF0000), (.standard, .direct, -1),
      (.indexed(9), .ansi16, 9), (.indexed(196), .ansi16, 9), (.rgb(0, 205, 0), .ansi16, 2),
      (.indexed(9), .ansi8, 1), (.indexed(15), .ansi8, 7), (.rgb(0, 0, 250), .ansi8, 4), (.rgb(0, 0, 0), .ansi8, 0),
      (.indexed(1), .mono, -1), (.rgb(1, 2, 3), .mono, -1),
    ] as [(Color, ColorDepth, Int32)])
  func nearest(color: Color, depth: ColorDepth, number: Int32) {
    #expect(depth.number(of: color) == number)
  }

  @Test(
    "Nothing is written black on black for want of a dark grey",
    arguments: [
      (.indexed(245), .ansi8, -1), (.indexed(8), .ansi8, -1), (.rgb(20, 20, 20), .ansi8, -1), (.indexed(0), .ansi8, 0),
      (.rgb(0, 0, 0), .ansi8, 0), (.indexed(1), .ansi8, 1), (.standard, .ansi8, -1), (.indexed(8), .ansi16, 8),
    ] as [(Color, ColorDepth, Int32)])
  func foreground(color: Color, depth: ColorDepth, number: Int32) {
    #expect(depth.foreground(of: color) == number)
  }

  @Test(
    "The depth by what terminfo says",
    arguments: [
      (-1, false, .mono), (0, false, .mono), (8, false, .ansi8), (16, false, .ansi16), (88, false, .ansi16),
      (256, false, .palette256), (1 << 24, true, .direct), (1 << 24, false, .palette256),
    ] as [(Int, Bool, ColorDepth)])
  func depth(colors: Int, isDirect: Bool, depth: ColorDepth) {
    #expect(ColorDepth(colors: colors, isDirect: isDirect) == depth)
  }

  @Test("Pairs are given out once, within the bound, and again after a clean start")
  func pairs() {
    var pairs = ColorPairs(limit: 3)
    let red = ColorPairs.Pair(foreground: 1, background: -1)
    let blue = ColorPairs.Pair(foreground: 4, background: 0)
    let green = ColorPairs.Pair(foreground: 2, background: -1)
    #expect(pairs.number(for: .init(foreground: -1, background: -1)) == .init(number: 0, isNew: false))
    #expect(pairs.number(for: red) == .init(number: 1, isNew: true))
    #expect(pairs.number(for: red) == .init(number: 1, isNew: false))
    #expect(pairs.number(for: blue) == .init(number: 2, isNew: true))
    #expect(pairs.number(for: green) == nil)
    pairs.removeAll()
    #expect(pairs.number(for: green) == .init(number: 1, isNew: true))
  }

  @Test("Attributes are the C side's bits")
  func attributes() {
    #expect(Int(Style.Attributes.bold.rawValue) == Int(CT_BOLD))
    #expect(Int(Style.Attributes.dim.rawValue) == Int(CT_DIM))
    #expect(Int(Style.Attributes.underline.rawValue) == Int(CT_UNDERLINE))
    #expect(Int(Style.Attributes.reverse.rawValue) == Int(CT_REVERSE))
    #expect(Int(Style.Attributes.italic.rawValue) == Int(CT_ITALIC))
  }
}
