import ChatProtocol
import ConsoleModel
import LiveLink

/// The open dialog's messages, hand-offs and replies on their way as one column of lines.
///
/// Nothing is laid out before it is asked for. Items count from 0: the stored messages, then the hand-offs since the
/// newest of them (one item, if there are any), then the replies on their way.
struct Transcript {
  let scene: Scene
  let dialogID: DialogID
  let columns: MessageColumns
  let timeline: Timeline
  let pending: [Outbox.Row]
  let speakers: Speakers
  private let firstUnread: MessageID?
  private let gaps: [GapMark]
  private let older: LiveLink.Older
  private let handoffs: [HandoffLine]
  /// Those that are newer than every message.
  private let latestHandoffs: [HandoffLine]

  init(scene: Scene, conversation: Conversation, link: LiveLink, columns: MessageColumns) {
    self.scene = scene
    self.columns = columns
    dialogID = conversation.dialogID
    timeline = link.timeline
    older = link.older
    pending = scene.state.outbox.rows(of: conversation.dialogID)
    firstUnread = conversation.firstUnread
    speakers = Speakers(scene: scene, entry: scene.openEntry, dialogID: dialogID)
    gaps = scene.state.gaps[dialogID] ?? []
    handoffs = scene.openEntry.map { HandoffLine.all(of: $0, scene: scene) } ?? []
    latestHandoffs = handoffs.filter { [newest = link.timeline.last] in $0.belongs(between: newest, and: nil) }
  }

  /// A place in the column: a line of an item.
  struct Place: Equatable {
    var item: Int
    var line: Int
  }

  /// The stored messages among some lines, from the oldest to the newest.
  func messages(in places: [Place]) -> ClosedRange<MessageID>? {
    let items = places.lazy.map(\.item).filter { $0 < timeline.count }
    guard let first = items.first, let last = items.last, first <= last else { return nil }
    let ids = (timeline[timeline.startIndex + first].id, timeline[timeline.startIndex + last].id)
    return ids.0 <= ids.1 ? ids.0...ids.1 : nil
  }

  /// The newest stored message among some lines.
  func newestMessage(in places: [Place]) -> MessageID? {
    places.last { $0.item < timeline.count }.map { timeline[timeline.startIndex + $0.item].id }
  }

  /// How many items there are.
  var count: Int { timeline.count + (latestHandoffs.isEmpty ? 0 : 1) + pending.count }

  /// Lines of an item; at least one.
  func height(_ item: Int, _ cache: inout LayoutCache) -> Int {
    let leading = self.leading(item).count
    guard let content = content(item) else { return max(1, leading) }
    let layout = cache.layout(content.text, as: content.markup, for: content.key)
    return leading + layout.lines.count + (layout.hiddenLines > 0 ? 1 : 0) + troubleLines(content).count
  }

  /// One line of an item, ready to be drawn at the pane's left edge.
  func line(_ place: Place, _ cache: inout LayoutCache) -> StyledLine {
    let leading = self.leading(place.item)
    if place.line < leading.count { return draw(leading[place.line], item: place.item) }
    guard let content = content(place.item) else { return StyledLine() }
    let layout = cache.layout(content.text, as: content.markup, for: content.key)
    let row = place.line - leading.count
    if row < layout.lines.count {
      var line =
        row == 0
        ? firstGutter(content, continuing: continued(by: place.item), isStrange: layout.isStrange) : gutter(content)
      line.add(scene.marked(row, of: layout.lines, content.textStyle(scene.theme), in: content.key))
      return line
    }
    var line = gutter(content)
    let below = row - layout.lines.count
    if layout.hiddenLines > 0, below == 0 {
      line.add("\(scene.symbols.ellipsis) \(layout.hiddenLines) more lines not shown", scene.theme[.muted])
    } else {
      let trouble = troubleLines(content).dropFirst(below - (layout.hiddenLines > 0 ? 1 : 0))
      line.add(trouble.first ?? .empty, scene.theme[content.delivery.role])
    }
    return line
  }

  private func troubleLines(_ content: MessageContent) -> ArraySlice<SafeText> {
    content.trouble?.wrapped(to: columns.textWidth).prefix(3) ?? []
  }

  // MARK: Content

  private func content(_ item: Int) -> MessageContent? {
    if item < timeline.count {
      let message = timeline[timeline.startIndex + item]
      return MessageContent(
        message, dialogID: dialogID, scene: scene, speakers: speakers, isWide: columns.isWide)
    }
    return pendingIndex(item).map { MessageContent(pending[$0], scene: scene) }
  }

  /// The message before an item, if the item goes on with what the same sender wrote there.
  private func continued(by item: Int) -> MessageContent? {
    guard item > 0, leading(item).isEmpty, let own = content(item), let before = content(item - 1),
      own.speaker == before.speaker, own.name == before.name
    else { return nil }
    return before
  }

  // MARK: What stands above a message

  /// A line that is no message text.
  private enum Leading {
    case older(OlderLine)
    case day(LocalTime)
    case unread
    case gap(GapMark)
    case handoff(HandoffLine)
    case name
  }

