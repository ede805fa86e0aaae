import ChatProtocol
import ConsoleModel

/// A dialog in the list: on one line where the list is wide, else on two. All columns follow from the width alone.
struct ListRow {
  let height: Int
  private let width: Int

  private static let waitWidth = 6
  private static let unreadWidth = 5

  init(width: Int) {
    self.width = width
    height = width >= 70 ? 1 : 2
  }

  func draw(_ entry: DialogEntry, on canvas: inout Canvas, in rect: Rect, scene: Scene) {
    let mark = scene.holderMark(entry)
    if entry.id == scene.state.list.selection {
      canvas.put(scene.symbols.cursor, row: rect.row, column: rect.column, style: scene.theme[.focusedTitle])
    }
    canvas.put(mark.glyph, row: rect.row, column: rect.column + 1, style: scene.theme[mark.role])
    let fields = Fields(entry: entry, scene: scene)
    let clock = scene.state.settings.timeFormat.columns + 1
    if height == 1 {
      drawOneLine(fields, clock: clock, on: &canvas, in: rect, ellipsis: scene.symbols.ellipsis)
    } else {
      drawTwoLines(fields, clock: clock, on: &canvas, in: rect, ellipsis: scene.symbols.ellipsis)
    }
  }

  private func drawOneLine(
    _ fields: Fields, clock: Int, on canvas: inout Canvas, in rect: Rect, ellipsis: SafeText
  ) {
    let row = rect.row
    let holder = rect.column + 3
    let wait = holder + 9
    let name = wait + Self.waitWidth + 1
    let unread = name + min(24, max(14, width / 4))
    let line = unread + Self.unreadWidth + 2
    let time = rect.endColumn - clock - 1
    canvas.put(fields.holder, row: row, column: holder, maxWidth: 8, ellipsis: ellipsis)
    canvas.put(fields.wait, row: row, endingAt: name - 2)
    canvas.put(fields.name, row: row, column: name, maxWidth: unread - name, ellipsis: ellipsis)
    canvas.put(fields.unread, row: row, endingAt: unread + Self.unreadWidth)
    canvas.put(fields.lastLine, row: row, column: line, maxWidth: time - 1 - line, ellipsis: ellipsis)
    canvas.put(fields.time, row: row, endingAt: rect.endColumn - 1)
  }

  private func drawTwoLines(
    _ fields: Fields, clock: Int, on canvas: inout Canvas, in rect: Rect, ellipsis: SafeText
  ) {
    let left = rect.column + 3
    let time = rect.endColumn - 1 - clock
    let unread = time - Self.unreadWidth
    canvas.put(fields.name, row: rect.row, column: left, maxWidth: unread - left, ellipsis: ellipsis)
    canvas.put(fields.unread, row: rect.row, endingAt: time)
    canvas.put(fields.wait.isEmpty ? fields.time : fields.wait, row: rect.row, endingAt: rect.endColumn - 1)

    var second = StyledLine()
    if fields.namesHolder {
      second.add(fields.holder)
      second.add(fields.dot)
    }
    second.add(fields.lastLine)
    canvas.put(second, row: rect.row + 1, column: left, maxWidth: rect.endColumn - left - 1, ellipsis: ellipsis)
  }
}

/// What a row of the list says.
private struct Fields {
  /// Who has the dialog, in a word.
  let holder: StyledLine
  /// Whether the holder has to be told in words where there is little room. The AI has most dialogs, its glyph is
  /// enough; and an operator who wrote the last line is named there.
  let namesHolder: Bool
  let name: StyledLine
  /// How many messages are unread; empty for none.
  let unread: StyledLine
  /// How long the visitor has waited; empty when nobody is waited for.
  let wait: StyledLine
  let lastLine: StyledLine
  /// When the last line was written; without one, since when the dialog is there.
  let time: StyledLine
  let dot: StyledLine

