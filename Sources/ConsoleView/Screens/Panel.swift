import ConsoleModel

extension Scene {
  /// Draws a window above the panes, at the bottom of a rectangle, beside what is being written; as high as its lines
  /// need and the room allows. Returns where its lines go.
  @discardableResult
  func drawPanel(
    _ lines: [StyledLine], title: SafeText, note: SafeText = .empty, height: Int? = nil, on canvas: inout Canvas,
    over rect: Rect
  ) -> Rect {
    let height = min(rect.height, (height ?? lines.count) + 2)
    let frame = Rect(row: rect.endRow - height, column: rect.column, width: rect.width, height: height)
    guard frame.height > 2, frame.width > 4 else { return .none }
    canvas.fill(frame, style: theme[.text])
    let inside = frame.inset()
    for (index, line) in lines.prefix(inside.height).enumerated() {
      canvas.put(
        line, row: inside.row + index, column: inside.column + 1, maxWidth: inside.width - 2,
        ellipsis: symbols.ellipsis)
    }
    canvas.lay(.overlay, under: frame, theme: theme)
    let ground = theme[.overlay].background
    canvas.box(
      frame, symbols.border, title: title, style: theme[.rule].on(ground), titleStyle: theme[.focusedTitle].on(ground))
    if !note.isEmpty, note.columns + 4 < frame.width {
      canvas.put(
        " \(note) ", row: frame.endRow - 1, column: frame.endColumn - note.columns - 4, style: theme[.muted].on(ground))
    }
    return inside
  }

  /// The text that a question is about, above the question.
  func drawPreview(on canvas: inout Canvas, over rect: Rect) {
    guard let prompt = state.prompt, let text = prompt.preview else { return }
    let all = SafeText.lines(text, limit: 4000)
    let room = max(1, min(12, rect.height - 3))
    var lines = all.prefix(room).map { StyledLine($0, theme[.text]) }
    if all.count > room {
      lines[room - 1] = styled("\(symbols.ellipsis) \(all.count - room + 1) more lines", .muted)
    }
    drawPanel(lines, title: "To be pasted", on: &canvas, over: rect)
  }
}
