import ChatProtocol
import ConsoleModel

extension Scene {
  /// Draws the list with its header; returns how many dialogs it has room for.
  func drawList(on canvas: inout Canvas, in rect: Rect, density: Panes.Density) -> Int {
    guard !rect.isEmpty else { return 0 }
    canvas.targets.note(.list, in: rect)
    var body = rect
    var header = Rect.none
    if density == .full {
      header = takeHeader(of: &body, on: &canvas)
    } else if state.filterInput != nil || !state.list.filter.isEmpty {
      drawFilter(on: &canvas, in: body.takeTop(1))
    }

    let row = ListRow(width: body.width)
    let capacity = body.height / row.height
    let visible = visibleRange(capacity: capacity)
    if density == .full { drawListHeader(visible, on: &canvas, in: header) }
    if state.list.shown.isEmpty { drawEmptyList(on: &canvas, in: body) }
    for (index, id) in state.list.shown[visible].enumerated() {
      guard let entry = state.list.entries[id] else { continue }
      let place = Rect(row: body.row + index * row.height, column: body.column, width: body.width, height: row.height)
      row.draw(entry, on: &canvas, in: place, scene: self)
      canvas.targets.note(.dialog(id), in: place)
      if id == state.list.selection {
        canvas.lay(listHasKeys ? .selection : .restingSelection, under: place, theme: theme)
      }
    }
    return capacity
  }

  private var listHasKeys: Bool { state.mode == .list || state.mode == .filter }

  /// The part of the list on the screen. The model keeps the cursor in it, but learns of a new height only after this
  /// frame.
  private func visibleRange(capacity: Int) -> Range<Int> {
    let list = state.list
    let count = list.shown.count
    var top = max(0, min(list.top, count - capacity))
    if let selection = list.selection, capacity > 0,
      !list.shown[top..<min(count, top + capacity)].contains(selection),
      let index = list.shown.firstIndex(of: selection)
    {
      top = index < top ? index : index - capacity + 1
    }
    return top..<min(count, top + capacity)
  }

  // MARK: Header

  private func drawListHeader(_ visible: Range<Int>, on canvas: inout Canvas, in rect: Rect) {
    var title = StyledLine(" ", theme[.text])
    title.add("Dialogs", theme[listHasKeys ? .focusedTitle : .strong])
    title.add("  \(position(visible))", theme[.muted])
    let used = canvas.put(title, row: rect.row, column: rect.column, maxWidth: rect.width)
    putRight(orderNote, on: &canvas, in: rect.rows(0..<1), after: used)

    let second = rect.rows(1..<2)
    // A filter that is a tab's stands in the strip already.
    if state.filterInput != nil || state.openTab == nil {
      drawFilter(on: &canvas, in: second)
    } else {
      drawTabs(on: &canvas, in: second)
    }
  }

  /// Which dialogs are on the screen, of how many: `14`, `3 of 14`, `20-38 of 57`; and where the server has more than
  /// are listed, of how many those are a part: `481-500 of 500 (of 100000)`.
  private func position(_ visible: Range<Int>) -> SafeText {
    let shown = state.list.shown.count
    let listed = state.list.entries.count
    let total = max(listed, state.health.totalDialogs ?? 0)
    let all: SafeText = total > listed ? "\(listed) (of \(total))" : "\(listed)"
    let filtering: SafeText = state.list.isFiltering ? "\(symbols.ellipsis)" : .empty
    if visible.count < shown {
      let range: SafeText = "\(visible.lowerBound + 1)-\(visible.upperBound) of "
      return state.list.filter.isEmpty ? "\(range)\(all)" : "\(range)\(shown)\(filtering)"
    }
    return shown < total || state.list.isFiltering ? "\(shown)\(filtering) of \(all)" : "\(shown)"
  }

  private var orderNote: StyledLine {
    guard state.list.isFrozen, state.list.displaced > 0 else { return StyledLine() }
    return styled("\(state.list.displaced) moved, order held ", .caution)
  }

  private func drawFilter(on canvas: inout Canvas, in rect: Rect) {
    guard !rect.isEmpty else { return }
    var line = styled(" filter \(symbols.prompt) ", .key)
    let room = max(0, rect.width - line.columns - 1)
    if let input = state.filterInput {
      let shown = input.visiblePart(width: room)
      let start = rect.column + line.columns
      line.add(shown.text, theme[.text])
      canvas.cursor = Position(row: rect.row, column: min(start + shown.cursor, rect.endColumn - 1))
    } else {
      line.add(oneLine(state.list.filter.text), theme[.strong])
    }
    canvas.put(line, row: rect.row, column: rect.column, maxWidth: rect.width, ellipsis: symbols.ellipsis)
  }

  // MARK: Nothing to show

  private func drawEmptyList(on canvas: inout Canvas, in rect: Rect) {
    let sentence: SafeText
    if state.list.isFiltering {
      sentence = "Looking\(symbols.ellipsis)"
    } else if !state.list.filter.isEmpty, !state.list.entries.isEmpty {
      let isPart = state.list.entries.count < state.health.totalDialogs ?? 0
      sentence =
        isPart
        ? "None of the \(state.list.entries.count) dialogs that are listed matches the filter. Esc clears it."
        : "No dialog matches the filter. Esc clears it."
    } else if state.health.listLoadedAt != nil {
      sentence = "No dialogs yet. A visitor who writes to one of your assistants appears here by itself."
    } else if let failure = state.health.failure {
      sentence = "The list could not be read: \(oneLine(failure.description)). Trying again by itself."
    } else {
      sentence = "Reading the dialogs\(symbols.ellipsis)"
    }
    drawSentence(sentence, on: &canvas, in: rect)
  }

  /// A sentence in the upper middle of an empty pane.
  func drawSentence(_ sentence: SafeText, on canvas: inout Canvas, in rect: Rect) {
    let width = min(rect.width - 4, 56)
    let lines = sentence.wrapped(to: width).prefix(max(0, rect.height))
    let top = rect.row + max(0, (rect.height - lines.count) / 3)
    let left = rect.column + max(0, (rect.width - (lines.map(\.columns).max() ?? 0)) / 2)
    for (index, line) in lines.enumerated() {
      canvas.put(line, row: top + index, column: left, style: theme[.muted])
    }
  }

  /// Puts a line at the right end of a row if it fits after `used` cells.
  func putRight(_ line: StyledLine, on canvas: inout Canvas, in rect: Rect, after used: Int) {
    guard line.columns + used + 1 <= rect.width else { return }
    canvas.put(line, row: rect.row, column: rect.endColumn - line.columns)
  }
}

extension Rect {
  /// Some of its rows, counted from its top.
  func rows(_ range: Range<Int>) -> Rect {
    Rect(
      row: row + range.lowerBound, column: column, width: width,
      height: min(range.upperBound, height) - range.lowerBound)
  }
}