  init(entry: DialogEntry, scene: Scene) {
    let mark = scene.holderMark(entry)
    holder = scene.styled(mark.word.truncated(to: 12, ellipsis: scene.symbols.ellipsis), mark.role)
    switch entry.holder {
    case .assistant: namesHolder = false
    case .other(let manager):
      let isWriter = entry.lastLine?.author.map { $0.id == manager?.id } ?? true
      namesHolder = entry.lastLine?.sender != .manager || !isWriter
    case .me, .nobodyYet: namesHolder = true
    }
    let count = entry.unread.count
    var title = StyledLine()
    let marks = scene.markLine(entry.marks, until: false)
    if !marks.isEmpty {
      title.add(marks)
      title.add(" ", scene.theme[.text])
    }
    title.add(scene.nameLine(of: entry, role: entry.isUnread ? .strong : .text))
    if !entry.marks.labels.isEmpty {
      title.add(" ", scene.theme[.text])
      title.add(scene.labelLine(entry.marks))
    }
    name = title
    unread = scene.styled(count > 0 ? "(\(min(count, 999))\(entry.unread.isAtLeast ? "+" : ""))" : .empty, .fresh)
    wait = scene.styled(entry.awaitedSince.map(scene.elapsed) ?? .empty, scene.waitRole(entry) ?? mark.role)
    lastLine = scene.lastLine(of: entry)
    let at = entry.lastLine?.at ?? entry.dialog.lastMessageAt ?? entry.dialog.startedAt
    time = scene.styled(at.map { SafeText(scene.environment.local($0).short(today: scene.now)) } ?? .empty, .muted)
    dot = scene.styled(scene.dot, .rule)
  }
}

extension Scene {
  /// The visitor's name, whether the visitor is there, and which operators look.
  fileprivate func nameLine(of entry: DialogEntry, role: Role) -> StyledLine {
    var line = styled(visitorName(entry, id: entry.id), role)
    if entry.dialog.visitorOnline == true { line.add(" \(symbols.online)", theme[.good]) }
    let viewers = state.othersViewing(entry)
    if !viewers.isEmpty { line.add(" \(symbols.viewing) \(names(viewers))", theme[.others]) }
    return line
  }

  /// What the list shows of a dialog's text: what needs the operator first, then who types, then the last line.
  fileprivate func lastLine(of entry: DialogEntry) -> StyledLine {
    var line = StyledLine()
    if entry.troubledSends > 0 {
      line.add("\(symbols.failed) reply not sent", theme[.alarm])
      line.add(dot, theme[.rule])
    }
    if entry.mentions > 0 {
      line.add("@ mentions you", theme[.note])
      line.add(dot, theme[.rule])
    }
    if entry.openProposals > 0 {
      line.add("\(symbols.assistant) proposes", theme[.assistant])
      line.add(dot, theme[.rule])
    }
    if entry.hasDraft {
      line.add("draft", theme[.caution])
      line.add(dot, theme[.rule])
    }
    if let typist = entry.typists.first {
      // Whose row it is needs no name.
      let who: SafeText = typist == .visitor ? .empty : "\(typistName(typist, in: entry)) "
      line.add(
        "\(symbols.typing) \(who)typing\(symbols.ellipsis)", theme[typist == .visitor ? .visitor : .others])
      return line
    }
    guard let last = entry.lastLine else {
      line.add(withoutMessage(entry))
      return line
    }
    if last.sender == .manager, let id = last.messageID, entry.dialog.visitorLastRead.map({ id <= $0 }) ?? false {
      line.add("\(symbols.read) ", theme[.good])
    }
    if let sender = last.sender, let who = writer(sender, last.author, in: entry) {
      line.add("\(who): ", theme[.muted])
    }
    let text = oneLine(last.text)
    // Something that shows otherwise than it was sent, or not at all.
    if text.isStrange { line.add("\(symbols.strange) ", theme[.token]) }
    line.add(text, theme[entry.unread.count > 0 ? .text : .muted])
    return line
  }

  /// What stands where a dialog's last line would; since when it is there stands where the time of the line would.
  private func withoutMessage(_ entry: DialogEntry) -> StyledLine {
    let dialog = entry.dialog
    guard dialog.lastMessageAt == nil else { return styled("text not read yet", .muted) }
    var line = styled("no message yet", .muted)
    if entry.holder != .assistant, let reason = dialog.handoffReason, !reason.isEmpty {
      line.add("\(dot)\(oneLine(reason))", theme[.muted])
    }
    return line
  }

  /// Who wrote a last line; nil for the visitor, whose row it is.
  private func writer(_ sender: Sender, _ author: Manager?, in entry: DialogEntry) -> SafeText? {
    switch sender {
    case .user, .other: return nil
    case .assistant: return "AI"
    case .system: return "server"
    case .manager:
      if let author { return author.id == state.session.account?.id ? "you" : managerName(author) }
      switch entry.holder {
      case .me: return "you"
      case .other(let manager): return managerName(manager)
      case .assistant, .nobodyYet: return "operator"
      }
    }
  }
}
