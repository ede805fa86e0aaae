import ConsoleModel

extension Scene {
  /// The list to choose from, over the panes: what was typed, then the lines that are left.
  func drawPicker(_ picker: Picker, on canvas: inout Canvas, over rect: Rect) {
    let items = state.pickerItems
    let width = min(rect.width, Self.pickerWidth)
    // It keeps its height while typing narrows it, so that nothing jumps under the eye.
    // On a low screen the messages are worth more than a longer list.
    let rows = picker.isPreviewed && rect.height < 30 ? Self.pickerRows - 4 : Self.pickerRows
    let wanted = picker.picksByDigit ? items.count : max(items.count, rows) + 2
    let previewRows = picker.isPreviewed ? min(Self.previewRows, max(0, rect.height - 9)) : 0
    let height = min(rect.height, min(wanted, rows + 2) + 2 + previewRows)
    let box = Rect(
      row: rect.row + max(0, (rect.height - height) / 3), column: rect.column + max(0, rect.width - width) / 2,
      width: width, height: height)
    canvas.targets.note(.window, in: box)
    canvas.fill(box, style: theme[.text])
    canvas.cursor = nil
    var inside = box.inset()
    let preview = inside.takeBottom(min(previewRows, max(0, inside.height - 5)))
    if !picker.picksByDigit { drawPickerInput(picker, on: &canvas, in: inside.takeTop(1)) }
    if inside.height > 1, !picker.picksByDigit {
      let rule = inside.takeTop(1)
      canvas.put(symbols.horizontal * rule.width, row: rule.row, column: rule.column, style: theme[.rule])
    }
    if items.isEmpty {
      let sentence = picker.status.isEmpty ? emptyPicker(picker) : oneLine(picker.status)
      canvas.put(
        styled(" \(sentence)", .muted), row: inside.row, column: inside.column, maxWidth: inside.width,
        ellipsis: symbols.ellipsis)
    } else {
      drawPickerItems(items, of: picker, on: &canvas, in: inside)
    }
    drawPickerPreview(on: &canvas, in: preview)
    drawBox(box, title: pickerTitle(picker), on: &canvas)
  }

  /// The text of the line under the cursor, as it would be put in.
  private func drawPickerPreview(on canvas: inout Canvas, in rect: Rect) {
    guard rect.height > 1 else { return }
    var content = rect
    let rule = content.takeTop(1)
    canvas.put(symbols.horizontal * rule.width, row: rule.row, column: rule.column, style: theme[.rule])
    guard let text = state.pickerPreview else { return }
    let lines = cut(wrapped(text, limit: 2000, width: max(8, content.width - 2)), to: content.height)
    for (index, line) in lines.enumerated() {
      canvas.put(
        line, row: content.row + index, column: content.column + 1, maxWidth: content.width - 2,
        ellipsis: symbols.ellipsis)
    }
  }

  private static let previewRows = 7

  private static let pickerWidth = 76
  private static let pickerRows = 10

  private func drawPickerInput(_ picker: Picker, on canvas: inout Canvas, in rect: Rect) {
    guard !rect.isEmpty else { return }
    var line = styled(" \(symbols.prompt) ", .key)
    let start = rect.column + line.columns
    let shown = picker.input.visiblePart(width: max(0, rect.width - line.columns - 1))
    line.add(shown.text, theme[.text])
    if picker.input.isEmpty { line.add(SafeText(pickerInvitation(picker)), theme[.muted]) }
    let used = canvas.put(
      line, row: rect.row, column: rect.column, maxWidth: rect.width, ellipsis: symbols.ellipsis)
    canvas.cursor = Position(row: rect.row, column: min(start + shown.cursor, rect.endColumn - 1))
    if !picker.status.isEmpty {
      putRight(styled("\(oneLine(picker.status)) ", .muted), on: &canvas, in: rect, after: used)
    }
  }

  private func drawPickerItems(_ items: [Picker.Item], of picker: Picker, on canvas: inout Canvas, in rect: Rect) {
    guard rect.height > 0 else { return }
    let selection = min(picker.selection, items.count - 1)
    let top = max(0, min(selection - rect.height + 1, items.count - rect.height))
    let shown = items[top..<min(items.count, top + rect.height)]
    let titles = shown.map { oneLine($0.title) }
    let titleWidth = min(max(titles.map(\.columns).max() ?? 0, 8), rect.width * 2 / 5)
    for (index, item) in shown.enumerated() {
      let row = rect.row + index
      let isSelected = top + index == selection && !picker.picksByDigit
      var line = StyledLine()
      if picker.picksByDigit {
        line.add(" \(top + index + 1) ", theme[.key])
      } else {
        line.add(isSelected ? symbols.cursor : " ", theme[isSelected ? .focusedTitle : .text])
        line.add(item.isOn ? "\(symbols.sent) " : "  ", theme[.good])
      }
      canvas.targets.note(
        .choice(top + index), in: Rect(row: row, column: rect.column, width: rect.width, height: 1))
      let isPossible = item.refusal == nil
      line.add(
        titles[index].truncated(to: titleWidth, ellipsis: symbols.ellipsis).padded(to: titleWidth),
        theme[isPossible ? .text : .muted])
      line.add("  \(oneLine(item.detail))", theme[.muted])
      canvas.put(line, row: row, column: rect.column, maxWidth: rect.width - 1, ellipsis: symbols.ellipsis)
      if isSelected {
        canvas.lay(
          .selection, under: Rect(row: row, column: rect.column, width: rect.width, height: 1), theme: theme)
      }
    }
    if top > 0 { canvas.put(symbols.up, row: rect.row, column: rect.endColumn - 1, style: theme[.muted]) }
    if top + rect.height < items.count {
      canvas.put(symbols.down, row: rect.endRow - 1, column: rect.endColumn - 1, style: theme[.muted])
    }
  }

  private func pickerTitle(_ picker: Picker) -> SafeText {
    switch picker.purpose {
    case .transfer(let id, _): "Pass #\(id) on to"
    case .snooze(let id): "Set #\(id) aside until"
    case .priority(let id): "Priority of #\(id)"
    case .label(let id): "Labels of #\(id)"
    case .log(let id): "What was done to #\(id)"
    case .search: "Search all dialogs"
    case .openLink: "Open a link"
    case .copyLink: "Copy a link"
    case .tab: "Tabs"
    case .export(let id): "Write #\(id) down as"
    case .canned: "Canned replies"
    case .macro(let id): "Macros, for #\(id)"
    case .macroValue:
      state.macroRun.map { "\(oneLine($0.macro.title))\(dot)\(oneLine($0.question?.question ?? ""))" } ?? "Macro"
    case .macroReport: state.macroRun.map { "\(oneLine($0.macro.title))\(dot)#\($0.dialogID)" } ?? "Macro"
    }
  }

  private func emptyPicker(_ picker: Picker) -> SafeText {
    switch picker.purpose {
    case .canned: "No reply has that. Enter writes it as text, the slash before it."
    case .macroValue: "Nothing is typed yet."
    default: "Nothing is left of that."
    }
  }

  private func pickerInvitation(_ picker: Picker) -> String {
    switch picker.purpose {
    case .snooze: "or type a time: 45m, 17:00, fri 14:00"
    case .label: "type a label, new or old"
    case .search: "words to find"
    case .canned: "type to narrow; / again writes a slash"
    case .macroValue: (state.macroRun?.question?.choices.isEmpty ?? true) ? "type it" : "type to narrow"
    case .macroReport: ""
    default: "type to narrow"
    }
  }
}
