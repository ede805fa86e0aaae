import ChatProtocol
import ConsoleModel
import LiveLink

/// The hand-off brief: what an operator should know before it answers, above the messages.
extension Scene {
  /// Why a human was asked for: the rule in words, and the reason as the server has it where that says more.
  func why(_ entry: DialogEntry) -> StyledLine? {
    guard let brief = state.brief(of: entry.id) else { return nil }
    var line = StyledLine()
    if let rule = brief.rule { line.add(oneLine(rule), theme[.text]) }
    if let reason = brief.reason {
      let text = oneLine(reason)
      if !line.isEmpty { line.add(": ", theme[.muted]) }
      line.add(text, theme[.text])
    }
    return line.isEmpty ? nil : line
  }

  /// Draws what is asked and what was tried, and the rule below it, for as long as nobody has answered the visitor.
  func drawBrief(_ conversation: Conversation, on canvas: inout Canvas, in body: inout Rect) {
    guard let entry = openEntry, needsBrief(entry), let brief = state.brief(of: entry.id) else { return }
    // Where there is little room, only for what neither the header nor the last messages tell.
    guard body.height >= (brief.attempts.isEmpty && brief.language == nil ? 28 : 15) else { return }
    let lines = briefLines(brief)
    guard !lines.isEmpty else { return }
    let rows = body.takeTop(lines.count)
    for (index, line) in lines.enumerated() {
      canvas.put(
        line, row: rows.row + index, column: rows.column, maxWidth: rows.width - 1, ellipsis: symbols.ellipsis)
    }
    let rule = body.takeTop(1)
    canvas.hline(
      row: rule.row, column: rule.column + 1, width: rule.width - 2, symbols.border, style: theme[.rule])
  }

  private func needsBrief(_ entry: DialogEntry) -> Bool {
    switch entry.holder {
    case .assistant, .other: return false
    case .nobodyYet: return true
    case .me:
      // Once the operator has answered, the messages say more than the brief.
      let last = state.openLink?.timeline.lastReply
      guard let at = last?.timestamp else { return last == nil }
      return entry.dialog.handoffStartedAt.map { at < $0 } ?? false
    }
  }

  private func briefLines(_ brief: Brief) -> [StyledLine] {
    var lines: [StyledLine] = []
    if let question = brief.question {
      var line = styled(" asked  ", .muted)
      line.add("“\(oneLine(question))”", theme[.strong])
      if brief.unanswered > 1 { line.add("  \(brief.unanswered) unanswered", theme[.waiting]) }
      lines.append(line)
    }
    if !brief.attempts.isEmpty {
      var line = styled(" tried  ", .muted)
      for (index, attempt) in brief.attempts.prefix(4).enumerated() {
        if index > 0 { line.add(dot, theme[.rule]) }
        line.add(oneLine(attempt), theme[.text])
      }
      lines.append(line)
    }
    if brief.language != nil || brief.waitedBefore != nil {
      var line = styled(" about  ", .muted)
      if let language = brief.language { line.add("writes \(oneLine(language))", theme[.text]) }
      if let waited = brief.waitedBefore {
        if brief.language != nil { line.add(dot, theme[.rule]) }
        line.add("unanswered for \(words(waited)) before a human was asked for", theme[.text])
      }
      lines.append(line)
    }
    return lines
  }

  /// `40s`, `12m`, `1h05m`.
  func words(_ duration: Duration) -> SafeText {
    let seconds = duration.components.seconds
    if seconds < 60 { return "\(max(0, seconds))s" }
    return elapsed(since: state.clock.now.advanced(by: .zero - duration))
  }
}

extension LiveLink.Phase {
  /// Whether the socket is open and nothing is missing.
  var isLive: Bool { if case .live = self { true } else { false } }
}
