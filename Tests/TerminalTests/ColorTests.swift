import CTerminal
import ConsoleView
import Foundation
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
      (.indexed(203), .ansi16, 9), (.indexed(203), .ansi8, 1), (.indexed(24), .ansi16, 4), (.indexed(24), .ansi8, 4),
      (.indexed(22), .ansi16, 0), (.indexed(247), .ansi16, 8), (.indexed(152), .ansi16, 7),
      (.indexed(9), .ansi8, 1), (.indexed(15), .ansi8, 7), (.rgb(0, 0, 250), .ansi8, 4), (.rgb(0, 0, 0), .ansi8, 0),
      (.indexed(1), .mono, -1), (.rgb(1, 2, 3), .mono, -1),
    ] as [(Color, ColorDepth, Int32)])
  func nearest(color: Color, depth: ColorDepth, number: Int32) {
    #expect(depth.number(of: color) == number)
  }

  @Test(
    "On sixteen colours each role keeps its hue, or is black on a light ground, and can be read",
    arguments: [(Theme.dark, 0), (.light, 15)] as [(Theme, UInt8)])
  func sixteen(theme: Theme, ground: UInt8) {
    for role in Role.allCases where role != .rule {
      let style = theme[role]
      let number = ColorDepth.ansi16.foreground(of: style.foreground)
      guard number >= 0, case .indexed(let index) = style.foreground.kind else { continue }
      let wanted = RGB(index: index)
      let parts = [wanted.red, wanted.green, wanted.blue]
      if 2 * ((parts.max() ?? 0) - (parts.min() ?? 0)) > parts.max() ?? 0 {
        #expect(![7, 8, 15].contains(number), "\(role) of \(theme.name) is grey")
      }
      let under = ColorDepth.ansi16.number(of: style.background)
      let contrast = contrast(RGB(index: UInt8(number)), RGB(index: under < 0 ? ground : UInt8(under)))
      // Grey has 4 to white in xterm's colours, and there is no other one that is darker.
      #expect(
        contrast >= (number == 8 || under == 8 ? 4 : 4.4),
        "\(role) of \(theme.name): \(number) on \(under), \(contrast)")
    }
  }

  /// WCAG 2.2: from 1 to 21.
  private func contrast(_ first: RGB, _ second: RGB) -> Double {
    func luminance(_ color: RGB) -> Double {
      zip([color.red, color.green, color.blue], [0.2126, 0.7152, 0.0722]).reduce(0) { sum, part in
        let value = Double(part.0) / 255
        return sum + part.1 * (value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4))
      }
    }
    let (one, other) = (luminance(first), luminance(second))
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
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
