import ChatProtocol
import ConsoleModel

extension Scene {
  /// Draws the details over the panes; returns the first line shown.
  func drawDetails(_ details: Details, on canvas: inout Canvas, over rect: Rect) -> Int {
    let lines: [StyledLine]
    let title: SafeText
    var listed: [DialogID] = []
    let width = min(rect.width, Self.detailsWidth)
    var top = details.top
    let height: Int
    switch details.page {
    case .facts:
      title = "Visitor\(dot)#\(details.dialogID)"
      lines = detailLines(of: details.dialogID, width: width - 4)
      height = min(rect.height, lines.count + 2)
    case .earlier:
      title = "Earlier dialogs\(dot)\(visitorName(state.list.entries[details.dialogID], id: details.dialogID))"
      let others = state.list.otherDialogs(ofVisitorIn: details.dialogID)
      listed = others.map(\.id)
      lines = others.map { earlierLine($0, width: width - 4) }
      height = min(rect.height, lines.count + 2)
      let index = others.firstIndex { $0.id == details.selection } ?? 0
      top = max(0, index - (height - 3))
    }
    // Beside what is read, not over it, where there is room.
    let box = Rect(
      row: rect.row + max(0, (rect.height - height) / 3), column: rect.endColumn - width, width: width, height: height)
    canvas.targets.note(.window, in: box)
    canvas.fill(box, style: theme[.text])
    let inside = box.inset()
    top = max(0, min(top, lines.count - inside.height))
    for (index, line) in lines[top..<min(lines.count, top + max(0, inside.height))].enumerated() {
      let row = inside.row + index
      canvas.put(line, row: row, column: inside.column + 1, maxWidth: inside.width - 2, ellipsis: symbols.ellipsis)
      if listed.indices.contains(top + index) {
        canvas.targets.note(
          .dialog(listed[top + index]), in: Rect(row: row, column: inside.column, width: inside.width, height: 1))
      }
    }
    drawBox(box, title: title, on: &canvas)
    if details.page == .earlier,
      let index = state.list.otherDialogs(ofVisitorIn: details.dialogID).firstIndex(where: {
        $0.id == details.selection
      })
    {
      let row = Rect(row: inside.row + index - top, column: inside.column, width: inside.width, height: 1)
      canvas.put(symbols.cursor, row: row.row, column: row.column, style: theme[.focusedTitle])
      canvas.lay(.selection, under: row, theme: theme)
    }
    drawPosition(top: top, shown: inside.height, of: lines.count, on: &canvas, frame: box)
    canvas.cursor = nil
    return top
  }

  private static let detailsWidth = 72

  private func earlierLine(_ entry: DialogEntry, width: Int) -> StyledLine {
    var line = StyledLine()
    line.add("#\(entry.id)", theme[.muted])
    line.pad(to: 8)
    let at = entry.lastLine?.at ?? entry.dialog.lastMessageAt
    line.add(at.map { SafeText(environment.local($0).short(today: now)) } ?? .empty, theme[.muted])
    line.pad(to: 16)
    let mark = holderMark(entry)
    line.add("\(mark.glyph) ", theme[mark.role])
    line.add(oneLine(entry.lastLine?.text ?? "no message"), theme[.text])
    return line
  }
}
