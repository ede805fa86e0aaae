import ConsoleModel

extension Scene {
  /// The bottom row: a question, else what the last act came to, else the keys that can be used now.
  func drawFooter(on canvas: inout Canvas, in rect: Rect) {
    guard !rect.isEmpty else { return }
    if let prompt = state.prompt {
      drawQuestion(prompt, on: &canvas, in: rect)
    } else if let notice = state.notice {
      canvas.put(
        noticeLine(notice), row: rect.row, column: rect.column, maxWidth: rect.width - 1, ellipsis: symbols.ellipsis)
    } else {
      canvas.put(hints(width: rect.width), row: rect.row, column: rect.column)
    }
  }

  /// What cannot wait for a footer on a screen that has none.
  func drawUrgent(on canvas: inout Canvas, in rect: Rect) {
    guard state.prompt != nil || state.notice != nil else { return }
    canvas.fill(rect)
    drawFooter(on: &canvas, in: rect)
  }

  /// The whole question, on as many rows as it needs: who cannot read it cannot answer it. It grows over the panes,
  /// up from the bottom row, or down from the top one of a screen without a footer.
  private func drawQuestion(_ prompt: Prompt, on canvas: inout Canvas, in rect: Rect) {
    var keys = StyledLine()
    for hint in state.keyHints {
      keys.add("  \(SafeText(hint.key)) ", theme[.strong])
      keys.add(oneLine(hint.title), theme[.text])
    }
    keys.add(" ", theme[.text])

    let isAtBottom = rect.row > 0
    let room = isAtBottom ? rect.endRow : canvas.size.rows
    var lines = oneLine(prompt.question).wrapped(to: max(8, rect.width - 2)).prefix(max(1, room / 2))
    let last = lines.last?.columns ?? 0
    let keysFit = last + 1 + keys.columns <= rect.width
    // The keys matter more than the end of a long question.
    if !keysFit, lines.count == room / 2 { lines = lines.dropLast() }
    let height = min(room, lines.count + (keysFit ? 0 : 1))
    let area = Rect(
      row: isAtBottom ? rect.endRow - height : rect.row, column: rect.column, width: rect.width, height: height)
    canvas.fill(area)
    for (index, line) in lines.enumerated() {
      canvas.put(styled(" \(line)", .strong), row: area.row + index, column: area.column, maxWidth: area.width)
    }
    canvas.put(keys, row: area.endRow - 1, column: area.column + (keysFit ? last + 1 : 0))
    canvas.lay(prompt.tone == .danger ? .danger : .question, under: area, theme: theme)
  }

  private func noticeLine(_ notice: Notice) -> StyledLine {
    switch notice.level {
    case .info: styled(" \(oneLine(notice.text))", .good)
    case .warning: styled(" \(oneLine(notice.text))", .caution)
    case .error: styled(" \(symbols.failed) \(oneLine(notice.text))", .alarm)
    }
  }

  /// As many hints as fit whole, the likeliest first.
  private func hints(width: Int) -> StyledLine {
    var line = StyledLine()
    for hint in state.keyHints {
      var next = StyledLine(line.isEmpty ? " " : "   ", theme[.text])
      next.add(SafeText(hint.key), theme[.key])
      next.add(" \(oneLine(hint.title))", theme[.muted])
      guard line.columns + next.columns < width else { break }
      line.add(next)
    }
    return line
  }
}
