import ChatProtocol
import ConsoleModel
import LiveLink

extension Scene {
  /// Draws the visitor's facts and the hand-off's beside the messages.
  func drawContext(on canvas: inout Canvas, in rect: Rect) {
    guard !rect.isEmpty else { return }
    var body = rect
    let header = takeHeader(of: &body, on: &canvas)
    canvas.put(" Visitor", row: header.row, column: header.column, style: theme[.strong])
    guard let id = state.conversation?.dialogID else { return }
    let lines = detailLines(of: id, width: body.width - 1)
    for (index, line) in lines.prefix(body.height).enumerated() {
      canvas.put(
        line, row: body.row + index, column: body.column, maxWidth: body.width - 1, ellipsis: symbols.ellipsis)
    }
    if lines.count > body.height {
      putRight(
        styled("\(symbols.down) \(lines.count - body.height) more lines", .muted), on: &canvas, in: header.rows(1..<2),
        after: 0)
    }
  }

  /// All that is known of a dialog's visitor and its hand-off, as lines: for the pane, and for the window.
  func detailLines(of id: DialogID, width: Int) -> [StyledLine] {
    guard let entry = state.list.entries[id] else { return [styled(" Nothing is known of #\(id) yet.", .muted)] }
    var lines: [StyledLine] = []
    let groups = [
      visitorFacts(entry), handoffFactsTable(entry), briefFacts(entry), earlierFacts(entry), noteFacts(entry),
      otherDialogFacts(entry),
    ]
    for group in groups where !group.facts.isEmpty {
      if !lines.isEmpty { lines.append(StyledLine()) }
      if let title = group.title { lines.append(styled(" \(title)", .strong)) }
      for fact in group.facts { lines += self.lines(of: fact, width: width) }
    }
    return lines
  }

  private struct Fact {
    let label: SafeText
    let value: SafeText
    var role: Role = .text
    /// More lines than this of it are cut.
    var limit = 4
  }

  private static let labelWidth = 11

  private func lines(of fact: Fact, width: Int) -> [StyledLine] {
    let all = fact.value.wrapped(to: max(8, width - Self.labelWidth - 1))
    return all.prefix(fact.limit).enumerated().map { index, text in
      var line = StyledLine()
      if index == 0 { line.add(" \(fact.label)", theme[.muted]) }
      line.pad(to: 1 + Self.labelWidth)
      line.add(
        index == fact.limit - 1 && all.count > fact.limit ? "\(text)\(symbols.ellipsis)" : text, theme[fact.role])
      return line
    }
  }

  private func visitorFacts(_ entry: DialogEntry) -> (title: SafeText?, facts: [Fact]) {
    let dialog = entry.dialog
    var facts = [Fact(label: "name", value: visitorName(entry, id: entry.id), role: .strong)]
    if let guest = dialog.guestID, !guest.isEmpty {
      facts.append(Fact(label: "guest id", value: SafeText(guest, limit: 200)))
    }
    facts.append(Fact(label: "dialog", value: "#\(entry.id)"))
    if let channel = dialog.channelType { facts.append(Fact(label: "channel", value: oneLine(channel))) }
    if let assistant = dialog.assistantID { facts.append(Fact(label: "assistant", value: "\(assistant)")) }
    if let started = dialog.startedAt { facts.append(Fact(label: "began", value: moment(started))) }
    if let last = dialog.lastMessageAt { facts.append(Fact(label: "last line", value: moment(last))) }
    if let ended = dialog.endedAt { facts.append(Fact(label: "ended", value: moment(ended))) }
    return (nil, facts)
  }

  private func handoffFactsTable(_ entry: DialogEntry) -> (title: SafeText?, facts: [Fact]) {
    let dialog = entry.dialog
    let mark = holderMark(entry)
    let holder: SafeText =
      switch entry.holder {
      case .me: "you"
      case .nobodyYet: "nobody yet"
      case .assistant, .other: mark.word
      }
    var facts = [Fact(label: "with", value: "\(mark.glyph) \(holder)", role: mark.role)]
    guard entry.holder != .assistant else { return ("Hand-off", facts) }
    if let since = entry.waitingSince {
      facts.append(Fact(label: "waiting", value: elapsed(since: since), role: mark.role))
    }
    if let position = entry.queuePosition {
      facts.append(Fact(label: "in queue", value: "\(position) of \(state.list.waitingCount)"))
    }
    if let priority = entry.priority { facts.append(Fact(label: "priority", value: oneLine(priority), role: .waiting)) }
    if let asked = dialog.handoffRequestedAt { facts.append(Fact(label: "asked", value: moment(asked))) }
    if let taken = dialog.handoffStartedAt { facts.append(Fact(label: "taken over", value: moment(taken))) }
    return ("Hand-off", facts)
  }

