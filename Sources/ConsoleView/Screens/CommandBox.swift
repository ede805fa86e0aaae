import ConsoleModel

/// The boxes at the bottom in which a command is typed or found.
extension Scene {
  private static let boxWidth = 110
  private static let paletteRows = 12
  private static let completionRows = 8

  // MARK: The command line

  /// Draws the command line: what the word may become, and below it the line.
  func drawCommandLine(on canvas: inout Canvas, over rect: Rect) {
    guard let line = state.commandLine else { return }
    let remark = remark(about: line)
    let rows = min(line.candidates.count, Self.completionRows)
    let (box, inside) = openBox(height: rows + (remark.isEmpty ? 0 : 1) + 3, on: &canvas, over: rect)
    var content = inside
    let inputRow = content.takeBottom(1)
    let remarkRow = content.takeBottom(remark.isEmpty || content.height == 0 ? 0 : 1)
    let first = Self.firstShown(of: line.candidates.count, selected: line.selected ?? 0, rows: content.height)
    let width = line.candidates.map { SafeText($0.text, limit: 60).columns }.max() ?? 0
    for (index, place) in (first..<min(line.candidates.count, first + content.height)).enumerated() {
      let candidate = line.candidates[place]
      drawChoice(
        oneLine(candidate.text), note: oneLine(candidate.note), key: SafeText(candidate.key),
        width: min(width, inside.width / 2), isSelected: place == line.selected, isPossible: true, on: &canvas,
        in: content.rows(index..<index + 1))
      canvas.targets.note(.choice(place), in: content.rows(index..<index + 1))
    }
    canvas.put(
      styled(remark, line.failure == nil ? .muted : .alarm), row: remarkRow.row, column: remarkRow.column + 1,
      maxWidth: remarkRow.height == 0 ? 0 : inside.width - 2, ellipsis: symbols.ellipsis)
    drawBox(box, title: "Command", on: &canvas)
    drawInput(line.input, prompt: ":", on: &canvas, in: inputRow)
  }

  /// What is wrong with the line, else how the command that it begins with is used.
  private func remark(about line: CommandLine) -> SafeText {
    if let failure = line.failure { return "\(symbols.failed) \(oneLine(failure))" }
    let text = line.text
    let name = String(text.prefix { $0 != " " })
    guard name.count < text.count, let id = VerbID(rawValue: name), Verb(id).isCommand else { return .empty }
    let verb = Verb(id)
    if case .no(let reason) = verb.isAvailable(in: state) { return "\(verb.usage)\(dot)\(oneLine(reason))" }
    return "\(verb.usage)\(dot)\(verb.help)"
  }

  // MARK: A password

  /// Draws the line in which a password is typed: marks for characters, and no more of them than fit.
  func drawPasswordPrompt(on canvas: inout Canvas, over rect: Rect) {
    guard let prompt = state.passwordPrompt else { return }
    let (box, inside) = openBox(height: 4, on: &canvas, over: rect)
    var content = inside
    let inputRow = content.takeBottom(1)
    canvas.put(
      styled(oneLine(prompt.question), .text), row: content.row, column: content.column + 1,
      maxWidth: content.isEmpty ? 0 : inside.width - 2, ellipsis: symbols.ellipsis)
    drawBox(box, title: "Log in", on: &canvas)
    let marks = String(repeating: "*", count: min(prompt.count, max(0, inside.width - 4)))
    drawInput(TextBuffer(marks), prompt: symbols.prompt, on: &canvas, in: inputRow)
  }

  // MARK: The palette

