import ChatProtocol
import ConsoleModel

extension Scene {
  /// Draws the visitor's facts and the hand-off's beside the messages.
  func drawContext(on canvas: inout Canvas, in rect: Rect) {
    guard !rect.isEmpty else { return }
    var body = rect
    let header = takeHeader(of: &body, on: &canvas)
    canvas.put(" Visitor", row: header.row, column: header.column, style: theme[.strong])
    guard let entry = openEntry else { return }
    let groups = [visitorFacts(entry), handoffFactsTable(entry), earlierFacts(entry)].filter { !$0.facts.isEmpty }
    for (index, group) in groups.enumerated() {
      if index > 0 { _ = body.takeTop(1) }
      if let title = group.title {
        let row = body.takeTop(1)
        canvas.put(title, row: row.row, column: row.column + 1, style: theme[row.isEmpty ? .text : .strong])
      }
      for fact in group.facts { drawFact(fact, on: &canvas, in: &body) }
    }
  }

  private struct Fact {
    let label: SafeText
    let value: SafeText
    var role: Role = .text
  }

  private static let labelWidth = 11

  private func drawFact(_ fact: Fact, on canvas: inout Canvas, in body: inout Rect) {
    let left = body.column + 1 + Self.labelWidth
    let lines = fact.value.wrapped(to: body.width - Self.labelWidth - 2).prefix(4)
    for (index, line) in lines.enumerated() {
      let row = body.takeTop(1)
      guard !row.isEmpty else { return }
      if index == 0 { canvas.put(fact.label, row: row.row, column: row.column + 1, style: theme[.muted]) }
      canvas.put(line, row: row.row, column: left, style: theme[fact.role])
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
    if let reason = dialog.handoffReason, !reason.isEmpty { facts.append(Fact(label: "why", value: oneLine(reason))) }
    if let asked = dialog.handoffRequestedAt { facts.append(Fact(label: "asked", value: moment(asked))) }
    if let taken = dialog.handoffStartedAt { facts.append(Fact(label: "taken over", value: moment(taken))) }
    return ("Hand-off", facts)
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
    return ("Earlier", facts)
  }

  /// `14:03`, with the day in front where it is not today.
  private func moment(_ timestamp: Timestamp) -> SafeText {
    let local = environment.local(timestamp)
    return local.day == now.day ? SafeText(local.clock) : "\(local.dayTitle(today: now)) \(local.clock)"
  }
}
