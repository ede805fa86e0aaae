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

  private func drawQuestion(_ prompt: Prompt, on canvas: inout Canvas, in rect: Rect) {
    // The keys matter more than the end of a long question.
    var keys = StyledLine()
    for hint in state.keyHints {
      keys.add("  \(SafeText(hint.key)) ", theme[.strong])
      keys.add(oneLine(hint.title), theme[.text])
    }
    keys.add(" ", theme[.text])
    let room = max(0, rect.width - keys.columns)
    let used = canvas.put(
      styled(" \(oneLine(prompt.question))", .strong), row: rect.row, column: rect.column, maxWidth: room,
      ellipsis: symbols.ellipsis)
    canvas.put(keys, row: rect.row, column: rect.column + used)
    canvas.lay(.question, under: rect, theme: theme)
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
