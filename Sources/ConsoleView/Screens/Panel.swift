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

  /// A line on as many rows as it needs, each as far in as the first.
  private func hanging(_ line: SafeText, width: Int) -> [SafeText] {
    guard line.columns > width else { return [line] }
    let indent = min(line.description.prefix { $0 == " " }.count, width / 3)
    return line.suffix(columns: line.columns - indent).wrapped(to: width - indent)
      .map { "\(SafeText(String(repeating: " ", count: indent)))\($0)" }
  }

  /// The text that a question is about, above the question; returns its first line that is shown.
  func drawPreview(on canvas: inout Canvas, over rect: Rect) -> Int? {
    guard let prompt = state.prompt, let text = prompt.preview else { return nil }
    let isMacro = prompt.act == .runMacro
    let width = max(8, rect.width - 4)
    let all = SafeText.lines(text, limit: isMacro ? 40_000 : 4000).flatMap { line in
      isMacro ? hanging(line, width: width) : [line]
    }
    let room = max(1, min(isMacro ? 40 : 12, rect.height - 3))
    let top = min(prompt.previewTop, max(0, all.count - room))
    let lines = cut(all.dropFirst(top), to: room)
    let what: SafeText = state.macroRun?.takesBack == true ? "what will be taken back" : "what will be done"
    let title: SafeText =
      isMacro ? "\(oneLine(state.macroRun?.macro.title ?? "Macro"))\(dot)\(what)" : "To be pasted"
    drawPanel(lines, title: title, note: all.count > room ? "arrows and PgDn scroll" : .empty, on: &canvas, over: rect)
    return top
  }
}
