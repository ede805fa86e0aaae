import ChatProtocol
import ConsoleModel
import LiveLink

extension Scene {
  /// Draws the open dialog; returns the height of its messages, where they came to rest, and the newest that is shown.
  func drawChat(
    on canvas: inout Canvas, in rect: Rect, density: Panes.Density, isResting: Bool = false, cache: inout LayoutCache
  ) -> (messageLines: Int, scroll: ScrollPosition, newest: MessageID?, messages: ClosedRange<MessageID>?) {
    guard !rect.isEmpty else { return (0, .bottom, nil, nil) }
    guard let conversation = state.conversation else {
      drawNoChat(on: &canvas, in: rect, density: density)
      return (0, .bottom, nil, nil)
    }
    canvas.targets.note(.conversation(conversation.dialogID), in: rect)
    let columns = MessageColumns(
      width: rect.width, limit: state.settings.messageColumns, clock: state.settings.timeFormat.columns)
    var body = rect
    if density == .full { drawChatHeader(conversation, on: &canvas, in: takeHeader(of: &body, on: &canvas)) }
    if density == .full { drawBrief(conversation, on: &canvas, in: &body) }
    let composer = ComposerPane(scene: self, conversation: conversation, columns: columns, density: density, room: body)
    let writing = body.takeBottom(composer.height)
    canvas.targets.note(.composer(conversation.dialogID), in: writing)
    composer.draw(on: &canvas, in: writing, isResting: isResting)
    if density == .full { drawActivity(conversation, isResting: isResting, on: &canvas, in: body.takeBottom(1)) }
    if let search = state.search, search.dialogID == conversation.dialogID {
      drawSearch(search, on: &canvas, in: body.takeBottom(1))
    }

    if let proposal = ProposalPane(scene: self, conversation: conversation, columns: columns, room: body) {
      proposal.draw(on: &canvas, in: body.takeBottom(proposal.height))
    }

    guard let link = state.links[conversation.dialogID], !isEmptyChat(conversation, link) else {
      drawEmptyChat(on: &canvas, in: body)
      return (body.height, .bottom, nil, nil)
    }
    let transcript = Transcript(scene: self, conversation: conversation, link: link, columns: columns)
    cache.beginFrame(width: columns.textWidth)
    let window = TranscriptWindow(transcript, scroll: conversation.scroll, height: body.height, cache: &cache)
    // What there is stands at the bottom, beside the composer, where the eye is.
    let top = body.endRow - window.places.count
    for (index, place) in window.places.enumerated() {
      canvas.put(
        transcript.line(place, &cache), row: top + index, column: body.column, maxWidth: body.width,
        ellipsis: symbols.ellipsis)
    }
    return (
      body.height, window.scroll, transcript.newestMessage(in: window.places), transcript.messages(in: window.places)
    )
  }

  // MARK: Header

  private func drawChatHeader(_ conversation: Conversation, on canvas: inout Canvas, in rect: Rect) {
    let entry = openEntry
    let hasKeys = state.mode == .conversation || state.mode == .compose
    var title = StyledLine(" ", theme[.text])
    title.add(
      visitorName(entry, id: conversation.dialogID).truncated(to: max(8, rect.width / 2), ellipsis: symbols.ellipsis),
      theme[hasKeys ? .focusedTitle : .strong])
    if entry?.dialog.visitorOnline == true { title.add(" \(symbols.online)", theme[.good]) }
    title.add("  #\(conversation.dialogID)", theme[.muted])
    if state.showsBoard, let unread = entry?.unread, unread.count > 0 {
      title.add("  (\(min(unread.count, 999))\(unread.isAtLeast ? "+" : ""))", theme[.fresh])
    }
    if state.board.pinned.contains(conversation.dialogID) { title.add("\(dot)pinned", theme[.muted]) }
    if conversation.earlierOf != nil { title.add("\(dot)earlier dialog, to read", theme[.caution]) }
    if let presence = entry.flatMap(presence) { title.add("\(dot)\(presence)", theme[.muted]) }
    if let channel = entry?.dialog.channelType { title.add("\(dot)\(oneLine(channel))", theme[.muted]) }
    if let entry, !entry.marks.isEmpty {
      title.add("  ", theme[.text])
      title.add(markLine(entry.marks, until: true))
    }
    let state = entry.map(handoffTitle) ?? StyledLine()
    let used = canvas.put(
      title, row: rect.row, column: rect.column, maxWidth: max(0, rect.width - state.columns - 1),
      ellipsis: symbols.ellipsis)
    putRight(state, on: &canvas, in: rect.rows(0..<1), after: used)
    if let entry {
      canvas.put(
        handoffReasonLine(entry), row: rect.row + 1, column: rect.column, maxWidth: rect.width - 1,
        ellipsis: symbols.ellipsis)
    }
  }

