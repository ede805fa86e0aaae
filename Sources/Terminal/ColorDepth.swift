import ConsoleView

/// What colours a terminal has, and how a theme's colours are shown with them.
enum ColorDepth: Hashable, Sendable {
  /// None: attributes only.
  case mono
  /// The eight ANSI colours.
  case ansi8
  /// These and their bright forms.
  case ansi16
  /// xterm's palette.
  case palette256
  /// 24 bits; numbers 0–7 are still the palette's, as in terminfo's `-direct` entries.
  case direct

  init(colors: Int, isDirect: Bool) {
    self =
      switch colors {
      case ..<8: .mono
      case ..<16: .ansi8
      case ..<256: .ansi16
      case 256: .palette256
      default: isDirect ? .direct : .palette256
      }
  }

  /// The number that stands for a colour in this depth, -1 for the terminal's own.
  func number(of color: Color) -> Int32 {
    switch (color.kind, self) {
    case (.standard, _), (_, .mono): return -1
    case (.indexed(let index), .palette256): return Int32(index)
    case (.indexed(let index), .ansi16) where index < 16: return Int32(index)
    case (.indexed(let index), .ansi8) where index < 16: return Int32(index & 7)
    case (.indexed(let index), .direct) where index < 8: return Int32(index)
    case (.indexed(let index), _): return number(of: RGB(index: index))
    case (.rgb(let red, let green, let blue), _):
      return number(of: RGB(red: Int32(red), green: Int32(green), blue: Int32(blue)))
    }
  }

  /// The same for what is written in the colour. Where dark grey has no bright form it would be black, which nobody
  /// sees on black: there it is the terminal's own colour for text; only what is meant to be black stays so.
  func foreground(of color: Color) -> Int32 {
    let number = number(of: color)
    guard self == .ansi8, number == 0 else { return number }
    switch color.kind {
    case .indexed(0), .indexed(16), .rgb(0, 0, 0): return 0
    case .standard, .indexed, .rgb: return -1
    }
  }

  private func number(of color: RGB) -> Int32 {
    switch self {
    case .mono: -1
    case .ansi8: color.nearest(in: 0..<16) & 7
    case .ansi16: color.nearest(in: 0..<16)
    case .palette256: color.nearest(in: 16..<256)
    // 0 to 7 would be taken for the palette's.
    case .direct: max(8, color.red << 16 | color.green << 8 | color.blue)
    }
  }
}

/// A colour by its parts, 0 to 255 each.
struct RGB: Hashable, Sendable {
  var red: Int32
  var green: Int32
  var blue: Int32

  init(red: Int32, green: Int32, blue: Int32) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A colour of xterm's palette. The first sixteen are the operator's to choose; xterm's defaults stand for
  /// them.
  init(index: UInt8) {
    let index = Int32(index)
    switch index {
    case ..<16:
      let level: Int32 = index == 7 ? 229 : index < 8 ? 205 : 255
      let floor: Int32 = index == 8 ? 127 : 0
      let part = { (bit: Int32) -> Int32 in index & bit != 0 && index != 8 ? level : floor }
      self.init(red: part(1), green: part(2), blue: part(4))
    case ..<232:
      let cube = index - 16
      let part = { (step: Int32) -> Int32 in step == 0 ? 0 : 55 + 40 * step }
      self.init(red: part(cube / 36), green: part(cube / 6 % 6), blue: part(cube % 6))
    default:
      let gray = 8 + 10 * (index - 232)
      self.init(red: gray, green: gray, blue: gray)
    }
  }

  /// Whether it is plainly of some hue.
  private var isSaturated: Bool {
    let (least, most) = (min(red, green, blue), max(red, green, blue))
    return 2 * (most - least) > most
  }

  /// The number of the palette's colour that looks most like this one. None that has a hue becomes a grey, which lies in
  /// the middle of all of them: an alarm must not look like something of little weight. Dark ones may become black, for
  /// on a light ground no bright one could be read.
  func nearest(in range: Range<UInt8.Stride>) -> Int32 {
    let greys: Set<UInt8.Stride> = isSaturated && range.lowerBound == 0 ? [7, 8, 15] : []
    let distances = range.filter { !greys.contains($0) }.map {
      (index: Int32($0), distance: distance(to: RGB(index: UInt8(truncatingIfNeeded: $0))))
    }
    return distances.min { $0.distance < $1.distance }?.index ?? 0
  }

  /// Weighted by how the eye takes the three; cheap, and good enough for a palette.
  private func distance(to other: RGB) -> Int32 {
    let (red, green, blue) = (red - other.red, green - other.green, blue - other.blue)
    return 2 * red * red + 4 * green * green + 3 * blue * blue
  }
}
