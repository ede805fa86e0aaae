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

  /// A line of a message, with what is looked for marked; in the message that the search stands at more than elsewhere.
  func marking(_ text: SafeText, _ style: Style, in key: LayoutCache.Key) -> StyledLine {
    guard let search = state.search, case .stored(search.dialogID, let message) = key,
      let matcher = TextMatcher(search.input.text)
    else { return StyledLine(text, style) }
    let shown = text.description
    let ranges = matcher.ranges(in: shown)
    guard !ranges.isEmpty else { return StyledLine(text, style) }
    let isCurrent = search.current.map { search.matches[$0] == message } ?? false
    let mark = theme[isCurrent ? .question : .selection]
    let characters = Array(shown)
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