  /// Who has the dialog and for how long somebody has been waited for: the right end of the header.
  private func handoffTitle(_ entry: DialogEntry) -> StyledLine {
    let mark = holderMark(entry)
    let words: SafeText
    switch entry.holder {
    case .nobodyYet(let since):
      words = since.map { "waiting \(elapsed(since: $0))" } ?? "waiting"
    case .me where entry.awaitedSince != nil:
      words = "yours\(takenOverSince(entry))\(dot)waits \(entry.awaitedSince.map(elapsed) ?? .empty)"
    case .me: words = "yours\(takenOverSince(entry))"
    case .other(let manager): words = "\(managerName(manager).truncated(to: 20)) has it\(takenOverSince(entry))"
    case .assistant: words = "AI answers"
    }
    return styled(
      "\(mark.glyph) \(words.truncated(to: 40, ellipsis: symbols.ellipsis)) ", waitRole(entry) ?? mark.role)
  }

  /// Whether the visitor is there, where the server says so.
  private func presence(_ entry: DialogEntry) -> SafeText? {
    guard let isOnline = entry.dialog.visitorOnline else { return nil }
    if isOnline { return "online" }
    return entry.visitorLastSeen.map { "offline since \(environment.local($0).short(today: now))" } ?? "offline"
  }

  private func takenOverSince(_ entry: DialogEntry) -> SafeText {
    entry.dialog.handoffStartedAt.map { " since \(environment.local($0).short(today: now))" } ?? .empty
  }

  /// Why and since when: the header's second line.
  private func handoffReasonLine(_ entry: DialogEntry) -> StyledLine {
    var line = StyledLine(" ", theme[.muted])
    let dialog = entry.dialog
    switch entry.holder {
    case .nobodyYet, .me, .other:
      if let position = entry.queuePosition {
        line.add("queue \(position) of \(state.list.waitingCount)\(dot)", theme[.muted])
      }
      line.add("why ", theme[.muted])
      line.add(why(entry) ?? styled("not said", .muted))
    case .assistant:
      line.add(assistantNote(dialog), theme[.muted])
    }
    return line
  }

  private func assistantNote(_ dialog: Dialog) -> SafeText {
    guard let resolved = dialog.handoffResolvedAt else { return "No human was asked for." }
    let when = environment.local(resolved).short(today: now)
    return dialog.handoffStatus == .cancelled
      ? "The request for a human was withdrawn, \(when)." : "Given back to the AI, \(when)."
  }

  // MARK: Between messages and composer

  /// The rule above the composer carries what comes and goes, so that nothing else has to move for it.
  private func drawActivity(
    _ conversation: Conversation, isResting: Bool, on canvas: inout Canvas, in rect: Rect
  ) {
    guard !rect.isEmpty else { return }
    let title = drawComposerRule(on: &canvas, in: rect)
    var used = 0
    let others = othersLine(conversation)
    if let offers = completionLine {
      used = canvas.put(
        offers, row: rect.row, column: rect.column + 1, maxWidth: rect.width - 2, ellipsis: symbols.ellipsis)
    } else if !others.isEmpty {
      used = canvas.put(
        others, row: rect.row, column: rect.column + 1, maxWidth: rect.width - 2, ellipsis: symbols.ellipsis)
    }
    if let title { putOnRule(title.text, title.role, on: &canvas, in: rect, after: used) }
    if let count = composerCount {
      putRight(
        count, on: &canvas, in: Rect(row: rect.row, column: rect.column, width: rect.width - 1, height: 1),
        after: used)
    } else if isResting, let phase = state.openLink?.phase, !phase.isLive {
      // The status bar tells about the open dialog only.
      putRight(
        styled(" \(symbols.connecting) not live ", .caution), on: &canvas,
        in: Rect(row: rect.row, column: rect.column, width: rect.width - 1, height: 1), after: used)
    } else if conversation.newBelow > 0 {
      putRight(
        styled(" \(conversation.newBelow) new below \(symbols.down) ", .fresh), on: &canvas,
        in: Rect(row: rect.row, column: rect.column, width: rect.width - 1, height: 1), after: used)
    } else if conversation.scroll != .bottom {
      putRight(
        styled(" more below \(symbols.down) ", .muted), on: &canvas,
        in: Rect(row: rect.row, column: rect.column, width: rect.width - 1, height: 1), after: used)
    }
  }

