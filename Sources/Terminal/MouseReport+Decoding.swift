import ConsoleModel

extension MouseReport {
  /// Reads a whole control sequence, from its ESC on: `ESC [ < button ; column ; row M` (xterm's mode 1006). Anything
  /// else, and whatever the console does not act on (other buttons, modifiers, releases, movement), is nil.
  init?(control sequence: [UInt8]) {
    guard sequence.starts(with: Array("\u{1B}[<".utf8)), sequence.last == UInt8(ascii: "M") else { return nil }
    let parts = sequence.dropFirst(3).dropLast().split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    let numbers = parts.compactMap(Self.number)
    // Cells are counted from 1.
    guard numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return nil }
    switch numbers[0] {
    case 0: self.init(.press, row: numbers[2] - 1, column: numbers[1] - 1)
    case 64: self.init(.wheelUp, row: numbers[2] - 1, column: numbers[1] - 1)
    case 65: self.init(.wheelDown, row: numbers[2] - 1, column: numbers[1] - 1)
    default: return nil
    }
  }

  /// One to five digits and nothing else: no terminal has more cells.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard 1...5 ~= digits.count, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
