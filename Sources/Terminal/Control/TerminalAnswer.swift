/// What a terminal answers to a question, by a strict reading: anything else is no answer and is swallowed.
enum TerminalAnswer: Hashable, Sendable {
  /// OSC 11: the background's colour.
  case background(RGB)
  /// DECRPM: whether the terminal knows a private mode.
  case mode(Int, isKnown: Bool)
  /// DA1: it has answered all that came before.
  case attributes

  /// A whole control sequence, from its ESC on.
  init?(control sequence: [UInt8]) {
    guard sequence.count >= 4, sequence.starts(with: Array("\u{1B}[?".utf8)) else { return nil }
    let body = sequence.dropFirst(3)
    if body.last == UInt8(ascii: "c") {
      guard body.dropLast().allSatisfy({ 0x30...0x39 ~= $0 || $0 == UInt8(ascii: ";") }) else { return nil }
      self = .attributes
    } else if body.suffix(2).elementsEqual("$y".utf8) {
      let parts = body.dropLast(2).split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        .map { Int(String(decoding: $0, as: UTF8.self)) }
      guard parts.count == 2, let mode = parts[0], let state = parts[1], 0...4 ~= state else { return nil }
      self = .mode(mode, isKnown: state == 1 || state == 2)
    } else {
      return nil
    }
  }

  /// The content of an OSC string.
  init?(command content: [UInt8]) {
    guard content.starts(with: "11;rgb:".utf8) else { return nil }
    let parts = content.dropFirst(7).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    var values: [Int32] = []
    for part in parts {
      // One to four digits, a fraction of as many.
      guard 1...4 ~= part.count, part.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
        let value = Int32(String(decoding: part, as: UTF8.self), radix: 16)
      else { return nil }
      values.append(value * 255 / ((1 << Int32(4 * part.count)) - 1))
    }
    self = .background(RGB(red: values[0], green: values[1], blue: values[2]))
  }
}

extension RGB {
  /// Whether black is easier to read on it than white.
  var isLight: Bool { 299 * red + 587 * green + 114 * blue > 128 * 1000 }
}
