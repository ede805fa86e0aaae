/// Markdown inside of a line: `code`, **strong**, *emphasis*, [links](https://…), web addresses.
///
/// What is not surely one of them stays as it was typed: a marker needs its partner on the same line, must touch the
/// text on the inside and must not touch a word on the outside, so that `2*3*4`, `snake_case_name` and `***` are text.
struct MarkdownInline {
  private let source: [Character]
  private let keepsMarkers: Bool
  private var result = RichText()
  private var plain = ""

  /// Longer lines are shown as they are: nobody writes them, and the work stays bounded.
  private static let maximumLength = 8192
  /// How many levels of one inside of another are looked at.
  private static let maximumDepth = 3

  static func text(_ line: some StringProtocol, look: Look = [], keepsMarkers: Bool) -> RichText {
    let line = String(line)
    let isMarked = line.utf8.contains { "`*_[".utf8.contains($0) || $0 == UInt8(ascii: "\\") }
    guard isMarked, line.utf8.count <= maximumLength else {
      var text = RichText()
      text.addLinked(line, look)
      return text
    }
    return text(Array(line)[...], look: look, keepsMarkers: keepsMarkers, depth: 0)
  }

  private static func text(_ source: ArraySlice<Character>, look: Look, keepsMarkers: Bool, depth: Int) -> RichText {
    var parser = MarkdownInline(source: Array(source), keepsMarkers: keepsMarkers)
    parser.run(look: look, depth: depth)
    return parser.result
  }

  private init(source: [Character], keepsMarkers: Bool) {
    self.source = source
    self.keepsMarkers = keepsMarkers
  }

  private mutating func run(look: Look, depth: Int) {
    var at = 0
    while at < source.count {
      if let next = element(at: at, look: look, depth: depth) {
        at = next
      } else {
        plain.append(source[at])
        at += 1
      }
    }
    flush(look)
  }

  /// Takes the element that begins at a place; nil when none does. Returns where it ends.
  private mutating func element(at start: Int, look: Look, depth: Int) -> Int? {
    switch source[start] {
    case "`": return code(at: start, look: look)
    case "*", "_": return depth < Self.maximumDepth ? emphasis(at: start, look: look, depth: depth) : nil
    case "[": return link(at: start, look: look)
    case "\\" where !keepsMarkers && start + 1 < source.count && "\\`*_[]()#>-+.!".contains(source[start + 1]):
      plain.append(source[start + 1])
      return start + 2
    case "h", "H": return address(at: start)
    default: return nil
    }
  }

  /// An address is taken whole: its underscores and stars are its own.
  private mutating func address(at start: Int) -> Int? {
    guard start == 0 || !(source[start - 1].isLetter || source[start - 1].isNumber) else { return nil }
    let rest = source[start...]
    guard ["http://", "https://"].contains(where: { rest.starts(with: $0, by: { $0.lowercased() == String($1) }) })
    else { return nil }
    let end = rest.firstIndex { $0.isWhitespace || "<>\"`|)".contains($0) } ?? source.count
    plain.append(contentsOf: source[start..<end])
    return end
  }

  private mutating func code(at start: Int, look: Look) -> Int? {
    let fence = source[start...].prefix { $0 == "`" }.count
    var at = start + fence
    while at < source.count {
      guard source[at] == "`" else {
        at += 1
        continue
      }
      let count = source[at...].prefix { $0 == "`" }.count
      if count == fence {
        guard at > start + fence else { return nil }
        flush(look)
        marker(fence, "`")
        result.add(SafeText(String(source[start + fence..<at])), look.union(.code))
        marker(fence, "`")
        return at + fence
      }
      at += count
    }
    return nil
  }

  private mutating func emphasis(at start: Int, look: Look, depth: Int) -> Int? {
    let mark = source[start]
    let count = source[start...].prefix { $0 == mark }.count
    guard count <= 2, isOutside(start - 1), start + count < source.count, !source[start + count].isWhitespace else {
      return nil
    }
    var at = start + count
    while at < source.count {
      if source[at] == "`", let end = endOfCode(at) {
        at = end
      } else if source[at] == mark {
        let closing = source[at...].prefix { $0 == mark }.count
        if closing == count, at > start + count, !source[at - 1].isWhitespace, isOutside(at + count),
          !isDotOfName(at + count)
        {
          flush(look)
          marker(count, mark)
          let inner = source[(start + count)..<at]
          result.add(
            Self.text(
              inner, look: look.union(count == 2 ? .bold : .italic), keepsMarkers: keepsMarkers, depth: depth + 1))
          marker(count, mark)
          return at + count
        }
        at += closing
      } else {
        at += 1
      }
    }
    return nil
  }

  private func endOfCode(_ start: Int) -> Int? {
    let fence = source[start...].prefix { $0 == "`" }.count
    var at = start + fence
    while at < source.count {
      let count = source[at...].prefix { $0 == "`" }.count
      if count == fence { return at + count }
      at += max(1, count)
    }
    return nil
  }

  /// `[words](https://…)`: the words, and always where they lead.
  private mutating func link(at start: Int, look: Look) -> Int? {
    guard let close = source[start...].firstIndex(of: "]"), close > start + 1, close + 1 < source.count,
      source[close + 1] == "(", let end = source[close...].firstIndex(of: ")")
    else { return nil }
    let words = String(source[(start + 1)..<close])
    let target = String(source[(close + 2)..<end])
    guard !words.contains("["), let found = target.webLinks().first, found.range == target.startIndex..<target.endIndex
    else { return nil }
    flush(look)
    if keepsMarkers {
      result.addLinked(String(source[start...end]), look)
    } else {
      // Words that are an address of their own are not to be taken for the way it leads.
      if words != target {
        result.add(SafeText(words), look)
        result.add(" (", look.union(.muted))
        result.addLinked(target, look)
        result.add(")", look.union(.muted))
      } else {
        result.addLinked(target, look)
      }
    }
    return end + 1
  }

  // MARK: Helpers

  private func isOutside(_ index: Int) -> Bool {
    guard source.indices.contains(index) else { return true }
    let character = source[index]
    return !(character.isLetter || character.isNumber || character == "*" || character == "_" || character == "\\")
  }

  /// The dot of `__init__.py`.
  private func isDotOfName(_ index: Int) -> Bool {
    index + 1 < source.count && source[index] == "." && (source[index + 1].isLetter || source[index + 1].isNumber)
  }

  private mutating func marker(_ count: Int, _ mark: Character) {
    guard keepsMarkers else { return }
    result.add(SafeText(String(repeating: mark, count: count)), .muted)
  }

  private mutating func flush(_ look: Look) {
    guard !plain.isEmpty else { return }
    result.addLinked(plain, look)
    plain = ""
  }
}