  private func leading(_ item: Int) -> [Leading] {
    guard item < timeline.count else { return leadingOfPending(item) }
    let message = timeline[timeline.startIndex + item]
    let previous = item > 0 ? timeline[timeline.startIndex + item - 1] : nil
    var lines: [Leading] = []
    if item == 0, let line = OlderLine(older, count: timeline.count) { lines.append(.older(line)) }
    if let timestamp = message.timestamp {
      let day = scene.environment.local(timestamp)
      if previous?.timestamp.map({ scene.environment.local($0).day }) != day.day { lines.append(.day(day)) }
    }
    lines += handoffs.filter { $0.belongs(between: previous, and: message) }.map(Leading.handoff)
    if let gap = gaps.first(where: { $0.first == message.id }) { lines.append(.gap(gap)) }
    if message.id == firstUnread { lines.append(.unread) }
    if needsNameLine(after: previous?.voice, message.voice, lines) { lines.append(.name) }
    return lines
  }

  private func leadingOfPending(_ item: Int) -> [Leading] {
    guard let index = pendingIndex(item) else { return latestHandoffs.map(Leading.handoff) }
    let voice = pending[index].voice
    let previous = index > 0 ? pending[index - 1].voice : latestHandoffs.isEmpty ? timeline.last?.voice : nil
    return needsNameLine(after: previous, voice, []) ? [.name] : []
  }

  /// The reply on its way that an item is; nil for every other item.
  private func pendingIndex(_ item: Int) -> Int? {
    let index = item - count + pending.count
    return index >= 0 && item >= timeline.count ? index : nil
  }

  private func needsNameLine(after previous: Message.Voice?, _ voice: Message.Voice, _ lines: [Leading]) -> Bool {
    !columns.isWide && (previous != voice || !lines.isEmpty)
  }

  private func draw(_ leading: Leading, item: Int) -> StyledLine {
    let theme = scene.theme
    switch leading {
    case .older(let line): return divider(scene.words(for: line), theme[line.role], rule: theme[.rule])
    case .day(let day):
      return divider(SafeText(day.dayTitle(today: scene.now)), theme[.muted], rule: theme[.rule])
    case .unread:
      return divider("new", theme[.fresh], rule: theme[.fresh])
    case .gap(let gap):
      return divider(scene.words(for: gap), theme[.caution], rule: theme[.rule])
    case .handoff(let handoff):
      var line = StyledLine()
      line.pad(to: MessageColumns.time)
      line.add(SafeText(scene.environment.local(handoff.at).clock), theme[.muted])
      line.pad(to: columns.isWide ? columns.gutter : columns.name.lowerBound)
      line.add("\(scene.symbols.systemGutter) \(handoff.text)", theme[.system])
      return line
    case .name:
      guard let content = content(item) else { return StyledLine() }
      var line = StyledLine()
      line.pad(to: MessageColumns.time)
      line.add(clock(of: content), theme[.muted])
      line.pad(to: columns.name.lowerBound)
      line.add(
        content.name.truncated(to: columns.name.count, ellipsis: scene.symbols.ellipsis), content.nameStyle(theme))
      return line
    }
  }

  private func divider(_ title: SafeText, _ style: Style, rule: Style) -> StyledLine {
    let width = max(0, columns.end - MessageColumns.time - title.columns - 2)
    let character = scene.symbols.horizontal
    var line = StyledLine()
    line.pad(to: MessageColumns.time)
    line.add(character * (width / 2), rule)
    line.add(" \(title) ", style)
    line.add(character * (width - width / 2), rule)
    return line
  }

  // MARK: What stands left of a message

  private func clock(of content: MessageContent) -> SafeText {
    content.at.map { SafeText(scene.environment.local($0).clock) } ?? "--:--"
  }

  private func gutter(_ content: MessageContent) -> StyledLine {
    finish(StyledLine(), content)
  }

  /// The left part of a message's first line; what it would repeat of the message before it is left out.
  private func firstGutter(
    _ content: MessageContent, continuing previous: MessageContent?, isStrange: Bool
  ) -> StyledLine {
    let theme = scene.theme
    var line = StyledLine()
    let time = clock(of: content)
    if columns.isWide, previous.map(clock) != time {
      line.pad(to: MessageColumns.time)
      line.add(time, theme[.muted])
    }
    line.pad(to: columns.mark)
    if content.delivery.symbol.isEmpty, isStrange {
      line.add(scene.symbols.strange, theme[.token])
    } else {
      line.add(content.delivery.symbol, theme[content.delivery.role])
    }
    if columns.isWide, previous == nil {
      let name = content.name.truncated(to: columns.name.count, ellipsis: scene.symbols.ellipsis)
      line.pad(to: columns.name.upperBound - name.columns)
      line.add(name, content.nameStyle(theme))
    }
    return finish(line, content)
  }

  private func finish(_ line: StyledLine, _ content: MessageContent) -> StyledLine {
    var line = line
    line.pad(to: columns.gutter)
    line.add(content.gutter, content.nameStyle(scene.theme))
    line.pad(to: columns.text)
    return line
  }
}

extension Message {
  /// What one name stands above: a note follows a reply of the same operator under a name of its own.
  fileprivate struct Voice: Equatable {
    let sender: Sender
    let kind: MessageKind
  }

  fileprivate var voice: Voice { Voice(sender: sender, kind: kind) }
}

extension Outbox.Row {
  fileprivate var voice: Message.Voice { Message.Voice(sender: .manager, kind: entry.kind) }
}
