import ConsoleModel

extension Scene {
  /// The words that are looked for, and which match is shown of how many.
  func drawSearch(_ search: DialogSearch, on canvas: inout Canvas, in rect: Rect) {
    guard !rect.isEmpty else { return }
    canvas.fill(rect, style: theme[.text])
    var line = styled(" search \(symbols.prompt) ", .key)
    let position = searchPosition(search)
    let start = rect.column + line.columns
    let shown = search.input.visiblePart(width: max(0, rect.width - line.columns - position.columns - 2))
    line.add(shown.text, theme[.strong])
    let used = canvas.put(line, row: rect.row, column: rect.column, maxWidth: rect.width, ellipsis: symbols.ellipsis)
    putRight(position, on: &canvas, in: rect, after: used)
    if search.isTyping {
      canvas.cursor = Position(row: rect.row, column: min(start + shown.cursor, rect.endColumn - 1))
    }
  }

  private func searchPosition(_ search: DialogSearch) -> StyledLine {
    guard !search.input.isEmpty else { return StyledLine() }
    if state.isSearchingOlder { return styled("searching older messages\(symbols.ellipsis) ", .caution) }
    var line = StyledLine()
    if let current = search.current {
      line.add("\(current + 1)/\(search.matches.count) ", theme[.text])
    } else {
      line.add(state.hasUnsearched ? "not found so far " : "not found ", theme[.alarm])
    }
    // The pages that are not here were not looked at: to be told, for "not found" is not "not there".
    if state.hasUnsearched {
      let key = search.isTyping && search.current == nil ? VerbID.keepSearch : .olderMatch
      line.add("older not searched: \(SafeText(state.keymap.label(of: key))) ", theme[.muted])
    }
    return line
  }

  /// A line of a message in its looks, with what is looked for marked, also where the line's break parts it; in the
  /// message that the search stands at more than elsewhere.
  func marked(_ row: Int, of lines: [RichLine], _ style: Style, in key: LayoutCache.Key) -> StyledLine {
    var result = StyledLine()
    var ranges = matches(in: row, of: lines, key: key)[...]
    var start = 0
    for (index, (text, look)) in lines[row].pieces.enumerated() {
      let pieceStyle = theme.style(look, over: style)
      guard !ranges.isEmpty, index >= lines[row].prefixPieces else {
        result.add(text, pieceStyle)
        continue
      }
      let characters = Array(text.description)
      let piece = start..<start + characters.count
      let inside = ranges.map { $0.clamped(to: piece) }.filter { !$0.isEmpty }
      result.add(
        marking(text, characters, inside.map { $0.lowerBound - start..<$0.upperBound - start }, pieceStyle, key))
      start = piece.upperBound
      ranges = ranges.drop { $0.upperBound <= start }
    }
    return result
  }

  /// Where a line has what is looked for, in characters behind its prefix.
  private func matches(in row: Int, of lines: [RichLine], key: LayoutCache.Key) -> [Range<Int>] {
    guard let search = state.search, case .stored(search.dialogID, _) = key,
      let matcher = TextMatcher(search.input.text)
    else { return [] }
    // The lines that a match may begin or end in: as many as have so many characters.
    var window = row...row
    func length(_ rows: some Sequence<Int>) -> Int { rows.reduce(0) { $0 + lines[$1].text.count } }
    while window.lowerBound > 0, length(window.lowerBound..<row) < matcher.length {
      window = window.lowerBound - 1...window.upperBound
    }
    while window.upperBound + 1 < lines.count, length(row + 1..<window.upperBound + 1) < matcher.length {
      window = window.lowerBound...window.upperBound + 1
    }
    return matcher.ranges(inLines: window.map { Array(lines[$0].text) })[row - window.lowerBound]
  }

  private func marking(
    _ text: SafeText, _ characters: [Character], _ ranges: [Range<Int>], _ style: Style, _ key: LayoutCache.Key
  ) -> StyledLine {
    guard !ranges.isEmpty, let search = state.search, case .stored(_, let message) = key else {
      return StyledLine(text, style)
    }
    let isCurrent = search.current.map { search.matches[$0] == message } ?? false
    let mark = theme[isCurrent ? .question : .selection]
    var line = StyledLine()
    var done = 0
    var rest = text
    func take(through end: Int, _ style: Style) {
      let width = SafeText(String(characters[done..<end])).columns
      line.add(rest.prefix(columns: width), style)
      rest = rest.suffix(columns: rest.columns - width)
      done = end
    }
    for range in ranges {
      take(through: range.lowerBound, style)
      take(through: range.upperBound, mark)
    }
    take(through: characters.count, style)
    return line
  }
}

extension RichLine {
  /// As it reads behind its prefix.
  fileprivate var text: String { pieces.dropFirst(prefixPieces).map(\.text.description).joined() }
}