  /// The brief: why, what is asked, what the AI tried.
  private func briefFacts(_ entry: DialogEntry) -> (title: SafeText?, facts: [Fact]) {
    guard let brief = state.brief(of: entry.id) else { return (nil, []) }
    var facts: [Fact] = []
    if let rule = brief.rule { facts.append(Fact(label: "why", value: oneLine(rule))) }
    if let reason = brief.reason {
      facts.append(Fact(label: brief.rule == nil ? "why" : "reason", value: oneLine(reason)))
    }
    if let question = brief.question {
      facts.append(Fact(label: "question", value: oneLine(question), role: .strong, limit: 6))
    }
    if brief.unanswered > 1 { facts.append(Fact(label: "unanswered", value: "\(brief.unanswered) messages")) }
    for (index, attempt) in brief.attempts.prefix(6).enumerated() {
      facts.append(Fact(label: index == 0 ? "AI tried" : "", value: oneLine(attempt)))
    }
    if let language = brief.language { facts.append(Fact(label: "language", value: oneLine(language))) }
    if let waited = brief.waitedBefore { facts.append(Fact(label: "before", value: "\(words(waited)) unanswered")) }
    return ("Brief", facts)
  }

  /// The operators' latest notes to each other.
  private func noteFacts(_ entry: DialogEntry) -> (title: SafeText?, facts: [Fact]) {
    let notes = state.links[entry.id]?.timeline.latestNotes(4) ?? []
    return (
      "Notes",
      notes.map { note in
        let who: SafeText = note.author.map { managerName($0) } ?? "operator"
        return Fact(label: who.truncated(to: 10, ellipsis: symbols.ellipsis), value: oneLine(note.text), role: .caution)
      }
    )
  }

  /// The visitor's other dialogs, as far as they are listed.
  private func otherDialogFacts(_ entry: DialogEntry) -> (title: SafeText?, facts: [Fact]) {
    let others = state.list.otherDialogs(ofVisitorIn: entry.id)
    var facts = others.prefix(6).map { other in
      let at = other.lastLine?.at ?? other.dialog.lastMessageAt
      let when: SafeText = at.map { "\(environment.local($0).short(today: now))\(dot)" } ?? .empty
      return Fact(label: "#\(other.id)", value: "\(when)\(oneLine(other.lastLine?.text ?? ""))", role: .muted, limit: 2)
    }
    if others.count > 6 {
      facts.append(Fact(label: "", value: "and \(others.count - 6) more: H lists them", role: .muted))
    }
    return ("Earlier dialogs", facts)
  }

  /// What the hand-off came to before, while the AI has the dialog.
  private func earlierFacts(_ entry: DialogEntry) -> (title: SafeText?, facts: [Fact]) {
    let dialog = entry.dialog
    guard entry.holder == .assistant else { return (nil, []) }
    var facts: [Fact] = []
    if let reason = dialog.handoffReason, !reason.isEmpty { facts.append(Fact(label: "why", value: oneLine(reason))) }
    if let asked = dialog.handoffRequestedAt { facts.append(Fact(label: "asked", value: moment(asked))) }
    if let taken = dialog.handoffStartedAt { facts.append(Fact(label: "taken over", value: moment(taken))) }
    if let resolved = dialog.handoffResolvedAt {
      facts.append(Fact(label: dialog.handoffStatus == .cancelled ? "withdrawn" : "released", value: moment(resolved)))
    }
    return ("Earlier hand-off", facts)
  }

  /// `14:03`, with the day in front where it is not today.
  func moment(_ timestamp: Timestamp) -> SafeText {
    let local = environment.local(timestamp)
    return local.day == now.day ? SafeText(local.clock) : "\(local.dayTitle(today: now)) \(local.clock)"
  }
}
