import ChatProtocol
import ConsoleModel

/// A dialog in the list: on one line where the list is wide, else on two. All columns follow from the width alone.
struct ListRow {
  let height: Int
  private let width: Int

  private static let clockWidth = 6
  private static let unreadWidth = 5

  init(width: Int) {
    self.width = width
    height = width >= 70 ? 1 : 2
  }

  func draw(_ entry: DialogEntry, on canvas: inout Canvas, in rect: Rect, scene: Scene) {
    let theme = scene.theme
    let mark = scene.holderMark(entry)
    let isSelected = entry.id == scene.state.list.selection
    canvas.put(isSelected ? scene.symbols.cursor : " ", row: rect.row, column: rect.column, style: theme[.focusedTitle])
    canvas.put(mark.glyph, row: rect.row, column: rect.column + 1, style: theme[mark.role])
    let row = Fields(entry: entry, scene: scene)
    if height == 1 {
      drawOneLine(row, mark.word, theme[mark.role], on: &canvas, in: rect)
    } else {
      drawTwoLines(row, mark.word, theme[mark.role], on: &canvas, in: rect)
    }
  }

  private func drawOneLine(_ row: Fields, _ word: SafeText, _ style: Style, on canvas: inout Canvas, in rect: Rect) {
    let ellipsis = row.scene.symbols.ellipsis
    let nameWidth = min(24, max(14, width / 4))
    var column = rect.column + 3
    canvas.put(word.truncated(to: 8, ellipsis: ellipsis), row: rect.row, column: column, style: style)
    column += 9
    canvas.put(
      row.wait.text.padded(to: Self.clockWidth - 1, .trailing), row: rect.row, column: column, style: row.wait.style)
    column += Self.clockWidth + 1
    canvas.put(row.name, row: rect.row, column: column, maxWidth: nameWidth, ellipsis: ellipsis)
    column += nameWidth
    canvas.put(
      row.unread.padded(to: Self.unreadWidth, .trailing), row: rect.row, column: column, style: row.unreadStyle)
    column += Self.unreadWidth + 2
    let end = rect.endColumn - Self.clockWidth - 2
    canvas.put(row.lastLine, row: rect.row, column: column, maxWidth: end - column, ellipsis: ellipsis)
    canvas.put(
      row.time.padded(to: Self.clockWidth, .trailing), row: rect.row, column: end + 1, style: row.scene.theme[.muted])
  }

  private func drawTwoLines(_ row: Fields, _ word: SafeText, _ style: Style, on canvas: inout Canvas, in rect: Rect) {
    let ellipsis = row.scene.symbols.ellipsis
    let left = rect.column + 3
    let clock = rect.endColumn - Self.clockWidth - 1
    let unread = clock - Self.unreadWidth
    canvas.put(row.name, row: rect.row, column: left, maxWidth: unread - left, ellipsis: ellipsis)
    canvas.put(
      row.unread.padded(to: Self.unreadWidth, .trailing), row: rect.row, column: unread, style: row.unreadStyle)
    let isWaiting = !row.wait.text.isEmpty
    canvas.put(
      (isWaiting ? row.wait.text : row.time).padded(to: Self.clockWidth, .trailing), row: rect.row, column: clock,
      style: isWaiting ? row.wait.style : row.scene.theme[.muted])

    var second = StyledLine()
    if row.namesHolder {
      second.add(word.truncated(to: 12, ellipsis: ellipsis), style)
      second.add(row.scene.dot, row.scene.theme[.rule])
    }
    second.add(row.lastLine)
    canvas.put(second, row: rect.row + 1, column: left, maxWidth: rect.endColumn - left - 1, ellipsis: ellipsis)
  }
}

/// What a row of the list says, as text.
private struct Fields {
  let scene: Scene
  let name: StyledLine
  let unread: SafeText
  let unreadStyle: Style
  /// How long the visitor has waited; empty when nobody is waited for.
  let wait: (text: SafeText, style: Style)
  let lastLine: StyledLine
  /// When the last line was written.
  let time: SafeText
  /// Whether the holder has to be told in words. The AI has most dialogs, its glyph is enough; and an operator who wrote
  /// the last line is named there.
  let namesHolder: Bool

  init(entry: DialogEntry, scene: Scene) {
    self.scene = scene
    let theme = scene.theme
    let hasUnread = entry.unread.count > 0
    name = StyledLine(scene.visitorName(entry, id: entry.id), theme[hasUnread ? .strong : .text])
    unread = hasUnread ? "(\(min(entry.unread.count, 999))\(entry.unread.isAtLeast ? "+" : ""))" : .empty
    unreadStyle = theme[.fresh]
    let role = scene.holderMark(entry).role
    wait = (
      entry.waitingSince.map { scene.elapsed(since: $0) } ?? .empty, theme[role]
    )
    let at = entry.lastLine?.at ?? entry.dialog.lastMessageAt
    time = at.map { SafeText(scene.environment.local($0).short(today: scene.now)) } ?? .empty
    lastLine = scene.lastLine(of: entry)
    switch entry.holder {
    case .assistant: namesHolder = false
    case .other: namesHolder = entry.lastLine?.sender != .manager
    case .me, .nobodyYet: namesHolder = true
    }
  }
}

extension Scene {
  /// What the list shows of a dialog's text: what needs the operator first, then who types, then the last line.
  fileprivate func lastLine(of entry: DialogEntry) -> StyledLine {
    var line = StyledLine()
    if entry.troubledSends > 0 {
      line.add("\(symbols.failed) reply not sent", theme[.alarm])
      line.add(dot, theme[.rule])
    }
    if entry.hasDraft {
      line.add("draft", theme[.caution])
      line.add(dot, theme[.rule])
    }
    if entry.isVisitorTyping {
      line.add("\(symbols.typing) typing\(symbols.ellipsis)", theme[.visitor])
      return line
    }
    guard let last = entry.lastLine else { return line }
    if let sender = last.sender, let who = writer(sender, in: entry) { line.add("\(who): ", theme[.muted]) }
    line.add(oneLine(last.text), theme[entry.unread.count > 0 ? .text : .muted])
    return line
  }

  /// Who wrote a last line; nil for the visitor, whose row it is.
  private func writer(_ sender: Sender, in entry: DialogEntry) -> SafeText? {
    switch sender {
    case .user, .other: return nil
    case .assistant: return "AI"
    case .system: return "server"
    case .manager:
      switch entry.holder {
      case .me: return "you"
      case .other(let manager): return managerName(manager)
      case .assistant, .nobodyYet: return "operator"
      }
    }
  }
}
