import ConsoleModel

extension Scene {
  /// What may follow a prefix key, in a box at the lower right, for an operator who hesitates.
  func drawKeyPopup(on canvas: inout Canvas, over rect: Rect) {
    guard let pending = state.pendingKeys, pending.isShown else { return }
    let rows = state.keymap.continuations(of: pending.keys, in: pending.mode).map { continuation in
      let isPossible = continuation.command.map { Verb($0.verb).isAvailable(in: state) == .yes } ?? true
      return (key: SafeText(continuation.key.label), title: oneLine(continuation.title), isPossible: isPossible)
    }
    let title: SafeText = "\(pending.keys.label)\(dot)\(Verb.prefixTitle(pending.keys))"
    let keysWidth = rows.map(\.key.columns).max() ?? 0
    let wanted = max(title.columns + 6, keysWidth + 6 + (rows.map(\.title.columns).max() ?? 0))
    var box = rect
    box = box.takeBottom(rows.count + 2)
    let width = min(wanted, box.width)
    box = Rect(row: box.row, column: box.endColumn - width, width: width, height: box.height)
    canvas.targets.note(.window, in: box)
    canvas.fill(box, style: theme[.text])
    let inside = box.inset()
    for (index, row) in rows.prefix(inside.height).enumerated() {
      var line = styled(" \(row.key.padded(to: keysWidth))  ", row.isPossible ? .key : .muted)
      line.add(row.title, theme[row.isPossible ? .text : .muted])
      canvas.put(
        line, row: inside.row + index, column: inside.column, maxWidth: inside.width, ellipsis: symbols.ellipsis)
    }
    drawBox(box, title: title, on: &canvas)
  }

  /// Lays the ground of a window under what is drawn in a rectangle, and frames it. What has a ground of its own, such
  /// as the line under the cursor, keeps it.
  func drawBox(_ box: Rect, title: SafeText, on canvas: inout Canvas) {
    let ground = theme[.overlay]
    canvas.restyle(box) { style in
      if style.background == .standard { style.background = ground.background }
      style.attributes.formUnion(ground.attributes)
    }
    canvas.box(
      box, symbols.border, title: title, style: theme[.rule].on(theme[.overlay].background),
      titleStyle: theme[.focusedTitle].on(theme[.overlay].background))
  }
}
