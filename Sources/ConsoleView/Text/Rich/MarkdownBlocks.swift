/// Markdown's blocks: fenced code, headings, lists, quotes; everything else is a line as it was typed.
///
/// Lines are not joined into paragraphs: in a chat a line break is meant.
struct MarkdownBlocks {
  private enum Block {
    case text(RichText)
    /// A bullet or a number, and what hangs beside it.
    case item(indent: Int, bullet: SafeText, RichText)
    case quote(RichText)
    case code(SafeText)
  }

  private var blocks: [Block] = []
  private let keepsMarkers: Bool

  init(_ raw: String, keepsMarkers: Bool, limit: Int) {
    self.keepsMarkers = keepsMarkers
    var budget = limit
    let lines = raw.boundedLines(&budget)
    var index = 0
    while index < lines.count {
      if let end = codeEnd(lines, from: index) {
        addCode(lines, from: index, through: end)
        index = end + 1
      } else {
        blocks.append(block(lines[index]))
        index += 1
      }
    }
    let shown = lines.reduce(lines.count - 1) { $0 + $1.utf8.count }
    let missing = raw.utf8.count - shown
    // Each line ends before a line feed, and perhaps a carriage return, which is not missed.
    if budget == 0, missing > lines.count { blocks.append(.text(RichText(.remark("… \(missing) more bytes")))) }
  }

  /// The lines at a width; never empty.
  func lines(width: Int) -> [RichLine] {
    blocks.flatMap { block -> [RichLine] in
      switch block {
      case .text(let text): return text.wrapped(to: width)
      case .code(let line): return RichText(line, .code).wrapped(to: width)
      case .quote(let text):
        let bar = RichText("│ ", .muted)
        return text.wrapped(to: width, first: bar, rest: bar)
      case .item(let indent, let bullet, let text):
        var first = RichText(.spaces(indent))
        first.add(bullet, .muted)
        first.add(" ")
        return text.wrapped(to: width, first: first, rest: RichText(.spaces(first.text.columns)))
      }
    }
  }

  // MARK: Code

  /// The line that closes the fence which opens at `start`; nil when none opens or none closes: an apostrophe too many
  /// must not turn the rest of a message into code.
  private func codeEnd(_ lines: [Substring], from start: Int) -> Int? {
    let fence = lines[start].drop { $0 == " " }.prefix { $0 == "`" }
    guard fence.count >= 3, lines[start].drop(while: { $0 == " " }).dropFirst(fence.count).allSatisfy({ $0 != "`" })
    else { return nil }
    return lines[(start + 1)...].firstIndex { line in
      let text = line.drop { $0 == " " }
      let count = text.prefix { $0 == "`" }.count
      return count >= fence.count && text.dropFirst(count).allSatisfy { $0 == " " }
    }
  }

  private mutating func addCode(_ lines: [Substring], from start: Int, through end: Int) {
    if keepsMarkers { blocks.append(.text(RichText(SafeText(String(lines[start])), .muted))) }
    for line in lines[(start + 1)..<end] { blocks.append(.code(SafeText(String(line)))) }
    if keepsMarkers { blocks.append(.text(RichText(SafeText(String(lines[end])), .muted))) }
  }

  // MARK: Lines

  private func block(_ line: Substring) -> Block {
    let indent = line.prefix { $0 == " " }.count
    let rest = line.dropFirst(indent)
    if indent <= 3, let title = title(of: rest) { return .text(inline(keepsMarkers ? line : title, .bold)) }
    if rest.hasPrefix("> ") {
      return keepsMarkers
        ? .text(inline(line, .quote)) : .quote(inline(rest.dropFirst(2), .quote))
    }
    if let item = item(rest, indent: indent) { return item }
    return .text(inline(line))
  }

  /// The words of a heading; a number behind one `#` is a dialog or an order, and no heading.
  private func title(of rest: Substring) -> Substring? {
    let level = rest.prefix { $0 == "#" }.count
    let title = rest.dropFirst(level)
    guard 1...6 ~= level, title.first == " ", let first = title.first(where: { $0 != " " }), !first.isNumber else {
      return nil
    }
    return title.drop { $0 == " " }
  }

  private func item(_ rest: Substring, indent: Int) -> Block? {
    let isDeep = indent > 12
    guard !isDeep, let space = rest.firstIndex(of: " ") else { return nil }
    let mark = rest[..<space]
    let content = rest[rest.index(after: space)...]
    guard content.first.map({ $0 != " " }) ?? false else { return nil }
    if mark == "-" || mark == "*" || mark == "+" {
      return .item(indent: indent, bullet: keepsMarkers ? SafeText(String(mark)) : "•", inline(content))
    }
    let digits = mark.dropLast()
    guard mark.last == "." || mark.last == ")", 1...3 ~= digits.count, digits.allSatisfy({ $0.isASCII && $0.isNumber })
    else { return nil }
    return .item(indent: indent, bullet: SafeText(String(mark)), inline(content))
  }

  private func inline(_ text: Substring, _ look: Look = []) -> RichText {
    MarkdownInline.text(text, look: look, keepsMarkers: keepsMarkers)
  }
}
