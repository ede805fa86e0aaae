import ChatProtocol
import ConsoleModel

extension Scene {
  /// Draws the hand-offs as they came, the newest at the bottom; returns the last line that is shown.
  func drawMonitor(on canvas: inout Canvas, in rect: Rect, density: Panes.Density) -> Int? {
    var body = rect
    let entries = state.monitored
    if density == .full { drawMonitorHeader(entries, on: &canvas, in: takeHeader(of: &body, on: &canvas)) }
    guard !entries.isEmpty else {
      let what: SafeText = state.monitor.only.map { " of the kind “\($0.word)”" } ?? .empty
      drawSentence(
        "No hand-off\(what) since this console began to listen. They appear here as they come.", on: &canvas, in: body)
      return nil
    }
    let selected = state.monitor.selection.flatMap { id in entries.firstIndex { $0.id >= id } }
    let end = monitorEnd(entries, selected: selected, height: body.height)
    let shown = entries[max(0, end - body.height)..<end]
    // What there is stands at the bottom, where the next line comes.
    let top = body.endRow - shown.count
    for (index, entry) in shown.enumerated() {
      let row = Rect(row: top + index, column: body.column, width: body.width, height: 1)
      canvas.put(
        monitorLine(entry, width: body.width), row: row.row, column: row.column, maxWidth: row.width - 1,
        ellipsis: symbols.ellipsis)
      canvas.targets.note(.logLine(entry.id), in: row)
      if shown.startIndex + index == selected {
        canvas.put(symbols.cursor, row: row.row, column: row.column, style: theme[.focusedTitle])
        canvas.lay(.selection, under: row, theme: theme)
      }
    }
    return shown.last?.id
  }

  /// Behind which line the screen ends: while a line is under the cursor the lines stand still, and move just as far as
  /// is needed to have it among them.
  private func monitorEnd(_ entries: [HandoffLog.Entry], selected: Int?, height: Int) -> Int {
    guard let selected, height > 0 else { return entries.count }
    let last = state.monitor.lastShown.flatMap { id in entries.lastIndex { $0.id <= id } }
    let end = last.map { min(max($0, selected) + 1, selected + height) } ?? selected + 1 + height / 3
    return min(entries.count, max(end, height))
  }

  private func drawMonitorHeader(_ entries: [HandoffLog.Entry], on canvas: inout Canvas, in rect: Rect) {
    var title = StyledLine(" ", theme[.text])
    title.add("Hand-offs", theme[.focusedTitle])
    title.add("  \(entries.count)", theme[.muted])
    if let only = state.monitor.only { title.add("\(dot)only \(only.word)", theme[.caution]) }
    let used = canvas.put(title, row: rect.row, column: rect.column, maxWidth: rect.width)
    putRight(
      state.monitor.selection == nil ? styled("follows ", .good) : styled("held: G follows ", .caution), on: &canvas,
      in: rect.rows(0..<1), after: used)
    var second = StyledLine(" ", theme[.muted])
    second.add("\(state.list.waitingCount) waiting", theme[state.list.waitingCount > 0 ? .waiting : .muted])
    if let longest = longestWait { second.add("\(dot)longest \(longest.words)", theme[longest.role]) }
    canvas.put(second, row: rect.row + 1, column: rect.column, maxWidth: rect.width, ellipsis: symbols.ellipsis)
  }

  /// How long the first of the queue has waited.
  var longestWait: (words: SafeText, role: Role)? {
    guard let id = state.list.waiting.first, let entry = state.list.entries[id], let since = entry.waitingSince else {
      return nil
    }
    return (elapsed(since: since), holderMark(entry).role)
  }

  private func monitorLine(_ entry: HandoffLog.Entry, width: Int) -> StyledLine {
    let (glyph, role) = look(of: entry.kind)
    var line = StyledLine(" ", theme[.text])
    let local = environment.local(entry.at)
    line.add(SafeText(local.day == now.day ? local.clockWithSeconds : local.short(today: now)), theme[.muted])
    line.pad(to: 11)
    line.add("\(glyph) \(SafeText(entry.kind.word))", theme[role])
    line.pad(to: 26)
    let dialog = state.list.entries[entry.dialogID]
    let isWide = width >= 70
    line.add("#\(entry.dialogID) ", theme[.muted])
    line.add(
      visitorName(dialog, id: entry.dialogID).truncated(to: isWide ? 24 : 14, ellipsis: symbols.ellipsis),
      theme[.text])
    line.pad(to: isWide ? 58 : 48)
    var facts: [StyledLine] = []
    if let who = entry.who {
      facts.append(styled("\(by(entry.kind))\(oneLine(who).truncated(to: 20, ellipsis: symbols.ellipsis))", .others))
    }
    if let wait = entry.wait {
      facts.append(styled("\(before(entry.kind))\(words(wait))", entry.kind == .overdue ? .overdue : .text))
    }
    if let detail = entry.detail, !detail.isEmpty { facts.append(styled(oneLine(detail), .muted)) }
    for (index, fact) in facts.enumerated() {
      if index > 0 { line.add(dot, theme[.rule]) }
      line.add(fact)
    }
    return line
  }

  private func by(_ kind: HandoffLog.Kind) -> SafeText { kind == .transferred ? "to " : "by " }

  private func before(_ kind: HandoffLog.Kind) -> SafeText {
    switch kind {
    case .taken, .cancelled, .overdue: "waited "
    case .released, .transferred, .requeued, .requested: "after "
    }
  }

  private func look(of kind: HandoffLog.Kind) -> (glyph: SafeText, role: Role) {
    switch kind {
    case .requested, .requeued: (symbols.waiting, .waiting)
    case .overdue: (symbols.failed, .overdue)
    case .taken, .transferred: (symbols.others, .others)
    case .released, .cancelled: (symbols.assistant, .assistant)
    }
  }
}