  /// The line above the composer. Above a note it is another line. Returns what it has to say: who will read it.
  private func drawComposerRule(on canvas: inout Canvas, in rect: Rect) -> (text: SafeText, role: Role)? {
    guard state.isComposing, state.openKind == .note else {
      let style = theme[state.isComposing && state.openComposer?.isFormerNote == true ? .alarm : .rule]
      canvas.hline(row: rect.row, column: rect.column, width: rect.width, symbols.border, style: style)
      guard state.isComposing, state.openComposer?.isFormerNote == true else { return nil }
      return (" this was a NOTE: the visitor will read it ", .danger)
    }
    canvas.fill(rect, symbols.noteRule, style: theme[.note])
    return (" NOTE\(dot)for operators only ", .note)
  }

  /// Puts a title in the middle of the rule, or further right where something else stands there. It is never cut at its
  /// beginning: the word that matters is the first.
  private func putOnRule(_ title: SafeText, _ role: Role, on canvas: inout Canvas, in rect: Rect, after used: Int) {
    let middle = max(1, (rect.width - title.columns) / 2)
    let start = max(middle, used > 0 ? used + 2 : 0)
    canvas.put(
      title, row: rect.row, column: rect.column + start, style: theme[role], maxWidth: max(0, rect.width - 1 - start))
  }

  /// What Tab would put in.
  private var completionLine: StyledLine? {
    let offers = state.inlineCompletions
    guard !offers.isEmpty else { return nil }
    var line = StyledLine(" Tab ", theme[.key])
    for (index, offer) in offers.enumerated() {
      line.add(oneLine(offer.label).truncated(to: 24), theme[index == 0 ? .strong : .muted])
      line.add("  ", theme[.muted])
    }
    return line
  }

  /// How long the text is, once that matters.
  private var composerCount: StyledLine? {
    guard state.isComposing, let length = state.openComposer?.length, length >= Composer.countFrom else { return nil }
    let isTooLong = length > ConsoleState.messageLimit
    return styled(" \(length)/\(ConsoleState.messageLimit) ", isTooLong ? .alarm : .caution)
  }

  /// Who types and who looks, the visitor first.
  private func othersLine(_ conversation: Conversation) -> StyledLine {
    var line = StyledLine()
    guard let entry = openEntry else { return line }
    let names = entry.typists.map { typistName($0, in: entry) }
    if let first = names.first {
      let all = names.dropFirst().reduce(first) { "\($0) and \($1)" }
      line.add(" \(all) \(names.count > 1 ? "are" : "is") typing\(symbols.ellipsis) ", theme[.visitor])
    }
    let viewers = state.othersViewing(entry)
    if !viewers.isEmpty {
      line.add(
        " \(symbols.viewing) \(self.names(viewers)) \(viewers.count > 1 ? "are" : "is") looking ", theme[.others])
    }
    return line
  }

  // MARK: Nothing to show

  private func isEmptyChat(_ conversation: Conversation, _ link: LiveLink) -> Bool {
    link.timeline.isEmpty && state.outbox.rows(of: conversation.dialogID).isEmpty
  }

  private func drawEmptyChat(on canvas: inout Canvas, in rect: Rect) {
    let sentence: SafeText
    if state.openLink?.isLoaded == true {
      sentence = "No messages yet. What the visitor writes appears here."
    } else if case .stopped = state.openLink?.phase {
      sentence = "The messages could not be read."
    } else {
      sentence = "Reading the messages\(symbols.ellipsis)"
    }
    drawSentence(sentence, on: &canvas, in: rect)
  }

  private func drawNoChat(on canvas: inout Canvas, in rect: Rect, density: Panes.Density) {
    var body = rect
    if density == .full { _ = takeHeader(of: &body, on: &canvas) }
    guard !state.list.shown.isEmpty else { return }
    drawSentence("No dialog is open. Enter opens the one under the cursor.", on: &canvas, in: body)
  }
}
