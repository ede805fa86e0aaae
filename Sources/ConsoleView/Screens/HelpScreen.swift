import ConsoleModel

extension Scene {
  /// Draws the keys of every mode over the panes, made from the table of verbs; returns the first line shown.
  func drawHelp(_ page: HelpPage, on canvas: inout Canvas, over rect: Rect) -> Int {
    let frame = Rect(
      row: rect.row, column: rect.column + max(0, rect.width - Self.helpWidth) / 2,
      width: min(rect.width, Self.helpWidth), height: rect.height)
    canvas.targets.note(.window, in: frame)
    canvas.fill(frame, style: theme[.text])
    var inside = frame.inset()
    let inputRow = inside.takeTop(inside.height > 2 ? 1 : 0)
    let lines = helpLines(width: inside.width - 2)
    let top = max(0, min(page.top, lines.count - inside.height))
    for (index, line) in lines[top..<min(lines.count, top + inside.height)].enumerated() {
      canvas.put(
        line, row: inside.row + index, column: inside.column + 1, maxWidth: inside.width - 2, ellipsis: symbols.ellipsis
      )
    }
    canvas.lay(.overlay, under: frame, theme: theme)
    canvas.box(
      frame, symbols.border, title: "Keys", style: theme[.rule].on(theme[.overlay].background),
      titleStyle: theme[.focusedTitle].on(theme[.overlay].background))
    drawPosition(top: top, shown: inside.height, of: lines.count, on: &canvas, frame: frame)
    canvas.cursor = nil
    drawInput(page.filter, prompt: symbols.prompt, on: &canvas, in: inputRow)
    if page.filter.isEmpty {
      canvas.put(
        "type words, or a key", row: inputRow.row, column: inputRow.column + 4,
        style: theme[.muted].on(theme[.overlay].background), maxWidth: inputRow.isEmpty ? 0 : inside.width - 5)
    }
    return top
  }

  private static let helpWidth = 96

  /// Which lines of a window are shown, in its lower edge; nothing where all are.
  func drawPosition(top: Int, shown: Int, of count: Int, on canvas: inout Canvas, frame: Rect) {
    guard count > shown else { return }
    let above: SafeText = top > 0 ? symbols.up : " "
    let below: SafeText = top + shown < count ? symbols.down : " "
    let text: SafeText = " \(top + 1)-\(min(count, top + shown)) of \(count) \(above)\(below) "
    canvas.put(
      text, row: frame.endRow - 1, column: frame.endColumn - text.columns - 2,
      style: theme[.muted].on(theme[.overlay].background))
  }

  private func helpLines(width: Int) -> [StyledLine] {
    var lines: [StyledLine] = []
    let sections = state.helpSections
    let keysWidth = min(18, max(14, width / 4))
    for section in sections {
      if !lines.isEmpty { lines.append(StyledLine()) }
      lines.append(styled(SafeText(section.title), .strong))
      for verb in section.verbs { lines += helpLines(of: verb, keysWidth: keysWidth, width: width) }
    }
    if state.settings.mouse { lines += mouseLines(keysWidth: keysWidth, width: width, after: lines.isEmpty) }
    return lines.isEmpty ? [styled("Nothing in the help has that in it", .muted)] : lines
  }

  /// What the mouse does, where it is read.
  private func mouseLines(keysWidth: Int, width: Int, after isFirst: Bool) -> [StyledLine] {
    let rows: [(SafeText, SafeText)] = [
      ("Click", "Put the cursor there, or give a pane the keys; on the line that has the cursor: open or choose it"),
      ("Wheel", "Scroll what is under the pointer"),
      ("Shift-drag", "Select text, as without the console: the terminal's own (Option in iTerm2)"),
    ]
    let filter = state.help?.filter.text.lowercased() ?? ""
    guard filter.isEmpty || "the mouse click wheel shift-drag".contains(filter) else { return [] }
    var lines = isFirst ? [] : [StyledLine()]
    lines.append(styled("The mouse", .strong))
    for (key, help) in rows { lines += helpLines(key, help, keysWidth: keysWidth, width: width) }
    return lines
  }

  /// A verb's keys, and its help wrapped beside them.
  private func helpLines(of verb: Verb, keysWidth: Int, width: Int) -> [StyledLine] {
    let labels = state.keymap.keys(of: verb.id).map { SafeText($0.label) }
    let keys: SafeText =
      labels.isEmpty && verb.isCommand
      ? ":\(verb.name)" : labels.dropFirst().reduce(labels.first ?? .empty) { "\($0), \($1)" }
    return helpLines(keys, SafeText(verb.help), keysWidth: keysWidth, width: width)
  }

  /// Keys, and what they do wrapped beside them.
  private func helpLines(_ keys: SafeText, _ help: SafeText, keysWidth: Int, width: Int) -> [StyledLine] {
    help.wrapped(to: max(1, width - keysWidth - 2)).enumerated().map { index, text in
      var line = StyledLine()
      if index == 0 { line.add("  \(keys.truncated(to: keysWidth - 1, ellipsis: symbols.ellipsis))", theme[.key]) }
      line.pad(to: keysWidth + 2)
      line.add(text, theme[.text])
      return line
    }
  }
}