  /// Draws the palette: what was found, and below it what is looked for.
  func drawPalette(on canvas: inout Canvas, over rect: Rect) {
    guard let palette = state.palette else { return }
    let (box, inside) = openBox(height: Self.paletteRows + 3, on: &canvas, over: rect)
    var content = inside
    let inputRow = content.takeBottom(1)
    let first = Self.firstShown(of: palette.matches.count, selected: palette.selected, rows: content.height)
    let verbs = palette.matches[first..<min(palette.matches.count, first + content.height)].map { Verb($0) }
    let width = Verb.commands.map(\.name.count).max() ?? 0
    for (index, verb) in verbs.enumerated() {
      let availability = verb.isAvailable(in: state)
      let note: String = if case .no(let reason) = availability { reason } else { verb.help }
      drawChoice(
        SafeText(verb.name), note: oneLine(note), key: SafeText(state.keymap.keys(of: verb.id).first?.label ?? ""),
        width: min(width, inside.width / 2), isSelected: first + index == palette.selected,
        isPossible: availability == .yes, on: &canvas, in: content.rows(index..<index + 1))
      canvas.targets.note(.choice(first + index), in: content.rows(index..<index + 1))
    }
    if verbs.isEmpty, !content.isEmpty {
      canvas.put(
        styled("No verb is called so, nor does one have that key", .muted), row: content.endRow - 1,
        column: content.column + 1, maxWidth: inside.width - 2, ellipsis: symbols.ellipsis)
    }
    drawBox(box, title: "All verbs", on: &canvas)
    if !palette.input.isEmpty {
      let count: SafeText = " \(palette.matches.count) found "
      canvas.put(
        count, row: box.endRow - 1, column: max(box.column + 1, box.endColumn - count.columns - 2),
        style: theme[.muted].on(theme[.overlay].background), maxWidth: max(0, box.width - 2))
    }
    drawInput(palette.input, prompt: symbols.prompt, on: &canvas, in: inputRow)
  }

  // MARK: What both have

  /// Clears a box at the bottom, no higher than there is room.
  func openBox(height: Int, on canvas: inout Canvas, over rect: Rect) -> (box: Rect, inside: Rect) {
    var body = rect
    var box = body.takeBottom(height)
    let width = min(box.width, Self.boxWidth)
    box = Rect(row: box.row, column: box.column + (box.width - width) / 2, width: width, height: box.height)
    canvas.targets.note(.window, in: box)
    canvas.fill(box, style: theme[.text])
    return (box, box.inset())
  }

  /// The first of so many rows to show, so that the cursor is among those that have room.
  private static func firstShown(of count: Int, selected: Int, rows: Int) -> Int {
    max(0, min(selected - rows + 1 + min(1, rows / 4), count - rows))
  }

  private func drawChoice(
    _ text: SafeText, note: SafeText, key: SafeText, width: Int, isSelected: Bool, isPossible: Bool,
    on canvas: inout Canvas, in row: Rect
  ) {
    var line = styled(isSelected ? symbols.cursor : " ", .text)
    line.add(text.truncated(to: width, ellipsis: symbols.ellipsis), theme[isPossible ? .strong : .muted])
    line.pad(to: width + 3)
    let room = row.width - line.columns - key.columns - 3
    if room > 8 { line.add(note.truncated(to: room, ellipsis: symbols.ellipsis), theme[.muted]) }
    canvas.put(line, row: row.row, column: row.column, maxWidth: row.width, ellipsis: symbols.ellipsis)
    if !key.isEmpty, row.width - width - 4 > key.columns {
      canvas.put(styled(key, .key), row: row.row, endingAt: row.endColumn - 1)
    }
    if isSelected { canvas.lay(.selection, under: row, theme: theme) }
  }

  /// Draws a line under edit with its prompt, and puts the cursor there.
  func drawInput(_ input: TextBuffer, prompt: SafeText, on canvas: inout Canvas, in row: Rect) {
    guard !row.isEmpty else { return }
    let ground = theme[.overlay].background
    let start = canvas.put(
      " \(prompt)", row: row.row, column: row.column, style: theme[.key].on(ground), maxWidth: row.width)
    let left = row.column + start + (prompt.columns == 1 && prompt == ":" ? 0 : 1)
    let shown = input.visiblePart(width: max(1, row.endColumn - left - 1))
    canvas.put(shown.text, row: row.row, column: left, style: theme[.text].on(ground))
    canvas.cursor = Position(row: row.row, column: min(left + shown.cursor, max(row.column, row.endColumn - 1)))
  }
}
