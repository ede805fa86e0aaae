import ConsoleModel

extension Scene {
  /// The search in what was sent, over the composer: the text that is found, and below it what is looked for.
  func drawSentSearch(on canvas: inout Canvas, over rect: Rect) {
    guard state.mode == .sentSearch, let search = state.sentSearch else { return }
    let width = max(8, min(rect.width, 110) - 4)
    let lines = search.match.map { wrapped($0.text, limit: 2000, width: width) } ?? []
    let rows = min(max(1, lines.count), Self.sentRows)
    let (box, inside) = openBox(height: rows + 3, on: &canvas, over: rect)
    var content = inside
    let inputRow = content.takeBottom(1)
    if lines.isEmpty {
      canvas.put(
        styled("Nothing that was sent has that in it", .muted), row: content.row, column: content.column + 1,
        maxWidth: content.isEmpty ? 0 : content.width - 2, ellipsis: symbols.ellipsis)
    }
    for (index, line) in cut(lines, to: content.height).enumerated() {
      canvas.put(
        line, row: content.row + index, column: content.column + 1, maxWidth: content.width - 2,
        ellipsis: symbols.ellipsis)
    }
    drawBox(box, title: "Sent before", on: &canvas)
    drawInput(search.input, prompt: symbols.prompt, on: &canvas, in: inputRow)
    guard let match = search.match, !inputRow.isEmpty else { return }
    let place: SafeText = "\(search.position + 1)/\(search.matches.count)\(dot)to #\(match.dialogID) "
    if search.input.visiblePart(width: inside.width).text.columns + place.columns + 6 < inside.width {
      canvas.put(
        place, row: inputRow.row, column: inputRow.endColumn - place.columns,
        style: theme[.muted].on(theme[.overlay].background))
    }
  }

  private static let sentRows = 6
}
