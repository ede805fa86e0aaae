import ConsoleModel

/// What the sequences of keys mean.
struct KeyMeanings: Sendable {
  /// By terminfo.
  private let terminal: [[UInt8]: Key]

  init(terminal: [[UInt8]: Key]) { self.terminal = terminal }

  /// The capabilities of terminfo that are keys of the console.
  static let capabilities: [(name: String, key: Key)] =
    [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home), ("kend", .end),
      ("kpp", .pageUp), ("knp", .pageDown), ("kdch1", .delete), ("kcbt", .backTab), ("kent", .enter),
    ] + (1...12).map { ("kf\($0)", .function($0)) }

  /// The key of a whole CSI or SS3 sequence, from its ESC on.
  func key(of sequence: [UInt8]) -> Key {
    terminal[sequence] ?? Self.common(sequence)
  }

  /// The key of a control character.
  static func control(_ byte: UInt8) -> Key {
    switch byte {
    case 0x08, 0x7F: .backspace
    case 0x09: .tab
    case 0x0D: .enter
    case 0x1B: .escape
    case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
    default: .control(Character(Unicode.Scalar(byte + 0x40)))
    }
  }

  /// What xterm and those after it, the linux console and rxvt send.
  private static func common(_ sequence: [UInt8]) -> Key {
    guard sequence.count >= 3, let final = sequence.last else { return .unknown }
    let isSingleShift = sequence[1] == UInt8(ascii: "O")
    let body = sequence.dropFirst(2).dropLast()
    // Private parameters ("<", "=", ">", "?") are answers and mouse reports, never keys.
    if let first = body.first, 0x3C...0x3F ~= first { return .unknown }
    if body == [UInt8(ascii: "[")] {
      return 0x41...0x45 ~= final ? .function(Int(final) - 0x40) : .unknown
    }
    let parameters = body.split(separator: UInt8(ascii: ";")).map { Int(String(decoding: $0, as: UTF8.self)) }
    // xterm's modifiers: 1 and a bit each for Shift, Alt, Ctrl.
    let modifiers = max(0, ((parameters.count > 1 ? parameters[1] : nil) ?? 1) - 1)
    let hasAltOrControl = modifiers & 0b110 != 0

    switch final {
    case UInt8(ascii: "A"): return .up
    case UInt8(ascii: "B"): return .down
    case UInt8(ascii: "C"): return hasAltOrControl ? .alt("f") : .right
    case UInt8(ascii: "D"): return hasAltOrControl ? .alt("b") : .left
    // rxvt's Ctrl-arrows.
    case UInt8(ascii: "a") where isSingleShift: return .up
    case UInt8(ascii: "b") where isSingleShift: return .down
    case UInt8(ascii: "c") where isSingleShift: return .alt("f")
    case UInt8(ascii: "d") where isSingleShift: return .alt("b")
    case UInt8(ascii: "H"): return .home
    case UInt8(ascii: "F"): return .end
    case UInt8(ascii: "M") where isSingleShift: return .enter
    case UInt8(ascii: "P")...UInt8(ascii: "S"): return .function(Int(final) - 0x4F)
    case UInt8(ascii: "Z"): return .backTab
    case UInt8(ascii: "I") where body.isEmpty: return .focusIn
    case UInt8(ascii: "O") where body.isEmpty: return .focusOut
    case UInt8(ascii: "~"): return numbered(parameters.first.flatMap { $0 } ?? 0)
    default: return .unknown
    }
  }

  /// The keys of ESC [ number ~, as on the VT220.
  private static func numbered(_ number: Int) -> Key {
    switch number {
    case 1, 7: .home
    case 3: .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23, 24: .function(number - 12)
    default: .unknown
    }
  }
}
