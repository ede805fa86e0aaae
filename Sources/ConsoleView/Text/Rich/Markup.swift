/// How a message's text is read.
enum Markup: Hashable, Sendable {
  /// As it was typed; only web addresses are looked at.
  case plain
  /// Markdown's common parts have their looks; their markers stay, in a muted look: a person typed them, and perhaps
  /// meant them.
  case marked
  /// The same, for what a program wrote: markers are left out, bullets are drawn.
  case rendered
  /// What it is made of: controls and invisible characters by number, and all beyond ASCII as well.
  case revealed(beyondASCII: Bool)

  /// The lines of a text at a width; never empty.
  func lines(of raw: String, width: Int, limit: Int = SafeText.defaultLimit) -> [RichLine] {
    switch self {
    case .plain: plainLines(raw, limit).flatMap { $0.wrapped(to: width) }
    case .revealed(let beyondASCII):
      revealedLines(raw, beyondASCII: beyondASCII, limit: limit).flatMap { RichText($0).wrapped(to: width) }
    case .marked, .rendered:
      MarkdownBlocks(raw, keepsMarkers: self == .marked, limit: limit).lines(width: width)
    }
  }

  private func plainLines(_ raw: String, _ limit: Int) -> [RichText] {
    // The usual message has no address and is one line.
    guard raw.utf8.contains(UInt8(ascii: ":")) || raw.utf8.contains(UInt8(ascii: "\n")) else {
      return SafeText.lines(raw, limit: limit).map { RichText($0) }
    }
    var budget = limit
    return raw.boundedLines(&budget).map { line in
      var text = RichText()
      text.addLinked(line)
      return text
    }
  }
}

extension String {
  /// Its lines, up to a number of scalars of all together; then one that says how much is missing.
  func boundedLines(_ budget: inout Int) -> [Substring] {
    var result: [Substring] = []
    var rest = self[...]
    while true {
      let scalars = rest.unicodeScalars
      let end = scalars.index(scalars.startIndex, offsetBy: budget, limitedBy: scalars.endIndex) ?? scalars.endIndex
      if let feed = scalars[..<end].firstIndex(of: "\n") {
        budget -= scalars.distance(from: scalars.startIndex, to: feed) + 1
        let line = rest[..<feed]
        result.append(line.unicodeScalars.last == "\r" ? Substring(line.unicodeScalars.dropLast()) : line)
        rest = rest[scalars.index(after: feed)...]
      } else {
        // The sanitiser's own bound says in the text what is missing.
        budget = end == scalars.endIndex ? budget - scalars.count : 0
        result.append(rest)
        return result
      }
    }
  }
}

/// A text with each character that is no plain letter, digit, sign or space by its number.
private func revealedLines(_ raw: String, beyondASCII: Bool, limit: Int) -> [SafeText] {
  var lines: [SafeText] = []
  var line = SafeText.empty
  var plain = String.UnicodeScalarView()
  func flush() {
    line = line + SafeText(String(plain))
    plain.removeAll()
  }
  for scalar in raw.unicodeScalars.prefix(limit) {
    if 0x20..<0x7F ~= scalar.value {
      plain.append(scalar)
      continue
    }
    let scalarClass = ScalarClass(scalar)
    let isPlain = (scalarClass == .narrow || scalarClass == .wide) && !scalar.isOddSpace && scalar.value != 0xA0
    if isPlain, !beyondASCII {
      plain.append(scalar)
      continue
    }
    flush()
    let hex = String(scalar.value, radix: 16, uppercase: true)
    switch scalar {
    case "\n":
      lines.append(line + .remark("\\n"))
      line = .empty
    case "\t": line = line + .remark("\\t")
    case "\r": line = line + .remark("\\r")
    case "\0"..<" ", "\u{7F}"..<"\u{A0}": line = line + .remark("\\x\(hex.count < 2 ? "0" : "")\(hex)")
    default: line = line + .remark("\\u{\(hex)}")
    }
  }
  flush()
  let missing = raw.unicodeScalars.dropFirst(limit).count
  if missing > 0 { line = line + .remark("… \(missing) more characters") }
  return lines + [line]
}
