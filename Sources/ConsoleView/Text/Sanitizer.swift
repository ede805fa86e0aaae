/// The one way from a string to the screen: an allow-list per character (``ScalarClass``), with what is
/// refused shown as a token.
///
/// It judges characters, never escape sequences: unterminated sequences defeat matchers of sequences
/// (CVE-2022-46663), and a sequence without its controls is plain text.
struct Sanitizer {
  private let breaksLines: Bool
  private var lines: [(bytes: Range<Int>, tokens: Range<Int>, columns: Int)] = []
  private var storage: [UInt8] = []
  private var tokens: [Range<Int>] = []
  private var lineStart = 0
  private var firstTokenOfLine = 0
  private var columns = 0
  /// What is held against the limit: scalars read, shown or not, and those that tokens add. So neither
  /// work nor output grows with what a stranger sends.
  private var spent = 0

  /// The spacing character that marks, selectors and joiners would apply to; nil where there is none.
  private var base: Unicode.Scalar?
  private var marks = 0
  private var cutMarks = 0
  private var hasSelector = false
  private var skinTones = 0
  /// Emoji joined to the present one and not shown; the longest in use has three (a family of four).
  private var joined = 0
  private static let maximumJoined = 3

  private static let tabStop = 4

  /// - Parameter breaksLines: whether `\n` parts lines; else it is shown as a token.
  init(breaksLines: Bool) { self.breaksLines = breaksLines }

  /// The bytes of `raw` when there is nothing to do, which is the usual case.
  static func printableASCII(_ raw: String, limit: Int) -> [UInt8]? {
    guard raw.utf8.count <= limit else { return nil }
    let bytes = Array(raw.utf8)
    return bytes.allSatisfy { 0x20 <= $0 && $0 < 0x7F } ? bytes : nil
  }

  /// Sanitises all of `raw`, up to `limit` shown scalars.
  mutating func lines(of raw: String, limit: Int) -> [SafeText] {
    let scalars = raw.unicodeScalars
    var position = scalars.startIndex
    while position < scalars.endIndex {
      if spent >= limit {
        endCluster()
        token("… \(raw.utf8.distance(from: position, to: raw.endIndex)) more bytes")
        break
      }
      let scalar = scalars[position]
      scalars.formIndex(after: &position)
      spent += 1
      let next = position < scalars.endIndex ? scalars[position] : nil
      if add(scalar, before: next) { scalars.formIndex(after: &position) }
    }
    endLine()
    return lines.map { line in
      SafeText(storage: storage, bounds: line.bytes, tokens: Array(tokens[line.tokens]), columns: line.columns)
    }
  }

  /// Takes one scalar in; true when it used up `next` as well.
  private mutating func add(_ scalar: Unicode.Scalar, before next: Unicode.Scalar?) -> Bool {
    switch ScalarClass(scalar) {
    case .combining where base != nil:
      combine(scalar)
    case .combining:
      refuse(scalar)
    case .refused:
      return addRefused(scalar, before: next)
    case .narrow, .wide:
      if let letter = scalar.regionalLetter {
        // Terminals disagree on flags: two cells or four, one cluster or two. Letters have one width.
        endCluster()
        guard let second = next?.regionalLetter else {
          refuse(scalar)
          return false
        }
        token(String(decoding: [letter, second], as: UTF8.self))
        return true
      }
      if scalar.isSkinTone, skinTones <= joined, base?.properties.isEmojiModifierBase == true {
        skinTones += 1
        return false
      }
      space(scalar)
    }
    return false
  }

  /// What is not printable as itself but may have a meaning here.
  private mutating func addRefused(_ scalar: Unicode.Scalar, before next: Unicode.Scalar?) -> Bool {
    switch scalar {
    case "\n" where breaksLines:
      endLine()
    case "\n":
      endCluster()
      token("↵")
    case "\r" where next == "\n":
      return false
    case "\t":
      endCluster()
      for _ in 0..<(Self.tabStop - columns % Self.tabStop) { write(" ") }
    case .joiner where joinsEmoji(next):
      // One cell takes one spacing character, so the sequence shows as its lead.
      joined += 1
      hasSelector = false
      return true
    case .joiner where joinsLetters(next), .nonJoiner where joinsLetters(next):
      return false
    case _ where !hasSelector && selects(scalar):
      // Dropped: `wcwidth` does not know it, so the width stays that of the base on every terminal. A second
      // one is refused: rows of selectors smuggle bytes.
      hasSelector = true
    default:
      refuse(scalar)
    }
    return false
  }

  private func selects(_ selector: Unicode.Scalar) -> Bool {
    guard let base, marks == 0 else { return false }
    return selector.isPresentationSelector && base.properties.isEmoji
      || selector.isIdeographSelector && base.properties.isIdeographic
  }

  private func joinsEmoji(_ next: Unicode.Scalar?) -> Bool {
    guard let base, let next, joined < Self.maximumJoined else { return false }
    return base.value > 0x7F && base.properties.isEmoji && next.value > 0x7F && next.properties.isEmoji
  }

  private func joinsLetters(_ next: Unicode.Scalar?) -> Bool {
    guard let base, let next else { return false }
    return base.usesJoiners && next.usesJoiners
  }

  // MARK: Output

  private mutating func space(_ scalar: Unicode.Scalar) {
    endCluster()
    let shown: Unicode.Scalar = scalar.isOddSpace ? " " : scalar
    write(shown)
    base = shown
  }

  private mutating func combine(_ mark: Unicode.Scalar) {
    guard marks < Glyph.maximumMarks else {
      cutMarks += 1
      return
    }
    append(mark)
    marks += 1
  }

  private mutating func write(_ scalar: Unicode.Scalar) {
    append(scalar)
    columns += ScalarClass(scalar) == .wide ? 2 : 1
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      storage.append(UInt8(truncatingIfNeeded: scalar.value))
    } else {
      storage.append(contentsOf: String(scalar).utf8)
    }
  }

  private mutating func refuse(_ scalar: Unicode.Scalar) {
    endCluster()
    switch scalar.value {
    case 0..<0x20: token("^" + String(Unicode.Scalar(UInt8(scalar.value) + 0x40)))
    case 0x7F: token("^?")
    default:
      let hex = String(scalar.value, radix: 16, uppercase: true)
      token("‹U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex + "›")
    }
  }

  private mutating func token(_ text: String) {
    let start = storage.count
    for scalar in text.unicodeScalars { write(scalar) }
    spent += storage.count - start
    tokens.append(start..<storage.count)
    base = nil
  }

  /// Ends the present character: what follows can no longer join it.
  private mutating func endCluster() {
    base = nil
    marks = 0
    joined = 0
    hasSelector = false
    skinTones = 0
    if cutMarks > 0 {
      let cut = cutMarks
      cutMarks = 0
      token("‹+\(cut)›")
    }
  }

  private mutating func endLine() {
    endCluster()
    // Lines share the storage; each knows only its own tokens.
    lines.append((lineStart..<storage.count, firstTokenOfLine..<tokens.count, columns))
    lineStart = storage.count
    firstTokenOfLine = tokens.count
    columns = 0
  }
}
